"""Concentrations that vary along one line of voxels only: advanced exactly, all at once.

Without uptake the equation of a field is linear, and with `u = c - bath` it reads `du/dt = -B u` for a symmetric
matrix B of the size of the line. A step is then one product with `exp(-B hours)`, whatever its length.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Axes:
    """Some concentrations, each on a line of equal voxels; nothing flows out at its ends.

    Parameters
    ----------
    spacing : float
        Length of a voxel, um.
    diffusivity : sequence of float
        Of each line, um^2/h.
    exchange : float array, shape (lines, voxels)
        Permeability of every voxel to the bath, 1/h.
    initial : sequence of float
        Concentration of each line at the start, mM.

    Attributes
    ----------
    values, mean : float arrays, shape (lines, voxels)
        Concentration now, and its mean over the last step, mM.
    """

    def __init__(
        self, spacing: float, diffusivity: Sequence[float], exchange: Floats, initial: Sequence[float]
    ) -> None:
        lines, voxels = exchange.shape
        flow = np.array(diffusivity)[:, None] / spacing**2
        here, next_one = np.arange(voxels - 1), np.arange(1, voxels)
        loss = np.zeros((lines, voxels, voxels))
        loss[:, range(voxels), range(voxels)] = exchange
        for one, other in ((here, next_one), (next_one, here)):
            loss[:, one, one] += flow
            loss[:, one, other] -= flow
        self._rates, self._modes = np.linalg.eigh(loss)
        self._steps: dict[float, Floats] = {}
        self.values: Floats = np.repeat(np.array(initial, np.float64)[:, None], voxels, axis=1)
        self.mean: Floats = self.values.copy()

    def step(self, bath: Sequence[float], hours: float) -> None:
        """Advance by `hours` (> 0) with the concentration `bath` (mM) beyond the exchange of each line."""
        if hours not in self._steps:
            self._steps[hours] = self._step(hours)
        beyond = np.array(bath)[:, None]
        # A library's matrix product may round otherwise where the same numbers lie elsewhere in memory.
        there = np.add.reduce((self.values - beyond)[:, :, None] * self._steps[hours], axis=1)
        there += beyond
        # Nothing falls below zero but by rounding.
        np.maximum(there, 0.0, out=there)
        voxels = self.values.shape[1]
        self.values, self.mean = there[:, :voxels], there[:, voxels:]

    def _step(self, hours: float) -> Floats:
        """Return what is left of a difference to the bath, at the end and on average: (lines, voxels, 2 voxels)."""
        passed = np.maximum(self._rates * hours, 0.0)
        end = np.exp(-passed)
        average = np.ones_like(end)
        np.divide(-np.expm1(-passed), passed, out=average, where=passed > 0.0)
        back = self._modes.swapaxes(1, 2)
        return np.concatenate([(self._modes * share[:, None, :]) @ back for share in (end, average)], axis=2)
