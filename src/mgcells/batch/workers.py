"""The process from which workers are forked: started early, it makes ready while its parent still reads."""

from __future__ import annotations

import ast
import multiprocessing
import multiprocessing.process
import sys
import warnings
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path

WARM = "mgcells.batch.warm"
GUARD = 'if __name__ == "__main__":'


def worker_context() -> BaseContext:
    """Return how workers are started: forked from a server where the system can, else as new processes."""
    context = multiprocessing.get_context("forkserver" if _forked() else "spawn")
    # The server makes ready once; every worker is forked from it, a replacement too.
    context.set_forkserver_preload([WARM])
    return context


def start_server() -> None:
    """Let the server begin to make ready; without effect when it runs already, or where there is none.

    Raises
    ------
    RuntimeError
        As refuse_in_a_starting_worker does.
    """
    refuse_in_a_starting_worker()
    if _forked() and _hindrance() is None:
        worker_context()
        forkserver.ensure_running()


def refuse_in_a_starting_worker() -> None:
    """Raise RuntimeError where a worker, reading its script again, comes upon the call that started it."""
    if getattr(multiprocessing.process.current_process(), "_inheriting", False):
        raise RuntimeError(f"a worker reads this script again: what starts workers belongs under `{GUARD}`")


def runs_alone(workers: int) -> bool:
    """Return whether runs happen in this process: one worker is asked for, or none can be started (warned of)."""
    hindrance = None if workers == 1 else _hindrance()
    if hindrance:
        warnings.warn(f"all runs happen in one process, as {hindrance}", RuntimeWarning, stacklevel=2)
    return workers == 1 or hindrance is not None


def _hindrance() -> str | None:
    """Return what keeps this process from starting workers, which read its script again, None when nothing does."""
    if multiprocessing.process.current_process().daemon:
        return "a daemonic process may start no other"
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    # What is run with -m is found by its name, what is typed or pasted is not looked for.
    if file is None or main.__spec__ is not None:
        return None
    path = Path(getattr(multiprocessing.process, "ORIGINAL_DIR", None) or "", file)
    if not path.is_file():
        return f"other processes cannot read {file} again; save the script in a file"
    return None if _guarded(path) else f"{file} would start anew in each other process; put its call under `{GUARD}`"


@cache
def _guarded(path: Path) -> bool:
    """Return whether a script asks for its `__name__` before it does something, or cannot be read as Python."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return True
    tests = [node.test for node in body if isinstance(node, ast.If)]
    return any(isinstance(node, ast.Name) and node.id == "__name__" for test in tests for node in ast.walk(test))


def _forked() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()
