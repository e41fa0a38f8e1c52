"""Osteoclasts: each resorbs its site for one resorption period."""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.cells.kinds import Cell, cell_kind
from mgcells.cells.population import Population

TRAITS = ("age",)


@cell_kind("osteoclast")
class Osteoclast(Cell):
    """A bone-resorbing cell at its site of the lattice."""


def resorb(cells: Population, hours: float, period: float, depth: float) -> tuple[Floats, Integers]:
    """Let every osteoclast erode its site.

    Parameters
    ----------
    hours : float
        Length of the step, h.
    period : float
        Time that one osteoclast resorbs in health, h.
    depth : float
        What it erodes in that time in health, um.

    Returns
    -------
    eroded : float array, shape (count,)
        um of bone taken by each cell in this step.
    finished : integer array
        Rows of the cells whose time is over; they still have to be removed.
    """
    age = cells.trait("age")
    lives = period * cells.behaviour("lifespan")
    active = np.clip(lives - age, 0.0, hours)
    eroded = depth / period * active * cells.behaviour("resorption")
    age += active
    return eroded, np.flatnonzero(age >= lives * (1.0 - 1e-12))
