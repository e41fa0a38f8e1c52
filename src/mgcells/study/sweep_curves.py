"""The curves of a sweep over one number: which contrasts it moves, and what is fitted to each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mgcells.analysis.cube import differences
from mgcells.analysis.endpoints import column_of, unit_of
from mgcells.arrays import Floats
from mgcells.scenario import Scenario
from mgcells.scenario.swept import SweptDesign
from mgcells.study.curves import FittedCurve, fit_curve, sentence
from mgcells.study.points import SweptVariant
from mgcells.tissues.registry import observables

COLUMNS = (
    "strategy", "against", "observable", "endpoint", "swept", "curve", "half", "half_low", "half_high", "maximum",
    "power", "base", "explained", "identified", "n", "unit", "words",
)  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """What a sweep does to an endpoint in a contrast: `pairs` of shape (variants, subjects) in `unit`."""

    column: str
    observable: str
    endpoint: str
    unit: str
    strategy: str
    against: str
    pairs: Floats


def moved_by(scenario: Scenario, values: Floats) -> Iterator[Moved]:
    """Yield the endpoints and contrasts that differ between variants; endpoints in order, contrasts within each.

    `values` has the shape (variants, strategies, subjects, endpoints).
    """
    names = [strategy.name for strategy in scenario.strategies]
    for place, endpoint in enumerate(scenario.endpoints):
        for contrast in scenario.contrasts:
            own = [values[:, names.index(name), :, place] for name in contrast.plus]
            less = [values[:, names.index(name), :, place] for name in contrast.minus]
            other = np.sum(own, axis=0) - (np.sum(less, axis=0) if less else 0.0)
            pairs = differences(values[:, names.index(contrast.strategy), :, place], other)
            if len(pairs) > 1 and np.array_equal(pairs, np.broadcast_to(pairs[:1], pairs.shape), equal_nan=True):
                continue
            unit = unit_of(endpoint, observables()[endpoint.observable].unit)
            yield Moved(
                column_of(endpoint), endpoint.observable, endpoint.label, unit, contrast.strategy, contrast.against,
                pairs,
            )  # fmt: skip


def swept_numbers(design: SweptDesign, variants: Sequence[SweptVariant]) -> Floats | None:
    """Return the one swept number of each variant in the unit of its axis; None where something else is swept."""
    if len(design.axes) != 1 or not design.axes[0].numbers:
        return None
    return np.array([design.axes[0].number(variant.point[0]) for variant in variants])


def fitted(
    scenario: Scenario, design: SweptDesign, variants: Sequence[SweptVariant], values: Floats
) -> list[tuple[Moved, FittedCurve | str]]:
    """Return every endpoint and contrast that one swept number moves, with its curve, or why it has none."""
    numbers = swept_numbers(design, variants)
    if numbers is None:
        return []
    return [(moved, fit_curve(numbers, moved.pairs, seed=scenario.seed)) for moved in moved_by(scenario, values)]


def curve_table(design: SweptDesign, fits: Sequence[tuple[Moved, FittedCurve | str]]) -> pd.DataFrame:
    """Return one row per curve; see `FittedCurve` for the numbers. What is not identified is NaN."""
    rows = [
        (
            moved.strategy, moved.against, moved.observable, moved.endpoint, design.axes[0].label, *_numbers(curve),
            int(np.isfinite(moved.pairs).all(axis=0).sum()), moved.unit,
            sentence(curve, design.axes[0].unit, moved.unit),
        )
        for moved, curve in fits
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _numbers(curve: FittedCurve | str) -> tuple[str | float | bool, ...]:
    """Return name, half with interval, maximum, power, base, explained share, identified; what is not known is NaN."""
    if isinstance(curve, str):
        return ("none", *(math.nan,) * 7, False)
    known = (curve.half, curve.half_low, curve.half_high, curve.most) if curve.identified else (math.nan,) * 4
    return (curve.name, *known, curve.power, curve.base, curve.explained, curve.identified)
