"""What a cell of a confluent layer in culture can do: hold its neighbours, and die.

Cells lie in rows; each owns the edges to the next cell of its row and to the cell beside it in the next row, as in the
lining of the gut, whose kernel measures the edges. A cell dies when its summed hazard of death reaches its own
tolerance, drawn at the start from the exponential distribution. The layer no longer divides: the neighbours of a dead
cell close over its place, and until they have resealed a gap lies on their edges.
"""

from __future__ import annotations

import numpy as np

from mgcells.cells.enterocyte import ABOVE, BESIDE, COLUMN, GAP, POSITION, TOLERANCE, TOLL
from mgcells.cells.kinds import Cell, cell_kind
from mgcells.cells.population import Population
from mgcells.streams import Streams


@cell_kind("caco2")
class Caco2Cell(Cell):
    """A differentiated cell of a culture."""


class Layer:
    """Rows of cells in one population that has the traits of the gut lining; `column` numbers the rows."""

    def __init__(self, population: Population, rows: int, length: int, streams: Streams) -> None:
        self.population = population
        uid = streams.generator("monolayer.placement").integers(0, 2**63, rows * length, dtype=np.uint64)
        row, place = np.divmod(np.arange(uid.size), length)
        population.add(uid, np.arange(uid.size), column=row, position=place)
        traits = population.traits[:, : uid.size]
        traits[[ABOVE, BESIDE]] = 1.0
        traits[TOLERANCE] = -np.log1p(-streams.uniform("monolayer.tolerance", 0.0, uid))

    def advance(self, hours: float, resealing_time: float) -> int:
        """Close gaps and let doomed cells die for `hours`; return how many died."""
        population = self.population
        traits = population.traits[:, : population.count]
        traits[GAP] *= np.exp(-hours / resealing_time)
        traits[TOLL] += population.behaviour("apoptosis") * hours
        dead = traits[TOLL] >= traits[TOLERANCE]
        died = int(np.count_nonzero(dead))
        if died:
            order = np.lexsort((traits[POSITION], traits[COLUMN]))
            row, gone = traits[COLUMN, order], dead[order]
            torn = np.zeros(gone.size, bool)
            together = row[1:] == row[:-1]
            torn[:-1] |= gone[1:] & together
            torn[1:] |= gone[:-1] & together
            traits[GAP, order[torn]] = 1.0
            left, own = order[~gone], row[~gone]
            traits[POSITION, left] = np.arange(left.size) - np.searchsorted(own, own)
            population.remove(np.flatnonzero(dead))
        return died
