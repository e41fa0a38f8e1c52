"""How compiled code is written: kernels, the formulas they share with Python, and the twins they are tested against.

A *kernel* is a function in the subset of Python that numba compiles, mostly loops over arrays. A *formula* is plain
Python where Python calls it, with numbers, arrays or symbols, and is compiled into the kernels that call it: a law that
kernels and other code need stands once. A *twin* does what a kernel does over whole arrays; only tests call it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeVar, cast, overload

import numba
import numpy as np
from numba.core.caching import FunctionCache
from numba.extending import register_jitable

from mgcells.places import scratch_folder

Function = TypeVar("Function", bound=Callable[..., Any])

# With an index that cannot be negative a loop need not check whether it counts from the end, and vectorises.
Index = np.uint64
PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True)
class Twin:
    """A kernel and what it is tested against: a function, or the place of one as "module:function"."""

    kernel: Callable[..., Any]
    twin: Callable[..., Any] | str


TWINS: dict[str, Twin] = {}
"""Every kernel with a twin, by "module:function". `tests/contract/test_kernels.py` compares each pair."""
FORMULAS: set[Callable[..., Any]] = set()


@overload
def kernel(function: Function, /) -> Function: ...
@overload
def kernel(*, twin: Callable[..., Any] | str) -> Callable[[Function], Function]: ...
def kernel(function: Any = None, /, *, twin: Any = None) -> Any:
    """Compile a function when it is first called, and keep what was compiled on disk.

    Division follows NumPy's error model, because the default check for zero keeps loops from vectorising.

    Parameters
    ----------
    twin : function or str, optional
        What the kernel is tested against; "module:function" where it cannot be named yet.
    """

    def compiled(function: Function) -> Function:
        dispatcher = numba.njit(error_model="numpy")(function)
        _keep(dispatcher)
        _watch(dispatcher)
        if twin is not None:
            TWINS[f"{function.__module__}:{function.__qualname__}"] = Twin(dispatcher, twin)
        return cast("Function", dispatcher)

    return compiled if function is None else compiled(function)


def formula(function: Function) -> Function:
    """Let kernels call a function that stays plain Python for everyone else."""
    register_jitable(error_model="numpy")(function)
    FORMULAS.add(function)
    return function


def plain(kernel: Function) -> Function:
    """Return a kernel as Python that calls Python only: slow, and good for arrays and symbols as well."""
    function: FunctionType = cast("Any", kernel).py_func
    called = {name: plain(value) for name, value in _named(function).items() if hasattr(value, "py_func")}
    names = {**function.__globals__, **called}
    rebound: Any = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    return cast("Function", rebound)


def sources(function: Callable[..., Any]) -> frozenset[str]:
    """Return the files that a kernel or formula is compiled from: its own, those of what it calls and of its constants.

    Constants are found by the module they are read from, as `layout` in `layout.PLASMA`; imported by name they are not.
    """
    found: dict[Any, set[str]] = {}

    def search(function: Any) -> None:
        function = getattr(function, "py_func", function)
        if function in found:
            return
        found[function] = {function.__code__.co_filename}
        for value in _named(function).values():
            if isinstance(value, ModuleType) and value.__name__.partition(".")[0] == PACKAGE:
                found[function].add(str(value.__file__))
            elif hasattr(value, "py_func") or (isinstance(value, FunctionType) and value in FORMULAS):
                search(value)

    search(function)
    return frozenset().union(*found.values())


def _named(function: FunctionType) -> dict[str, Any]:
    """Return the globals that a function names."""
    return {name: function.__globals__[name] for name in function.__code__.co_names if name in function.__globals__}


class _Kept(FunctionCache):
    """What numba keeps on disk: a file that is damaged, or a disk that is full, costs a compilation and not the run."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return what is kept, None when it cannot be read."""
        kept: Any = super()
        try:
            return kept.load_overload(sig, target_context)
        except Exception:  # a damaged file can raise anything
            with contextlib.suppress(OSError):
                kept.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled where that is possible."""
        kept: Any = super()
        try:
            kept.save_overload(sig, data)
        except OSError:
            _say_not_kept()


def _keep(dispatcher: Any) -> None:
    """Keep what is compiled where numba would, else among the temporary files of this user, else not at all."""
    settings: Any = numba.config
    cache_of: Any = _Kept
    homeless = os.path.expanduser("~") == "~"  # numba would make a folder of that name where it stands
    for scratch in (homeless and not settings.CACHE_DIR, True):
        folder = scratch_folder("kernels") if scratch else None
        if folder is not None:
            settings.CACHE_DIR = str(folder)
        try:
            dispatcher._cache = cache_of(dispatcher.py_func)
        except RuntimeError:  # it knows no folder that can be written
            continue
        return
    _say_not_kept()


@cache
def _say_not_kept() -> None:
    warnings.warn(
        "compiled functions cannot be kept on disk, so that every start compiles them anew, which takes a minute; "
        "set NUMBA_CACHE_DIR to a folder that can be written", RuntimeWarning, stacklevel=2,
    )  # fmt: skip


def _watch(dispatcher: Any) -> None:
    """Let what is kept on disk go stale with every file it was compiled from: numba itself checks only the kernel's."""
    own = dispatcher.py_func.__code__.co_filename
    others = [_digest(file) for file in sorted(sources(dispatcher) - {own})]
    index = getattr(dispatcher._cache, "_cache_file", None)
    if index is not None and others:
        index._source_stamp = (index._source_stamp, *others)


@cache
def _digest(file: str) -> str:
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:  # in an archive or a frozen program, where nobody edits files
        return ""
