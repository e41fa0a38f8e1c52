"""What a cell of a confluent layer in culture can do: hold its neighbours, and die.

Cells lie in rows; each owns the edges to the next cell of its row and to the cell beside it in the next row, as in the
lining of the gut, whose kernel measures the edges. A cell dies when the hazard of death has used up its
tolerance, drawn at the start from the exponential distribution. The layer no longer divides: the neighbours of a dead
cell close over its place, and until they have resealed a gap lies on their edges.
"""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Integers
from mgcells.cells.kinds import Cell, cell_kind
from mgcells.cells.population import Population
from mgcells.streams import Streams
from mgcells.tissues.gut.enterocyte import ABOVE, BESIDE, GAP, TOLERANCE, Sheet, close_over


@cell_kind("caco2")
class Caco2Cell(Cell):
    """A differentiated cell of a culture."""


class Caco2Layer:
    """Rows of cells in one population that has the traits of the gut lining; each is a column of `sheet`."""

    def __init__(self, population: Population, sheet: Sheet, streams: Streams) -> None:
        self.population, self.sheet = population, sheet
        uid = streams.generator("monolayer.placement").integers(0, 2**63, sheet.columns * sheet.zones, dtype=np.uint64)
        site = np.arange(uid.size)
        population.add(uid, site, position=(site % sheet.zones).astype(np.float64))
        traits = population.traits[:, : uid.size]
        traits[[ABOVE, BESIDE]] = 1.0
        traits[TOLERANCE] = -np.log1p(-streams.uniform("monolayer.tolerance", 0.0, uid))

    def advance(self, hours: float, resealing_time: float) -> int:
        """Close gaps and let doomed cells die for `hours`; return how many died."""
        population = self.population
        traits = population.traits[:, : population.count]
        traits[GAP] *= np.exp(-hours / resealing_time)
        traits[TOLERANCE] -= population.behaviour("apoptosis") * hours
        dead = traits[TOLERANCE] <= 0.0
        died = int(np.count_nonzero(dead))
        if died:
            self.lose(np.flatnonzero(dead))
        return died

    def lose(self, rows: Integers) -> None:
        """Let cells die; their neighbours close over their places."""
        gone = np.zeros(self.population.count, bool)
        gone[rows] = True
        close_over(self.population, self.sheet, gone)
        self.population.remove(np.flatnonzero(gone))
