"""Differences as a share of control, where there is a control that can be shared out."""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Flags, Floats

# A mean this much smaller than what the observable reaches is zero but for rounding.
NEAR_ZERO = 1e-6


def relative_differences(difference: Floats, control_mean: Floats, values: Floats, control: Floats) -> Floats:
    """Return mean paired differences over the size of the control mean: a rise is positive.

    NaN where a share says nothing: control is zero or nearly so, control lies on both sides of zero over the subjects,
    or the strategy's mean lies on the other side.

    Parameters
    ----------
    difference, control_mean : arrays, shape (columns,)
        Means over the pairs that exist.
    values, control : arrays, shape (subjects, columns)
        What was compared, NaN where a run has no value.
    """
    paired: Flags = np.isfinite(values) & np.isfinite(control)
    base = np.where(paired, control, 0.0)
    scale = np.maximum(np.abs(np.where(paired, values, 0.0)), np.abs(base)).max(axis=0, initial=0.0)
    both_sides = (base > 0.0).any(axis=0) & (base < 0.0).any(axis=0)
    other_side = (control_mean + difference) * control_mean < 0.0
    meant = (np.abs(control_mean) > NEAR_ZERO * scale) & ~both_sides & ~other_side
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(meant, difference / np.abs(control_mean), np.nan))
