"""What a worker does: one run, written aside and renamed, so that a part file is always whole."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mgcells.batch.plan import RunSpec
from mgcells.scenario import Scenario

Simulate = Callable[[Scenario, str, int], dict[str, NDArray[np.float64]]]
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended; `status` is "done" or "failed"."""

    run_id: str
    strategy: str
    replicate: int
    status: str
    seconds: float
    error: str = ""


def prepare_worker() -> None:
    """Leave Ctrl-C to the parent, end when the parent is gone, and take one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    for name in ONE_THREAD:
        os.environ[name] = "1"


def _end_with(sentinel: int) -> None:
    """Exit at once when the parent has: a killed parent closes no queue, and its workers would wait for ever."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def real_simulation(scenario: Scenario, strategy: str, replicate: int) -> dict[str, NDArray[np.float64]]:
    """Run the model; imported here so that the parent of a batch never loads it."""
    from mgcells.subject.subject import simulate

    return simulate(scenario, strategy, replicate)


def part_path(parts: Path, run_id: str) -> Path:
    """Return where a run's table is kept."""
    return parts / f"{run_id}.parquet"


def execute(spec: RunSpec, scenario: Scenario, parts: Path, simulate: Simulate = real_simulation) -> RunOutcome:
    """Run one spec and write its part file; a failing run is an outcome, never an exception."""
    begin = time.perf_counter()
    note = parts / f"{spec.run_id}.error.txt"
    try:
        write_part(part_path(parts, spec.run_id), simulate(scenario, spec.strategy, spec.replicate))
    except Exception as error:
        note.write_text(traceback.format_exc(), encoding="utf-8")
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        return RunOutcome(spec.run_id, spec.strategy, spec.replicate, "failed", time.perf_counter() - begin, reason)
    note.unlink(missing_ok=True)
    return RunOutcome(spec.run_id, spec.strategy, spec.replicate, "done", time.perf_counter() - begin)


def write_part(path: Path, columns: dict[str, NDArray[np.float64]]) -> None:
    """Write a run's columns as Parquet under another name, then rename."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    aside = path.with_suffix(f".{os.getpid()}.tmp")
    pq.write_table(pa.table(columns), aside, compression="lz4", use_dictionary=False, write_statistics=False)
    os.replace(aside, path)
