"""Intervals for means of paired differences, and quantiles, that skip missing runs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mgcells.arrays import Floats

LEVEL = 0.95
BLOCK = 4096
# With fewer pairs a percentile bootstrap is too narrow: of four it covers three means in four and not 95 in 100.
BOOTSTRAP_FROM = 20


class MeanInterval(NamedTuple):
    """Mean, lower and upper bound and number of pairs, each of shape (columns,)."""

    mean: Floats
    low: Floats
    high: Floats
    n: Floats


def paired_interval(differences: Floats, *, seed: int, resamples: int) -> MeanInterval:
    """Return the mean of each column with its 95 % interval: of t below `BOOTSTRAP_FROM` pairs, else of a bootstrap.

    The bootstrap is of percentiles; its resamples depend on the seed and the number of pairs only, so columns share
    them, and another strategy or observable changes no interval.

    Parameters
    ----------
    differences : ndarray of float, shape (pairs, columns)
        Differences, one row per pair; NaN where a pair is missing.
    seed : int
        Seed of the resampling.
    resamples : int
        Number of bootstrap samples.

    Returns
    -------
    MeanInterval
        Bounds are NaN for fewer than two pairs; everything is NaN (n = 0) without a pair.
    """
    present = np.isfinite(differences)
    columns = differences.shape[1]
    mean, low, high = (np.full(columns, np.nan) for _ in range(3))
    patterns, members = np.unique(present, axis=1, return_inverse=True)
    for index, pattern in enumerate(patterns.T):
        n = int(pattern.sum())
        if n == 0:
            continue
        chosen = np.flatnonzero(members.ravel() == index)
        mean[chosen] = differences[np.ix_(pattern, chosen)].mean(axis=0)
        if n == 1:
            continue
        if n < BOOTSTRAP_FROM:
            half = _half_width(differences[np.ix_(pattern, chosen)])
            low[chosen], high[chosen] = mean[chosen] - half, mean[chosen] + half
            continue
        weights = np.random.default_rng([seed, n]).multinomial(n, np.full(n, 1.0 / n), size=resamples) / n
        for block in np.split(chosen, range(BLOCK, len(chosen), BLOCK)):
            centred = differences[np.ix_(pattern, block)] - mean[block]
            bounds = np.quantile(weights @ centred, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
            low[block], high[block] = mean[block] + bounds
    return MeanInterval(mean, low, high, present.sum(axis=0).astype(float))


def _half_width(differences: Floats) -> Floats:
    """Return half the interval of t of each column of differences, shape (pairs, columns)."""
    from scipy.special import stdtrit

    n = len(differences)
    reach = float(stdtrit(n - 1, (1 + LEVEL) / 2))
    return np.asarray(reach * differences.std(axis=0, ddof=1) / np.sqrt(n))


def quantile_over_runs(values: Floats, share: float) -> Floats:
    """Return the quantile over axis 1, linearly interpolated, without the missing values.

    `values` has the shape (strategies, replicates, ...), the result lacks the axis of the replicates; NaN where no
    run has a value.
    """
    ordered = np.sort(values, axis=1)
    count = np.isfinite(values).sum(axis=1, keepdims=True)
    position = share * np.maximum(count - 1, 0)
    below = np.floor(position).astype(int)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    lower = np.take_along_axis(ordered, below, axis=1)
    upper = np.take_along_axis(ordered, above, axis=1)
    result: Floats = (lower + (upper - lower) * (position - below)).squeeze(axis=1)
    return result
