"""Remodelling units: sites activated along the surface, each resorbed, reversed, refilled and at rest again."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mgcells.arrays import Floats, Integers, Uids
from mgcells.compiled import kernel
from mgcells.streams import Streams, daughters
from mgcells.tissues.bone.section import AROUND, neighbours
from mgcells.tissues.bone.sparse_sites import SparseSites

DIRECTIONS = AROUND / np.linalg.norm(AROUND, axis=1)[:, None]
AHEAD = DIRECTIONS @ DIRECTIONS.T
NOT_BACKWARD = -1e-9
WORK = [("clock", np.float64), ("unit", np.uint64), ("step", np.int16), ("leads", np.bool_), ("heading", np.int8)]


class Phase(IntEnum):
    """Where a site stands in its remodelling unit."""

    REST = 0
    RESORPTION = 1
    REVERSAL = 2
    FORMATION = 3


REST, RESORPTION, REVERSAL, FORMATION = (int(phase) for phase in Phase)


def site_names(sites: Integers) -> Uids:
    """Return the names of the first units and osteoclasts at some sites; 0 names none."""
    return sites.astype(np.uint64) + np.uint64(1)


class Units:
    """The remodelling units of a section.

    A unit is born at one site of the resting surface and moves on: when its front has crossed a site it enters the
    next resting one ahead, until its stretch ends, nothing is ahead, or osteoclasts are no longer supplied. All but
    the phase is known only for sites at work.

    Attributes
    ----------
    phase : 8-bit integer array, shape (voxels,)
        Phase of each site.
    work : SparseSites
        Of each site at work: `clock`, the time since its phase began (h), `unit`, the name of its unit, `step`, how
        many sites the unit had crossed before, whether it `leads` the front on, and its `heading`.
    """

    def __init__(self, shape: tuple[int, int], streams: Streams) -> None:
        self.phase = np.zeros(shape[0] * shape[1], np.int8)
        self.work = SparseSites(WORK)
        self._shape = shape
        self._streams = streams

    @property
    def eroded(self) -> NDArray[np.bool_]:
        """Which sites are in resorption or reversal, shape (voxels,)."""
        return np.asarray((self.phase == RESORPTION) | (self.phase == REVERSAL))

    @property
    def eroded_sites(self) -> int:
        """Number of sites in resorption or reversal."""
        return int(np.count_nonzero(self.eroded))

    def enter(
        self, sites: Integers, phase: int | NDArray[np.int8], clock: float | Floats = 0.0, **work: ArrayLike
    ) -> None:
        """Let sites begin a phase of work, or be found `clock` hours into it; `work` names what else is known."""
        self.phase[sites] = phase
        self.work.put(sites, clock=clock, **work)

    def rest(self, sites: Integers) -> None:
        """Let sites rest; what was known of their work is forgotten."""
        self.phase[sites] = REST
        self.work.forget(sites)

    def due(self, phase: int, hours: float) -> Integers:
        """Return the sites that have been in a phase for so many hours."""
        sites = self.work.sites
        due: Integers = sites[(self.phase[sites] == phase) & (self.work.values["clock"] >= hours)].astype(np.int64)
        return due

    def lead(self, sites: Integers, hour: float, persistence: Floats) -> None:
        """Decide which newly activated sites carry the front on, and where a new unit turns."""
        rows, work, keys = self.work.rows(sites), self.work.values, sites.astype(np.uint64)
        work["leads"][rows] = self._streams.uniform("bone.unit.front", hour, keys) < persistence
        fresh = work["step"][rows] == 0
        turn = self._streams.uniform("bone.unit.heading", hour, keys[fresh])
        work["heading"][rows[fresh]] = (turn * len(AROUND)).astype(np.int8)

    def originate(self, surface: NDArray[np.bool_], hour: float, expected: Floats) -> Integers:
        """Let units be born by chance at resting sites and return these; `expected` births at each, shape (voxels,)."""
        quiet = np.flatnonzero(surface & (self.phase == REST))
        draws = self._streams.uniform("bone.activation", hour, quiet.astype(np.uint64))
        born = quiet[draws < -np.expm1(-expected[quiet])]
        self.enter(born, RESORPTION, unit=daughters(site_names(born), hour))
        return born

    def advance_fronts(self, surface: NDArray[np.bool_], crossing: float) -> Integers:
        """Move every front that has crossed its site (`crossing`, h) to the next; return the sites entered."""
        rows = np.flatnonzero(self.work.values["leads"] & (self.work.values["clock"] >= crossing))
        fronts, come = self.work.sites[rows].astype(np.int64), self.work.values[rows]
        self.work.values["leads"][rows] = False
        around, ahead = neighbours(fronts, self._shape), AHEAD[come["heading"]]
        turn = move_on(around, ahead, come["step"] == 0, surface, self.phase)
        moved = np.flatnonzero(turn >= 0)
        turns = turn[moved]
        targets = around[moved, turns]
        self.enter(targets, RESORPTION, unit=come["unit"][moved], step=come["step"][moved] + 1, heading=turns)
        return np.asarray(targets)


@kernel
def move_on(
    around: Integers, ahead: Floats, fresh: NDArray[np.bool_], surface: NDArray[np.bool_], phase: NDArray[np.int8]
) -> Integers:
    """Let fronts, one after the other, take the resting surface site that lies most ahead; -1 where there is none.

    Parameters
    ----------
    around, ahead : shape (fronts, directions)
        The sites around each front, and how much each direction is ahead.
    fresh : shape (fronts,)
        Whether a unit is at its first site, from where it may go any way, later not backward.
    surface, phase : shape (voxels,)
        `phase` is changed, so that the next front finds a site taken.
    """
    turn = np.full(around.shape[0], -1)
    for front in range(around.shape[0]):
        most = -np.inf if fresh[front] else NOT_BACKWARD
        for direction in range(around.shape[1]):
            site = around[front, direction]
            if surface[site] and phase[site] == REST and ahead[front, direction] > most:
                most, turn[front] = ahead[front, direction], direction
        if turn[front] >= 0:
            phase[around[front, turn[front]]] = RESORPTION
    return turn
