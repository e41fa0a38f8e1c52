"""One grammar for what is read of a course and when."""

from __future__ import annotations

import pytest

from mgcells.errors import InputProblems
from mgcells.scenario import Endpoint, read_scenario
from mgcells.scenario.endpoint_grammar import GRAMMAR, at_hour, read_endpoint
from mgcells.units import UnitProblem


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("24 h", Endpoint("x", "at 24 h", "at", 1.0, 1.0)),
        (" 0 d", Endpoint("x", "at 0 d", "at", 0.0, 0.0)),
        ("last 3 d", Endpoint("x", "mean of last 3 d", "mean", 1.0, 4.0)),
        ("3 d to 4 d", Endpoint("x", "mean of 3 d to 4 d", "mean", 3.0, 4.0)),
        ("highest 0 h to 12 h", Endpoint("x", "highest of 0 h to 12 h", "highest", 0.0, 0.5)),
        ("lowest  last 2 d", Endpoint("x", "lowest of last 2 d", "lowest", 2.0, 4.0)),
        ("end", Endpoint("x", "at 4 d", "at", 4.0, 4.0)),
        ("area of run", Endpoint("x", "area of run", "area", 0.0, 4.0)),
        ("mean start to 1 d", Endpoint("x", "mean of start to 1 d", "mean", 0.0, 1.0)),
        ("change 2 d", Endpoint("x", "change at 2 d", "at", 2.0, 2.0, None, True)),
        ("change of last 1 d", Endpoint("x", "change of mean of last 1 d", "mean", 3.0, 4.0, None, True)),
        ("time above 1.2", Endpoint("x", "time above 1.2", "time above", 0.0, 4.0, 1.2)),
        ("until below 3 in 1 d to 2 d", Endpoint("x", "until below 3 in 1 d to 2 d", "until below", 1.0, 2.0, 3.0)),
    ],
)
def test_a_text_says_what_is_read_and_when(text: str, endpoint: Endpoint) -> None:
    assert read_endpoint("x", text, 96.0) == endpoint
    assert read_endpoint("x", endpoint.label, 96.0) == endpoint


def test_every_form_that_is_listed_reads() -> None:
    labels = {read_endpoint("plasma.magnesium", text, 24.0 * 24).label for text, _ in GRAMMAR}
    assert len(labels) == len(GRAMMAR)


@pytest.mark.parametrize(
    ("observable", "text", "threshold"),
    [
        ("plasma.magnesium", "time above 1200 uM", 1.2),
        ("plasma.threonate", "until above 0.1 mM", 100.0),
        ("gut.teer", "time below 0.9", 0.9),
        ("gut.teer", "time below 90 %", 0.9),
        ("bone.volume_fraction", "time below 12 %", 12.0),
    ],
)
def test_a_threshold_is_in_the_unit_of_its_observable(observable: str, text: str, threshold: float) -> None:
    assert read_endpoint(observable, text, 96.0).threshold == pytest.approx(threshold)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5 d", "'5 d' lies after the end, 4 d"),
        ("last 5 d", "'last 5 d' should be a window within the duration, 4 d"),
        ("last 0 d", "should be a window"),
        ("2 d to 1 d", "should be a window"),
        ("1 d to 5 d", "should be a window"),
        ("highest 3 d", "highest of what? Name a window such as 'highest of last 3 d'"),
        ("mean 3 d", "mean of what? Name a window such as 'mean of last 3 d'"),
        ("peak of last 1 d", "'peak' is written 'highest' here"),
        ("aera of last 1 d", "did you mean 'area'?"),
        ("change time above 2", "hours have no change from the start"),
        ("time above 2 in 3 d", "'3 d' is no window such as 'last 3 d'"),
        ("time above much", "'much' is not a number with a unit"),
        ("last -1 d", "'-1 d' is negative"),
        ("3 mM", "'3 mM' is a concentration, expected a time"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, message: str) -> None:
    with pytest.raises(UnitProblem) as caught:
        read_endpoint("x", text, 96.0)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("observable", "text", "message"),
    [
        ("plasma.magnesium", "time above 1.2", "plasma.magnesium is measured in mM"),
        ("plasma.magnesium", "time above 1.2 mg", "'mg' is mass, 'mM' is concentration"),
        ("gut.teer", "time above 1.2 mM", "gut.teer is relative to healthy = 1 and has no unit"),
        ("bone.volume_fraction", "time above 12", "bone.volume_fraction is measured in %"),
    ],
)
def test_a_threshold_of_another_kind_is_refused(observable: str, text: str, message: str) -> None:
    with pytest.raises(UnitProblem) as caught:
        read_endpoint(observable, text, 96.0)
    assert message in str(caught.value)


