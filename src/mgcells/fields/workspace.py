"""Where solvers work: one pair of arrays, as large as the largest lattice needs, that all fields use in turn."""

from __future__ import annotations

import threading

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.fields import arrays
from mgcells.fields.arrays import Shorts
from mgcells.fields.grids import Grids


class SolverWorkspace(threading.local):
    """The working arrays of a thread.

    Attributes
    ----------
    wide, narrow : arrays
        In double and in single precision; what `kernels.advance` makes of them is described there.
    grids : Grids
        Of the lattice that used them last.
    turn : int
        How often they were lent.
    """

    def __init__(self) -> None:
        self.wide: Floats = np.zeros(0)
        self.narrow: Shorts = np.zeros(0, np.float32)
        self.grids: Grids | None = None
        self.turn = 0

    def lend(self, grids: Grids) -> bool:
        """Make `wide` and `narrow` at least as large as some grids need; return whether others used them last."""
        fresh = self.grids is not grids
        if fresh:
            self._fit(grids.plan)
        self.grids = grids
        self.turn += 1
        return fresh

    def _fit(self, plan: Integers) -> None:
        total, stored = int(plan[-1, arrays.OFFSET]), int(plan[0, arrays.STORED])
        if self.wide.size < total + arrays.STATE_ROWS * stored:
            self.wide = np.zeros(total + arrays.STATE_ROWS * stored)
        if self.narrow.size < arrays.CORRECTION_ROWS * total:
            self.narrow = np.zeros(arrays.CORRECTION_ROWS * total, np.float32)


WORKSPACE = SolverWorkspace()
