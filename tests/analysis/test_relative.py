"""A share of control is given where it says something, and its sign is that of the difference."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.analysis.relative import relative_differences


def share(control: list[float], values: list[float]) -> float:
    base, own = np.array(control)[:, None], np.array(values)[:, None]
    both = np.isfinite(base + own)[:, 0]
    difference, mean = (own - base)[both].mean(axis=0), base[both].mean(axis=0)
    return float(relative_differences(difference, mean, own, base)[0])


def test_a_rise_is_positive_above_and_below_zero() -> None:
    assert share([2.0, 4.0], [3.0, 6.0]) == pytest.approx(0.5)
    assert share([-2.0, -4.0], [-1.0, -2.0]) == pytest.approx(0.5)
    assert share([-2.0], [-3.0]) == pytest.approx(-0.5)
    assert share([2.0, np.nan], [1.0, 7.0]) == pytest.approx(-0.5)
    assert share([2.0], [0.0]) == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("control", "values"),
    [
        ([0.0, 0.0], [1.0, 2.0]),
        ([1e-15, 2e-15], [0.02, 0.03]),
        ([-1e-15], [-0.02]),
        ([-0.01, 0.02], [0.1, 0.2]),
        ([-0.01], [0.1]),
        ([0.01], [-0.1]),
        ([0.0], [0.0]),
    ],
)
def test_a_control_near_zero_or_on_the_other_side_has_no_share(control: list[float], values: list[float]) -> None:
    assert np.isnan(share(control, values))
