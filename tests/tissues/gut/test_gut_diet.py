"""The diet that the gut's rules are fitted to, in the whole mouse: 70 instead of 500 mg of magnesium per kg of chow.

Day 4 is the calibration target [Pachikian2010], and so are bifidobacteria on both days. Junctions and TNF of day 21
are held out: mice had recovered, the model nearly, because its plasma magnesium stays low and keeps TNF up.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from mgcells.model import MagnesiumModel
from mgcells.scenario import read_scenario
from mgcells.tissues.gut.gut import Gut

POOR_CHOW = """
title = "poor chow"
subject = "mouse"
duration = "28 d"
control = "chow"
tissues = ["gut"]

[[strategy]]
name = "chow"

[[strategy]]
name = "poor chow"
condition = "magnesium-deficient"
"""


@pytest.fixture(scope="module")
def course() -> dict[int, dict[str, float]]:
    """Return the ratios of poor to usual chow in the mean of four mice, by day."""
    scenario = read_scenario(POOR_CHOW, "poor-chow.toml")
    days: dict[int, list[dict[str, float]]] = {}
    for replicate in range(4):
        usual, poor = (MagnesiumModel(scenario, name, replicate, collect=False) for name in ("chow", "poor chow"))
        names = [observable.name for observable in poor.observables]
        for hour in range(1, scenario.steps + 1):
            usual.step()
            poor.step()
            if hour in (96, 504):
                ratio = np.array(poor.measure()) / np.array(usual.measure())
                lost = cast("Gut", poor.tissues["gut"]).niche.mean("commensals")
                found = dict(zip(names, ratio.tolist(), strict=True))
                days.setdefault(hour // 24, []).append({**found, "commensals": lost})
    return {day: {name: float(np.mean([m[name] for m in mice])) for name in mice[0]} for day, mice in days.items()}


def test_day_4_is_met(course: dict[int, dict[str, float]]) -> None:
    assert 0.50 <= course[4]["gut.tight_junction"] <= 0.64
    assert course[4]["gut.tnf"] == pytest.approx(2.0, rel=0.2)
    assert np.log10(course[4]["commensals"]) == pytest.approx(-1.5, abs=0.25)


def test_bifidobacteria_are_above_control_on_day_21(course: dict[int, dict[str, float]]) -> None:
    assert 1.0 < course[21]["gut.bifidobacteria"] < 2.0


def test_day_21_is_better_than_day_4(course: dict[int, dict[str, float]]) -> None:
    assert course[4]["gut.tight_junction"] < course[21]["gut.tight_junction"] <= 1.0
    assert course[21]["gut.tnf"] < course[4]["gut.tnf"]


@pytest.mark.xfail(strict=True, reason="low plasma magnesium keeps TNF up: docs/gut.md")
def test_day_21_is_met(course: dict[int, dict[str, float]]) -> None:
    assert course[21]["gut.tight_junction"] > 0.9
    assert course[21]["gut.tnf"] == pytest.approx(1.0, abs=0.2)
