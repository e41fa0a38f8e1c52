"""What a scenario sweeps: the grammar, the addresses, and every fault at its line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mgcells.errors import InputProblems, Problem
from mgcells.library.located import parse
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario.sweeps import tried
from mgcells.scenario.swept import numbers_of

TEXT = """title = "Test"
subject = "human-adult"
duration = "2 d"
record_every = "1 h"
control = "placebo"
tissues = []
[[strategy]]
name = "placebo"
[[strategy]]
name = "1.5 g/d, split"
doses = [
  { compound = "magnesium citrate", amount = "300 mg", of = "magnesium", every = "24 h", route = "oral" },
  { compound = "magnesium oxide", amount = "300 mg", of = "magnesium", every = "24 h", route = "oral" },
]
[[strategy]]
name = "oxide"
doses = [{ compound = "magnesium oxide", amount = "300 mg", of = "magnesium", every = "24 h", route = "oral" }]
[endpoints]
"plasma.magnesium" = "last 1 d"
[sweep]
"""
OVER = TEXT.count("\n") + 2


def read(sweep: str) -> Scenario:
    return read_scenario(f"{TEXT}{sweep}\n", "test.toml", replicates=2)


def problems(sweep: str) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        read(sweep)
    return [str(problem) for problem in caught.value.problems]


def test_ranges_have_their_ends_and_equal_steps_or_ratios() -> None:
    sweep = read(
        '[sweep.over]\n"oxide.doses.amount" = { from = "1 mg", to = "100 mg", count = 3, spacing = "log" }\n'
        '"parameters.body.weight" = { from = "60 kg", to = "80 kg", count = 5 }'
    ).sweep
    assert sweep is not None
    amount, weight = sweep.axes
    assert amount.levels == ("1 mg", "10 mg", "100 mg")
    assert weight.numbers == (60.0, 65.0, 70.0, 75.0, 80.0)
    assert (amount.label, sweep.count) == ("oxide.doses.amount (mg)", 15)


@pytest.mark.parametrize(
    ("address", "values", "place"),
    [
        ("oxide.doses.0.amount", '["1 mg"]', ("strategy", 2, "doses", 0, "amount")),
        ("oxide.doses.amount", '["1 mg"]', ("strategy", 2, "doses", 0, "amount")),
        ("1.5 g/d, split.doses.1.every", '["12 h"]', ("strategy", 1, "doses", 1, "every")),
        ("1.5 g/d, split.doses.1.with_meal", "[true, false]", ("strategy", 1, "doses", 1, "with_meal")),
        ("oxide.diet", '[{ magnesium = "200 mg/d" }]', ("strategy", 2, "diet")),
        ("parameters.body.weight", '["70 kg"]', ("parameters", "body.weight")),
        ("oxide.parameters.body.weight", '["70 kg"]', ("strategy", 2, "parameters", "body.weight")),
        ("variation.body.weight", "[0, 0.1]", ("variation", "body.weight")),
        ("subject", '["human-adult", "human-older"]', ("subject",)),
    ],
)
def test_an_address_names_what_a_strategy_or_the_top_can_hold(
    address: str, values: str, place: tuple[str | int, ...]
) -> None:
    sweep = read(f'[sweep.over]\n"{address}" = {values}').sweep
    assert sweep is not None
    assert sweep.axes[0].places == (place,)


def test_also_changes_several_places_together_under_one_name() -> None:
    sweep = read(
        '[sweep.over."oxide.doses.amount"]\nname = "dose"\nvalues = ["1 mg"]\nalso = ["1.5 g/d, split.doses.0.amount"]'
    ).sweep
    assert sweep is not None
    assert sweep.axes[0].label == "dose (mg)"
    assert sweep.axes[0].places == (("strategy", 2, "doses", 0, "amount"), ("strategy", 1, "doses", 0, "amount"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"oxid.doses.0.amount" = ["1 mg"]', "did you mean 'oxide.doses.0.amount'?"),
        ('"title" = ["a"]', "names nothing that a strategy holds"),
        ('"oxide.name" = ["a"]', "names nothing that a strategy holds"),
        ('"1.5 g/d, split.doses.amount" = ["1 mg"]', "there are 2; say which, counted from 0, before 'amount'"),
        ('"oxide.doses.1.amount" = ["1 mg"]', "no 1, counted from 0; there is only 0"),
        ('"placebo.doses.0.amount" = ["1 mg"]', "there is none of its own to change there"),
        ('"parameters" = [1]', "name one of its values"),
        ('"rules.of" = [[]]', "should read as rules.set.RULE.COLUMN or rules.on or rules.off"),
        ('"oxide.doses.amont" = ["1 mg", "2 mg"]', "unknown key 'amont'; did you mean 'amount'?"),
        ('"parameters.body.weigth" = ["70 kg"]', "did you mean 'body.weight'?"),
        ('"oxide.doses.amount" = []', "has no values"),
        ('"oxide.doses.amount" = ["1 mg", "1 mg"]', "takes 1 mg twice"),
        ('"oxide.doses.amount" = { values = ["1 mg"], name = "=1" }', "which a spreadsheet would compute"),
        ('"oxide.doses.amount" = { values = ["1 mg"], name = " " }', "is empty"),
        ('"oxide.doses.amount" = { from = "1 mg" }', "needs a list of values, or from, to and count"),
        ('"oxide.doses.amount" = { from = "1 mg", to = "1 g", count = 3 }', "should have one unit"),
        ('"oxide.doses.amount" = { from = "2 mg", to = "1 mg", count = 3 }', "should be less than"),
        ('"oxide.doses.amount" = { from = "1 mg", to = "2 mg", count = 1 }', "at least 2"),
        ('"oxide.doses.amount" = { from = "0 mg", to = "2 mg", count = 3, spacing = "log" }', "more than 0"),
        ('"oxide.doses.amount" = { from = "1 mg", to = "2 mg", values = ["3 mg"] }', "values and a range"),
        ('"oxide.doses.amount" = ["1 mg", "2 mM"]', "'2 mM' is a concentration"),
    ],
)
def test_a_fault_stands_at_its_line_with_what_was_meant(line: str, said: str) -> None:
    found = problems(f"[sweep.over]\n{line}")
    assert len(found) == 1, found
    assert found[0].startswith(f"test.toml:{OVER}  sweep: ")
    assert said in found[0]


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        ("over = {}", "nothing is swept"),
        ('design = "pairs"\nover = { "oxide.doses.amount" = ["1 mg"], "oxide.doses.every" = ["8 h", "9 h"] }', "has 2"),
        ('design = "latin hypercube"\nover = { "oxide.doses.amount" = ["1 mg"] }', "needs points"),
        ('points = 3\nover = { "oxide.doses.amount" = ["1 mg"] }', "points belongs to a latin hypercube"),
        ('design = "girid"\nover = { "oxide.doses.amount" = ["1 mg"] }', "did you mean 'grid'?"),
        (
            'over = { "oxide.doses.amount" = { from = "1 mg", to = "9 mg", count = 1000 }, '
            '"oxide.doses.every" = { from = "1 h", to = "9 h", count = 1000 } }',
            "1000000 variants are more than 100000",
        ),
        (
            'over = { "oxide.doses.amount" = ["1 mg"], "1.5 g/d, split.doses.0.amount" = '
            '{ values = ["1 mg"], also = ["oxide.doses.0.amount"] } }',
            "changes what 'oxide.doses.amount' changes too",
        ),
    ],
)
def test_a_design_that_cannot_be_is_refused(sweep: str, said: str) -> None:
    found = problems(sweep)
    assert any(said in text for text in found), found
    assert all(text.startswith(("test.toml:20", "test.toml:21", "test.toml:22", "test.toml:23")) for text in found)


def test_a_sweep_says_what_it_compares() -> None:
    text = TEXT.replace('[endpoints]\n"plasma.magnesium" = "last 1 d"\n', "")
    with pytest.raises(InputProblems, match=r"name them under \[endpoints\]"):
        read_scenario(f'{text}[sweep.over]\n"oxide.doses.amount" = ["1 mg"]\n', "test.toml")


def test_all_faults_are_found_at_once() -> None:
    found = problems('[sweep.over]\n"oxid.doses.amount" = ["1 mg"]\n"oxide.doses.amount" = [\n "1 mg",\n "1 mM"]')
    assert [text.split("  ")[0] for text in found] == [f"test.toml:{OVER}", f"test.toml:{OVER + 3}"]


def test_a_value_out_of_its_range_is_a_warning_of_the_sweep_alone() -> None:
    scenario = read('[sweep.over]\n"parameters.body.weight" = [\n "70 kg",\n "180 kg"]')
    assert scenario.sweep is not None
    assert [warning.line for warning in scenario.sweep.warnings] == [OVER + 2]
    assert "outside its plausible range" in scenario.sweep.warnings[0].text
    assert scenario.warnings == ()


def test_what_reads_other_endpoints_cannot_be_compared() -> None:
    text = f'{TEXT}[sweep.over]\n"subject" = ["human-adult", "human-older"]\n'
    scenario, found = read_scenario(text, "test.toml"), list[Problem]()
    assert scenario.sweep is not None
    tried(scenario.sweep, scenario, parse(text, "test.toml"), found, lambda _: replace(scenario, endpoints=()))
    assert [(problem.line, "other endpoints are read" in problem.text) for problem in found] == [(OVER, True)]


@pytest.mark.parametrize("levels", [["1 mg", "1 h"], ["on", "off"], [True, False], [["a"], ["b"]]])
def test_what_is_no_number_of_one_dimension_is_a_name(levels: list[str]) -> None:
    assert numbers_of(levels) == ((), "")
