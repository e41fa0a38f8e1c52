"""A run that meets what cannot be ends with a name and an hour, whatever the numbers that led there."""

import math

import numpy as np
import pytest

from mgcells.body import layout
from mgcells.body.steps import MOST_STEPS_AN_HOUR, Pace
from mgcells.scenario import Scenario, read_scenario
from mgcells.subject.bodies import courses
from mgcells.subject.guard import ImpossibleCourse, refuse_levels, refuse_measured, refuse_state
from mgcells.subject.subject import Subject

TEXT = """title = "t"
subject = "rat"
duration = "1 d"
replicates = 1
control = "c"
tissues = []
[[strategy]]
name = "c"
"""


def scenario() -> Scenario:
    return read_scenario(TEXT, "t.toml")


@pytest.mark.parametrize(
    ("value", "words"), [(math.nan, "no number"), (math.inf, "infinite"), (-0.5, "negative (-0.5)")]
)
def test_a_level_that_cannot_be_is_named_with_its_hour(value: float, words: str) -> None:
    refuse_levels({"csf_magnesium": 0.8, "scaffold": 0.0}, 5.0)
    with pytest.raises(ImpossibleCourse) as caught:
        refuse_levels({"csf_magnesium": value, "scaffold": 0.0}, 5.0)
    assert str(caught.value).startswith(f"csf magnesium became {words} at hour 5")


def test_an_observable_may_be_negative_but_not_without_number() -> None:
    refuse_measured({"body.balance": -3.0}, 1.0)
    with pytest.raises(ImpossibleCourse, match=r"body.balance became no number at hour 1"):
        refuse_measured({"body.balance": math.nan}, 1.0)


@pytest.mark.parametrize("value", [math.nan, math.inf, -1e-3])
def test_of_many_bodies_the_entry_is_named(value: float) -> None:
    state = np.ones((3, layout.STATES))
    refuse_state(state, 2.0)
    state[1, layout.BONE_SURFACE] = value
    with pytest.raises(ImpossibleCourse, match=r"bone surface became .* at hour 2"):
        refuse_state(state, 2.0)


@pytest.mark.parametrize("value", [math.nan, -1.0])
def test_a_run_of_one_and_of_many_ends_where_a_pool_goes_wrong(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject(scenario())
    assert subject.body is not None
    subject.step()
    subject.body.state[0, layout.PLASMA] = value
    with pytest.raises(ImpossibleCourse, match=r"became .* at hour 2"), np.errstate(all="ignore"):
        subject.step()
    running = courses(scenario(), "c", [0])
    next(running)

    def broken(body: object, hour: float, hours: float = 1.0) -> None:
        body.state[0, layout.URINE] = value  # type: ignore[attr-defined]

    monkeypatch.setattr("mgcells.body.body.Body.advance", broken)
    with pytest.raises(ImpossibleCourse, match=r"urine became .* at hour 1"):
        list(running)


def test_kinetics_that_would_never_end_are_refused() -> None:
    body = Subject(scenario()).body
    assert body is not None
    columns, nothing = body.parameters.columns.copy(), np.zeros((1, layout.INPUTS))
    assert Pace(columns).steps(1.0, 0.0, nothing, body.state).max() < MOST_STEPS_AN_HOUR / 50
    columns[:, layout.FILTRATION] *= 1e7
    with pytest.raises(ValueError, match=r"plasma would need .* steps an hour, where 5000 are allowed"):
        Pace(columns)
    columns[:, layout.FILTRATION] = math.nan
    with pytest.raises(ValueError, match="steps an hour"):
        Pace(columns)
