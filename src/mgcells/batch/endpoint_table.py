"""The endpoints of every run, read of its steps: `endpoints.parquet` and `endpoints.csv`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from mgcells.analysis.endpoints import column_of, whole_run
from mgcells.analysis.running import RunningEndpoints
from mgcells.arrays import HOURS_PER_DAY, Floats
from mgcells.body.observables import SWIFT
from mgcells.folder import Folder
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


def recorded_rows(table: pa.Table) -> pa.Table:
    """Return the part of a run that its time series show: observables, where they are recorded."""
    import pyarrow.compute as pc

    if RECORDED in table.column_names:
        table = table.filter(pc.greater(table.column(RECORDED), 0.0)).combine_chunks()
    return table.select([name for name in table.column_names if name not in HIDDEN])


def write_endpoints(folder: Folder, scenario: Scenario, rows: Iterable[Row]) -> None:
    """Write one row per run and one column per endpoint, as Parquet and CSV, a few runs at a time; none without any."""
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    names = [column_of(endpoint) for endpoint in table_endpoints(scenario)]
    keys = [("strategy", pa.string()), ("replicate", pa.int64())]
    schema = pa.schema([*keys, *((name, pa.float64()) for name in names)])
    waiting = iter(rows)
    some = list(islice(waiting, ROWS_AT_ONCE))
    if not some:
        for name in FILES:
            (folder / name).unlink(missing_ok=True)
        return
    with ExitStack() as stack:
        aside = [stack.enter_context(folder.writing(name)) for name in FILES]
        parquet = stack.enter_context(pq.ParquetWriter(aside[0], schema, write_statistics=False))
        text = stack.enter_context(pacsv.CSVWriter(aside[1], schema))
        while some:
            columns = [*zip(*((strategy, replicate, *values) for strategy, replicate, values in some), strict=True)]
            table = pa.table(
                [pa.array(column, entry.type) for column, entry in zip(columns, schema, strict=True)], schema=schema
            )
            parquet.write_table(table)
            text.write_table(table)
            some = list(islice(waiting, ROWS_AT_ONCE))
