"""One place that knows whether compiled kernels are available.

Kernels are written once, in the subset of Python that numba compiles. Without numba the same source runs
uncompiled, so results agree; only speed differs.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

numba: ModuleType | None
try:
    import numba
except ImportError:  # numba publishes no wheel for the newest interpreters for some months
    numba = None

AVAILABLE: bool = numba is not None
# Where an index cannot be negative, a loop does not look whether it counts from the end, and vectorises.
Index = np.uint64


def njit(function: Function) -> Function:
    """Compile `function` when numba is present, with an on-disk cache; otherwise return it unchanged.

    Division follows NumPy's error model, because the default check for zero keeps loops from vectorising.
    """
    if numba is None:
        return function
    return cast("Function", numba.njit(cache=True, error_model="numpy")(function))
