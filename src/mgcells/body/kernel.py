"""The time course between two events: classical Runge-Kutta steps of one right-hand side.

The right-hand side has no branch, so that the same source serves one subject at a time when it is compiled, and as
plain Python all subjects at once (columns of arrays) or the symbols of the SBML export. Runge-Kutta steps keep sums of
states exactly, so what is received equals what is stored and excreted but for rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats
from mgcells.body import layout as at
from mgcells.body.equations import (
    absorbable,
    calcitriol,
    carried_on_top,
    carriers,
    csf_gain,
    csf_influx,
    excretion,
    onto_bone_surface,
    parathyroid,
    slow_store,
)
from mgcells.compiled import kernel, plain

PARTS = len(at.SEGMENTS)
SMALLEST = 1e-300  # no rate of change is as small


@kernel
def change(y: Floats, p: Floats, u: Floats, out: Floats) -> None:
    """Write how fast the first FOLLOWERS states `y` change, 1/h, with parameters `p` and inputs `u`; see `layout`."""
    ratio = y[at.PLASMA] / p[at.HEALTHY_PLASMA]
    logarithm = np.log(ratio)

    dissolving = p[at.DISSOLUTION_RATE] * y[at.GUT_DISSOLVING]
    absorbed = p[at.ABSORPTION_RATE] * y[at.GUT_DISSOLVED]
    busy = u[at.OCCUPIED] + y[at.WAITING]
    flowing = carried_on_top(u[at.FLOWING_TO_CARRIERS], busy, p[at.CARRIER_CAPACITY], p[at.CARRIER_HALF])
    carried = (u[at.BY_CARRIERS] + flowing) * p[at.TISSUE_ABSORPTION] * y[at.CARRIER]
    entering = absorbable(u[at.IN_PROPORTION], carried, u[at.SWALLOWED])
    secreted = p[at.SECRETION] * ratio
    filtered = p[at.FILTRATION] * y[at.PLASMA]
    urine = excretion(filtered, logarithm, p[at.SPLAY], p[at.SPLAY_LOG], p[at.SENSING_POWER])
    into_cells = p[at.INTRACELLULAR_RATE] * (p[at.HEALTHY_INTRACELLULAR] * ratio - y[at.INTRACELLULAR])
    gap = p[at.HEALTHY_SURFACE] * ratio - y[at.BONE_SURFACE]
    onto_bone = onto_bone_surface(gap, p[at.SURFACE_RATE] * p[at.TISSUE_BONE_EXCHANGE], p[at.REFILL])
    into_bone = p[at.DEEP_RATE] * (slow_store(p[at.HEALTHY_DEEP], p[at.DEEP_SHARE], ratio) - y[at.BONE_DEEP])
    into_muscle = p[at.MUSCLE_RATE] * (slow_store(p[at.HEALTHY_MUSCLE], p[at.MUSCLE_SHARE], ratio) - y[at.MUSCLE])

    plasma = absorbed - secreted - urine - into_cells - onto_bone - into_bone - into_muscle
    threonate = u[at.THREONATE_INFUSED] + p[at.THREONATE_PRODUCTION]
    for depot in range(at.DEPOTS):
        released = p[at.DEPOT_RATE + depot] * y[at.INTRAPERITONEAL + depot]
        out[at.INTRAPERITONEAL + depot] = -released
        plasma = plasma + released
        released = p[at.THREONATE_DEPOT_RATE + depot] * y[at.THREONATE_INTRAPERITONEAL + depot]
        out[at.THREONATE_INTRAPERITONEAL + depot] = -released
        threonate = threonate + released
    out[at.INTRATHECAL] = out[at.INTRATHECAL] + u[at.INTRATHECAL_INFUSED]
    out[at.THREONATE_INTRATHECAL] = out[at.THREONATE_INTRATHECAL] + u[at.THREONATE_INTRATHECAL_INFUSED]
    infused = u[at.INFUSED] * (1.0 - u[at.CLAMPED]) - plasma * u[at.CLAMPED]

    out[at.GUT_DISSOLVING] = entering - dissolving
    out[at.GUT_DISSOLVED] = dissolving - absorbed
    faeces = u[at.SWALLOWED] - entering + secreted
    for segment in range(PARTS):
        arriving = faeces
        faeces = p[at.SEGMENT_RATE + segment] * y[at.GUT_DUODENUM + segment]
        out[at.GUT_DUODENUM + segment] = arriving - faeces
    out[at.PLASMA] = plasma + infused
    out[at.INTRACELLULAR] = into_cells
    out[at.BONE_SURFACE] = onto_bone
    out[at.BONE_DEEP] = into_bone
    out[at.MUSCLE] = into_muscle
    out[at.RECEIVED] = u[at.SWALLOWED] + infused + u[at.INTRATHECAL_INFUSED]
    out[at.ABSORBED] = absorbed
    out[at.URINE] = urine
    out[at.FAECES] = faeces
    passed = p[at.TRANSIT_RATE] * y[at.OSMOTIC]
    kept = carried_on_top(u[at.FLOWING_OSMOTIC], busy, p[at.CARRIER_CAPACITY], p[at.CARRIER_HALF])
    kept = kept * p[at.TISSUE_ABSORPTION] * y[at.CARRIER]
    out[at.OSMOTIC] = np.maximum(u[at.HOLDING_WATER] - kept, 0.0) - passed
    out[at.OSMOTIC_PASSED] = passed
    out[at.WAITING] = u[at.FLOWING] - p[at.WAITING_RATE] * y[at.WAITING]

    activity = carriers(np.exp(p[at.CARRIER_POWER] * logarithm), p[at.CARRIER_GAIN], p[at.CARRIER_HALF_POWER])
    out[at.CARRIER] = p[at.CARRIER_RATE] * (activity / p[at.CARRIER_HEALTHY] - y[at.CARRIER])

    entering = p[at.THREONATE_ABSORPTION_RATE] * y[at.THREONATE_GUT]
    eliminated = p[at.THREONATE_ELIMINATION_RATE] * y[at.THREONATE_PLASMA]
    passing = p[at.TRANSIT_RATE] * y[at.THREONATE_REMAINDER]
    out[at.THREONATE_GUT] = u[at.THREONATE_ABSORBABLE] - entering
    out[at.THREONATE_REMAINDER] = u[at.THREONATE_SWALLOWED] - u[at.THREONATE_ABSORBABLE] - passing
    out[at.THREONATE_PLASMA] = threonate + entering - eliminated
    given = u[at.THREONATE_SWALLOWED] + u[at.THREONATE_INFUSED]
    out[at.THREONATE_RECEIVED] = given + p[at.THREONATE_PRODUCTION] + u[at.THREONATE_INTRATHECAL_INFUSED]
    out[at.THREONATE_ELIMINATED] = eliminated
    out[at.THREONATE_FAECES] = passing

    level = y[at.THREONATE_PLASMA] / p[at.THREONATE_VOLUME]
    gain = csf_gain(level, p[at.THREONATE_HEALTHY], p[at.GAIN_MAXIMUM], p[at.GAIN_HALF])
    out[at.CSF_GAIN] = p[at.GAIN_RATE] * (gain - y[at.CSF_GAIN])
    influx = csf_influx(np.exp(p[at.CSF_POWER] * logarithm), p[at.CSF_FLOOR], p[at.CSF_SATURATION])
    settled = p[at.CSF_SET_POINT] * influx * (1.0 + y[at.CSF_GAIN])
    out[at.CSF_MAGNESIUM] = p[at.CSF_RATE] * (settled - y[at.CSF_MAGNESIUM])
    flowing = p[at.CSF_THREONATE_ENTRY] * level + p[at.CSF_THREONATE_SOURCE]
    out[at.CSF_THREONATE] = flowing - p[at.CSF_THREONATE_RATE] * y[at.CSF_THREONATE]


@kernel
def settled_parathyroid(logarithm: Floats, p: Floats) -> Floats:
    """Return the parathyroid hormone, relative to health, to which it moves at this logarithm of relative plasma."""
    return parathyroid(
        logarithm, p[at.PARATHYROID_POWER], p[at.PARATHYROID_CEILING], p[at.PARATHYROID_SEVERE],
        p[at.PARATHYROID_SWITCH], p[at.PARATHYROID_WIDTH],
    )  # fmt: skip


@kernel
def settled_calcitriol(logarithm: Floats, p: Floats) -> Floats:
    """Return the active vitamin D, relative to health, to which it moves at this logarithm of relative plasma."""
    return calcitriol(logarithm, p[at.CALCITRIOL_POWER])


def rates_of_change(y: Sequence[Any], p: Sequence[Any], u: Sequence[Any]) -> list[Any]:
    """Return how fast every state changes, 1/h, from states, parameters and inputs that may be symbols."""
    rates: list[Any] = [None] * at.STATES
    right_hand_side: Any = plain(change)
    hormone: Any = plain(settled_parathyroid)
    vitamin: Any = plain(settled_calcitriol)
    right_hand_side(y, p, u, rates)
    logarithm = np.log(y[at.PLASMA] / p[at.HEALTHY_PLASMA])
    rates[at.PARATHYROID] = p[at.PARATHYROID_RATE] * (hormone(logarithm, p) - y[at.PARATHYROID])
    rates[at.CALCITRIOL] = p[at.CALCITRIOL_RATE] * (vitamin(logarithm, p) - y[at.CALCITRIOL])
    return rates


@kernel
def _follow(level: Floats, early: Floats, middle: Floats, late: Floats, span: Floats) -> Floats:
    """Return where a first-order lag gets in `span` time constants when its target passes three values (Simpson)."""
    left = np.exp(-0.5 * span)
    reached: Floats = level * left * left + span / 6.0 * (early * left * left + 4.0 * middle * left + late)
    return reached


@kernel
def _levels(y: Floats, csf_volume: Floats, out: Floats) -> None:
    """Write the followed levels of states `y`."""
    out[at.PLASMA_LEVEL] = y[at.PLASMA]
    out[at.THREONATE_LEVEL] = y[at.THREONATE_PLASMA]
    out[at.CSF_LEVEL] = y[at.CSF_MAGNESIUM] + y[at.INTRATHECAL] / csf_volume
    out[at.CSF_THREONATE_LEVEL] = y[at.CSF_THREONATE] + y[at.THREONATE_INTRATHECAL] / csf_volume


@kernel
def _slopes(slope: Floats, dilution: Floats, out: Floats) -> None:
    """Write how fast the followed levels change when states change by `slope`; divisions would take longer."""
    out[at.PLASMA_LEVEL] = slope[at.PLASMA]
    out[at.THREONATE_LEVEL] = slope[at.THREONATE_PLASMA]
    out[at.CSF_LEVEL] = slope[at.CSF_MAGNESIUM] + dilution * slope[at.INTRATHECAL]
    out[at.CSF_THREONATE_LEVEL] = slope[at.CSF_THREONATE] + dilution * slope[at.THREONATE_INTRATHECAL]


@kernel
def _note(start: Floats, end: Floats, early: Floats, late: Floats, step: float, share: float, course: Floats) -> None:
    """Note what levels do in a step from `start` to `end` along the cubic with slopes `early` and `late` there.

    A cubic that turns does so near where its slope, taken as linear, is zero; elsewhere that is a place like any other.
    """
    for k in range(at.LEVELS):
        mean = 0.5 * (start[k] + end[k]) + step / 12.0 * (early[k] - late[k])
        turn = np.abs(early[k]) / (np.abs(early[k]) + np.abs(late[k]) + SMALLEST)
        left = 1.0 - turn
        bend = step * turn * left * (early[k] * left - late[k] * turn)
        between = start[k] + turn * turn * (3.0 - 2.0 * turn) * (end[k] - start[k]) + bend
        course[k, at.MEAN] = course[k, at.MEAN] + share * mean
        course[k, at.HIGHEST] = np.maximum(course[k, at.HIGHEST], np.maximum(between, end[k]))
        course[k, at.LOWEST] = np.minimum(course[k, at.LOWEST], np.minimum(between, end[k]))


@kernel
def _march(
    y: Floats, p: Floats, u: Floats, hours: float, steps: int, work: Floats, csf_volume: Floats, share: float,
    course: Floats, seen: Floats,
) -> None:  # fmt: skip
    step = hours / steps
    slope, total, trial = work[0], work[1], work[2]
    start, end, rising, falling = seen[0], seen[1], seen[2], seen[3]
    dilution = 1.0 / csf_volume
    _levels(y, csf_volume, end)
    for k in range(at.LEVELS):
        course[k, at.HIGHEST] = np.maximum(course[k, at.HIGHEST], end[k])
        course[k, at.LOWEST] = np.minimum(course[k, at.LOWEST], end[k])
    late = np.log(y[at.PLASMA] / p[at.HEALTHY_PLASMA])
    hormone, vitamin = settled_parathyroid(late, p), settled_calcitriol(late, p)
    for _ in range(steps):
        change(y, p, u, slope)
        _slopes(slope, dilution, rising)
        middle = 0.5 * y[at.PLASMA] + 0.125 * step * slope[at.PLASMA]
        for k in range(at.FOLLOWERS):
            total[k] = slope[k]
            trial[k] = y[k] + 0.5 * step * slope[k]
        change(trial, p, u, slope)
        for k in range(at.FOLLOWERS):
            total[k] = total[k] + 2.0 * slope[k]
            trial[k] = y[k] + 0.5 * step * slope[k]
        change(trial, p, u, slope)
        for k in range(at.FOLLOWERS):
            total[k] = total[k] + 2.0 * slope[k]
            trial[k] = y[k] + step * slope[k]
        change(trial, p, u, slope)
        for k in range(at.LEVELS):
            start[k] = end[k]
        for k in range(at.FOLLOWERS):
            y[k] = y[k] + step / 6.0 * (total[k] + slope[k])
        _levels(y, csf_volume, end)
        _slopes(slope, dilution, falling)
        _note(start, end, rising, falling, step, share / steps, course)
        # Plasma half-way by cubic interpolation: the middle stages know it to second order only.
        middle = np.log((middle + 0.5 * y[at.PLASMA] - 0.125 * step * slope[at.PLASMA]) / p[at.HEALTHY_PLASMA])
        late = np.log(y[at.PLASMA] / p[at.HEALTHY_PLASMA])
        early, hormone = hormone, settled_parathyroid(late, p)
        y[at.PARATHYROID] = _follow(
            y[at.PARATHYROID], early, settled_parathyroid(middle, p), hormone, p[at.PARATHYROID_RATE] * step
        )
        early, vitamin = vitamin, settled_calcitriol(late, p)
        y[at.CALCITRIOL] = _follow(
            y[at.CALCITRIOL], early, settled_calcitriol(middle, p), vitamin, p[at.CALCITRIOL_RATE] * step
        )


@kernel
def begin_course(state: Floats, csf_volume: Floats, course: Floats) -> None:
    """Begin to note what levels do in a step of every subject; see `march`."""
    seen = np.empty(at.LEVELS)
    for i in range(state.shape[0]):
        _levels(state[i], csf_volume[i], seen)
        for k in range(at.LEVELS):
            course[i, k, at.MEAN] = 0.0
            course[i, k, at.HIGHEST] = seen[k]
            course[i, k, at.LOWEST] = seen[k]


@kernel(twin="mgcells.body.kernel:march_together")
def march(
    state: Floats, parameters: Floats, inputs: Floats, hours: float, steps: NDArray[np.int64], csf_volume: Floats,
    share: float, course: Floats,
) -> None:  # fmt: skip
    """Carry every subject on for `hours` in its own number of `steps`.

    `state` (n, STATES) is changed in place; `parameters` (n, PARAMETERS) and `inputs` (n, INPUTS) are constant
    meanwhile. What levels do is noted in `course` (n, LEVELS, NOTES), of whose time these hours are a `share`: the mean
    by Simpson's rule, what is highest and lowest by a cubic through each step.
    """
    work, seen = np.empty((3, at.FOLLOWERS)), np.empty((4, at.LEVELS))
    for i in range(state.shape[0]):
        _march(state[i], parameters[i], inputs[i], hours, steps[i], work, csf_volume[i], share, course[i], seen)


def march_together(
    state: Floats, parameters: Floats, inputs: Floats, hours: float, steps: NDArray[np.int64], csf_volume: Floats,
    share: float, course: Floats,
) -> None:  # fmt: skip
    """Do what `march` does, all subjects with equal steps at once: its oracle in tests."""
    together = plain(_march)
    for count in np.unique(steps):
        rows = np.flatnonzero(steps == count)
        y, noted = np.ascontiguousarray(state[rows].T), np.moveaxis(course[rows], 0, -1).copy()
        work, seen = np.empty((3, at.FOLLOWERS, rows.size)), np.empty((4, at.LEVELS, rows.size))
        together(
            y, parameters[rows].T, inputs[rows].T, hours, int(count), work, csf_volume[rows], share, noted, seen
        )  # fmt: skip
        state[rows], course[rows] = y.T, np.moveaxis(noted, -1, 0)
