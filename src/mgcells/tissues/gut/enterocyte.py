"""What a cell of the gut lining can do: divide, be pushed up, choose a fate, hold its neighbours, be shed, die.

A column runs from the crypt base (position 0) to the villus tip, or in the colon to the surface between crypts; a
ring of columns is a crypt. A birth pushes the cells above up by one, so that migration is nothing but the births
below. Now and then the daughter of a stem cell takes the base of the next column of its crypt and its former holder
moves up, so that the clones of a crypt drift until one is left. A cell is shed when strain at the tip has used up its
endurance, and dies when the hazard of death has used up its tolerance; both are drawn at birth from the exponential
distribution, which makes every loss a Poisson event whatever the step. A cell's column is that of its lattice site.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from mgcells.arrays import Flags, Floats, Integers, Sites
from mgcells.cells.kinds import Cell, cell_kind
from mgcells.cells.population import Population
from mgcells.compiled import kernel

# A named tuple costs a call of a kernel as much as twenty plain numbers, so that it is made up within.
Numbers = tuple[Any, ...]

BEHAVIOURS = ("proliferation", "resealing", "shedding", "apoptosis", "mitotic_death", "goblet_fate")
# The cycle of a cell that rests is negative; its size is the cycle that the cell would have as a stem cell.
TRAITS = (
    "position", "kind", "phase", "cycle", "endurance", "tolerance", "fate", "clone", "gap", "above", "beside",
)  # fmt: skip
POSITION, KIND, PHASE, CYCLE, ENDURANCE, TOLERANCE, FATE, CLONE, GAP, ABOVE, BESIDE = range(len(TRAITS))
PROLIFERATION, RESEALING, SHEDDING, APOPTOSIS, MITOTIC_DEATH, GOBLET_FATE = range(len(BEHAVIOURS))
# What is drawn for a cell, in this order.
LOTS = ("endurance", "tolerance", "fate", "cycle", "again", "oust")
LOT_OF_ENDURANCE, LOT_OF_TOLERANCE, LOT_OF_FATE, LOT_OF_CYCLE, LOT_OF_RETURN, OUST = range(len(LOTS))
GONE = -1.0


class LiningKind(IntEnum):
    """What a cell of the lining is."""

    STEM = 0
    TRANSIT_AMPLIFYING = 1
    ENTEROCYTE = 2
    GOBLET = 3


STEM, AMPLIFYING, ABSORPTIVE, GOBLET = (int(kind) for kind in LiningKind)


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


class Clock(NamedTuple):
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
        return math.log(2.0 * self.growth_fraction) / self.cycle


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
        place(population.traits, population.voxel, tuple(self), rows, begins)
        return rows, begins[:: self.zones]


@kernel
def place(traits: Floats, voxel: Sites, lattice: Numbers, rows: Sites, begins: Sites) -> None:
    """Sort the rows of cells of a sheet, given as its numbers, by column and position into `rows`, shape (cells,).

    `begins`, shape (columns x zones + 1,), receives for every site where its column begins, and last the number of
    cells: to divide each cell's site by the zones would take longer.
    """
    sheet = Sheet(*lattice)
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


def close_over(population: Population, sheet: Sheet, gone: Flags) -> Integers:
    """Let the cells of every column close over those marked in `gone`, shape (cells,); return the rows that stay.

    A gap lies on the edges of the neighbours. Those that have gone are still to be removed.
    """
    order, _ = sheet.stand(population)
    column, left = sheet.column(population)[order], gone[order]
    torn = np.zeros(left.size, bool)
    together = column[1:] == column[:-1]
    torn[:-1] |= left[1:] & together
    torn[1:] |= left[:-1] & together
    population.traits[GAP, order[torn]] = 1.0
    stay, own = order[~left], column[~left]
    population.traits[POSITION, stay] = np.arange(stay.size) - np.searchsorted(own, own)
    return stay.astype(np.int64)


@kernel
def site_of(sheet: Sheet, column: int, position: int, healthy_length: float) -> int:
    """Return the lattice site of a position in a column; what lies beyond the healthy length is at the last."""
    zone = min(int(position * sheet.zones / healthy_length), sheet.zones - 1)
    return (sheet.first + column) * sheet.zones + zone


@kernel
def renew(
    state: Floats, behaviours: Integers, traits: Floats, voxel: Sites, lattice: Numbers, rows: Sites, begins: Sites,
    lengths: Numbers, hours: float, alarm: Floats, order: Integers,
    mothers: Integers, sites: Integers, lost: Integers, tally: Integers,
) -> None:  # fmt: skip
    """Let every column divide, differentiate, die and shed for `hours`.

    `lattice` are the numbers of a Sheet, `lengths` those of an Anatomy. `rows` and `begins` say who stands where (see
    `place`). `mothers` and `sites`, shape (2, cells), receive the dividing rows and the (site, position) of their
    daughters, `lost` the rows that leave; `alarm`, shape (columns,), holds how much of a column is felt missing;
    `tally` the numbers born, lost, shed and moved over the crypt-villus junction.
    """
    sheet, anatomy = Sheet(*lattice), Anatomy(*lengths)
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
            if traits[GAP, row] > 0.0:
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
                    sites[0, born] = site_of(sheet, column, height, healthy_length)
                    sites[1, born] = height
                    born += 1
                    order[height] = -1
                    height += 1
        crossed += born - births_before - dead_below - (min(height, crypt) - before)
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
            if row < 0:
                continue
            traits[POSITION, row] = position
            voxel[row] = site_of(sheet, column, position, healthy_length)
            if position < anatomy.stem:
                traits[KIND, row] = STEM
                traits[CYCLE, row] = abs(traits[CYCLE, row])
            elif traits[KIND, row] == STEM:
                traits[KIND, row] = AMPLIFYING
            if position >= proliferative and traits[KIND, row] <= AMPLIFYING:
                goblet = traits[FATE, row] < anatomy.goblet * goblet_fate[row]
                traits[KIND, row] = GOBLET if goblet else ABSORPTIVE
                traits[CYCLE, row] = -abs(traits[CYCLE, row])
    tally[0], tally[1], tally[2], tally[3] = born, gone, shed, crossed


@kernel
def raise_daughters(
    traits: Floats, voxel: Sites, lattice: Numbers, rows: Sites, begins: Sites, lengths: Numbers, times: Numbers,
    mothers: Integers, first: int, position: Integers, lots: Floats,
) -> None:  # fmt: skip
    """Place the daughters, rows from `first` on, in the order of their mothers, and give all of them a next cycle.

    Parameters
    ----------
    lattice, lengths, times : tuple of float
        The numbers of a Sheet, an Anatomy and a Clock.
    rows, begins
        Who stood where before the births (see `place`).
    position : shape (mothers,)
        Of the daughters.
    lots : shape (len(LOTS), 2 mothers)
        Uniform numbers of the mothers, then of the daughters.
    """
    sheet, anatomy, clock = Sheet(*lattice), Anatomy(*lengths), Clock(*times)
    births, ring = mothers.size, int(anatomy.ring)
    chance = clock.replacement * clock.stem_cycle if ring > 1 else 0.0
    ousting = np.empty(births, np.bool_)
    for k in range(births):
        mother, daughter = mothers[k], first + k
        traits[POSITION, daughter], traits[KIND, daughter] = position[k], AMPLIFYING
        for trait in (PHASE, CLONE, ABOVE, BESIDE):
            traits[trait, daughter] = traits[trait, mother]
        ousting[k] = traits[POSITION, mother] == 0.0 and lots[OUST, k] < chance
    for k in range(births):
        if ousting[k]:
            column = voxel[mothers[k]] // sheet.zones - sheet.first
            begin = column // ring * ring
            size = min(ring, sheet.columns - begin)
            beside = begin + (column - begin + (size - 1 if lots[OUST, k] < chance / 2.0 else 1)) % size
            oust(traits, voxel, first + k, rows[begins[beside] : begins[beside + 1]])
    draw_limits(traits, np.arange(first, first + births), lots[:, births:])
    draw_cycle(traits, mothers, lots[:, :births], anatomy, clock)
    draw_cycle(traits, np.arange(first, first + births), lots[:, births:], anatomy, clock)


@kernel
def oust(traits: Floats, voxel: Sites, daughter: int, standing: Sites) -> None:
    """Let a daughter change places with the base of a column, one of the rows of those who stood there, if it can."""
    for base in standing:
        if traits[POSITION, base] == 0.0:
            traits[POSITION, base], traits[POSITION, daughter] = traits[POSITION, daughter], 0.0
            voxel[base], voxel[daughter] = voxel[daughter], voxel[base]
            return


@kernel
def draw_limits(traits: Floats, rows: Integers, lots: Floats) -> None:
    """Give new cells their endurance, tolerance and fate."""
    for k in range(rows.size):
        traits[ENDURANCE, rows[k]] = -np.log1p(-lots[LOT_OF_ENDURANCE, k])
        traits[TOLERANCE, rows[k]] = -np.log1p(-lots[LOT_OF_TOLERANCE, k])
        traits[FATE, rows[k]] = lots[LOT_OF_FATE, k]


@kernel
def draw_cycle(traits: Floats, rows: Integers, lots: Floats, anatomy: Anatomy, clock: Clock) -> None:
    """Give cells after a division the length of their next cycle, and rest to some above the stem positions."""
    for k in range(rows.size):
        row = rows[k]
        stem = traits[POSITION, row] < anatomy.stem
        length = clock.stem_cycle if stem else clock.cycle
        length *= 1.0 + clock.spread * (2.0 * lots[LOT_OF_CYCLE, k] - 1.0)
        traits[CYCLE, row] = length if stem or lots[LOT_OF_RETURN, k] < clock.growth_fraction else -length
