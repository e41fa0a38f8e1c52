"""Kernels do what their twins do; they are kept on disk, and what is kept cannot go stale."""

from __future__ import annotations

import copy
import importlib
import inspect
import math
import os
import pkgutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import mgcells
from mgcells.benchmarks.workloads import tissue_cells, tissue_table
from mgcells.body.body import Body
from mgcells.body.delivery import Delivery
from mgcells.cells.compaction import close_gaps
from mgcells.cells.population import Population
from mgcells.compiled import FORMULAS, TWINS, plain, sources
from mgcells.fields import Axes, Field, Medium
from mgcells.fields import kernels as loops
from mgcells.library import load_library
from mgcells.rules import Behaviour
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams
from mgcells.tissues.nervous import network

# Arguments that a kernel writes to and nobody reads.
SCRATCH = {"row", "buffer"}


def live_in_a_body() -> None:
    known = {path: entry.value for path, entry in load_library().subjects["rat"].parameters.items()}
    slow = known | {"body.gut.magnesium.dissolution_time": 5.0}
    doses = [
        [Delivery("oral", 1.0, 2.0, 1.0, 1.0, 0.6, 0.0, math.inf, 12.0)],
        [Delivery("intravenous", 0.5, 0.0, 1.0, 1.0, 0.0, 1.0, math.inf, math.inf, over=0.5)],
    ]
    body = Body([known, slow], deliveries=doses)
    for hour in range(12):
        body.advance(float(hour))


def close_many_gaps() -> None:
    rng = np.random.default_rng(2)
    for leaving in ([], [0], [9], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [7, 2, 2, 9], [0, 3, 8], [8, 9]):
        columns = (rng.random((3, 12)), rng.random((2, 12)), rng.integers(0, 9, 12), rng.integers(1, 99, 12, np.uint64))
        assert close_gaps(np.array(leaving, np.int64), 10, *columns) == 10 - len(set(leaving))


def inherit() -> None:
    cells = Population("any", RuleTable([Behaviour("grow", 2.0, 1.0), Behaviour("rest", 1.0, 1.0)], [], []))
    cells.add(np.arange(10, dtype=np.uint64), np.arange(10))
    cells.state[:, :10] = np.random.default_rng(1).random((2, 10))
    cells.add(np.arange(10, 13, dtype=np.uint64), np.arange(3), mothers=np.array([4, 0, 4]))
    cells.add(np.arange(0, dtype=np.uint64), np.arange(0), mothers=np.arange(0))


def step_lines() -> None:
    for second in (800.0, 20.0):
        exchange = np.where(np.arange(16) < 6, 0.2, 4.0)
        axes = Axes(10.0, [800.0, second], np.stack([exchange, exchange]), [1.0, 2.0])
        axes.step([0.3, 5.0], 0.7)


def step_fields() -> None:
    rng = np.random.default_rng(7)
    for holes in (0.0, 0.35):
        shape = (19, 26)
        mask, exchange = rng.random(shape) >= holes, rng.random(shape) * (rng.random(shape) < 0.2)
        field = Field("any", shape, 10.0, Medium(4e3, 0.1, 0.5), mask=mask, exchange=exchange)
        field.bath = 0.5
        field.source[:] = np.where(rng.random(shape) < 0.2, rng.random(shape), 0.0)
        field.capacity[:] = rng.random(shape)
        field.step(1.0)


def advance_cells() -> None:
    for powers in ("whole", "mixed", "real"):
        table = tissue_table(powers)
        cells = tissue_cells(table, 1_600)
        for _ in range(3):
            cells.advance(table)


def draw() -> None:
    uid = np.random.default_rng(1).integers(0, 2**63, 1000).astype(np.uint64)
    Streams(1, 0).several(("death", "birth"), 5.25, uid)


def fire() -> None:
    values = {path: parameter.value for path, parameter in load_library().parameters.items()}
    region = np.repeat(np.arange(2, dtype=np.int8), 50)
    wiring = network.wire(values, "brain", "brain", region, 10, Streams(1, 0))
    sites = np.arange(1, 100, dtype=np.int32)
    rng = np.random.default_rng(3)
    current, nr2b, gaba, external = rng.uniform(0.5, 1.5, (4, sites.size))
    rate, weight, resting = np.ones(100), rng.uniform(0.5, 1.5, 100), rng.uniform(-72.0, -68.0, 100)
    rate[0] = 0.0
    gains = network.Gains.read(values, "brain")
    network.solve(
        rate, np.empty(sites.size), wiring, gains, sites, weight, resting, current, nr2b, gaba, external - 1.0
    )  # fmt: skip


# How the kernels with twins of each module come to be called, and how far the two may differ.
EXERCISES: dict[str, tuple[Callable[[], None], float]] = {
    "mgcells.body.kernel": (live_in_a_body, 1e-12),
    "mgcells.cells.compaction": (close_many_gaps, 0.0),
    "mgcells.cells.population": (inherit, 0.0),
    "mgcells.fields.axes": (step_lines, 0.0),
    "mgcells.fields.kernels": (step_fields, 0.0),
    "mgcells.rules.kernels": (advance_cells, 1e-12),
    "mgcells.streams": (draw, 0.0),
    "mgcells.tissues.nervous.network": (fire, 1e-12),
}


