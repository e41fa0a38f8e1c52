"""How many Runge-Kutta steps an hour needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mgcells.body import layout

Floats = NDArray[np.float64]
FINE, COARSE = 0.18, 0.4
STEEPEST_SPLAY = 0.7


def steps_per_hour(columns: Floats) -> Floats:
    """Return the steps per hour that keep the error of every level below 1e-5, shape (n,).

    First-order processes get a step of a sixth of their time constant. Plasma gets two fifths: it stays near its
    equilibrium with the tissues, so that its own transients are small.
    """
    linear = [
        layout.DISSOLUTION_RATE, layout.ABSORPTION_RATE, layout.THREONATE_ABSORPTION_RATE,
        layout.THREONATE_ELIMINATION_RATE, layout.INTRACELLULAR_RATE, layout.CSF_RATE, layout.CSF_THREONATE_RATE,
    ]  # fmt: skip
    simple = columns[:, linear].max(axis=1)
    steepest = 1.0 + STEEPEST_SPLAY * (1.0 + columns[:, layout.SENSING_POWER] / columns[:, layout.SPLAY])
    exchange = (
        columns[:, layout.INTRACELLULAR_RATE] * columns[:, layout.HEALTHY_INTRACELLULAR]
        + columns[:, layout.SURFACE_RATE] * columns[:, layout.HEALTHY_SURFACE]
        + columns[:, layout.DEEP_RATE] * columns[:, layout.HEALTHY_DEEP]
        + columns[:, layout.MUSCLE_RATE] * columns[:, layout.HEALTHY_MUSCLE]
        + columns[:, layout.SECRETION]
    )
    plasma = columns[:, layout.FILTRATION] * steepest + exchange / columns[:, layout.HEALTHY_PLASMA]
    return np.asarray(np.maximum(simple / FINE, plasma / COARSE))
