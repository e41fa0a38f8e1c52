"""Conditions that begin and end: what a file may say of them, and where it is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario import reading as scenario_reading

TEXT = """title = "Test"
subject = "rat"
duration = "4 d"
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


def test_a_condition_that_changes_the_diet_may_begin_and_end() -> None:
    timed = 'condition = [{ name = "magnesium-free-diet", from = "1 d", until = "50 h" }]'
    for scenario in (read(timed), read("", timed)):
        (condition,) = scenario.strategy("c").conditions
        assert (condition.name, condition.begin, condition.until) == ("magnesium-free-diet", 24.0, 50.0)
        assert scenario.strategy("c").edges() == (24.0, 50.0)


@pytest.mark.parametrize(
    ("condition", "line", "message"),
    [
        (
            '[\n  "aged",\n  { name = "vincristine", from = "4 d" },\n]', 3,
            "condition 'vincristine' begins at or after the end, 4 d; let it begin earlier or leave it out",
        ),
        (
            '[{ name = "aged", until = "1 d" },\n { name = "vincristine", from = "2 d",\n   until = "2 d" }]', 3,
            "condition 'vincristine' ends before it begins; let its until lie after 2 d",
        ),
        ('[{ name = "aged", until = "0 h" }]', 1, "condition 'aged' ends before it begins"),
        (
            '[\n  { name = "magnesium-free-diet", from = "90 min" },\n]', 2,
            "from = '90 min' should be a whole number of steps of 1 h: a subject changes at the beginning of a step",
        ),
        ('[\n  "aged",\n  { name = "agedd" },\n]', 3, "unknown condition 'agedd'; did you mean 'aged'?"),
        ('[\n  "aged",\n  "chronic-kidney-disease",\n]', 1, "is described for human only"),
        ('["aged", { name = "healthy", from = "1 d" }]', 1, "'healthy' means no condition and has no times"),
        ('[{ name = "aged", until = "x" }]', 1, "until: 'x'"),
    ],
)  # fmt: skip
def test_a_refused_condition_names_its_own_line_and_the_remedy(condition: str, line: int, message: str) -> None:
    for place, found in (
        (5, problems_of(f"condition = {condition}")),
        (8, problems_of("", f"condition = {condition}")),
    ):
        shift = 2 if message == "is described for human only" else 0
        assert len(found) == 1, found
        assert found[0].startswith(f"test.toml:{place + line + shift}  "), found
        assert message in found[0]


@pytest.fixture
def _with_a_lattice(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = load_library()
    rows = shipped.parameters["brain.lattice.rows"]
    small = replace(shipped.conditions["aged"], name="small", parameters={rows.path: replace(rows, value=9.0)})
    library = replace(shipped, conditions={**shipped.conditions, "small": small})
    monkeypatch.setattr(scenario_reading, "load_library", lambda: library)


@pytest.mark.usefixtures("_with_a_lattice")
def test_a_condition_that_sets_a_lattice_holds_for_the_whole_scenario_or_not_at_all() -> None:
    assert read('condition = "small"', 'condition = ["small", "aged"]')
    refused = (
        "condition 'small' cannot begin or end during a run: it sets brain.lattice.rows, and living tissue cannot "
        "change its lattice; name it at the top of the scenario, without from and until"
    )
    assert problems_of('condition = [{ name = "small", until = "1 d" }]') == [f"test.toml:6  {refused}"]
    assert problems_of("", 'condition = [{ name = "small", from = "1 d" }]') == [f"test.toml:9  {refused}"]
    assert problems_of("", 'condition = "small"') == [f"test.toml:9  {refused}"]


@pytest.mark.parametrize("healthy", ['"healthy"', '["healthy"]', '[{ name = "healthy" }]'])
def test_healthy_is_no_condition(healthy: str) -> None:
    assert read(f"condition = {healthy}").base == read().base
    scenario = read('condition = "aged"', f"condition = {healthy}")
    assert [entry.name for entry in scenario.base.conditions] == ["aged"]
    assert scenario.strategy("c").conditions == ()
    assert scenario.start(scenario.strategy("c")).conditions == ()
    assert [entry.name for entry in read('condition = ["healthy", "aged"]').base.conditions] == ["aged"]


def test_a_healthy_culture_is_a_culture() -> None:
    text = TEXT.replace('"rat"', '"caco-2"').replace("tissues = []\n", "").replace("STRATEGY", "")
    assert read_scenario(text.replace("TOP", 'condition = "healthy"'), "test.toml").base.conditions == ()
    with pytest.raises(InputProblems, match="it takes no condition"):
        read_scenario(text.replace("TOP", 'condition = "aged"'), "test.toml")
