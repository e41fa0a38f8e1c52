"""Concentrations that vary along one line of voxels only: advanced exactly, all at once.

Without uptake the equation of a field is linear, and with `u = c - bath` it reads `du/dt = -B u` for a symmetric
matrix B of the size of the line. A step is then one product with `exp(-B hours)`, whatever its length.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mgcells.arrays import Floats
from mgcells.compiled import kernel


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
        lines = np.column_stack([np.array(diffusivity) / spacing**2, exchange])
        # One line stands for all when they are alike.
        self._lines = lines[:1] if (lines == lines[0]).all() else lines
        self._steps: dict[float, Floats] = {}
        voxels = exchange.shape[1]
        self.values: Floats = np.repeat(np.array(initial, np.float64)[:, None], voxels, axis=1)
        self.mean: Floats = self.values.copy()

    def step(self, bath: Sequence[float], hours: float) -> None:
        """Advance by `hours` (> 0) with the concentration `bath` (mM) beyond the exchange of each line."""
        if hours not in self._steps:
            self._steps[hours] = _left(self._lines, hours)
        # Not a matrix product of BLAS: it may round differently when the same numbers lie elsewhere in memory.
        there = _approach(self.values, np.array(bath), self._steps[hours])
        voxels = self.values.shape[1]
        self.values, self.mean = there[:, :voxels], there[:, voxels:]


@kernel(twin="mgcells.fields.axes:_approach_arrays")
def _approach(values: Floats, bath: Floats, left: Floats) -> Floats:
    """Return the concentrations at the end and on average, one after the other, shape (lines, 2 voxels)."""
    there = np.zeros((values.shape[0], left.shape[2]))
    for line in range(values.shape[0]):
        level, out = bath[line], there[line]
        shares = left[line if left.shape[0] > 1 else 0]
        for voxel in range(values.shape[1]):
            beyond, share = values[line, voxel] - level, shares[voxel]
            for k in range(out.size):
                out[k] += beyond * share[k]
        for k in range(out.size):
            # Nothing falls below zero but by rounding.
            out[k] = max(out[k] + level, 0.0)
    return there


def _approach_arrays(values: Floats, bath: Floats, left: Floats) -> Floats:
    """Do what `_approach` does with whole arrays: its oracle in tests."""
    level = bath[:, None]
    return np.asarray(np.maximum(np.add.reduce((values - level)[:, :, None] * left, axis=1) + level, 0.0))


def _left(lines: Floats, hours: float) -> Floats:
    """Return what is left of a difference to the bath, at the end and on average: (lines, voxels, 2 voxels).

    Parameters
    ----------
    lines : float array, shape (lines, 1 + voxels)
        Diffusivity over spacing squared, then the exchange of every voxel, 1/h.
    """
    flow, exchange = lines[:, :1], lines[:, 1:]
    every = np.arange(exchange.shape[1])
    loss = np.zeros((len(lines), every.size, every.size))
    loss[:, every, every] = exchange
    for one, other in ((every[:-1], every[1:]), (every[1:], every[:-1])):
        loss[:, one, one] += flow
        loss[:, one, other] -= flow
    rates, modes = np.linalg.eigh(loss)
    passed = np.maximum(rates * hours, 0.0)
    end = np.exp(-passed)
    average = np.ones_like(end)
    np.divide(-np.expm1(-passed), passed, out=average, where=passed > 0.0)
    return np.concatenate([(modes * share[:, None, :]) @ modes.swapaxes(1, 2) for share in (end, average)], axis=2)
