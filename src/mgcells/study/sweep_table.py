"""The results of a sweep as one long table, and as an xarray Dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mgcells.analysis.effects import COLUMNS, effects_of
from mgcells.analysis.endpoints import column_of
from mgcells.arrays import Floats
from mgcells.errors import InputProblems, Problem
from mgcells.scenario.swept import Level, SweptAxis, SweptDesign, text_of
from mgcells.study.points import SweptVariant
from mgcells.study.running import Study
from mgcells.tissues.registry import observables

if TYPE_CHECKING:
    import xarray

MEASURES = ("control_mean", "strategy_mean", "difference", "low", "high", "n")


def values_of(study: Study, variants: Sequence[SweptVariant]) -> Floats:
    """Return every endpoint, shape (variants, strategies, subjects, endpoints); NaN where a run did not finish."""
    scenario = variants[0].scenario
    columns = [column_of(endpoint) for endpoint in scenario.endpoints]
    names = [variant.name for variant in variants]
    strategies = [strategy.name for strategy in scenario.strategies]
    wanted = pd.MultiIndex.from_product([names, strategies, range(scenario.replicates)])
    table = study.read(columns, names).set_index(["variant", "strategy", "replicate"])
    values = table.reindex(wanted).to_numpy(dtype=float)
    return values.reshape(len(names), len(strategies), scenario.replicates, len(columns))


def sweep_table(design: SweptDesign, variants: Sequence[SweptVariant], values: Floats) -> pd.DataFrame:
    """Return one row per variant, contrast and endpoint.

    `variant`, a column for each swept value (a number in the unit that its name says, or a text), then the columns of
    `mgcells.analysis.effects.COLUMNS`. `values` is that of `values_of`.
    """
    parts = []
    units = {name: entry.unit for name, entry in observables().items()}
    for variant, own in zip(variants, values, strict=True):
        scenario = variant.scenario
        table = effects_of(
            own, [strategy.name for strategy in scenario.strategies], contrasts=scenario.contrasts,
            endpoints=scenario.endpoints, units=units, seed=scenario.seed,
        )  # fmt: skip
        swept = {axis.label: _cell(axis, level) for axis, level in zip(design.axes, variant.point, strict=True)}
        parts.append(table.assign(variant=variant.name, **swept)[["variant", *swept, *COLUMNS]])
    return pd.concat(parts, ignore_index=True)


def to_dataset(design: SweptDesign, table: pd.DataFrame) -> xarray.Dataset:
    """Return the table of a sweep as an xarray Dataset.

    The dimensions are the swept values of a grid, or `variant` for another design, then `contrast` ("A against B") and
    `endpoint`; the unit of each endpoint is a coordinate.

    Raises
    ------
    InputProblems
        xarray is not installed.
    """
    try:
        import xarray
    except ImportError:
        text = "is not installed; pip install 'mgcells[study]'"
        raise InputProblems([Problem("xarray", 0, text)]) from None
    long = table.assign(
        contrast=table["strategy"] + " against " + table["against"],
        endpoint=table["observable"] + ", " + table["endpoint"],
    )
    swept = [axis.label for axis in design.axes]
    grid = design.name == "grid"
    dimensions = [*(swept if grid else ["variant"]), "contrast", "endpoint"]
    indexed = long.set_index(dimensions)
    sizes = {name: list(dict.fromkeys(long[name])) for name in dimensions}
    full = indexed.reindex(pd.MultiIndex.from_product(list(sizes.values()), names=dimensions))
    shape = [len(entries) for entries in sizes.values()]
    names = {label: axis.name.replace("/", " per ") for label, axis in zip(swept, design.axes, strict=True)}
    data: dict[str, Any] = {
        name: ([names.get(entry, entry) for entry in dimensions], full[name].to_numpy(dtype=float).reshape(shape))
        for name in MEASURES
    }
    coordinates: dict[str, Any] = {
        names.get(name, name): (names.get(name, name), np.asarray(entries)) for name, entries in sizes.items()
    }
    units = long.drop_duplicates("endpoint").set_index("endpoint")["unit"]
    coordinates["unit"] = ("endpoint", np.asarray([str(units[name]) for name in sizes["endpoint"]]))
    if not grid:
        each = long.drop_duplicates("variant").set_index("variant").loc[sizes["variant"]]
        coordinates |= {names[label]: ("variant", np.asarray(each[label].to_list())) for label in swept}
    found = xarray.Dataset(data, coordinates)
    for axis, label in zip(design.axes, swept, strict=True):
        found[names[label]].attrs["units"] = axis.unit
    return found


def _cell(axis: SweptAxis, level: Level) -> float | str:
    return axis.number(level) if axis.numbers else text_of(level)
