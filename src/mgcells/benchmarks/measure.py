"""Time and memory of this process, and the name of the machine."""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path

Task = Callable[[], object]


def alternate(tasks: Mapping[str, Task], *, passes: int = 5, seconds: float = 0.1) -> dict[str, float]:
    """Return the CPU seconds that one call of each task takes: the median over passes in which they take turns.

    Parameters
    ----------
    tasks : mapping of name to callable
        Each is called once untimed, to warm up and to find how often it fits into `seconds`.
    passes : int
    seconds : float
        CPU time of a task in a pass.
    """
    calls: dict[str, int] = {}
    for name, task in tasks.items():
        task()
        calls[name] = max(1, int(seconds / max(_timed(task, 1), 1e-9)))
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(passes):
        for name, task in tasks.items():
            found[name].append(_timed(task, calls[name]))
    return {name: statistics.median(times) for name, times in found.items()}


def _timed(task: Task, calls: int) -> float:
    begin = time.process_time()
    for _ in range(calls):
        task()
    return (time.process_time() - begin) / calls


def resident_bytes() -> int:
    """Return the memory of this process that is in use, 0 where the system does not tell."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if pages.exists() else 0


def machine_ticks() -> float:
    """Return the CPU seconds that all processes of this machine have used, 0 where the system does not tell."""
    counts = Path("/proc/stat")
    if not counts.exists():
        return 0.0
    user, nice, kernel = (int(word) for word in counts.read_text().split()[1:4])
    return (user + nice + kernel) / os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, str]:
    """Return what the figures depend on: processor, cores, versions."""
    found = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
    for package in ("mgcells", "numpy", "numba", "mesa", "agentpy"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found | {"compiler": _compiler()}


def _processor() -> str:
    cpu = Path("/proc/cpuinfo")
    names = re.findall(r"^model name\s*:\s*(.*)$", cpu.read_text(), re.MULTILINE) if cpu.exists() else []
    cache = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {cache.read_text().strip()} of L2 a core" if cache.exists() else name


def _compiler() -> str:
    from mgcells.benchmarks.c_loop import compiler

    command = compiler()
    if command is None:
        return "none"
    return subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
