"""From what one site's osteoclast freed to the team of osteoblasts that refills it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats, Integers
from mgcells.tissues.bone.parameters import Remodelling
from mgcells.tissues.bone.sparse_sites import SparseSites

# The dose of this unit, the random number, and cells called so far and those of them that have not come.
CALLS = [("dose", np.float64), ("draw", np.float64), ("called", np.int16), ("due", np.int16)]


class Recruitment:
    """What each site calls of progenitors by the TGF-beta that its resorption frees.

    A healthy unit's dose is 1 and calls `osteoblasts` cells. Each site adds one random number to what it expects
    before rounding down, so that numbers are whole and their mean is exact. Cells that were called and did not come, as
    none was within reach, stay due until the unit ends.
    """

    def __init__(self) -> None:
        self._calls = SparseSites(CALLS)

    def begin(self, sites: Integers, draws: Floats) -> None:
        """Start anew at sites where a unit has begun; `draws` are uniform numbers, shape (sites,)."""
        rows = self._calls.rows(sites)
        self._calls.values[rows] = 0
        self._calls.values["draw"][rows] = draws

    def end(self, sites: Integers) -> None:
        """Call nobody to sites whose unit has ended."""
        self._calls.forget(sites)

    def receive(self, sites: Integers, dose: Floats, unit: Remodelling) -> None:
        """Call cells by doses of TGF-beta, weighted by how readily progenitors commit, shape (sites,)."""
        rows, calls = self._calls.rows(sites), self._calls.values
        calls["dose"][rows] += dose
        # A tenth of a millionth covers rounding, so that an exact whole number is not missed.
        wanted = np.floor(unit.osteoblasts * calls["dose"][rows] + calls["draw"][rows] + 1e-7).astype(np.int16)
        more = np.maximum(0, wanted - calls["called"][rows])
        calls["called"][rows] += more
        calls["due"][rows] += more

    def call(self, sites: Integers, cells: int) -> None:
        """Call a team to each site, whatever it has received."""
        self._calls.put(sites, due=cells)

    def waiting(self) -> tuple[Integers, NDArray[np.int16]]:
        """Return the sites to which progenitors have been called and not come, and how many."""
        due = self._calls.values["due"]
        return self._calls.sites[due > 0].astype(np.int64), due[due > 0]

    def arrive(self, homes: Integers) -> None:
        """Count cells that have come, one entry for each."""
        rows = self._calls.rows(homes)
        np.subtract.at(self._calls.values["due"], rows, np.int16(1))
