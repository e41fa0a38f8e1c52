"""Keeping workers busy: a lost worker is replaced and its runs repeated, Ctrl-C leaves nothing behind."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from functools import partial
from multiprocessing.process import BaseProcess

from mgcells.batch.plan import RunSpec
from mgcells.batch.run import RunOutcome, prepare_worker
from mgcells.batch.workers import refuse_in_a_starting_worker, runs_alone, worker_context

ExecutorFactory = Callable[[], Executor]
Task = Callable[[RunSpec], RunOutcome]
FUTURES_PER_WORKER = 4
MOST_LOSSES = 3
# So many executors in a row that finish no run are no chance: none would.
MOST_IDLE = 10


def local_pool(workers: int) -> Executor:
    """Return a pool of processes on this machine.

    Raises
    ------
    RuntimeError
        This process is a worker that is still starting: its script asks for workers where it is read again.
    """
    refuse_in_a_starting_worker()
    return ProcessPoolExecutor(workers, mp_context=worker_context(), initializer=prepare_worker)


def supervise(
    specs: Sequence[RunSpec], task: Task, workers: int, executor_factory: ExecutorFactory | None = None
) -> Iterator[RunOutcome]:
    """Yield outcomes as runs finish; one that no worker could finish is an outcome too.

    Parameters
    ----------
    specs : sequence of RunSpec
    task : picklable function of a RunSpec
    workers : int
        With 1 and no factory the runs happen in this process; with a warning also where no other can be started.
    executor_factory : callable, optional
        Makes any `concurrent.futures.Executor`, such as Dask's `Client.get_executor`; called again when one breaks.
    """
    if not specs:
        return
    if executor_factory is None and runs_alone(workers):
        yield from map(task, specs)
        return
    factory = executor_factory or partial(local_pool, min(workers, len(specs)))
    waiting, losses, idle = deque(specs), dict.fromkeys(specs, 0), 0
    others = multiprocessing.active_children()
    executor = factory()
    pending: dict[Future[RunOutcome], RunSpec] = {}
    try:
        while waiting or pending:
            lost: dict[RunSpec, str] = {}
            reason = ""
            while waiting and len(pending) < FUTURES_PER_WORKER * workers and not reason:
                try:
                    future = executor.submit(task, waiting[0])
                except Exception as error:
                    reason = _reason(error)
                else:
                    pending[future] = waiting.popleft()
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                spec = pending.pop(future)
                try:
                    outcome = future.result()
                except BrokenExecutor as error:
                    lost[spec] = reason = _reason(error)
                except Exception as error:
                    lost[spec] = _reason(error)
                else:
                    idle = 0
                    yield outcome
            if reason:
                # When one worker dies, every run under way is lost with its pool.
                finished, unfinished = _split(pending)
                yield from finished
                lost |= dict.fromkeys(unfinished, reason)
                idle = 0 if finished else idle + 1
                _stop(executor, pending, others)
                pending = {}
            for spec, why in lost.items():
                losses[spec] += 1
                if losses[spec] > MOST_LOSSES:
                    yield _failed(spec, f"tried {losses[spec]} times: {why}")
                else:
                    waiting.append(spec)
            if reason and idle > MOST_IDLE:
                yield from (_failed(spec, f"not tried, as {idle} pools finished no run: {reason}") for spec in waiting)
                return
            if reason:
                executor = factory()
    finally:
        _stop(executor, pending, others)


def _failed(spec: RunSpec, reason: str) -> RunOutcome:
    return RunOutcome(spec.run_id, spec.strategy, spec.replicate, "failed", 0.0, reason)


def _reason(error: Exception) -> str:
    return (
        "its worker died" if isinstance(error, BrokenExecutor) else f"{type(error).__name__}: {error}".splitlines()[0]
    )


def _split(pending: Mapping[Future[RunOutcome], RunSpec]) -> tuple[list[RunOutcome], list[RunSpec]]:
    finished, unfinished = [], []
    for future, spec in pending.items():
        if future.done() and not future.cancelled() and future.exception() is None:
            finished.append(future.result())
        else:
            unfinished.append(spec)
    return finished, unfinished


def _stop(executor: Executor, pending: Iterable[Future[RunOutcome]], others: Container[BaseProcess]) -> None:
    """End an executor as far as it lets itself be ended: what was found is worth more than a tidy end."""
    # Of the executors of other libraries some take other arguments or none, some have no end of their own.
    with contextlib.suppress(Exception):
        try:
            # A pool of processes must cancel its futures itself: it cannot bear that others have.
            executor.shutdown(wait=False, cancel_futures=True)
        except TypeError:
            for future in pending:
                future.cancel()
            try:
                executor.shutdown(wait=False)
            except TypeError:
                executor.shutdown()
    # Not those that the executor knows: Ctrl-C may come when it has started one and not yet noted it.
    for process in multiprocessing.active_children():
        if process not in others:
            process.terminate()


def all_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
