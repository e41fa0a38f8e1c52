"""What the solver of a field holds, and the twins of the loops of `kernels`: the same over whole arrays.

The functions are oracles in tests and run nowhere else; what they do is described with the loops.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats
from mgcells.fields.layout import inside

Shorts = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Row = TypeVar("Row", Floats, Shorts)

# Rows of what changes in every cell of the finest grid during a step, in double precision.
NOW, FITTED = 0, 1
STATE_ROWS = 2
# Rows of the equation of a correction, of all grids, in single precision: the defect is computed in double from NOW in
# every cycle, so that this only makes the way to the solution a little longer.
DIAGONAL, INVERSE, RIGHT, ERROR, OTHER = 0, 1, 2, 3, 4
CORRECTION_ROWS = 5
# Rows of the masks of the finest grid: where there is tissue, where coarse grids take part, and open faces.
OPEN, HELD, FACES = 0, 1, 2
MASK_ROWS = 3
# Rows of the coarse grids' own arrays, for a diffusivity of 1.
VOLUME, ACROSS, DOWN, SHIFT = 0, 1, 2, 3
COARSE_ROWS = 4
# Columns of `plan`, one row a grid and one for the end.
ROWS, COLUMNS, OFFSET, STORED = 0, 1, 2, 3


class Given(NamedTuple):
    """What the owner of a field gives to a step: arrays of its lattice, row after row, that are only read.

    Holes are included. `values` is the start of the step until its end is stored there. One row stands for all where
    `supply`, `capacity` or `exchange` has but one.
    """

    values: Floats
    source: Floats
    supply: Floats
    capacity: Floats
    exchange: Floats
    decay: float
    rows: int
    columns: int


def _shaped(given: Given) -> Given:
    """Return the same with arrays of rows and columns, views all of them."""
    flat = given.values, given.source, given.supply, given.capacity, given.exchange
    values, source, supply, capacity, exchange = (part.reshape(-1, given.columns) for part in flat)
    return Given(values, source, supply, capacity, exchange, given.decay, given.rows, given.columns)


def _neighbours(x: Row, width: int) -> tuple[Row, Row, Row, Row]:
    end = x.size - width
    return x[width - 1 : end - 1], x[width + 1 : end + 1], x[: end - width], x[2 * width :]


def _around(x: Row, width: int) -> Row:
    left, after, above, below = _neighbours(x, width)
    return (left + after) + (above + below)


def _surroundings(state: Floats, masks: Bytes, columns: int) -> tuple[Floats, Floats, Bytes, Bytes]:
    around = _around(state[NOW], columns + 1).reshape(-1, columns + 1)[:, :-1]
    return inside(state[NOW], columns), around, inside(masks[OPEN], columns), inside(masks[FACES], columns)


def _around_coarse(across: Shorts, down: Shorts, x: Shorts, width: int) -> Shorts:
    left, after, above, below = _neighbours(x, width)
    sides = across[width - 1 : -width - 1] * left + across[width:-width] * after
    return sides + (down[: -2 * width] * above + down[width:-width] * below)


def smooth(right: Shorts, inverse: Shorts, e: Shorts, out: Shorts, q: float, weight: float, width: int) -> None:
    inner, flow, part = slice(width, -width), np.float32(q), np.float32(weight)
    here = e[inner]
    out[inner] = here + part * (inverse[inner] * (right[inner] + flow * _around(e, width)) - here)


def remain(right: Shorts, diagonal: Shorts, held: Bytes, e: Shorts, out: Shorts, q: float, width: int) -> None:
    inner = slice(width, -width)
    left = right[inner] - diagonal[inner] * e[inner] + np.float32(q) * _around(e, width)
    out[inner] = held[inner].astype(np.float32) * left


def smooth_coarse(
    right: Shorts, inverse: Shorts, across: Shorts, down: Shorts, e: Shorts, out: Shorts, q: float, weight: float,
    width: int,
) -> None:  # fmt: skip
    inner, part = slice(width, -width), np.float32(weight)
    here, around = e[inner], np.float32(q) * _around_coarse(across, down, e, width)
    out[inner] = here + part * (inverse[inner] * (right[inner] + around) - here)


def remain_coarse(
    right: Shorts, diagonal: Shorts, across: Shorts, down: Shorts, e: Shorts, out: Shorts, q: float, width: int
) -> None:
    inner = slice(width, -width)
    around = np.float32(q) * _around_coarse(across, down, e, width)
    out[inner] = right[inner] - diagonal[inner] * e[inner] + around


def gather(fine: Row, coarse: Row, rows: int, columns: int, width: int) -> None:
    cells = fine.reshape(-1, width)[1 : 2 * rows + 1, : 2 * columns]
    halves = cells[:, ::2] + cells[:, 1::2]
    coarse.reshape(-1, columns + 1)[1:-1, :-1] = halves[::2] + halves[1::2]


def spread(coarse: Shorts, fine: Shorts, share: Shorts, row: Shorts, columns: int, width: int) -> None:
    cells = coarse.reshape(-1, columns + 1)
    i = np.arange(fine.size // width - 2)
    middle = np.zeros((i.size, columns + 2), np.float32)
    middle[:, 1:-1] = 0.75 * cells[i // 2 + 1, :-1] + 0.25 * cells[i // 2 + 2 * (i & 1), :-1]
    out, part = (x.reshape(-1, width)[1:-1, : 2 * columns] for x in (fine, share))
    out[:, ::2] += part[:, ::2] * (0.75 * middle[:, 1:-1] + 0.25 * middle[:, :-2])
    out[:, 1::2] += part[:, 1::2] * (0.75 * middle[:, 1:-1] + 0.25 * middle[:, 2:])


def dot(x: Row, y: Row | Bytes, row: Floats, width: int) -> float:
    return _sum(inside(x.astype(np.float64) * y, width - 1))


def apart(given: Given, now: Floats, opened: Bytes, row: Floats) -> float:
    given, columns = _shaped(given), given.columns
    difference = inside(now, columns) - inside(opened, columns) * given.values
    return _sum(difference * difference)


def _sum(cells: Floats) -> float:
    # In the order of the loops: down the columns, then along the row of their sums. NumPy sums a single column in
    # another order, hence the closed one beside it.
    return float(np.cumsum(np.pad(cells, ((0, 0), (0, 1))).sum(axis=0))[-1])


def drive(
    given: Given, state: Floats, masks: Bytes, right: Shorts, half: float, q: float, row: Floats
) -> tuple[float, float]:
    given, columns = _shaped(given), given.columns
    here, around, mask, faces = _surroundings(state, masks, columns)
    lost = given.exchange + given.decay + q * faces + given.capacity * (1.0 / (half + here))
    gain = mask * (given.source + given.supply)
    inside(right, columns)[:] = mask * (gain - lost * here + q * around)
    return _sum(gain), _sum(gain * gain)


def linearise(
    given: Given, state: Floats, masks: Bytes, diagonal: Shorts, inverse: Shorts, right: Shorts, first: Shorts,
    half: float, q: float, weight: float, row: Floats,
) -> None:  # fmt: skip
    given, columns = _shaped(given), given.columns
    here, around, mask, faces = _surroundings(state, masks, columns)
    fitted, kept = inside(state[FITTED], columns), inside(masks[HELD], columns)
    fraction = 1.0 / (half + here)
    uptake = given.capacity * fraction
    lost = given.exchange + given.decay + q * faces + fitted
    main = lost + uptake * half * fraction + (1.0 - mask)
    gain = given.source + given.supply + fitted * given.values
    defect = mask * (gain - (lost + uptake) * here + q * around)
    relative = mask / main
    for out, result in ((right, defect), (diagonal, kept * main), (inverse, relative)):
        inside(out, columns)[:] = result
    inside(first, columns)[:] = weight * (relative * defect)


def slopes(given: Given, now: Floats, opened: Bytes, rate: Floats, half: float) -> None:
    given, columns = _shaped(given), given.columns
    mask = inside(opened, columns)
    fraction = 1.0 / (half + (mask * given.values + 2.0 * inside(now, columns)) / 3.0)
    loss = given.exchange + given.decay
    inside(rate, columns)[:] = mask * (loss + given.capacity * half * (fraction * fraction))


def shortfall(given: Given, state: Floats, opened: Bytes, half: float, row: Floats) -> tuple[float, float]:
    given, columns = _shaped(given), given.columns
    now, fitted, mask = (inside(x, columns) for x in (state[NOW], state[FITTED], opened))
    fraction = 1.0 / (half + now)
    taken, loss, gain = given.capacity * fraction, given.exchange + given.decay, given.source + given.supply
    lack = gain + fitted * (given.values - now) - (loss + taken) * now
    return _sum(lack * mask), _sum((fitted + loss + taken * half * fraction) * now)


def lift(now: Floats, change: Shorts | Bytes, factor: float) -> None:
    now[:] = np.maximum(now + factor * change.astype(np.float64), 0.0)


def combine(x: Shorts, y: Shorts, factor: float, out: Shorts) -> None:
    out[:] = x + np.float32(factor) * y


def begin(
    right: Shorts, diagonal: Shorts, inverse: Shorts, shift: Shorts, volume: Shorts, out: Shorts, q: float,
    weight: float,
) -> None:  # fmt: skip
    diagonal += np.float32(q) * shift
    inverse[:] = np.divide(np.float32(1.0), diagonal, out=np.zeros_like(diagonal), where=volume > 0.0)
    out[:] = np.float32(weight) * (inverse * right)


def load(given: Given, opened: Bytes, now: Floats) -> None:
    given, columns = _shaped(given), given.columns
    inside(now, columns)[:] = inside(opened, columns) * given.values


def store(given: Given, state: Floats, opened: Bytes, factor: float, mean: Floats) -> None:
    given, columns = _shaped(given), given.columns
    now, weight, mask = (inside(x, columns) for x in (state[NOW], state[FITTED], opened))
    end, start = factor * now, mask * given.values
    given.values[:] = end
    mean.reshape(-1, columns)[:] = end + weight * (start - end)
