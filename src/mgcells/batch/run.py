"""What a worker does: one run, and its part file."""

from __future__ import annotations

import contextlib
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

from mgcells.batch.parts import error_name, part_name, write_part
from mgcells.batch.plan import RunSpec
from mgcells.folder import Folder
from mgcells.scenario import Scenario

Simulate = Callable[[Scenario, str, int], dict[str, NDArray[np.float64]]]
UNWRITTEN = "unwritten"
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended; `status` is "done", "failed", or "unwritten" when the disk did not take its table."""

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


def execute(spec: RunSpec, scenario: Scenario, folder: Path, simulate: Simulate = real_simulation) -> RunOutcome:
    """Run one spec and write its part file; a failing run is an outcome, never an exception.

    Parameters
    ----------
    folder : Path
        The output folder, which the caller holds.
    """
    begin = time.perf_counter()

    def ended(status: str, error: str = "") -> RunOutcome:
        return RunOutcome(spec.run_id, spec.strategy, spec.replicate, status, time.perf_counter() - begin, error)

    note = folder / error_name(spec.run_id)
    try:
        columns = simulate(scenario, spec.strategy, spec.replicate)
    except Exception as error:
        with contextlib.suppress(OSError):
            note.write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
        return ended("failed", f"{type(error).__name__}: {error}".splitlines()[0])
    try:
        aside = Folder(folder).asides / f"{os.getpid()}-{spec.run_id}"
        write_part(folder / part_name(spec.run_id), aside, spec.run_id, columns, time.perf_counter() - begin)
        note.unlink(missing_ok=True)
    except OSError as error:
        return ended(UNWRITTEN, error.strerror or str(error))
    return ended("done")
