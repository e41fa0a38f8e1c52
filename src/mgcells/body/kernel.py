"""The time course between two events: classical Runge-Kutta steps of one right-hand side.

The right-hand side has no branch, so that the same source serves one subject at a time when it is compiled and all
subjects at once (columns of arrays) when it is not. Runge-Kutta steps keep sums of states exactly, so what is received
equals what is stored and excreted but for rounding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mgcells import compiled
from mgcells.arrays import Floats
from mgcells.body.layout import (
    ABSORBED,
    ABSORPTION_RATE,
    BONE_DEEP,
    BONE_SURFACE,
    BY_CARRIERS,
    CALCITRIOL,
    CALCITRIOL_POWER,
    CALCITRIOL_RATE,
    CARRIER,
    CARRIER_GAIN,
    CARRIER_HALF_POWER,
    CARRIER_HEALTHY,
    CARRIER_POWER,
    CARRIER_RATE,
    CLAMPED,
    CSF_FLOOR,
    CSF_GAIN,
    CSF_MAGNESIUM,
    CSF_POWER,
    CSF_RATE,
    CSF_SATURATION,
    CSF_SET_POINT,
    CSF_THREONATE,
    CSF_THREONATE_ENTRY,
    CSF_THREONATE_RATE,
    CSF_THREONATE_SOURCE,
    DEEP_RATE,
    DEEP_SHARE,
    DEPOT_RATE,
    DEPOTS,
    DISSOLUTION_RATE,
    FAECES,
    FILTRATION,
    FOLLOWERS,
    GAIN_HALF,
    GAIN_MAXIMUM,
    GAIN_RATE,
    GUT_DISSOLVED,
    GUT_DISSOLVING,
    GUT_DUODENUM,
    HEALTHY_DEEP,
    HEALTHY_INTRACELLULAR,
    HEALTHY_MUSCLE,
    HEALTHY_PLASMA,
    HEALTHY_SURFACE,
    HOLDING_WATER,
    IN_PROPORTION,
    INFUSED,
    INTRACELLULAR,
    INTRACELLULAR_RATE,
    INTRAPERITONEAL,
    INTRATHECAL,
    INTRATHECAL_INFUSED,
    MUSCLE,
    MUSCLE_RATE,
    MUSCLE_SHARE,
    OSMOTIC,
    OSMOTIC_PASSED,
    PARATHYROID,
    PARATHYROID_CEILING,
    PARATHYROID_POWER,
    PARATHYROID_RATE,
    PARATHYROID_SEVERE,
    PARATHYROID_SWITCH,
    PARATHYROID_WIDTH,
    PLASMA,
    RECEIVED,
    REFILL,
    SECRETION,
    SEGMENT_RATE,
    SEGMENTS,
    SENSING_POWER,
    SPLAY,
    SPLAY_LOG,
    SURFACE_RATE,
    SWALLOWED,
    THREONATE_ABSORBABLE,
    THREONATE_ABSORPTION_RATE,
    THREONATE_DEPOT_RATE,
    THREONATE_ELIMINATED,
    THREONATE_ELIMINATION_RATE,
    THREONATE_FAECES,
    THREONATE_GUT,
    THREONATE_HEALTHY,
    THREONATE_INFUSED,
    THREONATE_INTRAPERITONEAL,
    THREONATE_INTRATHECAL,
    THREONATE_INTRATHECAL_INFUSED,
    THREONATE_PLASMA,
    THREONATE_PRODUCTION,
    THREONATE_RECEIVED,
    THREONATE_REMAINDER,
    THREONATE_SWALLOWED,
    THREONATE_VOLUME,
    TISSUE_ABSORPTION,
    TISSUE_BONE_EXCHANGE,
    TRANSIT_RATE,
    URINE,
)  # fmt: skip
from mgcells.compiled import njit

PARTS = len(SEGMENTS)


@njit
def _change(y: Floats, p: Floats, u: Floats, out: Floats) -> None:
    dissolving = p[DISSOLUTION_RATE] * y[GUT_DISSOLVING]
    absorbed = p[ABSORPTION_RATE] * y[GUT_DISSOLVED]
    absorbable = np.minimum(u[IN_PROPORTION] + u[BY_CARRIERS] * p[TISSUE_ABSORPTION] * y[CARRIER], u[SWALLOWED])

    ratio = y[PLASMA] / p[HEALTHY_PLASMA]
    logarithm = np.log(ratio)
    secreted = p[SECRETION] * ratio
    load = np.exp(p[SPLAY_LOG] + p[SPLAY] * logarithm + p[SENSING_POWER] * np.maximum(logarithm, 0.0))
    urine = -p[FILTRATION] * y[PLASMA] * np.expm1(-np.log1p(load) / p[SPLAY])
    into_cells = p[INTRACELLULAR_RATE] * (p[HEALTHY_INTRACELLULAR] * ratio - y[INTRACELLULAR])
    gap = p[HEALTHY_SURFACE] * ratio - y[BONE_SURFACE]
    onto_bone = p[SURFACE_RATE] * p[TISSUE_BONE_EXCHANGE] * (np.minimum(gap, 0.0) + p[REFILL] * np.maximum(gap, 0.0))
    into_bone = p[DEEP_RATE] * (p[HEALTHY_DEEP] * (1.0 + p[DEEP_SHARE] * (ratio - 1.0)) - y[BONE_DEEP])
    into_muscle = p[MUSCLE_RATE] * (p[HEALTHY_MUSCLE] * (1.0 + p[MUSCLE_SHARE] * (ratio - 1.0)) - y[MUSCLE])

    plasma = absorbed - secreted - urine - into_cells - onto_bone - into_bone - into_muscle
    threonate = u[THREONATE_INFUSED] + p[THREONATE_PRODUCTION]
    for depot in range(DEPOTS):
        released = p[DEPOT_RATE + depot] * y[INTRAPERITONEAL + depot]
        out[INTRAPERITONEAL + depot] = -released
        plasma = plasma + released
        released = p[THREONATE_DEPOT_RATE + depot] * y[THREONATE_INTRAPERITONEAL + depot]
        out[THREONATE_INTRAPERITONEAL + depot] = -released
        threonate = threonate + released
    out[INTRATHECAL] = out[INTRATHECAL] + u[INTRATHECAL_INFUSED]
    out[THREONATE_INTRATHECAL] = out[THREONATE_INTRATHECAL] + u[THREONATE_INTRATHECAL_INFUSED]
    infused = u[INFUSED] * (1.0 - u[CLAMPED]) - plasma * u[CLAMPED]

    out[GUT_DISSOLVING] = absorbable - dissolving
    out[GUT_DISSOLVED] = dissolving - absorbed
    faeces = u[SWALLOWED] - absorbable + secreted
    for segment in range(PARTS):
        arriving = faeces
        faeces = p[SEGMENT_RATE + segment] * y[GUT_DUODENUM + segment]
        out[GUT_DUODENUM + segment] = arriving - faeces
    out[PLASMA] = plasma + infused
    out[INTRACELLULAR] = into_cells
    out[BONE_SURFACE] = onto_bone
    out[BONE_DEEP] = into_bone
    out[MUSCLE] = into_muscle
    out[RECEIVED] = u[SWALLOWED] + infused + u[INTRATHECAL_INFUSED]
    out[ABSORBED] = absorbed
    out[URINE] = urine
    out[FAECES] = faeces
    passed = p[TRANSIT_RATE] * y[OSMOTIC]
    out[OSMOTIC] = u[HOLDING_WATER] - passed
    out[OSMOTIC_PASSED] = passed

    power = np.exp(p[CARRIER_POWER] * logarithm)
    need = 1.0 + p[CARRIER_GAIN] * p[CARRIER_HALF_POWER] / (p[CARRIER_HALF_POWER] + power)
    out[CARRIER] = p[CARRIER_RATE] * (need / p[CARRIER_HEALTHY] - y[CARRIER])

    entering = p[THREONATE_ABSORPTION_RATE] * y[THREONATE_GUT]
    eliminated = p[THREONATE_ELIMINATION_RATE] * y[THREONATE_PLASMA]
    passing = p[TRANSIT_RATE] * y[THREONATE_REMAINDER]
    out[THREONATE_GUT] = u[THREONATE_ABSORBABLE] - entering
    out[THREONATE_REMAINDER] = u[THREONATE_SWALLOWED] - u[THREONATE_ABSORBABLE] - passing
    out[THREONATE_PLASMA] = threonate + entering - eliminated
    out[THREONATE_RECEIVED] = (
        u[THREONATE_SWALLOWED] + u[THREONATE_INFUSED] + p[THREONATE_PRODUCTION] + u[THREONATE_INTRATHECAL_INFUSED]
    )
    out[THREONATE_ELIMINATED] = eliminated
    out[THREONATE_FAECES] = passing

    level = y[THREONATE_PLASMA] / p[THREONATE_VOLUME]
    excess = np.maximum(level - p[THREONATE_HEALTHY], 0.0)
    gain = p[GAIN_MAXIMUM] * excess / (excess + p[GAIN_HALF])
    out[CSF_GAIN] = p[GAIN_RATE] * (gain - y[CSF_GAIN])
    power = np.exp(p[CSF_POWER] * logarithm)
    influx = p[CSF_FLOOR] + (1.0 - p[CSF_FLOOR]) * (1.0 + p[CSF_SATURATION]) * power / (p[CSF_SATURATION] + power)
    out[CSF_MAGNESIUM] = p[CSF_RATE] * (p[CSF_SET_POINT] * influx * (1.0 + y[CSF_GAIN]) - y[CSF_MAGNESIUM])
    out[CSF_THREONATE] = (
        p[CSF_THREONATE_ENTRY] * level + p[CSF_THREONATE_SOURCE] - p[CSF_THREONATE_RATE] * y[CSF_THREONATE]
    )


@njit
def parathyroid(logarithm: Floats, p: Floats) -> Floats:
    """Return parathyroid hormone relative to health that settles at plasma magnesium exp(`logarithm`) times normal.

    Mild lack raises it up to a ceiling; severe lack silences the gland [Rude1998].
    """
    awake = 1.0 / (1.0 + np.exp((p[PARATHYROID_SWITCH] - np.exp(logarithm)) / p[PARATHYROID_WIDTH]))
    healthy = 1.0 / (1.0 + np.exp((p[PARATHYROID_SWITCH] - 1.0) / p[PARATHYROID_WIDTH]))
    mild = np.minimum(np.exp(-p[PARATHYROID_POWER] * logarithm), p[PARATHYROID_CEILING])
    severe = p[PARATHYROID_SEVERE]
    level: Floats = (severe + (mild - severe) * awake) / (severe + (1.0 - severe) * healthy)
    return level


@njit
def _follow(level: Floats, early: Floats, middle: Floats, late: Floats, span: Floats) -> Floats:
    """Return where a first-order lag gets in `span` time constants when its target passes three values (Simpson)."""
    left = np.exp(-0.5 * span)
    reached: Floats = level * left * left + span / 6.0 * (early * left * left + 4.0 * middle * left + late)
    return reached


@njit
def _march(y: Floats, p: Floats, u: Floats, hours: float, steps: int, work: Floats) -> None:
    step = hours / steps
    slope, total, trial = work[0], work[1], work[2]
    late = np.log(y[PLASMA] / p[HEALTHY_PLASMA])
    hormone, vitamin = parathyroid(late, p), np.exp(p[CALCITRIOL_POWER] * late)
    for _ in range(steps):
        _change(y, p, u, slope)
        middle = 0.5 * y[PLASMA] + 0.125 * step * slope[PLASMA]
        for k in range(FOLLOWERS):
            total[k] = slope[k]
            trial[k] = y[k] + 0.5 * step * slope[k]
        _change(trial, p, u, slope)
        for k in range(FOLLOWERS):
            total[k] = total[k] + 2.0 * slope[k]
            trial[k] = y[k] + 0.5 * step * slope[k]
        _change(trial, p, u, slope)
        for k in range(FOLLOWERS):
            total[k] = total[k] + 2.0 * slope[k]
            trial[k] = y[k] + step * slope[k]
        _change(trial, p, u, slope)
        for k in range(FOLLOWERS):
            y[k] = y[k] + step / 6.0 * (total[k] + slope[k])
        # Plasma half-way by cubic interpolation: the middle stages know it to second order only.
        middle = np.log((middle + 0.5 * y[PLASMA] - 0.125 * step * slope[PLASMA]) / p[HEALTHY_PLASMA])
        late = np.log(y[PLASMA] / p[HEALTHY_PLASMA])
        early, hormone = hormone, parathyroid(late, p)
        y[PARATHYROID] = _follow(y[PARATHYROID], early, parathyroid(middle, p), hormone, p[PARATHYROID_RATE] * step)
        early, vitamin = vitamin, np.exp(p[CALCITRIOL_POWER] * late)
        y[CALCITRIOL] = _follow(
            y[CALCITRIOL], early, np.exp(p[CALCITRIOL_POWER] * middle), vitamin, p[CALCITRIOL_RATE] * step
        )


@njit
def _march_each(state: Floats, parameters: Floats, inputs: Floats, hours: float, steps: NDArray[np.int64]) -> None:
    work = np.empty((3, FOLLOWERS))
    for i in range(state.shape[0]):
        _march(state[i], parameters[i], inputs[i], hours, steps[i], work)


def _march_together(state: Floats, parameters: Floats, inputs: Floats, hours: float, steps: NDArray[np.int64]) -> None:
    for count in np.unique(steps):
        rows = np.flatnonzero(steps == count)
        y = np.ascontiguousarray(state[rows].T)
        _march(y, parameters[rows].T, inputs[rows].T, hours, int(count), np.empty((3, FOLLOWERS, rows.size)))
        state[rows] = y.T


march = _march_each if compiled.AVAILABLE else _march_together
"""march(state, parameters, inputs, hours, steps): carry every subject on for `hours` in its own number of `steps`.

`state` (n, STATES) is changed in place; `parameters` (n, PARAMETERS) and `inputs` (n, INPUTS) are constant meanwhile.
"""
