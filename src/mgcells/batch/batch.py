"""A whole batch: what is done already is kept, the rest is run, then the tables are put together."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from mgcells.batch.drawn_on import packages_drawn_on
from mgcells.batch.endpoint_table import rows_of_parts, write_endpoints
from mgcells.batch.plan import RunSpec, plan
from mgcells.batch.resolved import fingerprint
from mgcells.batch.run import RunOutcome, Simulate, execute, real_simulation
from mgcells.batch.store import Store
from mgcells.batch.supervise import ExecutorFactory, all_cores, supervise
from mgcells.batch.workers import start_server
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.trial import refuse_unreadable
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


@dataclass(frozen=True)
class BatchResult:
    """What a batch came to."""

    folder: Path
    done: int
    failed: int
    resumed: int
    total: int
    wall_seconds: float


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
        Overwrite the results of a different scenario.
    progress : callable, optional
        Called with a Progress at the start and whenever a run ends.
    executor_factory : callable, optional
        Makes an Executor for the runs, such as Dask's `Client.get_executor`.
    simulate : picklable callable
        What one run does: (scenario, strategy, replicate) -> columns.

    Raises
    ------
    InputProblems
        The folder cannot be used, or holds results of a different scenario; a signal of an own library reads what its
        tissue does not offer.
    BatchInterrupted
        Ctrl-C; the same call goes on from there.
    """
    begin = time.perf_counter()
    count = workers or all_cores()
    if count > 1 and executor_factory is None:
        start_server()
    scenario = find_scenario(scenario)
    refuse_unreadable(scenario)
    folder = Path(out) if out is not None else Path("outputs") / (scenario.source or Path(scenario.title)).stem
    store = Store(folder)
    store.open(scenario, force=force)
    specs = plan(scenario)
    if not resume:
        store.forget(specs)
    outcomes: dict[RunSpec, RunOutcome] = store.finished(specs)
    resumed = len(outcomes)
    store.write_scenario(scenario)
    by_id = {spec.run_id: spec for spec in specs}

    def report() -> None:
        if progress:
            failed = sum(outcome.status != "done" for outcome in outcomes.values())
            state = Progress(len(outcomes) - failed, failed, len(specs), resumed, time.perf_counter() - begin)
            progress(state)

    report()
    # All strategies of a subject in a row: they start from one state, and comparisons within subjects come early.
    todo = sorted((spec for spec in specs if spec not in outcomes), key=lambda spec: spec.replicate)
    task = partial(execute, scenario=scenario, parts=store.parts, simulate=simulate)
    try:
        for outcome in supervise(todo, task, count, executor_factory):
            outcomes[by_id[outcome.run_id]] = outcome
            report()
    except KeyboardInterrupt:
        raise BatchInterrupted(len(store.finished(specs)), len(specs)) from None
    store.write_tables(specs)
    write_endpoints(store.folder, scenario, rows_of_parts(store.parts, specs, scenario))
    store.write_runs(outcomes[spec] for spec in specs)
    failed = sum(outcome.status != "done" for outcome in outcomes.values())
    wall = time.perf_counter() - begin
    result = BatchResult(folder, len(specs) - failed, failed, resumed, len(specs), wall)
    store.write_manifest(manifest(scenario, result, count))
    return result


def manifest(scenario: Scenario, result: BatchResult, workers: int) -> dict[str, Any]:
    """Return what is needed to run the batch again, and how it went."""
    versions = {"mgcells": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    versions |= {package["name"]: package["version"] for package in packages_drawn_on(scenario)}
    return {
        "schema": 1,
        "title": scenario.title,
        "fingerprint": fingerprint(scenario),
        "seed": scenario.seed,
        "replicates": scenario.replicates,
        "strategies": [strategy.name for strategy in scenario.strategies],
        "runs": {"done": result.done, "failed": result.failed, "resumed": result.resumed, "total": result.total},
        "workers": workers,
        "wall_seconds": round(result.wall_seconds, 3),
        "versions": versions,
        "platform": f"{platform.system()} {platform.machine()}, {sys.implementation.name}",
    }
