"""Least squares on the unit cube: starts that know no answer, profiles, and what cannot be told apart.

A position has one coordinate from 0 to 1 for each number. Residuals are in standard deviations of what was measured, so
that their sum of squares rises by `THRESHOLD` from the best to the ends of a 95 % profile interval of one number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Floats

Residuals = Callable[[Floats], Floats]
THRESHOLD = 3.841
GRID = 11
MOST_STEPS = 20
# Sums of squares that differ by less are equally good.
EQUAL = 0.05
# Singular values below this share of the largest are none: no measured row tells these directions apart.
FLAT = 1e-3


@dataclass(frozen=True)
class Best:
    """Where a search ended, shape (numbers,), and its sum of squares."""

    position: Floats
    squares: float


@dataclass(frozen=True)
class Profile:
    """The least sum of squares with one number held, for positions of it in ascending order, shape (points,).

    `others` holds the whole positions, shape (points, numbers).
    """

    positions: Floats
    squares: Floats
    others: Floats


@dataclass(frozen=True)
class Interval:
    """Positions between which the profile stays below the threshold; an end that it never crosses is not `bound`."""

    low: float
    high: float
    bound_below: bool
    bound_above: bool


def starts(count: int, dimensions: int, seed: int) -> Floats:
    """Return a seeded Latin hypercube, shape (count, dimensions): every start in its own slice of every number."""
    generator = np.random.default_rng(seed)
    slices = np.stack([generator.permutation(count) for _ in range(dimensions)], axis=1)
    return np.asarray((slices + generator.uniform(size=slices.shape)) / count)


def search(residuals: Residuals, start: Floats, step: float) -> Best:
    """Return the least sum of squares that is found from a start.

    Parameters
    ----------
    residuals : callable
        Of a position, shape (numbers,), to shape (rows,).
    start : shape (numbers,)
    step : float
        Of the finite differences: larger than the grain of a model that counts cells.
    """
    from scipy.optimize import least_squares

    # Steps are relative to a coordinate, which must not be zero.
    found = least_squares(
        lambda shifted: residuals(shifted - 1.0), np.clip(start, 0.0, 1.0) + 1.0, bounds=(1.0, 2.0), diff_step=step,
        max_nfev=MOST_STEPS, xtol=1e-3, ftol=1e-5,
    )  # fmt: skip
    return Best(np.asarray(found.x - 1.0), float(2.0 * found.cost))


def least(found: Iterable[Best]) -> Best:
    """Return the best of several searches, the first of those that are equally good."""
    first, *others = found
    for other in others:
        first = other if other.squares < first.squares - 1e-9 else first
    return first


def agreeing(found: Sequence[Best]) -> int:
    """Return how many searches came to the least sum of squares."""
    lowest = least(found).squares
    return sum(other.squares <= lowest + EQUAL for other in found)


def profile(residuals: Residuals, best: Best, place: int, step: float) -> Profile:
    """Return the profile of one number: on a grid of its whole range the others are fitted again.

    Each fit of the others begins where its neighbour's ended, from the best outwards.
    """
    grid = np.unique(np.append(np.linspace(0.0, 1.0, GRID), best.position[place]))
    middle = int(np.searchsorted(grid, best.position[place]))
    ends = np.empty((len(grid), len(best.position)))
    squares = np.empty(len(grid))
    for side in (range(middle, len(grid)), range(middle - 1, -1, -1)):
        position = best.position
        for point in side:
            held = _held(residuals, position, place, float(grid[point]), step)
            position = held.position
            ends[point], squares[point] = held.position, held.squares
    return Profile(grid, squares, ends)


def interval(found: Profile, lowest: float) -> Interval:
    """Return where a profile stays within `THRESHOLD` of the lowest sum of squares, around its least point."""
    rise = found.squares - lowest - THRESHOLD
    middle = int(np.argmin(found.squares))
    above = _crossing(found.positions[middle:], rise[middle:])
    below = _crossing(found.positions[middle::-1], rise[middle::-1])
    return Interval(
        0.0 if below is None else below, 1.0 if above is None else above, below is not None, above is not None
    )


def correlation(residuals: Residuals, position: Floats, step: float) -> Floats:
    """Return the correlation of the estimates, shape (numbers, numbers).

    NaN beside the diagonal where the rows do not tell the numbers apart.
    """
    count = len(position)
    slopes = np.stack([_slope(residuals, position, place, step) for place in range(count)], axis=1)
    known = np.linalg.svd(slopes, compute_uv=False)
    if count > 1 and (len(known) < count or known[-1] <= FLAT * known[0]):
        return np.where(np.eye(count) > 0.0, 1.0, np.nan)
    if count == 1:
        return np.ones((1, 1))
    covariance = np.linalg.inv(slopes.T @ slopes)
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def _slope(residuals: Residuals, position: Floats, place: int, step: float) -> Floats:
    ends = [np.clip(position[place] + side * step, 0.0, 1.0) for side in (-1.0, 1.0)]
    low, high = (residuals(_moved(position, place, float(end))) for end in ends)
    return np.asarray((high - low) / (ends[1] - ends[0]))


def _held(residuals: Residuals, position: Floats, place: int, value: float, step: float) -> Best:
    whole = _moved(position, place, value)
    free = np.arange(len(position)) != place
    if not free.any():
        return Best(whole, float(np.sum(residuals(whole) ** 2)))

    def of_others(others: Floats) -> Floats:
        trial = whole.copy()
        trial[free] = others
        return residuals(trial)

    found = search(of_others, position[free], step)
    whole[free] = found.position
    return Best(whole, found.squares)


def _moved(position: Floats, place: int, value: float) -> Floats:
    moved = position.copy()
    moved[place] = value
    return moved


def _crossing(positions: Floats, rise: Floats) -> float | None:
    """Return where `rise` first comes above zero along the positions, on a straight line between two; or None."""
    above = np.flatnonzero(rise > 0.0)
    if len(above) == 0 or above[0] == 0:
        return None
    after = int(above[0])
    share = -rise[after - 1] / (rise[after] - rise[after - 1])
    return float(positions[after - 1] + share * (positions[after] - positions[after - 1]))
