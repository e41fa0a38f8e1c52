"""Remodelling units: sites activated along the surface, each resorbed, reversed, refilled and at rest again."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mgcells.streams import Streams, daughters
from mgcells.tissues.bone_section import AROUND, neighbours

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
    next resting one ahead, until its stretch ends, nothing is ahead, or osteoclasts are no longer supplied.

    Attributes
    ----------
    phase, clock : arrays, shape (voxels,)
        Phase of each site and the time since it began, h.
    unit : unsigned integer array, shape (voxels,)
        Name of the unit that last worked at the site; 0 when none did.
    step : integer array, shape (voxels,)
        How many sites the unit had crossed before this one.
    """

    def __init__(self, shape: tuple[int, int], streams: Streams) -> None:
        size = shape[0] * shape[1]
        self.phase = np.zeros(size, np.int8)
        self.clock = np.zeros(size)
        self.unit = np.zeros(size, np.uint64)
        self.step = np.zeros(size, np.int16)
        self._leads = np.zeros(size, bool)
        self._heading = np.zeros(size, np.int8)
        self._shape = shape
        self._streams = streams

    @property
    def eroded_sites(self) -> int:
        """Number of sites in resorption or reversal."""
        return int(np.count_nonzero((self.phase == Phase.RESORPTION) | (self.phase == Phase.REVERSAL)))

    def enter(self, sites: Integers, phase: Phase) -> None:
        """Let sites begin a phase."""
        self.phase[sites], self.clock[sites] = phase, 0.0

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
        moved: list[int] = []
        fronts = np.flatnonzero(self._leads & (self.clock >= crossing))
        for site, around in zip(fronts.tolist(), neighbours(fronts, self._shape), strict=True):
            self._leads[site] = False
            open_sites = surface[around] & (self.phase[around] == Phase.REST)
            first = self.step[site] == 0
            ahead = AHEAD[self._heading[site]]
            allowed = open_sites & (first | (ahead > NOT_BACKWARD))
            if not allowed.any():
                continue
            turn = int(np.argmax(np.where(allowed, ahead, -np.inf)))
            target = int(around[turn])
            self.enter(np.array([target]), Phase.RESORPTION)
            self.unit[target], self.step[target] = self.unit[site], self.step[site] + 1
            self._heading[target] = turn
            moved.append(target)
        return np.array(moved, np.int64)
