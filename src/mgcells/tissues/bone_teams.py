"""From what one site's osteoclast freed to the team of osteoblasts that refills it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mgcells.tissues.bone_parameters import Remodelling

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Recruitment:
    """What each site calls of progenitors by the TGF-beta that its resorption frees.

    A healthy unit's dose is 1 and calls `osteoblasts` cells. Each site adds one random number to what it expects
    before rounding down, so that numbers are whole and their mean is exact. Who was called and did not come, as none
    was within reach, stays due until the unit ends.

    Attributes
    ----------
    dose : float array, shape (voxels,)
        Time integral of TGF-beta at the site in this unit, relative to a healthy unit.
    called, due : integer arrays, shape (voxels,)
        Cells called so far, and those of them that have not come.
    """

    def __init__(self, size: int) -> None:
        self.dose = np.zeros(size)
        self._weighted = np.zeros(size)
        self._draw = np.zeros(size)
        self.called = np.zeros(size, np.int16)
        self.due = np.zeros(size, np.int16)

    def begin(self, sites: Integers, draws: Floats) -> None:
        """Start anew at sites where a unit has begun; `draws` are uniform numbers, shape (sites,)."""
        self.dose[sites] = self._weighted[sites] = 0.0
        self.called[sites], self.due[sites], self._draw[sites] = 0, 0, draws

    def receive(self, sites: Integers, dose: Floats, commitment: Floats, unit: Remodelling) -> None:
        """Add to the dose of sites, and call whom it calls."""
        self.dose[sites] += dose
        self._weighted[sites] += dose * commitment
        # A tenth of a millionth covers rounding, so that an exact whole number is not missed.
        wanted = np.floor(unit.osteoblasts * self._weighted[sites] + self._draw[sites] + 1e-7).astype(np.int16)
        more = np.maximum(0, wanted - self.called[sites])
        self.called[sites] += more
        self.due[sites] += more
