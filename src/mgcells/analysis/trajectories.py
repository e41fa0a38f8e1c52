"""Time courses as tables: what the runs of a strategy did, and how far each day lay from control."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mgcells.analysis.cube import Cube, build_cube
from mgcells.analysis.effects import RESAMPLES
from mgcells.analysis.resampling import paired_interval, quantile_over_runs
from mgcells.arrays import Floats

BAND = (0.05, 0.95)


def trajectory_summary(timeseries: pd.DataFrame, observables: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the median and the 5-95 % band over runs, per strategy, observable and day.

    Returns
    -------
    DataFrame
        strategy, observable, day (d), median, low, high (units of the observable), n (runs with a value).
    """
    cube = build_cube(timeseries, observables)
    return _long(
        cube,
        cube.strategies,
        median=quantile_over_runs(cube.values, 0.5),
        low=quantile_over_runs(cube.values, BAND[0]),
        high=quantile_over_runs(cube.values, BAND[1]),
        n=np.isfinite(cube.values).sum(axis=1).astype(float),
    )


def paired_difference_series(
    timeseries: pd.DataFrame,
    *,
    control: str,
    seed: int,
    observables: Sequence[str] | None = None,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Return the mean paired difference from control over time with its 95 % bootstrap interval.

    With the same seed and resamples the interval at a day equals that of `effects` at this day.

    Returns
    -------
    DataFrame
        strategy (without control), observable, day (d), difference, low, high (units of the observable), n (pairs).
    """
    cube = build_cube(timeseries, observables)
    others = tuple(name for name in cube.strategies if name != control)
    chosen = [cube.strategies.index(name) for name in others]
    differences = cube.paired_differences(control)[chosen]
    shape = (len(others), len(cube.days), len(cube.observables))
    flat = np.moveaxis(differences, 1, 0).reshape(len(cube.replicates), -1)
    found = paired_interval(flat, seed=seed, resamples=resamples)
    return _long(
        cube,
        others,
        difference=found.mean.reshape(shape),
        low=found.low.reshape(shape),
        high=found.high.reshape(shape),
        n=found.n.reshape(shape),
    )


def _long(cube: Cube, strategies: Sequence[str], **columns: Floats) -> pd.DataFrame:
    """Lay arrays of shape (strategies, days, observables) out as rows: strategy, then observable, then day."""
    size = len(cube.days)
    keys = {
        "strategy": np.repeat(np.array(strategies, dtype=object), size * len(cube.observables)),
        "observable": np.tile(np.repeat(np.array(cube.observables, dtype=object), size), len(strategies)),
        "day": np.tile(cube.days, len(strategies) * len(cube.observables)),
    }
    return pd.DataFrame(keys | {name: array.transpose(0, 2, 1).ravel() for name, array in columns.items()})
