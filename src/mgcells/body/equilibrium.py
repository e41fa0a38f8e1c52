"""The steady state of a subject under a constant diet: solved, not waited for."""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats
from mgcells.body import layout as at
from mgcells.body.equations import absorbable, calcitriol, carriers, csf_influx, excretion, slow_store
from mgcells.body.kernel import settled_parathyroid
from mgcells.body.parameters import BodyParameters

HIGHEST_RATIO = 50.0
BISECTIONS = 200


def equilibrium(parameters: BodyParameters, diet: Floats) -> Floats:
    """Return the state, shape (n, STATES), in which nothing changes under `diet` (mmol/h, shape (n,)).

    Cumulative amounts are zero.

    Raises
    ------
    ValueError
        A diet without magnesium: plasma would fall to nothing.
    """
    if np.any(diet <= 0.0):
        raise ValueError("there is no equilibrium without dietary magnesium; let such a diet begin with the strategy")
    p = parameters.columns.T
    uptake = parameters.absorption.of_rate(diet)
    by_carriers = uptake.by_carriers * p[at.TISSUE_ABSORPTION]

    def carrier_at(logarithm: Floats) -> Floats:
        power = np.exp(p[at.CARRIER_POWER] * logarithm)
        return np.asarray(carriers(power, p[at.CARRIER_GAIN], p[at.CARRIER_HALF_POWER]) / p[at.CARRIER_HEALTHY])

    def gained(logarithm: Floats) -> Floats:
        ratio = np.exp(logarithm)
        absorbed = absorbable(uptake.in_proportion, by_carriers * carrier_at(logarithm), diet)
        filtered = p[at.FILTRATION] * p[at.HEALTHY_PLASMA] * ratio
        urine = excretion(filtered, logarithm, p[at.SPLAY], p[at.SPLAY_LOG], p[at.SENSING_POWER])
        return np.asarray(absorbed - p[at.SECRETION] * ratio - urine)

    low, high = np.full(diet.shape, -np.log(HIGHEST_RATIO) * 10), np.full(diet.shape, np.log(HIGHEST_RATIO))
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        rising = gained(middle) > 0.0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    logarithm = 0.5 * (low + high)
    ratio = np.exp(logarithm)
    carrier = carrier_at(logarithm)
    absorbed = absorbable(uptake.in_proportion, by_carriers * carrier, diet)
    state = np.zeros((diet.size, at.STATES))
    y = state.T
    y[at.GUT_DISSOLVING] = absorbed / p[at.DISSOLUTION_RATE]
    y[at.GUT_DISSOLVED] = absorbed / p[at.ABSORPTION_RATE]
    lost = diet - absorbed + p[at.SECRETION] * ratio
    for segment in range(len(at.SEGMENTS)):
        y[at.GUT_DUODENUM + segment] = lost / p[at.SEGMENT_RATE + segment]
    y[at.PLASMA] = p[at.HEALTHY_PLASMA] * ratio
    y[at.INTRACELLULAR] = p[at.HEALTHY_INTRACELLULAR] * ratio
    y[at.BONE_SURFACE] = p[at.HEALTHY_SURFACE] * ratio
    y[at.BONE_DEEP] = slow_store(p[at.HEALTHY_DEEP], p[at.DEEP_SHARE], ratio)
    y[at.MUSCLE] = slow_store(p[at.HEALTHY_MUSCLE], p[at.MUSCLE_SHARE], ratio)
    y[at.CARRIER] = carrier
    y[at.THREONATE_PLASMA] = p[at.THREONATE_HEALTHY] * p[at.THREONATE_VOLUME]
    influx = csf_influx(np.exp(p[at.CSF_POWER] * logarithm), p[at.CSF_FLOOR], p[at.CSF_SATURATION])
    y[at.CSF_MAGNESIUM] = p[at.CSF_SET_POINT] * influx
    entering = p[at.CSF_THREONATE_ENTRY] * p[at.THREONATE_HEALTHY] + p[at.CSF_THREONATE_SOURCE]
    y[at.CSF_THREONATE] = entering / p[at.CSF_THREONATE_RATE]
    y[at.PARATHYROID] = [settled_parathyroid(each, own) for each, own in zip(logarithm, p.T, strict=True)]
    y[at.CALCITRIOL] = calcitriol(logarithm, p[at.CALCITRIOL_POWER])
    return state
