"""The result of fits as tidy tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from mgcells.arrays import Floats
from mgcells.experiments.judging import against
from mgcells.library import Library
from mgcells.study.fitting import Best, Interval, Profile, interval
from mgcells.study.objective import Axis, Objective
from mgcells.tissues.registry import units

# A fitted value nearer than this share of the shipped one is the same to whoever reads it.
TOLERANCE = 0.1
AS_SHIPPED, WITHIN, DIFFERS = "as shipped", "within the interval", "differs"

_NUMBERS = (
    "calibration", "number", "unit", "shipped", "fitted", "low", "high", "range_low", "range_high", "identifiable",
    "verdict",
)  # fmt: skip
_GROUPS = (
    "calibration", "title", "rows", "subjects", "squares", "squares_shipped", "starts", "agreeing", "evaluations",
)  # fmt: skip
_ROWS = (
    "calibration", "experiment", "observable", "comparison", "shipped", "fitted", "measured", "low", "high", "unit",
)  # fmt: skip
_PROFILES = ("calibration", "number", "unit", "value", "rise")
_CORRELATIONS = ("calibration", "first", "second", "correlation")
_UNFITTED = ("calibration", "number", "reason")


@dataclass(frozen=True)
class Fitted:
    """A calibration that was fitted: where its searches ended, and what the model predicts there and as shipped."""

    name: str
    objective: Objective
    best: Best
    profiles: tuple[Profile, ...]
    starts: int
    agreeing: int
    evaluations: int
    correlation: Floats
    predicted: Floats
    predicted_shipped: Floats


@dataclass(frozen=True)
class Calibration:
    """What a calibration of a library came to; numbers are in the unit in which the library states them.

    Attributes
    ----------
    numbers : DataFrame
        One row per fitted number: calibration, number, unit, shipped, fitted, the 95 % profile interval (low, high),
        the range within which it was fitted (range_low, range_high), `identifiable` in words, and a verdict: "as
        shipped", "within the interval" or "differs".
    groups : DataFrame
        One row per calibration: rows, subjects, the least sum of squares and that of the shipped values, starts, how
        many of them ended there, and how often the model was run.
    rows : DataFrame
        One row per measured result: predicted with the shipped and with the fitted values, measured, low, high, unit.
    profiles : DataFrame
        One row per number and point: value, and by how much the least sum of squares rises.
    correlations : DataFrame
        One row per calibration and two of its numbers; NaN where the rows do not tell them apart.
    unfitted : DataFrame
        One row per fitted number that no experiment can fit: calibration, number, reason.
    files : tuple of Path
        What was written.
    """

    numbers: pd.DataFrame
    groups: pd.DataFrame
    rows: pd.DataFrame
    profiles: pd.DataFrame
    correlations: pd.DataFrame
    unfitted: pd.DataFrame
    files: tuple[Path, ...] = field(default=())

    @property
    def differing(self) -> list[str]:
        """The numbers whose shipped value lies outside what the fit gives."""
        return self.numbers.loc[self.numbers["verdict"] == DIFFERS, "number"].tolist()


def tabled(library: Library, fitted: Sequence[Fitted]) -> Calibration:
    """Return fits as tables, with the numbers of the library that nothing can fit."""
    return Calibration(
        numbers=_table(_NUMBERS, [row for entry in fitted for row in _numbers(entry)]),
        groups=_table(_GROUPS, [_group(library, entry) for entry in fitted]),
        rows=_table(_ROWS, [row for entry in fitted for row in _rows(entry)]),
        profiles=_table(_PROFILES, [row for entry in fitted for row in _points(entry)]),
        correlations=_table(_CORRELATIONS, [row for entry in fitted for row in _pairs(entry)]),
        unfitted=_table(
            _UNFITTED,
            [
                (name, address, entry.reason)
                for name, entry in library.calibrations.items()
                if entry.reason
                for address in entry.numbers
            ],
        ),
    )


def identifiable(found: Interval) -> str:
    """Return in words what a profile says of its number."""
    if found.bound_below and found.bound_above:
        return "identifiable"
    if found.bound_below or found.bound_above:
        return "one-sided: only a lower bound" if found.bound_below else "one-sided: only an upper bound"
    return "not identifiable"


def verdict(shipped: float, fitted: float, low: float, high: float) -> str:
    """Return what a fit says of the shipped value; `low` and `high` are its profile interval."""
    if not low <= shipped <= high:
        return DIFFERS
    return AS_SHIPPED if abs(fitted - shipped) <= TOLERANCE * abs(shipped) else WITHIN


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))


def _numbers(entry: Fitted) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for place, axis in enumerate(entry.objective.axes):
        held = interval(entry.profiles[place], entry.best.squares)
        fitted = axis.value(float(entry.best.position[place]))
        low, high = sorted((axis.value(held.low), axis.value(held.high)))
        found.append(
            (entry.name, axis.name, axis.unit, axis.shipped, fitted, low, high, axis.low, axis.high,
             identifiable(held), verdict(axis.shipped, fitted, low, high))
        )  # fmt: skip
    return found


def _group(library: Library, entry: Fitted) -> tuple[object, ...]:
    objective = entry.objective
    subjects = ", ".join(f"{trial.scenario.replicates}" for trial in objective.trials)
    squares = float(np.sum(((entry.predicted_shipped - objective.measured) / objective.scales) ** 2))
    return (
        entry.name, library.calibrations[entry.name].title, len(objective.rows), subjects, entry.best.squares, squares,
        entry.starts, entry.agreeing, entry.evaluations,
    )  # fmt: skip


def _rows(entry: Fitted) -> list[tuple[object, ...]]:
    objective, found = entry.objective, list[tuple[object, ...]]()
    named = [(trial.experiment, row) for trial in objective.trials for row in trial.rows]
    for place, (experiment, row) in enumerate(named):
        compared = against(row)
        words = f"{row.strategies[0]}{f' against {compared}' if compared else ''}, {row.at.label}: {row.measure}"
        unit = units([row.observable])[row.observable][0] if row.measure in ("value", "difference") else ""
        found.append(
            (entry.name, experiment, row.observable, words, entry.predicted_shipped[place], entry.predicted[place],
             objective.measured[place], row.low, row.high, unit)
        )  # fmt: skip
    return found


def _points(entry: Fitted) -> list[tuple[object, ...]]:
    return [
        (entry.name, axis.name, axis.unit, axis.value(float(position)), float(squares) - entry.best.squares)
        for axis, own in zip(entry.objective.axes, entry.profiles, strict=True)
        for position, squares in zip(own.positions, own.squares, strict=True)
    ]


def _pairs(entry: Fitted) -> list[tuple[object, ...]]:
    axes: list[tuple[int, Axis]] = list(enumerate(entry.objective.axes))
    return [
        (entry.name, one.name, other.name, float(entry.correlation[place, beside]))
        for (place, one), (beside, other) in combinations(axes, 2)
    ]
