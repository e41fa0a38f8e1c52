"""Concentrations along one line of voxels, alike in how they spread and exchange: advanced exactly, all at once.

Without uptake the equation of a field is linear, and with `u = c - bath` it reads `du/dt = -B u` for a symmetric
matrix B of the size of the line. A step is then one product with `exp(-B hours)`, whatever its length.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Axes:
    """Several concentrations on lines of equal voxels, none flowing out at the ends.

    Parameters
    ----------
    spacing : float
        Length of a voxel, um.
    diffusivity : float
        um^2/h
    exchange : float array, shape (voxels,)
        Permeability of every voxel to the bath, 1/h.
    initial : sequence of float
        Concentration of each line at the start, mM.

    Attributes
    ----------
    values, mean : float arrays, shape (lines, voxels)
        Concentration now, and its mean over the last step, mM.
    """

    def __init__(self, spacing: float, diffusivity: float, exchange: Floats, initial: Sequence[float]) -> None:
        voxels = exchange.size
        flow = diffusivity / spacing**2
        loss = np.diag(exchange)
        for left, right in zip(range(voxels - 1), range(1, voxels), strict=True):
            loss[[left, right], [left, right]] += flow
            loss[[left, right], [right, left]] -= flow
        self._rates, self._modes = np.linalg.eigh(loss)
        self._steps: dict[float, Floats] = {}
        self.values: Floats = np.repeat(np.array(initial, np.float64)[:, None], voxels, axis=1)
        self.mean: Floats = self.values.copy()

    def step(self, bath: Sequence[float], hours: float) -> None:
        """Advance by `hours` (> 0) with the concentration `bath` (mM) beyond the exchange of each line."""
        if hours not in self._steps:
            self._steps[hours] = self._step(hours)
        beyond = np.array(bath)[:, None]
        there = (self.values - beyond) @ self._steps[hours]
        there += beyond
        # Nothing falls below zero but by rounding.
        np.maximum(there, 0.0, out=there)
        voxels = self._rates.size
        self.values, self.mean = there[:, :voxels], there[:, voxels:]

    def _step(self, hours: float) -> Floats:
        """Return what is left of a difference to the bath at the end and on average, shape (voxels, 2 voxels)."""
        passed = np.maximum(self._rates * hours, 0.0)
        end = np.exp(-passed)
        average = np.ones_like(end)
        np.divide(-np.expm1(-passed), passed, out=average, where=passed > 0.0)
        return np.hstack([(self._modes * share) @ self._modes.T for share in (end, average)])
