"""Running a study: what is there already is kept, the rest is run, and one table holds the endpoints of every life."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mgcells.analysis.endpoints import column_of
from mgcells.batch.batch import BatchInterrupted, Progress
from mgcells.batch.parts import DamagedPart, part_name, read_part, seems_whole
from mgcells.batch.program import program
from mgcells.batch.run import UNWRITTEN, RunOutcome, Simulate, execute
from mgcells.batch.supervise import ExecutorFactory, all_cores, supervise
from mgcells.batch.workers import start_server
from mgcells.errors import InputProblems, Problem, RunsKept
from mgcells.folder import Folder
from mgcells.study.design import Life, Variants, lives

if TYPE_CHECKING:
    import pyarrow as pa

KIND = "study"
TABLE = "runs.parquet"
ROWS_AT_ONCE = 1024
KEYS = ("variant", "strategy", "replicate")


@dataclass(frozen=True)
class Study:
    """What a study left: its folder, and how its lives ended; `reused` of them were there before, or stood twice."""

    folder: Path
    done: int
    failed: int
    reused: int
    total: int
    wall_seconds: float
    errors: tuple[str, ...] = ()

    def read(self, columns: Sequence[str] | None = None, variants: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the lives that ended well: variant, strategy, replicate, and the endpoints that are named, or all."""
        chosen = None if columns is None else [*KEYS, *columns]
        filters = None if variants is None else [("variant", "in", list(variants))]
        return pd.read_parquet(self.folder / TABLE, columns=chosen, filters=filters)


def run_study(
    variants: Variants,
    out: str | Path,
    *,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    executor_factory: ExecutorFactory | None = None,
    simulate: Simulate | None = None,
) -> Study:
    """Run every strategy of every variant on every subject, as far as the endpoints reach, and write `runs.parquet`.

    Parameters
    ----------
    variants : mapping of str to Scenario
        All with the same endpoints. Runs that read the same are one run, also with those of earlier studies there.
    out : path
        Folder, made when it is not there.
    workers, progress, executor_factory
        As for `mgcells.run`.
    simulate : picklable callable, optional
        What one life does: (scenario, strategy, replicate) -> one array of shape (1,) for each endpoint.

    Raises
    ------
    InputProblems
        The folder cannot be used, or holds other results than those of studies.
    ValueError
        The variants have different endpoints.
    RunsKept, BatchInterrupted
        The disk filled up, or Ctrl-C; the same call goes on from there.
    """
    from mgcells.study.lives import endpoints_of_life

    begin = time.perf_counter()
    if len({scenario.endpoints for scenario in variants.values()}) != 1:
        raise ValueError("the variants of a study should have the same endpoints")
    count = workers or all_cores()
    if count > 1 and executor_factory is None:
        start_server()
    folder, everyone = Folder(out), lives(variants)
    once = list({life.run_id: life for life in everyone}.values())
    task = partial(live, folder=folder.path, simulate=simulate or endpoints_of_life)
    errors: dict[str, str] = {}
    done: set[str] = set()

    def report(reused: int) -> None:
        if progress:
            state = Progress(len(done), len(errors), len(once), reused, time.perf_counter() - begin)
            progress(state)

    def run(missing: Collection[Life], reused: int) -> None:
        order = {name: place for place, name in enumerate(variants)}
        # All strategies of a subject in a row: they start from one state.
        todo = sorted(missing, key=lambda life: (order[life.variant], life.replicate))
        for outcome in supervise(todo, task, count, executor_factory):
            if outcome.status == UNWRITTEN:
                raise _unwritten(folder, outcome.error, len(done), len(once))
            if outcome.status == "done":
                done.add(outcome.run_id)
            else:
                errors[outcome.run_id] = outcome.error
            report(reused)

    with folder.held([TABLE, "parts/"]), folder.refusing():
        _refuse_others(folder)
        folder.note(kind=KIND, program=dict(program()))
        (folder / "parts").mkdir(exist_ok=True)
        done |= {life.run_id for life in once if seems_whole(folder / part_name(life.run_id), life.run_id)}
        reused = len(done)
        try:
            report(reused)
            run([life for life in once if life.run_id not in done], reused)
            # A part that was damaged or taken away meanwhile is run again, once.
            for last in (False, True):
                lost = _write(folder, [life for life in everyone if life.run_id in done])
                done -= {life.run_id for life in lost}
                if last:
                    errors |= dict.fromkeys((life.run_id for life in lost), "its part was damaged or taken away, twice")
                elif not lost:
                    break
                else:
                    run(lost, reused)
        except KeyboardInterrupt:
            raise BatchInterrupted(len(done), len(once)) from None
    failed = sum(life.run_id in errors for life in everyone)
    told = tuple(dict.fromkeys(errors.values()))
    wall = time.perf_counter() - begin
    return Study(
        folder.path, len(everyone) - failed, failed, len(everyone) - len(once) + reused, len(everyone), wall, told
    )


def live(life: Life, folder: Path, simulate: Simulate) -> RunOutcome:
    """Run one life and write its part file; see `execute`."""
    return execute(life, life.scenario, folder, simulate)


def _refuse_others(folder: Folder) -> None:
    kind = folder.facts.get("kind", KIND)
    if kind != KIND:
        reason = f"holds results of mgcells {kind}; choose another --out"
        raise InputProblems([Problem(str(folder.path), 0, reason)])


def _unwritten(folder: Folder, reason: str, kept: int, total: int) -> RunsKept:
    text = f"cannot be written to any more: {reason}; {kept} of {total} lives are kept there: "
    return RunsKept([Problem(str(folder.path), 0, f"{text}free some space and give the same command again")])


def _write(folder: Folder, everyone: Sequence[Life]) -> list[Life]:
    """Write the table of the lives, a few at a time; return those whose part cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    lost: list[Life] = []
    if not everyone:
        (folder / TABLE).unlink(missing_ok=True)
        return lost
    names = [column_of(endpoint) for endpoint in everyone[0].scenario.endpoints]
    keys = [("variant", pa.string()), ("strategy", pa.string()), ("replicate", pa.int64())]
    schema = pa.schema([*keys, *((name, pa.float64()) for name in names)])
    with folder.writing(TABLE) as aside, pq.ParquetWriter(aside, schema, write_statistics=True) as writer:
        rows = _rows(folder, everyone, names, lost)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            columns = zip(*some, strict=True)
            arrays = [pa.array(column, entry.type) for column, entry in zip(columns, schema, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))
    return lost


def _rows(
    folder: Folder, everyone: Sequence[Life], names: Sequence[str], lost: list[Life]
) -> Iterator[tuple[str | int | float, ...]]:
    for life in everyone:
        try:
            table: pa.Table = read_part(folder / part_name(life.run_id), life.run_id)
        except DamagedPart:
            (folder / part_name(life.run_id)).unlink(missing_ok=True)
            lost.append(life)
            continue
        yield (life.variant, life.strategy, life.replicate, *(table.column(name)[0].as_py() for name in names))
