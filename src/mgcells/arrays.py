"""The kinds of arrays that the package shares, and the factors from its internal units to those of tables and doses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Objects = NDArray[np.object_]
# Voxels of a lattice, or partners in a network.
Sites = NDArray[np.int32]
# What tells cells apart for as long as a subject lives.
Uids = NDArray[np.uint64]

HOURS_PER_DAY = 24.0
GRAMS_PER_KILOGRAM = 1000.0
MILLIGRAMS_PER_GRAM = 1000.0
