"""The progenitors of a section: where marrow sustains them, how they return, and who follows the call of a site."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats, Integers, Uids
from mgcells.cells.population import Population
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams, daughters
from mgcells.tissues.bone import progenitor
from mgcells.tissues.bone.progenitor import choose_nearest, divide, find_room, wander
from mgcells.tissues.bone.section import AROUND


class Reservoir:
    """Progenitors on marrow sites. Every one that was ever born is present, has committed, or has died.

    Attributes
    ----------
    cells : Population
    born, committed, died : int
        Counts since before the start: founders are born, and those that had become osteoblasts before the start have
        committed.
    founded : int
        Cells present in health, when the section began.
    """

    def __init__(self, table: RuleTable, shape: tuple[int, int], values: Mapping[str, float], streams: Streams) -> None:
        self.cells = Population("progenitor", table, progenitor.TRAITS)
        self.born = self.committed = self.died = self.founded = 0
        self._shape, self._streams = shape, streams
        self._generator = streams.generator("bone.progenitor.founders")
        self.adopt(values)

    def adopt(self, values: Mapping[str, float]) -> None:
        """Take over the numbers in force."""
        spacing = values["bone.lattice.spacing"]
        self.capacity = values["bone.progenitor.capacity"]
        self.cycle = values["bone.progenitor.division_time"] * values["bone.unit.time_scale"]
        self._crossing = spacing / values["bone.progenitor.speed"]
        steps = int(values["bone.progenitor.reach"] / spacing)
        down, across = np.indices((2 * steps + 1, 2 * steps + 1)).reshape(2, -1) - steps
        away = np.hypot(down, across) * spacing
        order = np.argsort(away, kind="stable")
        self._reach = np.stack([down, across])[:, order[away[order] <= values["bone.progenitor.reach"]]]

    def found(self, marrow: Integers, demand: float) -> None:
        """Put on `marrow` sites as many cells as are in balance with `demand`, progenitors that commit per hour.

        N cells of a niche for K divide ln 2 N (1 - N/K) / cycle times an hour; of the two balances the fuller lasts.
        """
        most = self.capacity * marrow.size
        need = demand * self.cycle / (math.log(2.0) * most)
        count = round(most * 0.5 * (1.0 + math.sqrt(max(0.0, 1.0 - 4.0 * need))))
        draws = self._generator
        places = np.resize(draws.permutation(marrow), count)
        # Twice as many cells have just divided as are about to.
        phase = -np.log2(1.0 - 0.5 * draws.random(count))
        self.cells.add(self._names(count), places, phase=phase)
        self.born += count
        self.founded = count

    def earlier(self, count: int) -> Uids:
        """Return the names of `count` progenitors that committed before the start."""
        self.born += count
        self.committed += count
        return self._names(count)

    def live(self, marrow: Floats, hour: float, hours: float) -> None:
        """Wander and divide for `hours`; `marrow`, shape (voxels,), is how much of each site is vascular marrow."""
        cells = self.cells
        capacity = self.capacity * marrow
        crowd, room = np.empty((2, marrow.size))
        find_room(cells.count, cells.voxel, capacity, self._shape, crowd, room)
        draws = self._streams.uniform("bone.progenitor.move", hour, cells.uid[: cells.count])
        lost = np.empty(cells.count, np.int64)
        chance = -math.expm1(-hours / self._crossing)
        gone = wander(cells.count, cells.voxel, capacity, crowd, self._shape, AROUND, draws, chance, lost)
        mothers = divide(cells, room, hours / self.cycle)
        if mothers.size:
            names = daughters(cells.uid[mothers], hour)
            cells.add(names, cells.voxel[mothers], mothers=mothers)
            self.born += mothers.size
        self.die(lost[:gone])

    def commit(self, sites: Integers, due: NDArray[np.int16]) -> tuple[Uids, Integers]:
        """Let the nearest progenitors follow the call of `sites`, at most `due` to each.

        Returns
        -------
        names, homes : shape (cells,)
            The cells that went, no longer in the reservoir, and the site that each went to.
        """
        cells = self.cells
        first = np.empty(self._shape[0] * self._shape[1], np.int32)
        after, rows, homes = np.empty((3, cells.count), np.int64)
        chosen = choose_nearest(
            cells.count, cells.voxel, cells.uid, self._shape, sites, due.astype(np.int64), self._reach, first, after,
            rows, homes,
        )  # fmt: skip
        names = cells.uid[rows[:chosen]]
        cells.remove(rows[:chosen])
        self.committed += chosen
        return names, homes[:chosen]

    def clear(self, sites: NDArray[np.bool_]) -> None:
        """Take out the cells at marked sites, shape (voxels,)."""
        self.die(np.flatnonzero(sites[self.cells.voxel[: self.cells.count]]))

    def die(self, rows: Integers) -> None:
        """Take out the cells of some rows."""
        self.cells.remove(rows)
        self.died += rows.size

    def _names(self, count: int) -> Uids:
        return self._generator.integers(0, 2**63, count, dtype=np.uint64)
