"""The lining of a segment of bowel: its columns renew themselves, hour by hour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mgcells.arrays import Floats, Integers, Uids
from mgcells.cells.population import Population
from mgcells.streams import Streams, daughters
from mgcells.tissues.gut.enterocyte import (
    BEHAVIOURS,
    LOTS,
    POSITION,
    Anatomy,
    Clock,
    Sheet,
    close_over,
    draw_cycle,
    draw_limits,
    raise_daughters,
    renew,
)

PROCESSES = tuple(f"gut.enterocyte.{lot}" for lot in LOTS)


class Turnover(NamedTuple):
    """What happened in a step: rows that divided, rows that left, and counts over all columns."""

    mothers: Integers
    lost: Integers
    shed: int
    crossed: int


class Lining:
    """The columns of one population of Enterocytes: the working arrays of its kernels and its random draws."""

    def __init__(self, population: Population, sheet: Sheet, anatomy: Anatomy, clock: Clock, streams: Streams) -> None:
        self.population = population
        self.sheet = sheet
        self.anatomy = anatomy
        self.clock = clock
        self._streams = streams
        self._behaviours = np.array([population.behaviour_row[name] for name in BEHAVIOURS])
        self._alarm = np.zeros(sheet.columns)
        self._tally = np.zeros(4, np.int64)

    def prepare(self, rows: Integers, hour: float) -> None:
        """Give cells their endurance, tolerance, fate and the length of a cycle."""
        population = self.population
        lots = self._draw(population.uid[rows], hour)
        draw_limits(population.traits, rows, lots)
        draw_cycle(population.traits, rows, lots, self.anatomy, self.clock)

    def turn_over(self, hour: float, hours: float) -> Turnover:
        """Let births push, tips shed and doomed cells die; new cells take over their mothers' behaviours."""
        population = self.population
        rows, begins = self.sheet.stand(population)
        # Few cells divide or leave in a step; pages that none of them reaches take no memory.
        (mothers, lost), sites = np.empty((2, 2, rows.size), np.int64)
        renew(
            population.state, self._behaviours, population.traits, population.voxel, tuple(self.sheet), rows, begins,
            tuple(self.anatomy), hours, self._alarm, np.empty(self.anatomy.room, np.int64),
            mothers, sites, lost, self._tally,
        )  # fmt: skip
        born, gone, shed, crossed = self._tally.tolist()
        mothers, lost = mothers[:born], lost[:gone]
        if born:
            first, names = population.count, population.uid[mothers]
            fresh = daughters(names, hour)
            population.add(fresh, sites[0, :born], mothers=mothers)
            raise_daughters(
                population.traits, population.voxel, tuple(self.sheet), rows, begins, tuple(self.anatomy),
                tuple(self.clock), mothers, first, sites[1, :born], self._draw(np.concatenate([names, fresh]), hour),
            )  # fmt: skip
        lost.sort()
        population.remove(lost)
        return Turnover(mothers, lost, shed, crossed)

    def emptied(self, rows: Integers) -> Integers:
        """Return the columns that would have no cell left without those of `rows`."""
        column = self.sheet.column(self.population)
        standing, leaving = (np.bincount(found, minlength=self.sheet.columns) for found in (column, column[rows]))
        return np.flatnonzero((leaving > 0) & (leaving == standing))

    def lose(self, rows: Integers) -> None:
        """Let cells die; their columns close over their places."""
        population, (_, zones, first) = self.population, self.sheet
        gone = np.zeros(population.count, bool)
        gone[rows] = True
        stay = close_over(population, self.sheet, gone)
        height = population.traits[POSITION, stay]
        zone = np.minimum(height * zones / (self.anatomy.crypt + self.anatomy.villus), zones - 1).astype(np.int64)
        population.voxel[stay] = (first + self.sheet.column(population)[stay]) * zones + zone
        population.remove(np.flatnonzero(gone))

    def _draw(self, uid: Uids, hour: float) -> Floats:
        return self._streams.several(PROCESSES, hour, uid)
