"""Least squares on the unit cube: what is found, how far it is known, and what is not told apart."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.arrays import Floats
from mgcells.study.calibration_tables import AS_SHIPPED, DIFFERS, WITHIN, identifiable, verdict
from mgcells.study.fitting import (
    THRESHOLD,
    Best,
    agreeing,
    correlation,
    interval,
    least,
    profile,
    search,
    starts,
)

STEP = 1e-4


def line(position: Floats) -> Floats:
    """Return residuals of a straight line through three points, best at (0.3, 0.6)."""
    slope, offset = position - np.array([0.3, 0.6])
    return np.array([offset, offset + 0.5 * slope, offset + slope]) * 20.0


def total(position: Floats) -> Floats:
    """Return the residual of a sum, which does not tell its parts apart."""
    return np.array([20.0 * (position.sum() - 0.9)])


def test_starts_fill_every_slice_of_every_number_and_depend_on_the_seed_only() -> None:
    found = starts(6, 2, seed=3)
    assert sorted((found[:, 0] * 6).astype(int)) == sorted((found[:, 1] * 6).astype(int)) == list(range(6))
    np.testing.assert_array_equal(found, starts(6, 2, seed=3))
    assert not np.array_equal(found, starts(6, 2, seed=4))


def test_all_starts_find_the_same_best() -> None:
    found = [search(line, start, STEP) for start in starts(5, 2, seed=1)]
    np.testing.assert_allclose(least(found).position, [0.3, 0.6], atol=1e-3)
    assert agreeing(found) == 5


def test_the_first_of_equally_good_searches_is_kept() -> None:
    first, second = Best(np.array([0.1]), 1.0), Best(np.array([0.9]), 1.0)
    assert least([first, second]) is first
    assert least([Best(np.array([0.5]), 2.0), second]) is second


def test_the_profile_interval_is_that_of_a_linear_model() -> None:
    best = Best(np.array([0.3, 0.6]), 0.0)
    found = interval(profile(line, best, 1, STEP), 0.0)
    slopes = np.array([[0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]) * 20.0
    expected = np.sqrt(THRESHOLD * np.linalg.inv(slopes.T @ slopes)[1, 1])
    assert found.bound_below
    assert found.bound_above
    # Between the points of its grid a profile is a straight line.
    assert found.high - found.low == pytest.approx(2 * expected, rel=0.35)
    assert identifiable(found) == "identifiable"


def test_the_correlation_is_that_of_a_linear_model() -> None:
    slopes = np.array([[0.0, 1.0], [0.5, 1.0], [1.0, 1.0]])
    covariance = np.linalg.inv(slopes.T @ slopes)
    expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert correlation(line, np.array([0.3, 0.6]), STEP)[0, 1] == pytest.approx(expected, abs=1e-6)


def test_parts_of_a_sum_are_neither_told_apart_nor_known() -> None:
    best = search(total, np.array([0.2, 0.4]), STEP)
    assert np.isnan(correlation(total, best.position, STEP)[0, 1])
    assert identifiable(interval(profile(total, best, 0, STEP), best.squares)) != "identifiable"


@pytest.mark.parametrize(
    ("middle", "width", "words"),
    [
        (0.5, 0.05, "identifiable"),
        (0.9, 0.2, "one-sided: only a lower bound"),
        (0.1, 0.2, "one-sided: only an upper bound"),
        (0.5, 5.0, "not identifiable"),
    ],
)
def test_a_profile_is_put_into_words(middle: float, width: float, words: str) -> None:
    def residuals(position: Floats) -> Floats:
        return (position - middle) / width

    best = Best(np.array([middle]), 0.0)
    assert identifiable(interval(profile(residuals, best, 0, STEP), 0.0)) == words


def test_a_shipped_value_is_judged_by_interval_and_tolerance() -> None:
    assert verdict(1.0, 1.05, 0.8, 1.2) == AS_SHIPPED
    assert verdict(1.0, 1.15, 0.8, 1.2) == WITHIN
    assert verdict(1.0, 1.15, 1.1, 1.2) == DIFFERS
    assert verdict(-0.9, -0.95, -1.0, -0.5) == AS_SHIPPED
