"""Compiled kernels are kept on disk, and what is kept cannot go stale."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest

import mgcells
from mgcells import compiled

pytestmark = pytest.mark.skipif(not compiled.AVAILABLE, reason="numba is not installed")


def kernels() -> list[Any]:
    found = []
    for info in pkgutil.walk_packages(mgcells.__path__, "mgcells."):
        module = importlib.import_module(info.name)
        found += [f for f in vars(module).values() if hasattr(f, "py_func") and f.py_func.__module__ == info.name]
    return found


@pytest.mark.parametrize("kernel", kernels(), ids=lambda kernel: f"{kernel.py_func.__module__}.{kernel.__name__}")
def test_kernels_are_cached_serial_and_call_only_kernels_of_their_own_file(kernel: Any) -> None:
    assert type(kernel._cache).__name__ != "NullCache"
    assert not kernel.targetoptions.get("parallel")
    for name in kernel.py_func.__code__.co_names:
        called = kernel.py_func.__globals__.get(name)
        if hasattr(called, "py_func"):
            # The cache watches the file of a kernel alone: a changed kernel of another file would not be noticed.
            assert called.py_func.__module__ == kernel.py_func.__module__