@cache
def modules() -> list[ModuleType]:
    return [importlib.import_module(info.name) for info in pkgutil.walk_packages(mgcells.__path__, "mgcells.")]


def kernels() -> list[Any]:
    return [
        value
        for module in modules()
        for value in vars(module).values()
        if hasattr(value, "py_func") and value.py_func.__module__ == module.__name__
    ]


def is_compiled(value: Any) -> bool:
    return hasattr(value, "py_func") or (inspect.isfunction(value) and value in FORMULAS)


def compared(kernel: Any, twin: Callable[..., Any], tolerance: float, calls: Counter[Any]) -> Callable[..., Any]:
    """Return what calls a kernel, and its twin with copies of the same arguments, and compares all that they wrote."""
    names = list(inspect.signature(kernel.py_func).parameters)

    def call(*arguments: Any) -> Any:
        copies = copy.deepcopy(arguments)
        result, expected = kernel(*arguments), twin(*copies)
        calls[kernel] += 1
        written = {name: pair for name, *pair in zip(names, arguments, copies, strict=True) if name not in SCRATCH}
        for name, (own, other) in {**written, "result": (result, expected)}.items():
            if own is None:
                assert other is None
                continue
            for a, b in zip(own, other, strict=True) if isinstance(own, tuple) else [(own, other)]:
                np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * 1e-3, err_msg=f"{kernel}: {name}")
        return result

    return call


@pytest.mark.parametrize("name", EXERCISES)
def test_kernels_do_what_their_twins_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise, tolerance = EXERCISES[name]
    pairs = {key: pair for key, pair in TWINS.items() if key.partition(":")[0] == name}
    calls: Counter[Any] = Counter()
    for pair in pairs.values():
        twin = pkgutil.resolve_name(pair.twin) if isinstance(pair.twin, str) else pair.twin
        check = compared(pair.kernel, twin, tolerance, calls)
        for module in modules():
            for found in [found for found, value in vars(module).items() if value is pair.kernel]:
                monkeypatch.setattr(module, found, check)
    # The loops of a field are called by a kernel: as plain Python it calls what stands in their place.
    monkeypatch.setattr(loops, "advance", plain(loops.advance))
    exercise()
    for key, pair in pairs.items():
        assert calls[pair.kernel], f"{exercise.__name__} never calls {key}"


def test_every_twin_is_compared_with_its_kernel_and_takes_the_same_arguments() -> None:
    modules()
    assert {key.partition(":")[0] for key in TWINS} == set(EXERCISES)
    for key, pair in TWINS.items():
        twin = pkgutil.resolve_name(pair.twin) if isinstance(pair.twin, str) else pair.twin
        assert pkgutil.resolve_name(key) is pair.kernel
        assert list(inspect.signature(twin).parameters) == list(inspect.signature(pair.kernel.py_func).parameters), key
        assert not hasattr(twin, "py_func"), f"the twin of {key} is compiled itself"


@pytest.mark.parametrize("kernel", kernels(), ids=lambda kernel: f"{kernel.py_func.__module__}.{kernel.__name__}")
def test_kernels_are_kept_serial_and_go_stale_with_every_file_they_are_compiled_from(kernel: Any) -> None:
    assert type(kernel._cache).__name__ != "NullCache"
    assert not kernel.targetoptions.get("parallel")
    others = sources(kernel) - {kernel.py_func.__code__.co_filename}
    stamp = kernel._cache._cache_file._source_stamp
    # What stands below its kernel, or is reached through a module, is not known yet when files are looked for.
    assert not others or len(stamp) == 1 + len(others)
    named = {name: kernel.py_func.__globals__.get(name) for name in kernel.py_func.__code__.co_names}
    for module in [value for value in named.values() if isinstance(value, ModuleType) and value in modules()]:
        reached = {name for name in named if is_compiled(getattr(module, name, None))}
        assert not reached, f"import by name from {module.__name__}: {reached}"


LAW = "from mgcells.compiled import formula\n\n@formula\ndef law(x):\n    return {factor} * x\n"
CALLER = """
from law import law
from mgcells.compiled import kernel

@kernel
def inner(x):
    return law(x)

@kernel
def outer(x):
    return inner(x) + 1.0

print(outer(1.0), len(outer.stats.cache_hits))
"""


def test_a_changed_formula_compiles_the_kernels_of_other_files_anew(tmp_path: Path) -> None:
    caller = tmp_path / "caller.py"
    caller.write_text(CALLER, encoding="utf-8")
    found = []
    for factor in ("2.0", "2.0", "3.0"):
        (tmp_path / "law.py").write_text(LAW.format(factor=factor), encoding="utf-8")
        result = subprocess.run(
            [sys.executable, str(caller)], capture_output=True, text=True, check=True,
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "kept"), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        found.append(result.stdout.split())
    assert found == [["3.0", "0"], ["3.0", "1"], ["4.0", "0"]]