def test_an_hour_is_spoken_in_its_largest_whole_unit() -> None:
    assert [at_hour("x", hour).label for hour in (0.0, 48.0, 30.0, 0.5)] == ["at 0 h", "at 2 d", "at 30 h", "at 30 min"]


HEAD = """title = "Test"
subject = "rat"
duration = "2 d"
control = "a"
tissues = ["gut"]
step = "{step}"
record_every = "{every}"
[[strategy]]
name = "a"
[endpoints]
"""


def problems(endpoint: str, step: str = "1 h", every: str = "6 h") -> str:
    with pytest.raises(InputProblems) as caught:
        read_scenario(HEAD.format(step=step, every=every) + endpoint, "test.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        (
            '"gut.teer" = { at = "25 h" }',
            "test.toml:11  endpoint gut.teer: '25 h' lies between two records, every 6 h; write record_every = '1 h' "
            "or at = '1 d'",
        ),
        ('"gut.teer" = { at = "28 h" }', "write record_every = '2 h' or at = '30 h'"),
        (
            '"gut.teer" = { mean_over = "last 5 h" }',
            "no record lies in 'last 5 h', they are every 6 h; write record_every = '1 h' or a window of at least 6 h",
        ),
        (
            '"plasma.magnesium" = { at = "25.5 h" }',
            "'25.5 h' begins or ends within a step of 1 h; write a time that is a whole number of steps, "
            "or step = '30 min'",
        ),
        ('"plasma.magnesium" = { mean_over = "last 20 min" }', "or step = '20 min'"),
        ('"plasma.magnesium" = { at = "25.123 h" }', "write a time that is a whole number of steps"),
        ('"plasma.magnesium" = ["1 d", "24 h"]', "endpoint plasma.magnesium: 'at 1 d' is listed twice"),
        ('"plasma.magnesium" = []', "the list is empty; write what is read, such as 'last 3 d'"),
        ('"plasma.magnesium" = { mean_over = "1 d" }', "'1 d' is not a window such as 'last 3 d'"),
        ('"plasma.magnesium" = 3', "endpoints.plasma.magnesium = 3: should be a text in quotes"),
        ('"plasma.magnesium" = ["last 1 d", 3]', "endpoints.plasma.magnesium.1 = 3: should be a text in quotes"),
    ],
)
def test_what_a_run_does_not_know_is_refused_with_what_to_do(endpoint: str, message: str) -> None:
    assert message in problems(endpoint)


@pytest.mark.parametrize(
    ("endpoint", "step", "every"),
    [
        ('"plasma.magnesium" = { at = "25 h" }', "1 h", "6 h"),
        ('"plasma.magnesium" = { at = "25.5 h" }', "30 min", "6 h"),
        ('"plasma.magnesium" = { mean_over = "last 30 min" }', "15 min", "1 h"),
        ('"gut.teer" = { at = "25 h" }', "1 h", "1 h"),
        ('"gut.teer" = { at = "2 d" }', "1 h", "36 h"),
        ('"gut.teer" = { mean_over = "last 6 h" }', "1 h", "6 h"),
        ('"gut.teer" = { mean_over = "last 13 h" }', "1 h", "36 h"),
        ('"gut.teer" = "time below 0.9 in 6 h to 1 d"', "1 h", "6 h"),
        ('"gut.teer" = { mean_over = "12 h to 1 d" }', "1 h", "6 h"),
    ],
)
def test_what_a_run_knows_is_read(endpoint: str, step: str, every: str) -> None:
    scenario = read_scenario(HEAD.format(step=step, every=every) + endpoint, "test.toml")
    assert len(scenario.endpoints) == 1
