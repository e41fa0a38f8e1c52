"""Batches: two workers against one, the start of a worker, the parent's memory. These rows take time from the clock."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mgcells.batch.run import real_simulation
from mgcells.batch.supervise import all_cores, local_pool
from mgcells.benchmarks.measure import machine_ticks
from mgcells.benchmarks.subjects import SCENARIO, STRATEGY
from mgcells.benchmarks.suite import BenchmarkRow, compare, limit, skipped
from mgcells.scenario.shipped import find_scenario

GROUP = "batch"
MEGABYTE = 2**20
MOST_GROWTH = 5.0
MOST_BUSY = 0.1
LONGEST_WAIT = 120.0
# Run in a process of its own, so that every batch starts from nothing: its seconds, and the memory of its parent.
BATCH = """
import re, sys, time
from pathlib import Path
from mgcells.batch.batch import run_batch
from mgcells.scenario.shipped import load_named
scenario = load_named(sys.argv[1], replicates=int(sys.argv[3]))[0]
begin = time.perf_counter()
result = run_batch(scenario, Path(sys.argv[2]), workers=int(sys.argv[4]))
assert result.done == result.total, f"{result.failed} runs failed"
status = Path("/proc/self/status")
# Not ru_maxrss, which a process inherits from the one that started it.
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else 0
print(time.perf_counter() - begin, int(peak) * 1024)
"""


def rows(quick: bool) -> Iterator[BenchmarkRow]:
    """Yield the rows of this group; what another process disturbed is shown, not judged."""
    if sys.platform == "win32":
        yield skipped(GROUP, "batches", "not measured on Windows")
        return
    patience = 0.0 if quick else LONGEST_WAIT
    yield from _starts(patience)
    few, many = (1, 2) if quick else (2, find_scenario(SCENARIO).replicates)
    small, _ = _batch(few, 2)
    busy = wait_for_quiet(patience)
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
    busy = max(busy, wait_for_quiet(patience))
    _, alone = _batch(many, 1)
    busy = max(busy, wait_for_quiet(patience))
    _, again = _batch(many, 2)
    row = compare(
        GROUP, work, "s", (seconds + again) / 2.0, "one worker", alone, least=1.8, target="at least 1.8 times faster",
        note=f"by the clock; two workers before ({seconds:.1f} s) and after ({again:.1f} s)",
    )  # fmt: skip
    yield undisturbed(row, max(busy, others_use()))


def undisturbed(row: BenchmarkRow, busy: float) -> BenchmarkRow:
    """Take the verdict from a row that was measured while others used more than MOST_BUSY of a core."""
    note = f"{row.note}; other processes used {busy:.0%} of a core"
    return replace(row, note=note) if busy <= MOST_BUSY else replace(row, note=f"{note}, not judged", passed=None)


def wait_for_quiet(longest: float) -> float:
    """Wait until others leave the machine alone, but no longer than that; return the share of a core they use."""
    begin = time.perf_counter()
    busy = others_use()
    while busy > MOST_BUSY and time.perf_counter() - begin < longest:
        busy = others_use()
    return busy


def others_use(seconds: float = 1.0) -> float:
    """Return the share of a core that other processes use while this one sleeps."""
    before, begin = machine_ticks(), time.perf_counter()
    time.sleep(seconds)
    return (machine_ticks() - before) / (time.perf_counter() - begin)


def _starts(patience: float) -> Iterator[BenchmarkRow]:
    scenario = find_scenario(SCENARIO)
    hour = replace(scenario, hours=scenario.step_hours)
    for work in ("the first worker, until it has run a subject for an hour", "a further worker, likewise"):
        busy = wait_for_quiet(patience)
        begin = time.perf_counter()
        with local_pool(1) as pool:
            pool.submit(real_simulation, hour, STRATEGY, 0).result()
            took = time.perf_counter() - begin
        yield undisturbed(limit(GROUP, work, "s", took, 1.2, note="by the clock"), max(busy, others_use()))


def _batch(replicates: int, workers: int) -> tuple[float, float]:
    """Return the memory of the parent (bytes) and the seconds of a batch."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [SCENARIO, str(Path(folder) / "out"), str(replicates), str(workers)]
        result = subprocess.run([sys.executable, "-c", BATCH, *arguments], capture_output=True, text=True, check=True)
    seconds, memory = (float(word) for word in result.stdout.split())
    return memory, seconds
