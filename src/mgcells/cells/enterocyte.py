"""What a cell of the gut lining can do: divide, be pushed up, choose a fate, hold its neighbours, be shed, die.

A column runs from the crypt base (position 0) to the villus tip, or in the colon to the surface between crypts; a
ring of columns is a crypt. A birth pushes the cells above up by one, so that migration is nothing but the births
below. Now and then the daughter of a stem cell takes the base of the next column of its crypt and its former holder
moves up, so that the clones of a crypt drift until one is left. A cell is shed when strain at the tip has used up its
endurance, and dies when the hazard of death has used up its tolerance; both are drawn at birth from the exponential
distribution, which makes every loss a Poisson event whatever the step. A cell's column is that of its lattice site.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mgcells.cells.kinds import Cell, cell_kind
from mgcells.cells.population import Population
from mgcells.compiled import njit
from mgcells.streams import Streams, daughters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Sites = NDArray[np.int32]

BEHAVIOURS = ("proliferation", "resealing", "shedding", "apoptosis", "mitotic_death", "goblet_fate")
# The cycle of a cell that rests is negative; its size is the cycle that the cell would have as a stem cell.
TRAITS = (
    "position", "kind", "phase", "cycle", "endurance", "tolerance", "fate", "clone", "gap", "above", "beside",
)  # fmt: skip
POSITION, KIND, PHASE, CYCLE, ENDURANCE, TOLERANCE, FATE, CLONE, GAP, ABOVE, BESIDE = range(len(TRAITS))
PROLIFERATION, RESEALING, SHEDDING, APOPTOSIS, MITOTIC_DEATH, GOBLET_FATE = range(len(BEHAVIOURS))


GONE = -1.0


class Kind(IntEnum):
    """What a cell of the lining is."""

    STEM = 0
    TRANSIT_AMPLIFYING = 1
    ENTEROCYTE = 2
    GOBLET = 3


STEM, AMPLIFYING, ABSORPTIVE, GOBLET = (int(kind) for kind in Kind)


@cell_kind("enterocyte")
class Enterocyte(Cell):
    """A cell of the small bowel's lining; `kind` says whether stem, transit-amplifying, absorptive or goblet."""


@cell_kind("enterocyte")
class Colonocyte(Cell):
    """A cell of the colon's lining."""


class Anatomy(NamedTuple):
    """The numbers of a column: lengths and positions in cells, times in h, `tip_rate` in cells/h.

    `regeneration` is by how many positions the zone of division widens in a column that has lost all its cells, once
    the crypt has noticed in `regeneration_time`; `goblet` the share of cells that become goblet cells in health,
    `ring` the columns of a crypt.
    """

    crypt: float
    villus: float
    proliferative: float
    stem: float
    tip_rate: float
    crowding: float
    regeneration: float
    regeneration_time: float
    goblet: float
    resealing_time: float
    ring: float

    @property
    def room(self) -> int:
        """The length that no column exceeds, cells."""
        return int(4 * (self.crypt + self.villus))


@dataclass(frozen=True)
class Clock:
    """Cell-cycle times (h), their half-width as a share, the chance to cycle again, and how fast stem cells oust.

    `replacement` is the rate (1/h) at which a stem cell is ousted by the daughter of a neighbour.
    """

    cycle: float
    stem_cycle: float
    spread: float
    growth_fraction: float
    replacement: float

    @property
    def division_rate(self) -> float:
        """Births per hour and cell of a growing clone in which a share of daughters rests, 1/h."""
        return float(np.log(2.0 * self.growth_fraction)) / self.cycle


class Sheet(NamedTuple):
    """Where a lining lies on its lattice: how many columns from the `first` on, and how many sites a column has."""

    columns: int
    zones: int
    first: int = 0

    def column(self, population: Population) -> Integers:
        """Return the column of every living cell, counted from the first."""
        return population.voxel[: population.count].astype(np.int64) // self.zones - self.first

    def stand(self, population: Population) -> tuple[Sites, Sites]:
        """Return the rows of all living cells, column by column from the bottom, and where each column begins."""
        rows, begins = np.empty(population.count, np.int32), np.empty(self.columns * self.zones + 1, np.int32)
        place(population.traits, population.voxel, self, rows, begins)
        return rows, begins[:: self.zones]


class Turnover(NamedTuple):
    """What happened in a step: rows that divided, rows that left, and counts over all columns."""

    mothers: Integers
    lost: Integers
    shed: int
    crossed: int


