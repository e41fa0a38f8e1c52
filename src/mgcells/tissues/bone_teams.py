"""From what one site's osteoclast freed to the team of osteoblasts that refills it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mgcells.tissues.bone_parameters import Remodelling
from mgcells.tissues.sparse import Sparse

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Recruitment:
    """What each site calls of progenitors by the TGF-beta that its resorption frees.

    A healthy unit's dose is 1 and calls `osteoblasts` cells. Each site adds one random number to what it expects
    before rounding down, so that numbers are whole and their mean is exact. Who was called and did not come, as none
    was within reach, stays due until the unit ends.

    Attributes
    ----------
    dose : Sparse
        Time integral of TGF-beta at the site in this unit, relative to a healthy unit.
    called, due : Sparse
        Cells called so far, and those of them that have not come.
    """

    def __init__(self) -> None:
        self.dose = Sparse(np.float64)
        self._weighted = Sparse(np.float64)
        self._draw = Sparse(np.float64)
        self.called = Sparse(np.int16)
        self.due = Sparse(np.int16)

    def begin(self, sites: Integers, draws: Floats) -> None:
        """Start anew at sites where a unit has begun; `draws` are uniform numbers, shape (sites,)."""
        for column in (self.dose, self._weighted, self.called, self.due):
            column[sites] = 0
        self._draw[sites] = draws

    def end(self, sites: Integers) -> None:
        """Call nobody to sites whose unit has ended."""
        for column in (self.dose, self._weighted, self._draw, self.called, self.due):
            column.forget(sites)

    def receive(self, sites: Integers, dose: Floats, commitment: Floats, unit: Remodelling) -> None:
        """Add to the dose of sites, and call whom it calls."""
        self.dose[sites] += dose
        self._weighted[sites] += dose * commitment
        # A tenth of a millionth covers rounding, so that an exact whole number is not missed.
        wanted = np.floor(unit.osteoblasts * self._weighted[sites] + self._draw[sites] + 1e-7).astype(np.int16)
        more = np.maximum(0, wanted - self.called[sites])
        self.called[sites] += more
        self.due[sites] += more
