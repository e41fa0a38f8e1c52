"""A table of time series as one array, so that every statistic is an array operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mgcells.arrays import Floats

KEYS = ("strategy", "replicate", "day")
DAY_DIGITS = 9
# The books of a run close to a billionth of what they hold: what is smaller tells two equal runs apart by rounding.
ROUNDING = 1e-9


def differences(values: Floats, control: Floats) -> Floats:
    """Return values minus control, broadcast; exactly zero where they differ by no more than rounding."""
    found: Floats = values - control
    found[np.abs(found) <= ROUNDING * np.abs(control)] = 0.0
    return found


@dataclass(frozen=True)
class Cube:
    """Values by strategy, replicate, day and observable; NaN where a run has no value.

    `values` has the shape (strategies, replicates, days, observables); `days` is ascending, strategies stand in the
    order of their first row.
    """

    values: Floats
    strategies: tuple[str, ...]
    replicates: tuple[int, ...]
    days: Floats
    observables: tuple[str, ...]

    def course(self, observable: str) -> Floats:
        """Return one observable, shape (strategies, replicates, days)."""
        return np.asarray(self.values[..., self.observables.index(observable)])

    def paired_differences(self, control: str) -> Floats:
        """Strategy minus control for each replicate, shape of `values`; NaN unless both runs have the value."""
        if control not in self.strategies:
            return np.full_like(self.values, np.nan)
        at = self.strategies.index(control)
        return differences(self.values, self.values[at : at + 1])


def observable_columns(timeseries: pd.DataFrame) -> list[str]:
    """Return the columns of a time-series table that hold observables, in table order."""
    return [str(column) for column in timeseries.columns if column not in KEYS]


def build_cube(timeseries: pd.DataFrame, observables: Sequence[str] | None = None) -> Cube:
    """Arrange a time-series table (strategy, replicate, day, one column per observable) as a Cube.

    Raises
    ------
    KeyError
        An observable is not a column of the table; the message names it.
    ValueError
        A run has two rows for one day.
    """
    columns = observable_columns(timeseries)
    chosen = tuple(columns if observables is None else observables)
    for name in chosen:
        if name not in columns:
            raise KeyError(f"the time series have no observable '{name}'")
    strategy_code, strategies = pd.factorize(timeseries["strategy"].astype(str))
    replicate_code, replicates = pd.factorize(timeseries["replicate"], sort=True)
    days, day_code = np.unique(timeseries["day"].to_numpy(dtype=float).round(DAY_DIGITS), return_inverse=True)
    shape = (len(strategies), len(replicates), len(days), len(chosen))
    place = (strategy_code * shape[1] + replicate_code) * shape[2] + day_code
    if len(np.unique(place)) != len(timeseries):
        raise ValueError("a run has two rows for the same day")
    flat = np.full((shape[0] * shape[1] * shape[2], shape[3]), np.nan)
    flat[place] = timeseries[list(chosen)].to_numpy(dtype=float)
    return Cube(
        values=flat.reshape(shape),
        strategies=tuple(str(name) for name in strategies),
        replicates=tuple(int(number) for number in replicates),
        days=days,
        observables=chosen,
    )
