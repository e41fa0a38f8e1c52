"""How much virtual subjects differ, where a scenario says so itself."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.batch.resolved import resolved
from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.library.in_force import Setting
from mgcells.scenario import Scenario, read_scenario
from mgcells.streams import Streams
from mgcells.subject.assembly import virtual_subject
from mgcells.subject.subject import Subject

WEIGHT, VOLUME = "body.weight", "body.gut.magnesium.capacity"


def scenario(top: str = "", arm: str = "") -> Scenario:
    text = f"""title = "Spread"
subject = "human-adult"
duration = "4 h"
replicates = 12
control = "c"
tissues = []
{top}
[[strategy]]
name = "c"
[[strategy]]
name = "arm"
{arm}
"""
    return read_scenario(text, "spread.toml")


def drawn(given: Scenario, strategy: str = "c") -> list[Setting]:
    chosen = given.strategy(strategy)
    return [virtual_subject(given.library, chosen, (), Streams(given.seed, number)) for number in range(12)]


def test_a_fixed_number_is_the_same_for_everyone_and_moves_no_other_draw() -> None:
    free = scenario('parameters = { "body.weight" = "82 kg" }')
    fixed = scenario('parameters = { "body.weight" = "82 kg" }\nvariation = { "body.weight" = 0 }')
    assert np.ptp([setting.values[WEIGHT] for setting in drawn(free)]) > 5e3
    assert {setting.values[WEIGHT] for setting in drawn(fixed)} == {82e3}
    for with_draw, without in zip(drawn(free), drawn(fixed), strict=True):
        assert {**with_draw.values, WEIGHT: 82e3} == without.values
    assert Subject(fixed, replicate=3).setting.values[WEIGHT] == 82e3


def test_a_spread_scales_the_draws() -> None:
    wide, narrow = (
        np.log([setting.values[VOLUME] for setting in drawn(scenario(f'variation = {{ "{VOLUME}" = {share} }}'))])
        for share in ('"40 %"', 0.1)
    )
    ratio = (wide - wide.mean()) / (narrow - narrow.mean())
    assert ratio == pytest.approx(np.sqrt(np.log1p(0.4**2) / np.log1p(0.1**2)))
    usual, stated = load_library().subjects["human-adult"].variation[VOLUME].spread.value, scenario()
    same = scenario(f'variation = {{ "{VOLUME}" = {usual} }}')
    assert [entry.values for entry in drawn(same)] == [entry.values for entry in drawn(stated)]


def test_a_strategy_may_differ_from_the_common_part() -> None:
    given = scenario('variation = { "body.weight" = 0 }', 'variation = { "body.weight" = 0.3 }')
    assert len({setting.values[WEIGHT] for setting in drawn(given)}) == 1
    assert len({setting.values[WEIGHT] for setting in drawn(given, "arm")}) == 12
    found = resolved(given)
    assert found["variation"][WEIGHT]["value"] == 0.0
    assert found["variation"][WEIGHT]["changed_by"] == {"arm": "0.3"}
    assert "variation of body.weight = 0.3" in found["strategies"][1]["changes"]
    assert given.strategy("arm") != scenario('variation = { "body.weight" = 0 }').strategy("arm")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ('"body.wieght" = 0', "no variation of it, so it is the same for everyone already; did you mean 'body.weight'"),
        ('"body.weight" = -0.1', r"-0.1 should be a share from 0 \(the same for everyone\) to 3"),
        ('"body.weight" = 30', "30 should be a share"),
        ('"body.weight" = "2 kg"', "'2 kg' is a mass"),
        ('"body.weight" = "none"', "none"),
    ],
)
def test_a_spread_that_cannot_be_is_a_problem_with_its_line(said: str, sentence: str) -> None:
    with pytest.raises(InputProblems, match=sentence) as caught:
        scenario(f"variation = {{ {said} }}")
    assert [problem.line for problem in caught.value.problems] == [7]
