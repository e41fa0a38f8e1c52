"""One grammar for what is read of a course and when."""

from __future__ import annotations

import pytest

from mgcells.scenario import Endpoint
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
