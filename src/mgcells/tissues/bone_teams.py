"""From what one site's osteoclast freed to the team of osteoblasts that refills it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mgcells.tissues.bone_parameters import Remodelling

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Recruitment:
    """Progenitors called to each site by the TGF-beta that its resorption frees.

    A healthy unit's dose is 1 and calls `osteoblasts` cells. Progenitors are limited, so that a dose beyond 1 calls
    fewer than in proportion. Each site adds one random number to what it expects before rounding down, so that
    numbers are whole and their mean is exact.

    Attributes
    ----------
    dose : float array, shape (voxels,)
        Time integral of TGF-beta at the site in this unit, relative to a healthy unit.
    called : integer array, shape (voxels,)
        Cells that came so far.
    """

    def __init__(self, size: int) -> None:
        self.dose = np.zeros(size)
        self._weighted = np.zeros(size)
        self._draw = np.zeros(size)
        self.called = np.zeros(size, np.int32)

    def begin(self, sites: Integers, draws: Floats) -> None:
        """Start anew at sites where a unit has begun; `draws` are uniform numbers, shape (sites,)."""
        self.dose[sites] = self._weighted[sites] = 0.0
        self.called[sites], self._draw[sites] = 0, draws

    def receive(self, sites: Integers, dose: Floats, commitment: Floats, unit: Remodelling) -> Integers:
        """Add to the dose of sites; return how many more cells come to each, shape (sites,)."""
        self.dose[sites] += dose
        self._weighted[sites] += dose * commitment
        limit = (1.0 + unit.saturation) / (1.0 + unit.saturation * self.dose[sites])
        # A tenth of a millionth covers rounding, so that an exact whole number is not missed.
        due = np.floor(unit.osteoblasts * self._weighted[sites] * limit + self._draw[sites] + 1e-7).astype(np.int64)
        more: Integers = np.maximum(0, due - self.called[sites])
        self.called[sites] += more
        return more
