"""Osteoblasts: a team lays matrix where bone was resorbed; each member is then buried, stays as lining, or dies."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mgcells.cells.agents import CellAgent, cell_agent
from mgcells.cells.population import Population

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
TRAITS = ("age",)


@cell_agent("osteoblast")
class Osteoblast(CellAgent):
    """A bone-forming cell at its site of the lattice."""


class Fate(IntEnum):
    """What becomes of an osteoblast."""

    OSTEOCYTE = 0
    LINING_CELL = 1
    APOPTOSIS = 2


def lay_matrix(cells: Population, hours: float, period: float, share: float) -> tuple[Floats, Integers]:
    """Let every osteoblast lay matrix.

    Parameters
    ----------
    hours, period : float
        Length of the step and time that one osteoblast forms, h.
    share : float
        What one osteoblast lays in that time in health, um.

    Returns
    -------
    laid : float array, shape (count,)
        um of matrix that each cell offers in this step.
    finished : integer array
        Rows of the cells whose time is over; they still have to be removed.
    """
    age = cells.trait("age")
    active = np.minimum(hours, period - age)
    laid = share / period * active * cells.behaviour("matrix")
    age += active
    return laid, np.flatnonzero(age >= period * (1.0 - 1e-12))


def fates(draws: Floats, osteocyte_share: float, lining_share: float) -> Integers:
    """Return the fate of each osteoblast from one uniform number, shape (n,)."""
    return np.searchsorted([osteocyte_share, osteocyte_share + lining_share], draws, side="right")
