"""Remodelling units: sites activated along the surface, each resorbed, reversed, refilled and at rest again."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mgcells.streams import Streams, daughters
from mgcells.tissues.bone_section import AROUND, neighbours
from mgcells.tissues.sparse import Sparse

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Uids = NDArray[np.uint64]
DIRECTIONS = np.array(AROUND, float) / np.linalg.norm(AROUND, axis=1)[:, None]
AHEAD = DIRECTIONS @ DIRECTIONS.T
NOT_BACKWARD = -1e-9


class Phase(IntEnum):
    """Where a site stands in its remodelling unit."""

    REST = 0
    RESORPTION = 1
    REVERSAL = 2
    FORMATION = 3


def site_names(sites: Integers) -> Uids:
    """Return the names of the first units and osteoclasts at some sites; 0 names none."""
    return sites.astype(np.uint64) + np.uint64(1)


class Units:
    """The remodelling units of a section.

    A unit is born at one site of the resting surface and moves on: when its front has crossed a site it enters the
    next resting one ahead, until its stretch ends, nothing is ahead, or osteoclasts are no longer supplied. All but
    the phase is only known of sites that are at work.

    Attributes
    ----------
    phase : 8-bit integer array, shape (voxels,)
        Phase of each site.
    clock : Sparse
        Time since the phase began, h.
    unit : Sparse
        Name of the unit that works at the site.
    step : Sparse
        How many sites the unit had crossed before this one.
    """

    def __init__(self, shape: tuple[int, int], streams: Streams) -> None:
        size = shape[0] * shape[1]
        self.phase = np.zeros(size, np.int8)
        self.clock = Sparse(np.float64)
        self.unit = Sparse(np.uint64)
        self.step = Sparse(np.int16)
        self._leads = Sparse(np.bool_)
        self._heading = Sparse(np.int8)
        self._shape = shape
        self._streams = streams

    @property
    def eroded_sites(self) -> int:
        """Number of sites in resorption or reversal."""
        return int(np.count_nonzero((self.phase == Phase.RESORPTION) | (self.phase == Phase.REVERSAL)))

    def enter(self, sites: Integers, phase: Phase) -> None:
        """Let sites begin a phase of work."""
        self.phase[sites], self.clock[sites] = phase, 0.0

    def rest(self, sites: Integers) -> None:
        """Let sites rest; what was known of their work is forgotten."""
        self.phase[sites] = Phase.REST
        for column in (self.clock, self.unit, self.step, self._leads, self._heading):
            column.forget(sites)

    def lead(self, sites: Integers, hour: float, persistence: Floats) -> None:
        """Decide which newly activated sites carry the front on, and where a new unit turns."""
        keys = sites.astype(np.uint64)
        self._leads[sites] = self._streams.uniform("bone.unit.front", hour, keys) < persistence
        fresh = sites[self.step[sites] == 0]
        turn = self._streams.uniform("bone.unit.heading", hour, fresh.astype(np.uint64))
        self._heading[fresh] = (turn * len(AROUND)).astype(np.int8)

    def originate(self, surface: NDArray[np.bool_], hour: float, chance: Floats) -> Integers:
        """Return the resting sites where units are born, each with the given chance, shape (voxels,)."""
        quiet = np.flatnonzero(surface & (self.phase == Phase.REST))
        draws = self._streams.uniform("bone.activation", hour, quiet.astype(np.uint64))
        born = quiet[draws < chance[quiet]]
        self.unit[born], self.step[born] = daughters(site_names(born), hour), 0
        return born

    def advance_fronts(self, surface: NDArray[np.bool_], crossing: float) -> Integers:
        """Move every front that has crossed its site (`crossing`, h) to the next; return the sites entered."""
        leading = self._leads.sites[self._leads.values].astype(np.int64)
        fronts = leading[self.clock[leading] >= crossing]
        around, ahead = neighbours(fronts, self._shape), AHEAD[self._heading[fronts]]
        passable = (self.step[fronts] == 0)[:, None] | (ahead > NOT_BACKWARD)
        self._leads[fronts] = False
        moves: list[tuple[int, int, int]] = []
        for front, near in enumerate(around):
            allowed = surface[near] & (self.phase[near] == Phase.REST) & passable[front]
            if allowed.any():
                turn = int(np.argmax(np.where(allowed, ahead[front], -np.inf)))
                # The next front finds this site taken.
                self.phase[near[turn]] = Phase.RESORPTION
                moves.append((front, turn, int(near[turn])))
        moved, turns, targets = np.array(moves, np.int64).reshape(-1, 3).T
        self.enter(targets, Phase.RESORPTION)
        self.unit[targets], self.step[targets] = self.unit[fronts[moved]], self.step[fronts[moved]] + 1
        self._heading[targets] = turns
        return np.asarray(targets)
