"""A run that has lost its way ends with a name and an hour, and not with a table of nonsense."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mgcells.arrays import Floats
from mgcells.body import layout


class ImpossibleCourse(ValueError):
    """Something in a run became no number, infinite or negative."""

    def __init__(self, name: str, value: float, hour: float) -> None:
        super().__init__(f"{name} became {_words(value)} at hour {hour:g}; the numbers in force are too far from life")


def refuse_levels(levels: Mapping[str, float], hour: float) -> None:
    """Raise ImpossibleCourse for a level that is no number, infinite or negative."""
    values = levels.values()
    # A sum and a least value are all that a step of a sound run pays; no number makes the sum none.
    if math.isfinite(sum(values)) and min(values) >= 0.0:
        return
    for name, value in levels.items():
        if not 0.0 <= value < math.inf:
            raise ImpossibleCourse(name.replace("_", " "), value, hour)


def refuse_measured(measured: Mapping[str, float], hour: float) -> None:
    """Raise ImpossibleCourse for an observable that is no number or infinite; some may be negative."""
    if math.isfinite(sum(measured.values())):
        return
    for name, value in measured.items():
        if not math.isfinite(value):
            raise ImpossibleCourse(name, value, hour)


def refuse_state(state: Floats, hour: float) -> None:
    """Raise ImpossibleCourse for an entry of the states of n bodies that is no number, infinite or negative."""
    if state.min() >= 0.0 and math.isfinite(state.sum()):
        return
    wrong = np.argwhere(~((state >= 0.0) & (state < np.inf)))
    if len(wrong):
        row, column = wrong[0]
        raise ImpossibleCourse(_state_name(int(column)), float(state[row, column]), hour)


def _state_name(column: int) -> str:
    names = [name for name, value in vars(layout).items() if name.isupper() and value == column]
    return names[0].lower().replace("_", " ")


def _words(value: float) -> str:
    if math.isnan(value):
        return "no number"
    return "infinite" if math.isinf(value) else f"negative ({value:.3g})"
