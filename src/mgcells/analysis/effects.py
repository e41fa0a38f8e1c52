"""The effect of each strategy against control: paired differences of endpoints with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mgcells.analysis.cube import build_cube, differences, observable_columns
from mgcells.analysis.endpoints import at_the_end, endpoint_values
from mgcells.analysis.relative import relative_differences
from mgcells.analysis.resampling import paired_interval
from mgcells.arrays import Flags, Floats
from mgcells.scenario import Endpoint

RESAMPLES = 2000
COLUMNS = (
    "strategy",
    "observable",
    "endpoint",
    "control_mean",
    "strategy_mean",
    "difference",
    "low",
    "high",
    "relative",
    "pairs_favouring",
    "n",
    "unit",
)


def effects(
    timeseries: pd.DataFrame,
    *,
    control: str,
    endpoints: Sequence[Endpoint],
    units: Mapping[str, str],
    seed: int,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Compare every strategy with control, endpoint by endpoint, pair by pair.

    Parameters
    ----------
    timeseries : DataFrame
        Columns strategy, replicate, day (d) and one per observable; finished runs only. Rows of the first strategy
        come first, and so on: this order is kept.
    control : str
        The strategy that the others are compared with.
    endpoints : sequence of Endpoint
        What is compared; when empty, every observable at the last day.
    units : mapping
        Unit of each observable; "" means relative to healthy = 1.
    seed : int
        Seed of the bootstrap.
    resamples : int
        Number of bootstrap samples.

    Returns
    -------
    DataFrame
        `COLUMNS`; one row per strategy other than control and endpoint. `low` and `high` bound the mean paired
        difference (95 %, percentile bootstrap), NaN for one pair. `pairs_favouring` is the share of pairs with a
        difference above zero. `relative` is the difference over the size of the control mean, NaN where that says
        nothing. Means and differences are over the same pairs.
    """
    days = timeseries["day"].to_numpy(dtype=float)
    if not endpoints:
        endpoints = at_the_end(observable_columns(timeseries), float(days.max()) if len(days) else 0.0)
    cube = build_cube(timeseries, list(dict.fromkeys(endpoint.observable for endpoint in endpoints)))
    values = endpoint_values(cube, endpoints)
    return effects_of(
        values, cube.strategies, control=control, endpoints=endpoints, units=units, seed=seed, resamples=resamples
    )


def effects_of(
    values: Floats,
    strategies: Sequence[str],
    *,
    control: str,
    endpoints: Sequence[Endpoint],
    units: Mapping[str, str],
    seed: int,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Compare strategies by their endpoints, `values` of shape (strategies, replicates, endpoints); see `effects`."""
    compared = [name for name in strategies if name != control]
    if control not in strategies or not compared or not endpoints:
        return pd.DataFrame({column: [] for column in COLUMNS})
    chosen = [strategies.index(name) for name in compared]
    strategy_values = values[chosen].transpose(1, 0, 2).reshape(values.shape[1], -1)
    control_values = np.tile(values[strategies.index(control)], (1, len(compared)))
    pairs = differences(strategy_values, control_values)
    paired = np.isfinite(pairs)
    n = paired.sum(axis=0)

    interval = paired_interval(pairs, seed=seed, resamples=resamples)
    control_mean = _mean(control_values, paired)
    with np.errstate(divide="ignore", invalid="ignore"):
        favouring = np.where(n > 0, (pairs > 0).sum(axis=0) / n, np.nan)
    return pd.DataFrame(
        {
            "strategy": np.repeat(np.array(compared, dtype=object), len(endpoints)),
            "observable": [endpoint.observable for endpoint in endpoints] * len(compared),
            "endpoint": [endpoint.label for endpoint in endpoints] * len(compared),
            "control_mean": control_mean,
            "strategy_mean": _mean(strategy_values, paired),
            "difference": interval.mean,
            "low": interval.low,
            "high": interval.high,
            "relative": relative_differences(interval.mean, control_mean, strategy_values, control_values),
            "pairs_favouring": favouring,
            "n": n,
            "unit": [units.get(endpoint.observable, "") for endpoint in endpoints] * len(compared),
        }
    )


def write_effects(table: pd.DataFrame, path: Path) -> None:
    """Write effects as CSV: nine digits, empty where undefined, the same bytes for the same table."""
    table.to_csv(path, index=False, float_format="%.9g", lineterminator="\n", encoding="utf-8")


def _mean(values: Floats, paired: Flags) -> Floats:
    """Return column means over the pairs that exist, NaN where there is none."""
    count = paired.sum(axis=0)
    total = np.where(paired, values, 0.0).sum(axis=0)
    means: Floats = np.divide(total, count, out=np.full(values.shape[1], np.nan), where=count > 0)
    return means
