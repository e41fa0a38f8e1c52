"""The process from which workers are forked: started early, it makes ready while its parent still reads."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

WARM = "mgcells.batch.warm"


def worker_context() -> BaseContext:
    """Return how workers are started: forked from a server where the system can, else as new processes."""
    context = multiprocessing.get_context("forkserver" if _forked() else "spawn")
    # The server makes ready once; every worker is forked from it, a replacement too.
    context.set_forkserver_preload([WARM])
    return context


def start_server() -> None:
    """Let the server begin to make ready; without effect when it runs already, or where there is none."""
    worker_context()
    if _forked():
        forkserver.ensure_running()


def _forked() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()
