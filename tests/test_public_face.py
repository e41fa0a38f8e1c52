"""The public names, and what `import mgcells` costs."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import mgcells

PROMISED = (
    "load_scenario", "Scenario", "Subject", "MagnesiumModel", "run", "report", "validate", "Library", "load_library",
    "observable", "figure", "InputProblems",
)  # fmt: skip
MOST_SECONDS = 0.02


@pytest.mark.parametrize("name", PROMISED)
def test_every_promised_name_is_there_and_listed(name: str) -> None:
    assert callable(getattr(mgcells, name))
    assert name in mgcells.__all__
    assert name in dir(mgcells)


def test_every_listed_name_can_be_had_and_no_other() -> None:
    for name in mgcells.__all__:
        assert getattr(mgcells, name)
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        _ = mgcells.magic


def test_importing_the_package_imports_nothing_heavy_and_takes_little_time() -> None:
    script = (
        "import time, sys; begin = time.perf_counter(); import mgcells; print(time.perf_counter() - begin);"
        "print(*sys.modules)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in range(5)
    ]
    assert min(float(run.stdout.split("\n")[0]) for run in runs) < MOST_SECONDS
    loaded = set(runs[0].stdout.split("\n")[1].split())
    assert not loaded & {"numpy", "mesa", "numba", "pydantic", "pandas", "matplotlib", "typer"}


def test_the_example_of_the_package_works() -> None:
    assert doctest.testmod(mgcells).attempted > 0
    assert doctest.testmod(mgcells).failed == 0
