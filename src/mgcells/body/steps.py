"""How many Runge-Kutta steps an hour needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mgcells.body import layout

Floats = NDArray[np.float64]
FINE, COARSE = 0.18, 0.4
COARSEST, FADING, FADED = 0.4, 0.1, 8.0
STEEPEST_SPLAY = 0.7
LINEAR = (
    layout.DISSOLUTION_RATE, layout.ABSORPTION_RATE, layout.THREONATE_ABSORPTION_RATE,
    layout.THREONATE_ELIMINATION_RATE, layout.INTRACELLULAR_RATE, layout.CSF_RATE, layout.CSF_THREONATE_RATE,
)  # fmt: skip


def steps_per_hour(columns: Floats, since: float) -> Floats:
    """Return the steps per hour that keep the error of every level below 1e-5, shape (n,).

    First-order processes get a step of a sixth of their time constant right after something was given. What a dose
    stirred up fades exponentially, and the error of a step grows with its fourth power, so `since` then (h) the step
    may grow; it does so more slowly than that, to two fifths. Plasma always gets two fifths of its time constant: it
    stays near its equilibrium with the tissues, so that its own transients are small.
    """
    rates = columns[:, LINEAR]
    simple = rates / np.minimum(FINE * np.exp(np.minimum(FADING * rates * since, FADED)), COARSEST)
    steepest = 1.0 + STEEPEST_SPLAY * (1.0 + columns[:, layout.SENSING_POWER] / columns[:, layout.SPLAY])
    exchange = (
        columns[:, layout.INTRACELLULAR_RATE] * columns[:, layout.HEALTHY_INTRACELLULAR]
        + columns[:, layout.SURFACE_RATE] * columns[:, layout.HEALTHY_SURFACE]
        + columns[:, layout.DEEP_RATE] * columns[:, layout.HEALTHY_DEEP]
        + columns[:, layout.MUSCLE_RATE] * columns[:, layout.HEALTHY_MUSCLE]
        + columns[:, layout.SECRETION]
    )
    plasma = columns[:, layout.FILTRATION] * steepest + exchange / columns[:, layout.HEALTHY_PLASMA]
    return np.asarray(np.maximum(simple.max(axis=1), plasma / COARSE))
