"""How far subjects lie apart: a measure for differences that needs no control to be shared out."""

from __future__ import annotations

import numpy as np

from mgcells.analysis.relative import NEAR_ZERO
from mgcells.arrays import Floats


def spread_over_subjects(values: Floats) -> Floats:
    """Return the standard deviation of each column over the subjects (divisor n - 1), in the unit of the column.

    NaN of fewer than two subjects, and where the subjects are alike but for rounding: differences cannot be measured by
    it.

    Parameters
    ----------
    values : array, shape (subjects, columns)
        NaN where a run has no value.
    """
    present = np.isfinite(values)
    n = present.sum(axis=0)
    known = np.where(present, values, 0.0)
    mean = known.sum(axis=0) / np.maximum(n, 1)
    squares = np.where(present, (known - mean) ** 2, 0.0).sum(axis=0)
    spread = np.sqrt(squares / np.maximum(n - 1, 1))
    alike = spread <= NEAR_ZERO * np.abs(known).max(axis=0, initial=0.0)
    return np.asarray(np.where((n < 2) | alike, np.nan, spread))
