"""The endpoints of every run, read of its steps: `endpoints.parquet` and `endpoints.csv`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mgcells.analysis.endpoints import RunningEndpoints, column_of, whole_run
from mgcells.arrays import HOURS_PER_DAY, Floats
from mgcells.batch.plan import RunSpec
from mgcells.batch.run import part_path
from mgcells.body.observables import SWIFT
from mgcells.scenario import Endpoint, Scenario
from mgcells.subject.steps import RECORDED, within
from mgcells.tissues.registry import is_culture, recorded

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[str, int, Sequence[float]]
FILES = ("endpoints.parquet", "endpoints.csv")
ROWS_AT_ONCE = 1024
HIDDEN = frozenset({RECORDED, *(column for name in SWIFT for column in within(name))})


def table_endpoints(scenario: Scenario) -> tuple[Endpoint, ...]:
    """Return what the table says of a run: the scenario's endpoints, then the peak that decides on safety."""
    if is_culture(scenario.tissues):
        return scenario.endpoints
    return (*scenario.endpoints, whole_run(scenario.hours / HOURS_PER_DAY))


def sparse(scenario: Scenario) -> frozenset[str]:
    """Return the observables that are measured where they are recorded only."""
    return frozenset(observable.name for observable in recorded(scenario.tissues) if observable.tissue)


def endpoints_of_run(columns: Mapping[str, Floats], scenario: Scenario) -> Floats:
    """Return `table_endpoints` of one run, from the columns that `simulate` gives or as many as are needed.

    Without the column "recorded" every row is a record.
    """
    names = [name for name in columns if name not in ("day", RECORDED)]
    days = columns["day"]
    flags = columns.get(RECORDED, np.ones(len(days))) > 0
    running = RunningEndpoints(days, flags, table_endpoints(scenario), names, sparse(scenario), 1)
    table = np.array([columns[name] for name in names]).reshape(len(names), len(days))
    for row in running.rows.tolist():
        running.take(row, table[:, row, None])
    return np.asarray(running.values[0])


def rows_of_parts(parts: Path, specs: Iterable[RunSpec], scenario: Scenario) -> Iterator[Row]:
    """Yield the endpoints of every run whose part file is there, reading one file after the other."""
    import pyarrow.parquet as pq

    wanted = {"day", RECORDED}
    for endpoint in table_endpoints(scenario):
        wanted |= {endpoint.observable, f"{endpoint.observable}|{endpoint.kind}"}
    for spec in specs:
        path = part_path(parts, spec.run_id)
        if not path.exists():
            continue
        with pq.ParquetFile(path) as part:
            chosen = [name for name in part.schema_arrow.names if name in wanted]
            table = part.read(columns=chosen, use_threads=False)
        columns = {name: table.column(name).to_numpy() for name in chosen}
        yield spec.strategy, spec.replicate, endpoints_of_run(columns, scenario).tolist()


def recorded_rows(table: pa.Table) -> pa.Table:
    """Return the part of a run that its time series show: observables, where they are recorded."""
    import pyarrow.compute as pc

    if RECORDED in table.column_names:
        table = table.filter(pc.greater(table.column(RECORDED), 0.0)).combine_chunks()
    return table.select([name for name in table.column_names if name not in HIDDEN])


def write_endpoints(folder: Path, scenario: Scenario, rows: Iterable[Row]) -> None:
    """Write one row per run and one column per endpoint, as Parquet and CSV, a few runs at a time."""
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    names = [column_of(endpoint) for endpoint in table_endpoints(scenario)]
    keys = [("strategy", pa.string()), ("replicate", pa.int64())]
    schema = pa.schema([*keys, *((name, pa.float64()) for name in names)])
    aside = [folder / f"{name}.tmp" for name in FILES]
    with (
        pq.ParquetWriter(aside[0], schema, write_statistics=False) as parquet,
        pacsv.CSVWriter(aside[1], schema) as text,
    ):
        waiting = iter(rows)
        while some := list(islice(waiting, ROWS_AT_ONCE)):
            columns = [*zip(*((strategy, replicate, *values) for strategy, replicate, values in some), strict=True)]
            table = pa.table(
                [pa.array(column, entry.type) for column, entry in zip(columns, schema, strict=True)], schema=schema
            )
            parquet.write_table(table)
            text.write_table(table)
    for name, path in zip(FILES, aside, strict=True):
        os.replace(path, folder / name)