@njit
def place(traits: Floats, voxel: Sites, sheet: Sheet, rows: Sites, begins: Sites) -> None:
    """Sort the rows of cells by column and position into `rows`, shape (cells,).

    `begins`, shape (columns x zones + 1,), receives for every site where its column begins, and last the number of
    cells: to divide each cell's site by the zones would take longer.
    """
    first, total = sheet.first * sheet.zones, 0
    begins[:] = 0
    for row in range(rows.size):
        begins[voxel[row] - first] += 1
    for column in range(sheet.columns):
        begin = total
        for site in range(column * sheet.zones, (column + 1) * sheet.zones):
            total += begins[site]
            begins[site] = begin
    begins[-1] = total
    for row in range(rows.size):
        rows[begins[voxel[row] - first] + int(traits[POSITION, row])] = row


@njit
def renew(
    state: Floats, behaviours: Integers, traits: Floats, voxel: Sites, sheet: Sheet, rows: Sites, begins: Sites,
    anatomy: Anatomy, hours: float, alarm: Floats, order: Integers,
    mothers: Integers, sites: Integers, lost: Integers, tally: Integers,
) -> None:  # fmt: skip
    """Let every column divide, differentiate, die and shed for `hours`.

    `rows` and `begins` say who stands where (see `place`). `mothers` and `sites`, shape (2, cells), receive the
    dividing rows and the (column, position) of their daughters, `lost` the rows that leave; `alarm`, shape (columns,),
    holds how much of a column is felt missing; `tally` the numbers born, lost, shed and moved over the crypt-villus
    junction.
    """
    proliferation, resealing, shedding = (
        state[behaviours[PROLIFERATION]], state[behaviours[RESEALING]], state[behaviours[SHEDDING]],
    )  # fmt: skip
    apoptosis, mitotic_death, goblet_fate = (
        state[behaviours[APOPTOSIS]], state[behaviours[MITOTIC_DEATH]], state[behaviours[GOBLET_FATE]],
    )  # fmt: skip
    born = gone = shed = crossed = 0
    crypt, healthy_length = int(anatomy.crypt), anatomy.crypt + anatomy.villus
    heard = 1.0 - np.exp(-hours / anatomy.regeneration_time)
    for column in range(sheet.columns):
        standing = rows[begins[column] : begins[column + 1]]
        length = standing.size
        before, height, dead, dead_below, torn = min(length, crypt), 0, 0, 0, False
        births_before = born
        missing = max(0.0, 1.0 - length / healthy_length)
        alarm[column] += (missing - alarm[column]) * heard
        proliferative = int(anatomy.proliferative + anatomy.regeneration * alarm[column] + 0.5)
        for position in range(length):
            row = standing[position]
            traits[GAP, row] *= np.exp(-resealing[row] * hours / anatomy.resealing_time)
            cycling = traits[CYCLE, row] > 0.0
            traits[TOLERANCE, row] -= (apoptosis[row] + (mitotic_death[row] if cycling else 0.0)) * hours
            if traits[TOLERANCE, row] <= 0.0 and length - dead > 1:
                lost[gone] = row
                traits[POSITION, row] = GONE
                gone += 1
                dead += 1
                dead_below += 1 if position < crypt else 0
                torn = True
                if height > 0 and order[height - 1] >= 0:
                    traits[GAP, order[height - 1]] = 1.0
                continue
            if torn:
                traits[GAP, row] = 1.0
                torn = False
            order[height] = row
            height += 1
            if cycling:
                traits[PHASE, row] += hours * proliferation[row] / traits[CYCLE, row]
                room = length + born - births_before < order.size
                if traits[PHASE, row] >= 1.0 and height <= proliferative and room:
                    traits[PHASE, row] -= 1.0
                    mothers[born] = row
                    sites[0, born] = column
                    sites[1, born] = height
                    born += 1
                    order[height] = -1
                    height += 1
        crossed += born - births_before - dead_below - (min(height, crypt) - before)
        for position in range(height):
            row = order[position]
            if row < 0:
                continue
            if position < anatomy.stem:
                traits[KIND, row] = STEM
                traits[CYCLE, row] = abs(traits[CYCLE, row])
            elif traits[KIND, row] == STEM:
                traits[KIND, row] = AMPLIFYING
            if position >= proliferative and traits[KIND, row] <= AMPLIFYING:
                goblet = traits[FATE, row] < anatomy.goblet * goblet_fate[row]
                traits[KIND, row] = GOBLET if goblet else ABSORPTIVE
                traits[CYCLE, row] = -abs(traits[CYCLE, row])
        left = hours
        while height > crypt:
            row = order[height - 1]
            if row < 0:
                break
            rate = anatomy.tip_rate * shedding[row] * np.exp((height - healthy_length) / anatomy.crowding)
            wait = traits[ENDURANCE, row] / rate
            if wait > left:
                traits[ENDURANCE, row] -= rate * left
                break
            left -= wait
            lost[gone] = row
            traits[POSITION, row] = GONE
            gone += 1
            shed += 1
            height -= 1
            below = order[height - 1]
            if below >= 0:
                traits[GAP, below] = max(traits[GAP, below], 1.0 - traits[ABOVE, below])
        for position in range(height):
            row = order[position]
            if row >= 0:
                traits[POSITION, row] = position
                zone = min(int(position * sheet.zones / healthy_length), sheet.zones - 1)
                voxel[row] = (sheet.first + column) * sheet.zones + zone
    tally[0], tally[1], tally[2], tally[3] = born, gone, shed, crossed


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

    def turn_over(self, hour: float, hours: float) -> Turnover:
        """Let births push, tips shed and doomed cells die; new cells take over their mothers' behaviours."""
        population = self.population
        rows, begins = self.sheet.stand(population)
        # Few cells divide or leave in a step; pages that none of them reaches take no memory.
        (mothers, lost), sites = np.empty((2, 2, rows.size), np.int64)
        renew(
            population.state, self._behaviours, population.traits, population.voxel, self.sheet, rows, begins,
            self.anatomy, hours, self._alarm, np.empty(self.anatomy.room, np.int64),
            mothers, sites, lost, self._tally,
        )  # fmt: skip
        born, gone, shed, crossed = self._tally.tolist()
        mothers, lost = mothers[:born], lost[:gone]
        if born:
            self._add_daughters(mothers, sites[:, :born], hour)
        lost.sort()
        population.remove(lost)
        return Turnover(mothers, lost, shed, crossed)

    def _add_daughters(self, mothers: Integers, sites: Integers, hour: float) -> None:
        population = self.population
        first = population.count
        traits = population.traits[:, mothers]
        zones = self.sheet.zones
        zone = (sites[1] * zones / (self.anatomy.crypt + self.anatomy.villus)).astype(np.int64)
        born = population.add(
            daughters(population.uid[mothers], hour),
            (self.sheet.first + sites[0]) * zones + np.minimum(zone, zones - 1),
            mothers=mothers,
            position=sites[1].astype(np.float64), kind=float(AMPLIFYING), phase=traits[PHASE],
            above=traits[ABOVE], beside=traits[BESIDE], clone=traits[CLONE],
        )  # fmt: skip
        self._oust(mothers, first, hour)
        self.draw_limits(born, hour)
        self.draw_cycle(np.concatenate([mothers, np.arange(first, population.count)]), hour)

    def _oust(self, mothers: Integers, first: int, hour: float) -> None:
        """Let some daughters of stem cells change places with the base of the next column of their crypt."""
        traits, voxel, ring = self.population.traits, self.population.voxel, int(self.anatomy.ring)
        columns, zones, first_column = self.sheet
        stem = np.flatnonzero(traits[POSITION, mothers] == 0.0)
        if ring < 2 or stem.size == 0:
            return
        draw = self._streams.uniform("gut.enterocyte.oust", hour, self.population.uid[mothers[stem]])
        chance = self.clock.replacement * self.clock.stem_cycle
        for index, left in zip(stem[draw < chance], (draw < chance / 2.0)[draw < chance], strict=True):
            daughter, column = first + index, int(voxel[mothers[index]]) // zones - first_column
            begin = column // ring * ring
            size = min(ring, columns - begin)
            beside = begin + (column - begin + (size - 1 if left else 1)) % size
            at_base = (voxel[:first] == (first_column + beside) * zones) & (traits[POSITION, :first] == 0.0)
            base = int(np.argmax(at_base))
            if not at_base[base]:
                continue
            traits[POSITION, [daughter, base]] = traits[POSITION, [base, daughter]]
            voxel[[daughter, base]] = voxel[[base, daughter]]

    def draw_limits(self, rows: slice, hour: float) -> None:
        """Give new cells their endurance, tolerance and fate."""
        uid, traits = self.population.uid[rows], self.population.traits
        for trait, name in ((ENDURANCE, "endurance"), (TOLERANCE, "tolerance")):
            traits[trait, rows] = -np.log1p(-self._streams.uniform(f"gut.enterocyte.{name}", hour, uid))
        traits[FATE, rows] = self._streams.uniform("gut.enterocyte.fate", hour, uid)

    def draw_cycle(self, rows: Integers, hour: float) -> None:
        """Give cells after a division the length of their next cycle, and rest to some above the stem positions."""
        uid, traits, clock = self.population.uid[rows], self.population.traits, self.clock
        stem = traits[POSITION, rows] < self.anatomy.stem
        spread = 1.0 + clock.spread * (2.0 * self._streams.uniform("gut.enterocyte.cycle", hour, uid) - 1.0)
        again = self._streams.uniform("gut.enterocyte.again", hour, uid) < clock.growth_fraction
        length = np.where(stem, clock.stem_cycle, clock.cycle) * spread
        traits[CYCLE, rows] = np.where(stem | again, length, -length)
