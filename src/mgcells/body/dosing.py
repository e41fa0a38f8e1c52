"""Doses become changes of state (given at once) or constant inputs (spread, infused, held)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mgcells.arrays import Floats
from mgcells.body import layout
from mgcells.body.absorption import Swallowed
from mgcells.body.equations import absorbable
from mgcells.body.parameters import BodyParameters
from mgcells.body.schedule import Group

DEPOTS = {
    "intraperitoneal": layout.INTRAPERITONEAL,
    "subcutaneous": layout.SUBCUTANEOUS,
    "intrathecal": layout.INTRATHECAL,
    "intravenous": layout.PLASMA,
}
THREONATE_DEPOTS = {
    "intraperitoneal": layout.THREONATE_INTRAPERITONEAL,
    "subcutaneous": layout.THREONATE_SUBCUTANEOUS,
    "intrathecal": layout.THREONATE_INTRATHECAL,
    "intravenous": layout.THREONATE_PLASMA,
}


def constant_inputs(parameters: BodyParameters, diet: Floats, flowing: Sequence[Group], state: Floats) -> Floats:
    """Return the inputs, shape (n, INPUTS), while `flowing` groups give at their rates on top of `diet` (mmol/h)."""
    inputs = np.zeros((diet.size, layout.INPUTS))
    steady = steady_intake(diet, flowing)
    law = parameters.absorption
    food, total = law.of_rate(diet), law.of_rate(steady)
    inputs[:, layout.SWALLOWED] = diet
    inputs[:, layout.OCCUPIED] = law.occupied(steady)
    inputs[:, layout.IN_PROPORTION] = total.in_proportion
    inputs[:, layout.BY_CARRIERS] = total.by_carriers
    supplement, holding = np.zeros(diet.size), np.zeros(diet.size)
    for group in flowing:
        rows = group.rows
        if group.clamped:
            inputs[rows, layout.CLAMPED] = 1.0
            continue
        per_hour = 1.0 / (group.every if group.spread else group.over)
        magnesium, threonate = group.magnesium * per_hour, group.threonate * per_hour
        if group.route == "intravenous":
            inputs[rows, layout.INFUSED] += magnesium
            inputs[rows, layout.THREONATE_INFUSED] += threonate
            continue
        if group.route == "intrathecal":
            inputs[rows, layout.INTRATHECAL_INFUSED] += magnesium
            inputs[rows, layout.THREONATE_INTRATHECAL_INFUSED] += threonate
            continue
        inputs[rows, layout.SWALLOWED] += magnesium
        inputs[rows, layout.THREONATE_SWALLOWED] += threonate
        inputs[rows, layout.THREONATE_ABSORBABLE] += threonate * group.threonate_absorbed
        if group.spread:
            supplement[rows] += magnesium
            holding[rows] += magnesium * group.osmotic
            continue
        entering = group.available * magnesium
        at_carriers = entering / law.speed(rows, group.with_meal)
        in_proportion = law.proportion[rows] * at_carriers
        inputs[rows, layout.IN_PROPORTION] += in_proportion
        inputs[rows, layout.FLOWING] += entering
        inputs[rows, layout.FLOWING_TO_CARRIERS] += at_carriers
        inputs[rows, layout.FLOWING_OSMOTIC] += group.osmotic * at_carriers
        inputs[rows, layout.HOLDING_WATER] += group.osmotic * np.maximum(magnesium - in_proportion, 0.0)
    activity = _activity(parameters, state)
    absorbed = total.in_proportion - food.in_proportion + activity * (total.by_carriers - food.by_carriers)
    left = np.maximum(supplement - absorbed, 0.0)
    share = np.divide(holding, supplement, out=np.zeros_like(holding), where=supplement > 0)
    inputs[:, layout.HOLDING_WATER] += share * left
    return inputs


def steady_intake(diet: Floats, flowing: Sequence[Group]) -> Floats:
    """Return what is eaten and drunk evenly (mmol/h) and dissolves, shape (n,)."""
    total = diet.copy()
    for group in flowing:
        if group.spread:
            total[group.rows] += group.available * group.magnesium / group.every
    return total


def give(parameters: BodyParameters, groups: Sequence[Group], steady: Floats, state: Floats) -> None:
    """Add what the groups of one cohort give at one moment to `state`: one dose of every stream."""
    _swallow(parameters, [group for group in groups if group.route == "oral"], steady, state)
    for group in groups:
        rows = group.rows
        state[rows, layout.RECEIVED] += group.magnesium
        state[rows, layout.THREONATE_RECEIVED] += group.threonate
        if group.route != "oral":
            _inject(parameters, group, state)


def _swallow(parameters: BodyParameters, groups: Sequence[Group], steady: Floats, state: Floats) -> None:
    if not groups:
        return
    law, rows = parameters.absorption, groups[0].rows
    doses = [Swallowed(group.available * group.magnesium, group.with_meal) for group in groups]
    present = law.occupied(steady)[rows] + state[rows, layout.WAITING]
    activity = _activity(parameters, state)[rows]
    for group, dose, uptake in zip(groups, doses, law.of_doses(rows, doses, present), strict=True):
        absorbed = absorbable(uptake.in_proportion, uptake.by_carriers * activity, group.magnesium)
        state[rows, layout.GUT_DISSOLVING] += absorbed
        state[rows, layout.GUT_DUODENUM] += group.magnesium - absorbed
        state[rows, layout.OSMOTIC] += group.osmotic * (group.magnesium - absorbed)
        state[rows, layout.WAITING] += dose.amount
        entering = group.threonate * group.threonate_absorbed
        state[rows, layout.THREONATE_GUT] += entering
        state[rows, layout.THREONATE_REMAINDER] += group.threonate - entering


def _inject(parameters: BodyParameters, group: Group, state: Floats) -> None:
    rows = group.rows
    if group.route == "scaffold":
        burst = parameters.burst[rows]
        state[rows, layout.SCAFFOLD_FAST] += burst * group.magnesium
        state[rows, layout.SCAFFOLD_SLOW] += (1.0 - burst) * group.magnesium
        state[rows, layout.THREONATE_SCAFFOLD_FAST] += burst * group.threonate
        state[rows, layout.THREONATE_SCAFFOLD_SLOW] += (1.0 - burst) * group.threonate
    else:
        state[rows, DEPOTS[group.route]] += group.magnesium
        state[rows, THREONATE_DEPOTS[group.route]] += group.threonate


def clamp(parameters: BodyParameters, group: Group, state: Floats) -> None:
    """Bring plasma to the group's target; what that takes counts as received."""
    rows = group.rows
    target = group.clamp * parameters.plasma_volume[rows]
    state[rows, layout.RECEIVED] += target - state[rows, layout.PLASMA]
    state[rows, layout.PLASMA] = target


def _activity(parameters: BodyParameters, state: Floats) -> Floats:
    return np.asarray(state[:, layout.CARRIER] * parameters.columns[:, layout.TISSUE_ABSORPTION])
