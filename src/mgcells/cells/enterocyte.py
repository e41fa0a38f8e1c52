"""What a cell of the gut lining can do: divide, be pushed up, choose a fate, hold its neighbours, be shed, die.

A column runs from the crypt base (position 0) to the villus tip. A birth pushes the cells above up by one, so that
migration is nothing but the births below. A cell is shed when the strain it gathers at the tip reaches its own
endurance, and dies when its summed hazard of apoptosis reaches its own tolerance; both limits are drawn at birth from
the exponential distribution, which makes every loss a Poisson event whatever the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mgcells.cells.agents import CellAgent, cell_agent
from mgcells.cells.population import Population
from mgcells.compiled import njit
from mgcells.streams import Streams, daughters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BEHAVIOURS = (
    "tight_junction", "strand_resistance", "proliferation", "resealing", "shedding", "apoptosis", "goblet_fate",
)  # fmt: skip
TRAITS = (
    "column", "position", "kind", "cycling", "phase", "cycle",
    "strain", "endurance", "toll", "tolerance", "fate", "gap",
)  # fmt: skip
COLUMN, POSITION, KIND, CYCLING, PHASE, CYCLE, STRAIN, ENDURANCE, TOLL, TOLERANCE, FATE, GAP = range(len(TRAITS))
JUNCTION, STRAND, PROLIFERATION, RESEALING, SHEDDING, APOPTOSIS, GOBLET_FATE = range(len(BEHAVIOURS))


class Kind(IntEnum):
    """What a cell of the lining is."""

    STEM = 0
    TRANSIT_AMPLIFYING = 1
    ENTEROCYTE = 2
    GOBLET = 3


STEM, AMPLIFYING, ABSORPTIVE, GOBLET = (int(kind) for kind in Kind)


@cell_agent("enterocyte")
class Enterocyte(CellAgent):
    """A cell of the gut lining; `kind` says whether stem, transit-amplifying, absorptive or goblet."""


class Anatomy(NamedTuple):
    """The numbers of a column: lengths and positions in cells, times in h, `tip_rate` in cells/h."""

    crypt: float
    villus: float
    proliferative: float
    stem: float
    tip_rate: float
    crowding: float
    resealing_time: float
    gap_conductance: float
    gap_leak: float
    leak_gain: float
    zones: float


@dataclass(frozen=True)
class Clock:
    """Cell-cycle times (h), their half-width as a share, and the chance to cycle again above the stem positions."""

    cycle: float
    stem_cycle: float
    spread: float
    growth_fraction: float

    @property
    def division_rate(self) -> float:
        """Births per hour and cell of a growing clone in which a share of daughters rests, 1/h."""
        return float(np.log(2.0 * self.growth_fraction)) / self.cycle


class Turnover(NamedTuple):
    """What happened in a step: rows that divided, rows that left, and counts over all columns."""

    mothers: Integers
    lost: Integers
    shed: int
    crossed: int


@njit
def place(count: int, traits: Floats, slots: Integers, lengths: Integers) -> None:
    """Write the row of every cell into `slots`, shape (columns, room), and column lengths into `lengths`."""
    lengths[:] = 0
    for row in range(count):
        column = int(traits[COLUMN, row])
        slots[column, int(traits[POSITION, row])] = row
        lengths[column] += 1


@njit
def renew(
    count: int, state: Floats, rows: Integers, traits: Floats, voxel: Integers, anatomy: Anatomy, hours: float,
    slots: Integers, lengths: Integers, order: Integers, mothers: Integers, sites: Integers, lost: Integers,
    tally: Integers,
) -> None:  # fmt: skip
    """Let every column divide, differentiate, die and shed for `hours`.

    `mothers` and `sites`, shape (2, room), receive the dividing rows and the (column, position) of their daughters,
    `lost` the rows that leave; `tally` the numbers born, lost, shed and moved over the crypt-villus junction.
    """
    junction, proliferation, resealing = state[rows[JUNCTION]], state[rows[PROLIFERATION]], state[rows[RESEALING]]
    shedding, apoptosis, goblet_fate = state[rows[SHEDDING]], state[rows[APOPTOSIS]], state[rows[GOBLET_FATE]]
    place(count, traits, slots, lengths)
    born = gone = shed = crossed = 0
    crypt, healthy_length = int(anatomy.crypt), anatomy.crypt + anatomy.villus
    for column in range(lengths.size):
        before, height, dead, dead_below, torn = min(lengths[column], crypt), 0, 0, 0, False
        births_before = born
        for position in range(lengths[column]):
            row = slots[column, position]
            traits[GAP, row] *= np.exp(-resealing[row] * hours / anatomy.resealing_time)
            traits[TOLL, row] += apoptosis[row] * hours
            if traits[TOLL, row] >= traits[TOLERANCE, row] and lengths[column] - dead > 1:
                lost[gone] = row
                gone += 1
                dead += 1
                dead_below += 1 if position < crypt else 0
                if height > 0 and order[height - 1] >= 0:
                    traits[GAP, order[height - 1]] = 1.0
                else:
                    torn = True
                continue
            if torn:
                traits[GAP, row] = 1.0
                torn = False
            order[height] = row
            height += 1
            if traits[CYCLING, row] > 0.0:
                traits[PHASE, row] += hours * proliferation[row] / traits[CYCLE, row]
                room = lengths[column] + born - births_before < order.size
                if traits[PHASE, row] >= 1.0 and height <= anatomy.proliferative and room:
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
                traits[CYCLING, row] = 1.0
            elif traits[KIND, row] == STEM:
                traits[KIND, row] = AMPLIFYING
            if position >= anatomy.proliferative and traits[KIND, row] <= AMPLIFYING:
                traits[KIND, row] = GOBLET if traits[FATE, row] < goblet_fate[row] else ABSORPTIVE
                traits[CYCLING, row] = 0.0
        left = hours
        while height > crypt:
            row = order[height - 1]
            rate = anatomy.tip_rate * shedding[row] * np.exp((height - healthy_length) / anatomy.crowding)
            wait = (traits[ENDURANCE, row] - traits[STRAIN, row]) / rate
            if wait > left:
                traits[STRAIN, row] += rate * left
                break
            left -= wait
            lost[gone] = row
            gone += 1
            shed += 1
            height -= 1
            below = order[height - 1]
            traits[GAP, below] = max(traits[GAP, below], 1.0 - junction[below])
        lengths[column] = height
        for position in range(height):
            row = order[position]
            if row >= 0:
                traits[POSITION, row] = position
                zone = min(int(position * anatomy.zones / healthy_length), int(anatomy.zones) - 1)
                voxel[row] = column * int(anatomy.zones) + zone
    tally[0], tally[1], tally[2], tally[3] = born, gone, shed, crossed


@njit
def barrier(
    count: int, state: Floats, rows: Integers, traits: Floats, anatomy: Anatomy, slots: Integers, lengths: Integers,
    conductance: Floats, leak: Floats,
) -> None:  # fmt: skip
    """Write the mean conductance and 4 kDa leak of each column's junctions, relative to intact healthy junctions.

    The halves that two neighbours contribute to their junction lie in series, the junctions of a column in parallel,
    and an open gap bypasses its junction.
    """
    junction, strand = state[rows[JUNCTION]], state[rows[STRAND]]
    place(count, traits, slots, lengths)
    for column in range(lengths.size):
        ions = particles = 0.0
        for position in range(lengths[column] - 1):
            lower, upper = slots[column, position], slots[column, position + 1]
            gap = traits[GAP, lower]
            protein = 0.5 * (junction[lower] + junction[upper])
            lack = max(0.0, 1.0 - protein)
            ions += 2.0 / (junction[lower] * strand[lower] + junction[upper] * strand[upper])
            ions += gap * anatomy.gap_conductance
            particles += 1.0 + anatomy.leak_gain * lack * lack + gap * anatomy.gap_leak
        pairs = max(1, lengths[column] - 1)
        conductance[column] = ions / pairs
        leak[column] = particles / pairs


class Lining:
    """The columns of one population of Enterocytes: the working arrays of its kernels and its random draws."""

    def __init__(self, population: Population, columns: int, anatomy: Anatomy, clock: Clock, streams: Streams) -> None:
        room = int(4 * (anatomy.crypt + anatomy.villus))
        self.population = population
        self.anatomy = anatomy
        self.clock = clock
        self.conductance, self.leak = np.ones(columns), np.ones(columns)
        self._streams = streams
        self._rows = np.array([population.behaviour_row[name] for name in BEHAVIOURS])
        self._slots = np.zeros((columns, room), np.int64)
        self._lengths = np.zeros(columns, np.int64)
        self._order = np.zeros(room, np.int64)
        self._mothers, self._lost = np.zeros((2, columns * room), np.int64)
        self._sites = np.zeros((2, columns * room), np.int64)
        self._tally = np.zeros(4, np.int64)

    def turn_over(self, hour: float, hours: float) -> Turnover:
        """Let births push, tips shed and doomed cells die; new cells take over their mothers' behaviours."""
        population = self.population
        renew(
            population.count, population.state, self._rows, population.traits, population.voxel, self.anatomy, hours,
            self._slots, self._lengths, self._order, self._mothers, self._sites, self._lost, self._tally,
        )  # fmt: skip
        born, gone, shed, crossed = self._tally.tolist()
        mothers, lost = self._mothers[:born].copy(), self._lost[:gone].copy()
        if born:
            self._add_daughters(mothers, self._sites[:, :born], hour)
        population.remove(lost)
        return Turnover(mothers, lost, shed, crossed)

    def measure(self) -> None:
        """Refresh `conductance` and `leak`, one value a column, relative to intact healthy junctions."""
        population = self.population
        barrier(
            population.count, population.state, self._rows, population.traits, self.anatomy,
            self._slots, self._lengths, self.conductance, self.leak,
        )  # fmt: skip

    def _add_daughters(self, mothers: Integers, sites: Integers, hour: float) -> None:
        population = self.population
        first = population.count
        traits = population.traits[:, mothers]
        zones = int(self.anatomy.zones)
        zone = (sites[1] * zones / (self.anatomy.crypt + self.anatomy.villus)).astype(np.int64)
        born = population.add(
            daughters(population.uid[mothers], hour), sites[0] * zones + np.minimum(zone, zones - 1),
            state=population.state[:, mothers],
            column=sites[0].astype(np.float64), position=sites[1].astype(np.float64),
            kind=float(AMPLIFYING), phase=traits[PHASE],
        )  # fmt: skip
        self.draw_limits(born, hour)
        self.draw_cycle(np.concatenate([mothers, np.arange(first, population.count)]), hour)

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
        traits[CYCLE, rows] = np.where(stem, clock.stem_cycle, clock.cycle) * spread
        traits[CYCLING, rows] = stem | again
