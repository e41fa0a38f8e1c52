"""Keeping workers busy: a lost worker is replaced and its runs repeated, Ctrl-C leaves nothing behind."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from functools import partial
from multiprocessing.process import BaseProcess

from mgcells.batch.plan import RunSpec
from mgcells.batch.run import RunOutcome, prepare_worker
from mgcells.batch.workers import worker_context

ExecutorFactory = Callable[[], Executor]
Task = Callable[[RunSpec], RunOutcome]
FUTURES_PER_WORKER = 4
MOST_LOSSES = 3


def local_pool(workers: int) -> Executor:
    """Return a pool of processes on this machine."""
    return ProcessPoolExecutor(workers, mp_context=worker_context(), initializer=prepare_worker)


def supervise(
    specs: Sequence[RunSpec], task: Task, workers: int, executor_factory: ExecutorFactory | None = None
) -> Iterator[RunOutcome]:
    """Yield outcomes as runs finish.

    Parameters
    ----------
    specs : sequence of RunSpec
    task : picklable function of a RunSpec
    workers : int
        With 1 and no factory the runs happen in this process.
    executor_factory : callable, optional
        Makes any `concurrent.futures.Executor`, such as Dask's `Client.get_executor`.
    """
    if workers == 1 and executor_factory is None:
        yield from map(task, specs)
        return
    factory = executor_factory or partial(local_pool, min(workers, max(1, len(specs))))
    waiting, losses = deque(specs), dict.fromkeys(specs, 0)
    others = multiprocessing.active_children()
    executor = factory()
    pending: dict[Future[RunOutcome], RunSpec] = {}
    try:
        while waiting or pending:
            broken = False
            while waiting and len(pending) < FUTURES_PER_WORKER * workers and not broken:
                try:
                    future = executor.submit(task, waiting[0])
                except BrokenExecutor:
                    broken = True
                else:
                    pending[future] = waiting.popleft()
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            lost: list[RunSpec] = []
            for future in done:
                spec = pending.pop(future)
                try:
                    yield future.result()
                except BrokenExecutor:
                    lost.append(spec)
            if lost or broken:
                # When one worker dies, every run under way is lost with its pool.
                finished, unfinished = _split(pending)
                yield from finished
                lost += unfinished
                pending = {}
                _stop(executor, others)
                executor = factory()
                for spec in lost:
                    losses[spec] += 1
                    if losses[spec] > MOST_LOSSES:
                        yield RunOutcome(
                            spec.run_id, spec.strategy, spec.replicate, "failed", 0.0,
                            f"its worker died {losses[spec]} times",
                        )  # fmt: skip
                    else:
                        waiting.append(spec)
    finally:
        _stop(executor, others)


def _split(pending: dict[Future[RunOutcome], RunSpec]) -> tuple[list[RunOutcome], list[RunSpec]]:
    finished, unfinished = [], []
    for future, spec in pending.items():
        if future.done() and not future.cancelled() and future.exception() is None:
            finished.append(future.result())
        else:
            unfinished.append(spec)
    return finished, unfinished


def _stop(executor: Executor, others: Container[BaseProcess]) -> None:
    executor.shutdown(wait=False, cancel_futures=True)
    # Not those that the executor knows: Ctrl-C may come when it has started one and not yet noted it.
    for process in multiprocessing.active_children():
        if process not in others:
            process.terminate()


def all_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
