"""Osteoblasts: pre-osteoblasts mature, a team lays matrix, and each member is buried, stays as lining, or dies."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats, Integers
from mgcells.cells.kinds import Cell, cell_kind
from mgcells.cells.population import Population

TRAITS = ("age", "stage")
PRE_OSTEOBLAST, MATURE = 0.0, 1.0


@cell_kind("osteoblast")
class Osteoblast(Cell):
    """A cell of the bone-forming line at its site: a pre-osteoblast (stage 0) or an osteoblast (stage 1)."""


class Fate(IntEnum):
    """What becomes of an osteoblast."""

    OSTEOCYTE = 0
    LINING_CELL = 1
    APOPTOSIS = 2


def mature(cells: Population, ready: NDArray[np.bool_]) -> Integers:
    """Turn the pre-osteoblasts at sites marked in `ready`, shape (voxels,), into osteoblasts; return their rows."""
    stage = cells.trait("stage")
    rows = np.flatnonzero((stage == PRE_OSTEOBLAST) & ready[cells.voxel[: cells.count]])
    stage[rows] = MATURE
    cells.trait("age")[rows] = 0.0
    return rows


def lay_matrix(cells: Population, hours: float, period: float, share: float) -> tuple[Floats, Integers]:
    """Let every osteoblast lay matrix; pre-osteoblasts wait.

    Parameters
    ----------
    hours, period : float
        Length of the step and time that one osteoblast forms in health, h.
    share : float
        What one osteoblast lays in that time in health, um.

    Returns
    -------
    laid : float array, shape (count,)
        um of matrix that each cell offers in this step.
    finished : integer array
        Rows of the cells whose time is over; they still have to be removed.
    """
    age, working = cells.trait("age"), cells.trait("stage")
    lives = period * cells.behaviour("lifespan")
    active = np.clip(lives - age, 0.0, hours) * working
    laid = share / period * active * cells.behaviour("matrix")
    age += active
    return laid, np.flatnonzero((working == MATURE) & (age >= lives * (1.0 - 1e-12)))


def fates(draws: Floats, osteocyte_share: float, lining_share: float) -> Integers:
    """Return the fate of each osteoblast from one uniform number, shape (n,)."""
    return np.searchsorted([osteocyte_share, osteocyte_share + lining_share], draws, side="right")
