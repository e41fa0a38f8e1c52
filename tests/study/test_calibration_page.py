"""What a calibration found in words: one sentence for each thing that is not known, none for what is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mgcells.study.calibration_figure import draw_profiles, profile_files
from mgcells.study.calibration_page import shown, words

NUMBER = {
    "calibration": "own", "number": "rat:body.csf.tau_gain", "unit": "d", "shipped": 28.0, "fitted": 20.0, "low": 15.0,
    "high": 26.0, "range_low": 8.0, "range_high": 40.0, "identifiable": "identifiable", "verdict": "differs",
}  # fmt: skip
GROUP = {"calibration": "own", "rows": 1, "starts": 4, "agreeing": 4}
PAIR = {"calibration": "own", "first": "a.b", "second": "c.d"}


def said(group: dict[str, Any] | None = None, correlation: float | None = None, **changes: Any) -> list[str]:
    pairs = pd.DataFrame([] if correlation is None else [PAIR | {"correlation": correlation}])
    return list(words(GROUP | (group or {}), pd.DataFrame([NUMBER | changes]), pairs))


def test_what_is_known_and_as_shipped_needs_no_words() -> None:
    assert said(verdict="as shipped") == []


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "The shipped value of `rat:body.csf.tau_gain` is **not** what the fit gives"),
        ({"identifiable": "one-sided: only a lower bound"}, "gives only a lower bound within the range"),
        ({"identifiable": "not identifiable"}, "says nothing about it within its range"),
        ({"identifiable": "not identifiable", "fitted": 40.0}, "the range decides, not the experiment"),
        ({"group": {"agreeing": 3}}, "3 of 4 searches ended at the best values"),
        ({"correlation": np.nan}, "cannot be told apart by 1 measured row:"),
        ({"correlation": np.nan, "group": {"rows": 2}}, "by 2 measured rows:"),
        ({"correlation": -0.97}, "move together (correlation -0.970)"),
        ({"correlation": 0.3}, "have a correlation of 0.30"),
    ],
)
def test_what_is_not_known_is_said(changes: dict[str, Any], part: str) -> None:
    assert any(part in text for text in said(**changes))


def test_a_number_is_shown_with_unit_interval_and_range() -> None:
    assert shown(NUMBER) == (
        "rat:body.csf.tau_gain", "d", "28", "20", "15 to 26", "8 to 40", "identifiable", "differs",
    )  # fmt: skip


def test_the_figure_has_a_panel_for_each_number_and_the_same_bytes_each_time() -> None:
    names = ["rat:body.csf.tau_gain", "neuron.synapse_density.intracellular_magnesium.at_saturation"]
    numbers = pd.DataFrame([NUMBER | {"number": name} for name in names])
    profiles = pd.DataFrame(
        [
            {"calibration": "own", "number": name, "unit": "d", "value": value, "rise": (value - 20.0) ** 2 / 9.0}
            for name in names
            for value in np.linspace(8.0, 40.0, 9)
        ]
    )
    panels = [axes for axes in draw_profiles(numbers, profiles).axes if axes.axison]
    assert len(panels) == len(names)
    assert "tau_gain (d)" in panels[0].get_title()
    assert [panel.get_xlabel() for panel in panels] == ["differs", "differs"]
    first, again = profile_files(numbers, profiles), profile_files(numbers, profiles)
    assert set(first) == {"png", "svg", "pdf"}
    assert first == again
