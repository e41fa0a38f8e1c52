"""Where the kernel of rules works: one array that all tables use in turn, so that it stays in the cache."""

from __future__ import annotations

import threading

import numpy as np

from mgcells.arrays import Floats
from mgcells.rules.kernels import BLOCK_CELLS


class RuleWorkspace(threading.local):
    """The working array of a thread, shape (rows, BLOCK_CELLS), with as many rows as the largest table needs."""

    def __init__(self) -> None:
        self._space: Floats = np.empty((0, BLOCK_CELLS))

    def lend(self, rows: int) -> Floats:
        """Return at least so many rows."""
        if len(self._space) < rows:
            self._space = np.empty((rows, BLOCK_CELLS))
        return self._space


WORKSPACE = RuleWorkspace()
