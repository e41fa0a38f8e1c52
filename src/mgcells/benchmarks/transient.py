"""A reference for fields that needs no solver: explicit steps so short that they are stable."""

from __future__ import annotations

import math

from mgcells.arrays import Floats
from mgcells.compiled import kernel

LONGEST_STEP = 1.0 / 3600.0
STABLE = 0.2


@kernel
def explicit(
    values: Floats, other: Floats, source: Floats, capacity: Floats, decay: float, half: float, q: float, hours: float,
    steps: int,
) -> None:  # fmt: skip
    """Advance dc/dt = q (sum of neighbours - n c) + source - decay c - capacity c / (half + c), no flux outside.

    `values` and `other`, shape (ny + 2, nx + 2), have a border that is kept equal to the cells beside it.
    """
    rows, columns = source.shape
    dt = hours / steps
    a, b = values, other
    for _ in range(steps):
        a[0], a[rows + 1] = a[1], a[rows]
        a[:, 0], a[:, columns + 1] = a[:, 1], a[:, columns]
        for i in range(rows):
            here, above, below, out = a[i + 1], a[i], a[i + 2], b[i + 1]
            gain, most = source[i], capacity[i]
            for j in range(columns):
                c = here[j + 1]
                spread = q * (above[j + 1] + below[j + 1] + here[j] + here[j + 2] - 4.0 * c)
                out[j + 1] = c + dt * (spread + gain[j] - (decay + most[j] / (half + c)) * c)
        a, b = b, a
    if steps % 2:
        values[:] = other


def steps_of_an_hour(q: float) -> int:
    """Return how many steps an hour takes: at most a second each, and stable."""
    return math.ceil(max(1.0 / LONGEST_STEP, q / STABLE))
