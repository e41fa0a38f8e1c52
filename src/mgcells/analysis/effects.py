"""The effect of each strategy against control or another: paired differences of endpoints with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mgcells.analysis.cube import build_cube, differences, observable_columns
from mgcells.analysis.endpoints import at_the_end, column_of, endpoint_values, unit_of
from mgcells.analysis.relative import relative_differences
from mgcells.analysis.resampling import paired_interval
from mgcells.arrays import Flags, Floats, Objects
from mgcells.scenario import Endpoint
from mgcells.scenario.scenario import Contrast

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
    "against",
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
        difference (95 %, see `paired_interval`), NaN for one pair. `control_mean` is of what the strategy is compared
        `against`. `pairs_favouring` is the share of pairs with a difference above zero. `relative` is the difference
        over the size of the control mean, NaN where that says nothing. Means and differences are over the same pairs.
    """
    days = timeseries["day"].to_numpy(dtype=float)
    if not endpoints:
        endpoints = at_the_end(observable_columns(timeseries), float(days.max()) if len(days) else 0.0)
    cube = build_cube(timeseries, list(dict.fromkeys(endpoint.observable for endpoint in endpoints)))
    values = endpoint_values(cube, endpoints)
    contrasts = [Contrast(name, (control,)) for name in cube.strategies if name != control]
    return effects_of(
        values, cube.strategies, contrasts=contrasts, endpoints=endpoints, units=units, seed=seed, resamples=resamples
    )


def effects_of(
    values: Floats,
    strategies: Sequence[str],
    *,
    contrasts: Sequence[Contrast],
    endpoints: Sequence[Endpoint],
    units: Mapping[str, str],
    seed: int,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Compare strategies by their endpoints, `values` of shape (strategies, replicates, endpoints); see `effects`.

    Contrasts of which a strategy has no value are left out.
    """
    known = [contrast for contrast in contrasts if set(contrast.names) <= set(strategies)]
    if not known or not endpoints:
        return pd.DataFrame({column: [] for column in COLUMNS})
    own, other = (
        _columns(list(parts)) for parts in zip(*(_sides(values, strategies, entry) for entry in known), strict=True)
    )
    pairs = differences(own, other)
    paired = np.isfinite(pairs)
    n = paired.sum(axis=0)

    interval = paired_interval(pairs, seed=seed, resamples=resamples)
    control_mean = _mean(other, paired)
    with np.errstate(divide="ignore", invalid="ignore"):
        favouring = np.where(n > 0, (pairs > 0).sum(axis=0) / n, np.nan)
    return pd.DataFrame(
        {
            "strategy": _each([contrast.strategy for contrast in known], len(endpoints)),
            "observable": [endpoint.observable for endpoint in endpoints] * len(known),
            "endpoint": [endpoint.label for endpoint in endpoints] * len(known),
            "control_mean": control_mean,
            "strategy_mean": _mean(own, paired),
            "difference": interval.mean,
            "low": interval.low,
            "high": interval.high,
            "relative": relative_differences(interval.mean, control_mean, own, other),
            "pairs_favouring": favouring,
            "n": n,
            "unit": [unit_of(endpoint, units.get(endpoint.observable, "")) for endpoint in endpoints] * len(known),
            "against": _each([contrast.against for contrast in known], len(endpoints)),
        }
    )


def effects_of_endpoints(
    table: pd.DataFrame,
    *,
    contrasts: Sequence[Contrast],
    endpoints: Sequence[Endpoint],
    units: Mapping[str, str],
    seed: int,
) -> pd.DataFrame:
    """Compare strategies by a table with one row per run: strategy, replicate, and `column_of` each endpoint."""
    strategies = list(dict.fromkeys(table["strategy"].astype(str)))
    everyone = sorted(set(table["replicate"]))
    values = read_values(table, strategies, everyone, endpoints)
    return effects_of(values, strategies, contrasts=contrasts, endpoints=endpoints, units=units, seed=seed)


def read_values(
    table: pd.DataFrame, strategies: Sequence[str], replicates: Sequence[int], endpoints: Sequence[Endpoint]
) -> Floats:
    """Return the endpoints of a table with one row per run: strategy, replicate, and `column_of` each endpoint.

    Returns
    -------
    ndarray of float, shape (strategies, replicates, endpoints)
        NaN where a run has no row.
    """
    columns = [column_of(endpoint) for endpoint in endpoints]
    values = np.empty((len(strategies), len(replicates), len(columns)))
    for place, name in enumerate(strategies):
        own = table[table["strategy"] == name].set_index("replicate")
        values[place] = own.reindex(list(replicates))[columns].to_numpy(dtype=float)
    return values


def _sides(values: Floats, strategies: Sequence[str], contrast: Contrast) -> tuple[Floats, Floats]:
    """Return the values of a strategy and of what it is compared with, each of shape (replicates, endpoints)."""
    plus, minus = ([values[strategies.index(name)] for name in names] for names in (contrast.plus, contrast.minus))
    return values[strategies.index(contrast.strategy)], np.asarray(sum(plus[1:], plus[0]) - sum(minus, 0.0))


def _columns(parts: Sequence[Floats]) -> Floats:
    return np.concatenate(parts, axis=1)


def _each(names: Sequence[str], count: int) -> Objects:
    return np.repeat(np.array(names, dtype=object), count)


def write_effects(table: pd.DataFrame, path: Path) -> None:
    """Write effects as CSV: nine digits, empty where undefined, the same bytes for the same table."""
    table.to_csv(path, index=False, float_format="%.9g", lineterminator="\n", encoding="utf-8")


def _mean(values: Floats, paired: Flags) -> Floats:
    """Return column means over the pairs that exist, NaN where there is none."""
    count = paired.sum(axis=0)
    total = np.where(paired, values, 0.0).sum(axis=0)
    means: Floats = np.divide(total, count, out=np.full(values.shape[1], np.nan), where=count > 0)
    return means
