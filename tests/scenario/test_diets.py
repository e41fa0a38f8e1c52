"""Diets that follow each other: what a file may say of them, and where it is refused."""

from __future__ import annotations

import math

import pytest

from mgcells.errors import InputProblems
from mgcells.scenario import Scenario, read_scenario

TEXT = """title = "Test"
subject = "rat"
duration = "24 d"
control = "c"
tissues = []
TOP
[[strategy]]
name = "c"
STRATEGY
"""


def read(top: str = "", strategy: str = "") -> Scenario:
    return read_scenario(TEXT.replace("TOP", top).replace("STRATEGY", strategy), "test.toml")


def problems_of(top: str = "", strategy: str = "") -> list[str]:
    with pytest.raises(InputProblems) as caught:
        read(top, strategy)
    return [str(problem) for problem in caught.value.problems]


def windows(diet: str) -> list[tuple[str, float, float]]:
    top, strategy = (scenario.strategy("c").diets for scenario in (read(f"diet = {diet}"), read("", f"diet = {diet}")))
    assert top == strategy
    return [(entry.text, entry.begin, entry.until) for entry in top]


def test_a_diet_begins_where_the_one_before_ends() -> None:
    poor, rich = '{ magnesium = "0.1 g/kg", until = "10 d" }', '{ magnesium = "0.5 g/kg" }'
    expected = [("0.1 g/kg", 0.0, 240.0), ("0.5 g/kg", 240.0, math.inf)]
    assert windows(f"[{poor}, {rich}]") == expected
    stated, early = '{ magnesium = "0.5 g/kg", from = "10 d" }', poor.replace("until", 'from = "0 d", until')
    assert windows(f"[{poor}, {stated}]") == expected
    assert windows(f"[{stated}, {early}]") == expected
    assert windows(rich) == windows(f"[{rich}]") == [("0.5 g/kg", 0.0, math.inf)]
    assert windows("[]") == []


def test_where_no_diet_holds_there_is_none() -> None:
    strategy = read("", 'diet = [{ magnesium = "5 mg/d", from = "2 d", until = "3 d" }]').strategy("c")
    assert [len(strategy.at(hour).diets) for hour in (0.0, 47.0, 48.0, 71.0, 72.0)] == [0, 0, 1, 1, 0]
    assert strategy.edges() == (48.0, 72.0)
    assert strategy.timed


@pytest.mark.parametrize(
    ("diet", "line", "message"),
    [
        (
            '[\n { magnesium = "1 mg/d", until = "9 d" },\n { magnesium = "2 mg/d", from = "5 d" },\n]', 3,
            "the diets '1 mg/d' and '2 mg/d' overlap; end the first of them with until = '5 d'",
        ),
        (
            '[\n { magnesium = "1 mg/d" },\n { magnesium = "2 mg/d", from = "10 d" },\n]', 3,
            "the diets '1 mg/d' and '2 mg/d' overlap; end the first of them with until = '10 d'",
        ),
        (
            '[\n { magnesium = "1 mg/d", until = "9 d" },\n { magnesium = "2 mg/d", from = "0 d", until = "2 d" },\n]',
            3, "the diets '1 mg/d' and '2 mg/d' overlap; let one begin where the other ends",
        ),
        (
            '[\n { magnesium = "1 mg/d" },\n { magnesium = "2 mg/d", until = "5 d" },\n]', 3,
            "diet '2 mg/d' does not say when it begins, and the one before it has no end; give that one an until",
        ),
        (
            '[\n { magnesium = "1 mg/d", from = "5 d",\n   until = "4 d" },\n]', 3,
            "diet '1 mg/d' ends before it begins; let its until lie after 5 d",
        ),
        (
            '[\n { magnesium = "1 mg/d", until = "24 d" },\n { magnesium = "2 mg/d" },\n]', 3,
            "diet '2 mg/d' begins at or after the end, 24 d; let it begin earlier or leave it out",
        ),
        (
            '[\n { magnesium = "1 mg/d", until = "100 min" },\n]', 2,
            "until = '100 min' should be a whole number of steps of 1 h",
        ),
        (
            '[\n { magnesium = "1 mg/d", until = "4 d" },\n {\n  magnesium = "2 mgg/d" },\n]', 4,
            "unknown unit 'mgg'; did you mean 'mg'?",
        ),
        ('[\n { magnesium = "1 mg/d", untill = "4 d" },\n]', 2, "unknown key 'untill'; did you mean 'until'?"),
        ('[\n { until = "4 d" },\n]', 2, "magnesium is missing"),
    ],
)  # fmt: skip
def test_a_refused_diet_names_its_own_line_and_the_remedy(diet: str, line: int, message: str) -> None:
    for place, found in ((5, problems_of(f"diet = {diet}")), (8, problems_of("", f"diet = {diet}"))):
        assert len(found) == 1, found
        assert found[0].startswith(f"test.toml:{place + line}  "), found
        assert message in found[0]


def test_nobody_starts_in_the_equilibrium_of_no_magnesium() -> None:
    none = 'diet = { magnesium = "0 mg/d" }'
    found = problems_of(none)
    assert len(found) == 1
    assert found[0].startswith("test.toml:6  diet '0 mg/d' has no equilibrium to start from; let it begin in the strat")
    assert read("", none)
    assert read('diet = [{ magnesium = "5 mg/d", until = "1 d" }, { magnesium = "0 mg/d" }]')


def test_the_start_is_the_equilibrium_of_the_scenarios_diet_at_hour_0() -> None:
    top = 'diet = [{ magnesium = "0.1 g/kg", until = "10 d" }, { magnesium = "0.5 g/kg" }]'
    scenario = read(top, 'diet = { magnesium = "0.3 g/kg" }')
    start = scenario.start(scenario.strategy("c"))
    assert [(entry.text, entry.begin, entry.until) for entry in start.diets] == [("0.1 g/kg", 0.0, math.inf)]
    assert read('diet = [{ magnesium = "0.1 g/kg", from = "1 d" }]').start(scenario.strategy("c")).diets == ()


def test_the_start_has_the_conditions_of_the_top_that_have_no_beginning() -> None:
    top = 'condition = [{ name = "aged", until = "2 d" }, { name = "alcohol", from = "0 d" }, "alzheimer"]'
    scenario = read(top)
    start = scenario.start(scenario.strategy("c"))
    assert [(entry.name, entry.timed) for entry in start.conditions] == [("aged", False), ("alzheimer", False)]
    later = read('condition = "aged"', 'condition = [{ name = "aged", from = "1 d" }]')
    assert later.start(later.strategy("c")).conditions == ()
    kept = read('condition = "aged"', 'condition = [{ name = "aged", until = "1 d" }]')
    assert [entry.name for entry in kept.start(kept.strategy("c")).conditions] == ["aged"]
