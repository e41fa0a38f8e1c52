"""Batches of the body alone: subjects in chunks, recorded as they go, so that ten thousand fit into memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mgcells.analysis.running import RunningEndpoints
from mgcells.arrays import Floats
from mgcells.batch.batch import BatchInterrupted, Progress, manifest
from mgcells.batch.endpoint_table import table_endpoints, write_endpoints
from mgcells.batch.plan import RunSpec, plan
from mgcells.batch.result import BatchResult
from mgcells.batch.run import RunOutcome
from mgcells.batch.store import Store
from mgcells.batch.supervise import MOST_LOSSES, all_cores, local_pool
from mgcells.batch.workers import runs_alone
from mgcells.errors import InputProblems, Problem
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.steps import body_columns, body_observables, records, step_days
from mgcells.subject.trial import refuse_failing
from mgcells.tissues.registry import is_culture

if TYPE_CHECKING:
    import pyarrow as pa

SMALLEST_CHUNK, LARGEST_CHUNK, CHUNKS = 10, 250, 8
MOST_ROWS = 300_000


@dataclass(frozen=True)
class Task:
    """Some subjects under one strategy; `kept` are the records that go into the time series."""

    strategy: str
    replicates: tuple[int, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    """What a task came to.

    `series` has shape (subjects, kept records, observables), `endpoints` (subjects, endpoints), and `moments`
    (4, records, observables) sum, sum of squares, lowest and highest over the subjects.
    """

    task: Task
    series: Floats
    endpoints: Floats
    moments: Floats
    seconds: float


@dataclass(frozen=True)
class Fault:
    """A subject that could not be carried on."""

    task: Task
    error: str


def run_bodies(
    scenario: Scenario | str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    force: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> BatchResult:
    """Run the body alone for every strategy and subject and write the tables of a batch.

    Up to `MOST_ROWS` rows the time series are those of `run_batch` for the scenario without tissues. Beyond, they
    keep every n-th record and the last; `summary.csv` then has the mean, standard deviation and range over subjects at
    every record. Endpoints are read of every step, as in `run_batch`.

    Parameters
    ----------
    scenario, out, workers, force, progress
        As for `run_batch`.

    Raises
    ------
    InputProblems
        The folder cannot be used, or holds results of a different scenario; a culture has no body; subjects of a
        strategy cannot live.
    BatchInterrupted
        Ctrl-C; nothing is kept.
    """
    from mgcells.subject.bodies import body_scenario

    begin = time.perf_counter()
    scenario = find_scenario(scenario)
    if is_culture(scenario.tissues):
        text = f"subject '{scenario.base.subject}' is a culture: it has no body whose kinetics could be followed"
        raise InputProblems([Problem(str(scenario.source or scenario.title), 0, text)])
    scenario = body_scenario(scenario)
    refuse_failing(scenario)
    store, specs = Store(out), plan(scenario)
    days = step_days(scenario)[records(scenario)]
    kept = kept_records(days, len(specs))
    tasks = _tasks(scenario, kept)
    count = min(workers or all_cores(), len(tasks))
    pieces: dict[Task, Piece] = {}
    faults: list[Fault] = []

    def report() -> None:
        if progress:
            done = sum(len(task.replicates) for task in pieces)
            progress(Progress(done, len(faults), len(specs), 0, time.perf_counter() - begin))

    with store.held(scenario, specs, "kinetics", force=force), store.folder.refusing():
        store.refuse_without_room(len(specs) * len(kept) * (len(body_observables()) + 1))
        store.write_scenario(scenario)
        report()
        try:
            for found in _results(scenario, tasks, count):
                pieces |= {item.task: item for item in found if isinstance(item, Piece)}
                faults += [item for item in found if isinstance(item, Fault)]
                report()
        except KeyboardInterrupt:
            raise BatchInterrupted(0, len(specs)) from None
        ordered = _ordered(scenario, pieces)
        _write(scenario, store, ordered, days, thinned=len(kept) < len(days))
        store.write_runs(_outcomes(specs, ordered, faults))
        wall = time.perf_counter() - begin
        result = BatchResult(store.folder.path, len(specs) - len(faults), len(faults), 0, len(specs), wall, scenario)
        store.write_manifest(
            manifest(scenario, result, count) | {"body_alone": True, "records_kept": [len(kept), len(days)]}
        )
    return result


def kept_records(days: Floats, runs: int) -> tuple[int, ...]:
    """Return the records that go into the time series: every n-th, and the last, within `MOST_ROWS`."""
    affordable = max(2, MOST_ROWS // runs)
    stride = -(-(len(days) - 1) // (affordable - 1)) if len(days) > affordable else 1
    return tuple(sorted({*range(0, len(days), stride), len(days) - 1}))


def simulate_chunk(task: Task, scenario: Scenario) -> list[Piece | Fault]:
    """Carry the subjects of a task to the end; when one of them cannot be, the others are carried on without it."""
    from mgcells.subject.bodies import courses

    begin = time.perf_counter()
    days, recorded = step_days(scenario), records(scenario)
    names = [observable.name for observable in body_observables()]
    size, place = len(task.replicates), {record: row for row, record in enumerate(task.kept)}
    series = np.empty((size, len(task.kept), len(names)))
    running = RunningEndpoints(days, recorded, table_endpoints(scenario), body_columns(), frozenset(), size)
    moments = np.empty((4, int(recorded.sum()), len(names)))
    record_of = np.cumsum(recorded) - 1
    try:
        for step, columns in enumerate(courses(scenario, task.strategy, task.replicates)):
            running.take(step, columns)
            if not recorded[step]:
                continue
            record, values = int(record_of[step]), columns[: len(names)]
            if record in place:
                series[:, place[record]] = values.T
            moments[:, record] = values.sum(axis=1), (values**2).sum(axis=1), values.min(axis=1), values.max(axis=1)
    except Exception as error:
        if size == 1:
            return [Fault(task, f"{type(error).__name__}: {error}".splitlines()[0])]
        parts = [Task(task.strategy, (replicate,), task.kept) for replicate in task.replicates]
        return [result for part in parts for result in simulate_chunk(part, scenario)]
    return [Piece(task, series, running.values, moments, time.perf_counter() - begin)]


def _tasks(scenario: Scenario, kept: tuple[int, ...]) -> list[Task]:
    everyone = range(scenario.replicates)
    size = min(LARGEST_CHUNK, max(SMALLEST_CHUNK, -(-scenario.replicates // CHUNKS)))
    return [
        Task(strategy.name, tuple(everyone[first : first + size]), kept)
        for strategy in scenario.strategies
        for first in range(0, scenario.replicates, size)
    ]


def _results(scenario: Scenario, tasks: Sequence[Task], workers: int) -> Iterator[list[Piece | Fault]]:
    work = partial(simulate_chunk, scenario=scenario)
    if runs_alone(workers):
        yield from map(work, tasks)
        return
    waiting, losses = list(tasks), 0
    while waiting:
        try:
            with local_pool(workers) as pool:
                for task, found in zip(tuple(waiting), pool.map(work, waiting), strict=True):
                    waiting.remove(task)
                    yield found
        except BrokenExecutor as error:
            # When one worker dies, its pool is lost; what it had not given back is tried by another.
            losses += 1
            if losses > MOST_LOSSES:
                lost = ((task, replicate) for task in waiting for replicate in task.replicates)
                reason = f"tried {losses} times: {type(error).__name__}: a worker died"
                yield [Fault(replace(task, replicates=(replicate,)), reason) for task, replicate in lost]
                return


def _ordered(scenario: Scenario, pieces: dict[Task, Piece]) -> list[Piece]:
    place = {strategy.name: number for number, strategy in enumerate(scenario.strategies)}
    return sorted(pieces.values(), key=lambda piece: (place[piece.task.strategy], piece.task.replicates))


def _write(scenario: Scenario, store: Store, pieces: Sequence[Piece], days: Floats, *, thinned: bool) -> None:
    store.write_series(_table(piece, days) for piece in pieces)
    rows = (
        (piece.task.strategy, replicate, values.tolist())
        for piece in pieces
        for replicate, values in zip(piece.task.replicates, piece.endpoints, strict=True)
    )
    write_endpoints(store.folder, scenario, rows)
    if thinned:
        store.write_summary(_summary(scenario, pieces, days))
    else:
        store.unlink("summary.csv")


def _table(piece: Piece, days: Floats) -> pa.Table:
    import pyarrow as pa

    size, kept, _ = piece.series.shape
    columns = {
        "strategy": pa.array([piece.task.strategy] * (size * kept), pa.string()),
        "replicate": pa.array(np.repeat(piece.task.replicates, kept), pa.int64()),
        "day": np.tile(days[list(piece.task.kept)], size),
    }
    names = [observable.name for observable in body_observables()]
    return pa.table(columns | {name: piece.series[:, :, place].ravel() for place, name in enumerate(names)})


def _summary(scenario: Scenario, pieces: Sequence[Piece], days: Floats) -> Iterator[tuple[object, ...]]:
    for strategy in scenario.strategies:
        own = [piece for piece in pieces if piece.task.strategy == strategy.name]
        if not own:
            continue
        count = sum(len(piece.task.replicates) for piece in own)
        total, squares = (sum(piece.moments[which] for piece in own) for which in (0, 1))
        lowest = np.min([piece.moments[2] for piece in own], axis=0)
        highest = np.max([piece.moments[3] for piece in own], axis=0)
        mean = np.asarray(total) / count
        spread = np.sqrt(np.maximum(np.asarray(squares) - count * mean**2, 0.0) / max(1, count - 1))
        for place, observable in enumerate(body_observables()):
            for record, day in enumerate(days):
                numbers = (day, *(part[record, place] for part in (mean, spread, lowest, highest)))
                yield strategy.name, observable.name, *(f"{number:.9g}" for number in numbers), count


def _outcomes(specs: Sequence[RunSpec], pieces: Sequence[Piece], faults: Sequence[Fault]) -> Iterator[RunOutcome]:
    seconds = {
        (piece.task.strategy, replicate): piece.seconds / len(piece.task.replicates)
        for piece in pieces
        for replicate in piece.task.replicates
    }
    errors = {(fault.task.strategy, fault.task.replicates[0]): fault.error for fault in faults}
    for spec in specs:
        key = (spec.strategy, spec.replicate)
        status = "failed" if key in errors else "done"
        yield RunOutcome(*(spec.run_id, *key, status), seconds.get(key, 0.0), errors.get(key, ""))
