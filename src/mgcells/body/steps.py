"""How many Runge-Kutta steps an hour needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats
from mgcells.body import layout

FINE, COARSE = 0.18, 0.4
COARSEST, FADING, FADED = 0.4, 0.1, 8.0
STEEPEST_SPLAY = 0.7
FILLING = 0.1
SWING, LEAP, REFINED = 0.01, 0.1, 8
# Shipped subjects need up to 50; numbers that ask for more than this are no body, and their run would not end.
MOST_STEPS_AN_HOUR = 5_000
LINEAR = (
    layout.DISSOLUTION_RATE, layout.ABSORPTION_RATE, layout.THREONATE_ABSORPTION_RATE,
    layout.THREONATE_ELIMINATION_RATE, layout.INTRACELLULAR_RATE, layout.CSF_RATE, layout.CSF_THREONATE_RATE,
    *(layout.SEGMENT_RATE + segment for segment in range(len(layout.SEGMENTS))),
)  # fmt: skip


class Pace:
    """The steps per hour that keep the error of every level below 1e-5 between kinks; at a kink see `crossing`.

    First-order processes get a step of a sixth of their time constant right after something was given. What a dose
    stirred up fades exponentially, and the error of a step grows with its fourth power, so `since` then (h) the step
    may grow; it does so more slowly than that, to two fifths. Plasma always gets two fifths of its time constant: it
    stays near its equilibrium with the tissues, so that its own transients are small.

    Parameters
    ----------
    columns : float array, shape (n, PARAMETERS)

    Raises
    ------
    ValueError
        Something is so fast, or backward, that no number of steps would do.
    """

    def __init__(self, columns: Floats) -> None:
        self._rates, self._half = columns[:, LINEAR], columns[:, layout.CARRIER_HALF]
        self._least = _plasma(columns) / COARSE
        for name, rates in (("plasma", self._least), ("the fastest process", self._rates.max(axis=1) / FINE)):
            if not rates.max() <= MOST_STEPS_AN_HOUR:
                number = f"{rates.max():.3g} steps an hour, where {MOST_STEPS_AN_HOUR} are allowed"
                raise ValueError(f"{name} would need {number}; a volume or time is too small, or a rate too large")
        if not min(self._least.min(), self._rates.min()) >= 0.0:
            raise ValueError("a rate of the body is negative; a share, a volume or a time is not what it can be")
        # Where plasma sets the pace even right after a dose, nothing that fades can matter.
        self._stirs = bool((self._rates.max(axis=1) / FINE > self._least).any())

    def steps(self, hours: float, since: float, inputs: Floats, state: Floats) -> NDArray[np.int64]:
        """Return how many steps `hours` need that begin `since` hours after something was given, shape (n,).

        `inputs` (n, INPUTS) hold meanwhile, `state` (n, STATES) is that at the beginning.
        """
        per_hour, rates = self._least, self._rates
        if self._stirs:
            simple = rates / np.minimum(FINE * np.exp(np.minimum(FADING * since * rates, FADED)), COARSEST)
            per_hour = np.maximum(simple.max(axis=1), per_hour)
        flow = inputs[:, layout.FLOWING]
        if flow.any():  # what fills the bowel saturates the carriers, step by step
            busy = self._half + inputs[:, layout.OCCUPIED] + state[:, layout.WAITING]
            per_hour = np.maximum(flow / (FILLING * busy), per_hour)
        steps: NDArray[np.int64] = np.maximum(np.ceil(hours * per_hour), 1.0).astype(np.int64)
        return steps


def _plasma(columns: Floats) -> Floats:
    """Return how fast plasma relaxes, 1/h, shape (n,)."""
    steepest = 1.0 + STEEPEST_SPLAY * (1.0 + columns[:, layout.SENSING_POWER] / columns[:, layout.SPLAY])
    exchange = (
        columns[:, layout.INTRACELLULAR_RATE] * columns[:, layout.HEALTHY_INTRACELLULAR]
        + columns[:, layout.SURFACE_RATE] * columns[:, layout.HEALTHY_SURFACE]
        + columns[:, layout.DEEP_RATE] * columns[:, layout.HEALTHY_DEEP]
        + columns[:, layout.MUSCLE_RATE] * columns[:, layout.HEALTHY_MUSCLE]
        + columns[:, layout.SECRETION]
    )
    return np.asarray(columns[:, layout.FILTRATION] * steepest + exchange / columns[:, layout.HEALTHY_PLASMA])


def crossing(columns: Floats, before: Floats, after: Floats) -> NDArray[np.bool_]:
    """Return which subjects went over a kink of the equations, or far, too fast for the usual step, shape (n,).

    Kinks are plasma at its normal level (the kidney's sensing), plasma in balance with the bone surface (fast loss,
    slow refill) and parathyroid hormone at its ceiling. There a step errs with its square and not its fourth power;
    that shows only when plasma moves by more than one per cent, and `REFINED` times as many steps then mend it.
    So they do where plasma leaps by a tenth. What still errs by more than 1e-5, up to 2e-5, is the urine of a deprived
    rat whose kidney lets next to nothing through.
    """
    leap = np.abs(np.log(after[:, layout.PLASMA] / before[:, layout.PLASMA]))
    swift = leap > SWING
    if not swift.any():
        return np.asarray(swift)
    start, end = (np.log(state[:, layout.PLASMA] / columns[:, layout.HEALTHY_PLASMA]) for state in (before, after))
    sides = [
        (
            level > 0.0,
            columns[:, layout.HEALTHY_SURFACE] * np.exp(level) > state[:, layout.BONE_SURFACE],
            columns[:, layout.PARATHYROID_POWER] * level > -np.log(columns[:, layout.PARATHYROID_CEILING]),
        )
        for level, state in ((start, before), (end, after))
    ]
    changed = [early != late for early, late in zip(*sides, strict=True)]
    return np.asarray(swift & np.logical_or.reduce(changed) | (leap > LEAP))
