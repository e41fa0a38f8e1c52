"""A whole batch: what is done already is kept, the rest is run, then the tables are put together."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from mgcells.batch.drawn_on import packages_drawn_on
from mgcells.batch.plan import RunSpec, plan, simulated
from mgcells.batch.program import program
from mgcells.batch.resolved import reported
from mgcells.batch.result import BatchResult
from mgcells.batch.run import UNWRITTEN, RunOutcome, Simulate, execute, real_simulation
from mgcells.batch.store import Store
from mgcells.batch.supervise import ExecutorFactory, all_cores, supervise
from mgcells.batch.workers import start_server
from mgcells.errors import Problem, RunsKept
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.steps import body_columns, records
from mgcells.subject.trial import refuse_failing
from mgcells.tissues.registry import is_culture, recorded
from mgcells.version import __version__

PACKAGES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "pydantic", "pint", "matplotlib")


@dataclass(frozen=True)
class Progress:
    """How far a batch is; `resumed` of the `done` runs were there before."""

    done: int
    failed: int
    total: int
    resumed: int
    elapsed_seconds: float

    @property
    def remaining_seconds(self) -> float | None:
        """Time left at the pace so far; None before the first run of this call is over."""
        run_now = self.done + self.failed - self.resumed
        return None if run_now == 0 else self.elapsed_seconds / run_now * (self.total - self.done - self.failed)


class BatchInterrupted(Exception):
    """The user stopped the batch; finished runs are kept."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"stopped with {done} of {total} runs done")
        self.done, self.total = done, total


def run_batch(
    scenario: Scenario | str | Path,
    out: str | Path | None = None,
    *,
    workers: int | None = None,
    resume: bool = True,
    force: bool = False,
    progress: Callable[[Progress], None] | None = None,
    executor_factory: ExecutorFactory | None = None,
    simulate: Simulate = real_simulation,
) -> BatchResult:
    """Run every strategy on every virtual subject and write the tables.

    Parameters
    ----------
    scenario : Scenario, path or name of a shipped scenario
    out : path, optional
        The output folder, made when it is not there; `outputs/` and the name of the scenario's file when left out.
    workers : int, optional
        Processes; all cores of this machine when it is left out.
    resume : bool
        Keep the runs that are there already.
    force : bool
        Overwrite the results of a different scenario or program; nothing but what mgcells wrote is taken away.
    progress : callable, optional
        Called with a Progress at the start and whenever a run ends.
    executor_factory : callable, optional
        Makes an Executor for the runs, such as Dask's `Client.get_executor`.
    simulate : picklable callable
        What one run does: (scenario, strategy, replicate) -> columns.

    Raises
    ------
    InputProblems
        The folder cannot be used or is full, is in use, holds results of a different scenario or program, or something
        that mgcells did not write is in the way; subjects of a strategy cannot live; a signal of an own library reads
        what its tissue does not offer.
    RunsKept
        The disk filled up; the same call goes on from there.
    BatchInterrupted
        Ctrl-C; the same call goes on from there.
    """
    begin = time.perf_counter()
    count = workers or all_cores()
    if count > 1 and executor_factory is None:
        start_server()
    scenario = find_scenario(scenario)
    refuse_failing(scenario)
    store = Store(out if out is not None else Path("outputs") / (scenario.source or Path(scenario.title)).stem)
    specs = plan(scenario)
    outcomes: dict[RunSpec, RunOutcome] = {}
    resumed = 0

    def report() -> None:
        if progress:
            failed = sum(outcome.status != "done" for outcome in outcomes.values())
            state = Progress(len(outcomes) - failed, failed, len(specs), resumed, time.perf_counter() - begin)
            progress(state)

    def run(missing: Collection[RunSpec]) -> None:
        # All strategies of a subject in a row: they start from one state, and comparisons within subjects come early.
        todo = sorted(missing, key=lambda spec: spec.replicate)
        task = partial(execute, scenario=scenario, folder=store.folder.path, simulate=simulate)
        by_id = {spec.run_id: spec for spec in todo}
        for outcome in supervise(todo, task, count, executor_factory):
            if outcome.status == UNWRITTEN:
                raise _unwritten(store, outcome.error, store.finished(specs), specs)
            outcomes[by_id[outcome.run_id]] = outcome
            report()

    with store.held(scenario, specs, "run", force=force):
        if not resume:
            store.forget(specs)
        outcomes |= store.finished(specs)
        resumed = len(outcomes)
        missing = [spec for spec in specs if spec not in outcomes]
        store.refuse_without_room(len(missing) * _values(scenario))
        try:
            store.write_scenario(scenario)
            report()
            run(missing)
            seconds = _tabled(store, scenario, specs, outcomes, run)
            store.write_runs(
                replace(outcomes[spec], seconds=seconds.get(spec, outcomes[spec].seconds)) for spec in specs
            )
            failed = sum(outcome.status != "done" for outcome in outcomes.values())
            wall = time.perf_counter() - begin
            result = BatchResult(store.folder.path, len(specs) - failed, failed, resumed, len(specs), wall, scenario)
            store.write_manifest(manifest(scenario, result, count))
        except KeyboardInterrupt:
            raise BatchInterrupted(len(store.finished(specs)), len(specs)) from None
        except OSError as error:
            raise _unwritten(store, error.strerror or str(error), store.finished(specs), specs) from None
    return result


def _tabled(
    store: Store,
    scenario: Scenario,
    specs: Sequence[RunSpec],
    outcomes: dict[RunSpec, RunOutcome],
    run: Callable[[list[RunSpec]], None],
) -> dict[RunSpec, float]:
    """Write the tables; runs whose parts were lost or damaged meanwhile are run again, once. Return their seconds."""
    for last in (False, True):
        done = [spec for spec in specs if outcomes[spec].status == "done"]
        lost, seconds = store.write_tables(scenario, done)
        if not lost:
            break
        if last:
            reason = "its part file was damaged or taken away, twice"
            outcomes |= {spec: replace(outcomes[spec], status="failed", error=reason) for spec in lost}
        else:
            run(lost)
    return seconds


def _unwritten(store: Store, reason: str, kept: Collection[RunSpec], specs: Sequence[RunSpec]) -> RunsKept:
    text = f"cannot be written to any more: {reason}; {len(kept)} of {len(specs)} runs are kept there: "
    return RunsKept([Problem(str(store.folder.path), 0, f"{text}free some space and give the same command again")])


def _values(scenario: Scenario) -> int:
    """Return how many numbers a run leaves: the body at every step, tissues where they are recorded."""
    of_body = 0 if is_culture(scenario.tissues) else len(body_columns())
    return of_body * (scenario.steps + 1) + len(recorded(scenario.tissues)) * int(records(scenario).sum())


def manifest(scenario: Scenario, result: BatchResult, workers: int) -> dict[str, Any]:
    """Return what is needed to run the batch again, and under "this_call" how it went this time."""
    versions = {"mgcells": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    versions |= {package["name"]: package["version"] for package in packages_drawn_on(scenario)}
    return {
        "schema": 2,
        "title": scenario.title,
        "simulated": simulated(scenario),
        "reported": reported(scenario),
        "seed": scenario.seed,
        "replicates": scenario.replicates,
        "strategies": [strategy.name for strategy in scenario.strategies],
        "runs": {"done": result.done, "failed": result.failed, "total": result.total},
        "versions": versions,
        "code": program()["code"],
        "platform": f"{platform.system()} {platform.machine()}, {sys.implementation.name}",
        "this_call": {
            "resumed": result.resumed, "workers": workers, "wall_seconds": round(result.wall_seconds, 3),
        },
    }  # fmt: skip
