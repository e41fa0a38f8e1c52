"""One grammar for what is read of a course and when."""

from __future__ import annotations

import pytest

from mgcells.errors import InputProblems
from mgcells.scenario import Endpoint, read_scenario
from mgcells.scenario.endpoints import at_hour, read_endpoint
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
    ],
)
def test_a_text_says_what_is_read_and_when(text: str, endpoint: Endpoint) -> None:
    assert read_endpoint("x", text, 96.0) == endpoint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5 d", "'5 d' lies after the end, 4 d"),
        ("last 5 d", "'last 5 d' should be a window within the duration, 4 d"),
        ("last 0 d", "should be a window"),
        ("2 d to 1 d", "should be a window"),
        ("1 d to 5 d", "should be a window"),
        ("highest 3 d", "highest of what? Name a window such as 'highest last 3 d'"),
        ("mean 3 d", "'mean 3 d' is not a number"),
        ("last -1 d", "'-1 d' is negative"),
        ("3 mM", "'3 mM' is a concentration, expected a time"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, message: str) -> None:
    with pytest.raises(UnitProblem) as caught:
        read_endpoint("x", text, 96.0)
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
    ],
)
def test_what_a_run_knows_is_read(endpoint: str, step: str, every: str) -> None:
    scenario = read_scenario(HEAD.format(step=step, every=every) + endpoint, "test.toml")
    assert len(scenario.endpoints) == 1
