"""The steady state of a subject under a constant diet: solved, not waited for."""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats
from mgcells.body import layout
from mgcells.body.kernel import parathyroid
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
    p = parameters.columns
    uptake = parameters.absorption.of_rate(diet)
    by_carriers = uptake.by_carriers * p[:, layout.TISSUE_ABSORPTION]

    def gained(logarithm: Floats) -> Floats:
        ratio = np.exp(logarithm)
        absorbed = np.minimum(uptake.in_proportion + by_carriers * carriers(p, logarithm), diet)
        sensed = p[:, layout.SENSING_POWER] * np.maximum(logarithm, 0.0)
        load = np.exp(p[:, layout.SPLAY_LOG] + p[:, layout.SPLAY] * logarithm + sensed)
        filtered = p[:, layout.FILTRATION] * p[:, layout.HEALTHY_PLASMA] * ratio
        urine = -filtered * np.expm1(-np.log1p(load) / p[:, layout.SPLAY])
        return np.asarray(absorbed - p[:, layout.SECRETION] * ratio - urine)

    low, high = np.full(diet.shape, -np.log(HIGHEST_RATIO) * 10), np.full(diet.shape, np.log(HIGHEST_RATIO))
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        rising = gained(middle) > 0.0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    logarithm = 0.5 * (low + high)
    ratio = np.exp(logarithm)
    carrier = carriers(p, logarithm)
    absorbed = np.minimum(uptake.in_proportion + by_carriers * carrier, diet)
    state = np.zeros((diet.size, layout.STATES))
    state[:, layout.GUT_DISSOLVING] = absorbed / p[:, layout.DISSOLUTION_RATE]
    state[:, layout.GUT_DISSOLVED] = absorbed / p[:, layout.ABSORPTION_RATE]
    lost = diet - absorbed + p[:, layout.SECRETION] * ratio
    for segment in range(len(layout.SEGMENTS)):
        state[:, layout.GUT_DUODENUM + segment] = lost / p[:, layout.SEGMENT_RATE + segment]
    state[:, layout.PLASMA] = p[:, layout.HEALTHY_PLASMA] * ratio
    state[:, layout.INTRACELLULAR] = p[:, layout.HEALTHY_INTRACELLULAR] * ratio
    state[:, layout.BONE_SURFACE] = p[:, layout.HEALTHY_SURFACE] * ratio
    state[:, layout.BONE_DEEP] = p[:, layout.HEALTHY_DEEP] * (1.0 + p[:, layout.DEEP_SHARE] * (ratio - 1.0))
    state[:, layout.MUSCLE] = p[:, layout.HEALTHY_MUSCLE] * (1.0 + p[:, layout.MUSCLE_SHARE] * (ratio - 1.0))
    state[:, layout.CARRIER] = carrier
    state[:, layout.THREONATE_PLASMA] = p[:, layout.THREONATE_HEALTHY] * p[:, layout.THREONATE_VOLUME]
    floor, saturation = p[:, layout.CSF_FLOOR], p[:, layout.CSF_SATURATION]
    power = np.exp(p[:, layout.CSF_POWER] * logarithm)
    influx = floor + (1.0 - floor) * (1.0 + saturation) * power / (saturation + power)
    state[:, layout.CSF_MAGNESIUM] = p[:, layout.CSF_SET_POINT] * influx
    entering = p[:, layout.CSF_THREONATE_ENTRY] * p[:, layout.THREONATE_HEALTHY] + p[:, layout.CSF_THREONATE_SOURCE]
    state[:, layout.CSF_THREONATE] = entering / p[:, layout.CSF_THREONATE_RATE]
    state[:, layout.PARATHYROID] = [parathyroid(each, own) for each, own in zip(logarithm, p, strict=True)]
    state[:, layout.CALCITRIOL] = np.exp(p[:, layout.CALCITRIOL_POWER] * logarithm)
    return state


def carriers(p: Floats, logarithm: Floats) -> Floats:
    """Return the carriers' settled activity at plasma magnesium exp(`logarithm`) times normal; 1 at normal."""
    power = np.exp(p[:, layout.CARRIER_POWER] * logarithm)
    half = p[:, layout.CARRIER_HALF_POWER]
    return np.asarray((1.0 + p[:, layout.CARRIER_GAIN] * half / (half + power)) / p[:, layout.CARRIER_HEALTHY])
