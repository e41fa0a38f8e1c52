"""Batches: two workers against one, the start of a worker, the parent's memory. These rows take time from the clock."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mgcells.batch.supervise import all_cores, local_pool
from mgcells.benchmarks.measure import machine_ticks
from mgcells.benchmarks.subjects import SCENARIO, STRATEGY
from mgcells.benchmarks.suite import Row, compare, limit, skipped
from mgcells.scenario.shipped import find_scenario

GROUP = "batch"
MEGABYTE = 2**20
MOST_GROWTH = 5.0
# Run in a process of its own, so that every batch starts from nothing: its seconds, and the memory of its parent.
BATCH = """
import resource, sys, time
from pathlib import Path
from mgcells.batch import run_batch
from mgcells.scenario.shipped import load_named
study = load_named(sys.argv[1], replicates=int(sys.argv[3]))[0]
begin = time.perf_counter()
result = run_batch(study, Path(sys.argv[2]), workers=int(sys.argv[4]))
assert result.done == result.total, f"{result.failed} runs failed"
own = resource.getrusage(resource.RUSAGE_SELF)
print(time.perf_counter() - begin, own.ru_maxrss * 1024)
"""


def rows(quick: bool) -> Iterator[Row]:
    """Yield the rows of this group."""
    if sys.platform == "win32":
        yield skipped(GROUP, "batches", "not measured on Windows")
        return
    yield from _starts()
    few, many = (1, 2) if quick else (2, find_scenario(SCENARIO).replicates)
    small, _ = _batch(few, 2)
    idle = others_use()
    large, seconds = _batch(many, 2)
    runs = len(find_scenario(SCENARIO).strategies)
    yield limit(
        GROUP, f"memory of the parent: {many * runs} runs against {few * runs}", "MB more", (large - small) / MEGABYTE,
        MOST_GROWTH, target=f"flat (at most {MOST_GROWTH:g} MB more)", note=f"{large / MEGABYTE:.0f} MB in all",
    )  # fmt: skip
    work = f"{SCENARIO}: {many * runs} runs on two workers"
    if all_cores() < 2:
        yield skipped(GROUP, work, "one core only")
        return
    between = others_use()
    _, alone = _batch(many, 1)
    yield compare(
        GROUP, work, "s", seconds, "one worker", alone, least=1.8, target="at least 1.8 times faster",
        note=f"other processes used {idle:.0%}, {between:.0%}, {others_use():.0%} of a core before, between, after",
    )  # fmt: skip


def others_use(seconds: float = 1.0) -> float:
    """Return the share of a core that other processes use while this one sleeps."""
    before, begin = machine_ticks(), time.perf_counter()
    time.sleep(seconds)
    return (machine_ticks() - before) / (time.perf_counter() - begin)


def ready() -> float:
    """Build a model and let one hour pass; return the CPU seconds of this process so far."""
    from mgcells.model import MagnesiumModel

    MagnesiumModel(SCENARIO, STRATEGY, 0, collect=False).step()
    return time.process_time()


def _starts() -> Iterator[Row]:
    for work in ("the first worker, until an hour of its first model has passed", "a further worker, likewise"):
        begin = time.perf_counter()
        with local_pool(1) as pool:
            used = pool.submit(ready).result()
            took = time.perf_counter() - begin
        yield limit(GROUP, work, "s", took, 1.2, note=f"by the clock; {used:.2f} s of it CPU time of the worker")


def _batch(replicates: int, workers: int) -> tuple[float, float]:
    """Return the memory of the parent (bytes) and the seconds of a batch."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [SCENARIO, str(Path(folder) / "out"), str(replicates), str(workers)]
        result = subprocess.run([sys.executable, "-c", BATCH, *arguments], capture_output=True, text=True, check=True)
    seconds, memory = (float(word) for word in result.stdout.split())
    return memory, seconds
