"""Tight junctions on the edges between neighbouring cells, and what the network of edges lets through.

A cell owns the edge to the cell above it in its column and the edge to the cell beside it in the next column of its
crypt. Each edge holds junction protein, which both neighbours assemble and which is lost in proportion to what is
there; a gap that a lost cell leaves lies on both edges of the cell below it until it is resealed. The edges of a
lining lie in parallel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from mgcells.arrays import Floats, Integers, Sites
from mgcells.cells.population import Population
from mgcells.compiled import Index, kernel
from mgcells.tissues.gut.enterocyte import ABOVE, BESIDE, GAP, Numbers, Sheet

EDGE_BEHAVIOURS = ("junction_assembly", "junction_loss", "strand_resistance")
ASSEMBLY, LOSS, STRAND = range(len(EDGE_BEHAVIOURS))


class Joint(NamedTuple):
    """The numbers of an edge, all relative to one healthy edge but for `turnover` (1/h).

    `gap_*` is what an open gap lets pass, `lack_*` what an edge without protein lets pass beside the healthy leak:
    ions, a 4 kDa probe, a 70 kDa probe. An edge lacks what it holds below `complete`.
    """

    turnover: float
    gap_ions: float
    gap_small: float
    gap_large: float
    lack_small: float
    lack_large: float
    complete: float = 1.0

    @classmethod
    def read(cls, values: Mapping[str, float], section: str) -> Joint:
        """Take the numbers of a lining from the parameters in force; a lining without `complete` has healthy edges."""
        names = ("turnover", "gap_conductance", "gap_leak", "gap_leak_large", "leak_gain", "leak_gain_large")
        numbers = (values[f"{section}.junction.{name}"] for name in names)
        return cls._make((*numbers, values.get(f"{section}.junction.complete", 1.0)))


@kernel
def mend(
    state: Floats, behaviours: Integers, traits: Floats, ring: int, numbers: Numbers, hours: float,
    rows: Sites, begins: Sites, conductance: Floats, small: Floats, large: Floats, content: Floats,
) -> None:  # fmt: skip
    """Advance every edge by `hours`, then write each column's mean over its edges.

    `numbers` are those of a Joint; `rows` and `begins` say who stands where (see `place`). `conductance`, `small` and
    `large`, shape (columns,), are ion conductance and the flux of a 4 and a 70 kDa probe relative to healthy edges,
    `content` the junction protein.
    """
    joint = Joint(*numbers)
    assembly, loss, strand = state[behaviours[ASSEMBLY]], state[behaviours[LOSS]], state[behaviours[STRAND]]
    columns = begins.size - 1
    last_lost, kept = 0.0, 1.0
    for column in range(columns):
        begin = column // ring * ring
        size = min(ring, columns - begin)
        beside = begin + (column - begin + 1) % size
        own, next_column = rows[begins[column] : begins[column + 1]], rows[begins[beside] : begins[beside + 1]]
        ions = little = big = protein = 0.0
        edges = 0
        for position in range(own.size):
            row = Index(own[position])
            gap = traits[GAP, row]
            for side in range(2):
                if side == 0:
                    joined = position + 1 < own.size
                    other = Index(own[position + 1]) if joined else row
                else:
                    joined = size > 1 and position < next_column.size
                    other = Index(next_column[position]) if joined else row
                edge = ABOVE if side == 0 else BESIDE
                lost = 0.5 * (loss[row] + loss[other])
                target = 0.5 * (assembly[row] + assembly[other]) / lost
                # Most edges lose alike, and an exponential takes as long as all the rest.
                if lost != last_lost:
                    last_lost, kept = lost, np.exp(-joint.turnover * lost * hours)
                held = target + (traits[edge, row] - target) * kept
                traits[edge, row] = held
                if not joined:
                    continue
                edges += 1
                lack = max(0.0, 1.0 - held / joint.complete)
                ions += 1.0 / (held * 0.5 * (strand[row] + strand[other])) + gap * joint.gap_ions
                little += 1.0 + joint.lack_small * lack * lack + gap * joint.gap_small
                big += 1.0 + joint.lack_large * lack * lack + gap * joint.gap_large
                protein += held
        pairs = max(1, edges)
        conductance[column], content[column] = ions / pairs, protein / pairs
        small[column], large[column] = little / pairs, big / pairs


class Network:
    """The edges of one lining, and what each of its columns lets through, arrays of shape (columns,).

    Attributes
    ----------
    conductance, small, large : float arrays
        For ions, a 4 kDa and a 70 kDa probe, relative to healthy edges.
    content : float array
        Mean junction protein of the edges, relative to health; 0 where a column has no edge.
    ring : int
        Columns that close to a ring.
    """

    def __init__(self, population: Population, sheet: Sheet, ring: int, joint: Joint) -> None:
        self.population, self.ring, self.joint = population, ring, joint
        self.conductance, self.small, self.large, self.content = np.ones((4, sheet.columns))
        self._sheet = sheet
        self._behaviours = np.array([population.behaviour_row[name] for name in EDGE_BEHAVIOURS])

    def advance(self, hours: float) -> None:
        """Let the edges assemble and lose protein for `hours`, and measure them; infinity puts them in balance."""
        population = self.population
        rows, begins = self._sheet.stand(population)
        mend(
            population.state, self._behaviours, population.traits, self.ring, tuple(self.joint),
            hours, rows, begins, self.conductance, self.small, self.large, self.content,
        )  # fmt: skip
