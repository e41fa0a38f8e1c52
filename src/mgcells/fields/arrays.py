"""What the solver of a field holds, and the loops of `kernels` over whole arrays.

The functions stand in for the loops where there is no compiler, and the loops are tested against them; what they do is
said there.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shorts = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]
Row = TypeVar("Row", Floats, Shorts)

# Rows of what is known of every cell of the finest grid.
NOW, BEFORE, GAIN, CAPACITY, LOSS, FITTED = 0, 1, 2, 3, 4, 5
STATE_ROWS = 6
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


def _neighbours(x: Row, width: int) -> tuple[Row, Row, Row, Row]:
    end = x.size - width
    return x[width - 1 : end - 1], x[width + 1 : end + 1], x[: end - width], x[2 * width :]


def _around(x: Row, width: int) -> Row:
    left, after, above, below = _neighbours(x, width)
    return (left + after) + (above + below)


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
    return _total(x.astype(np.float64) * y, width)


def apart(x: Floats, y: Floats, row: Floats, width: int) -> float:
    difference = x - y
    return _total(difference * difference, width)


def _total(x: Floats, width: int) -> float:
    # In the order of the loops: down the columns, then along the row of their sums.
    return float(np.cumsum(x.reshape(-1, width)[1:-1].sum(axis=0))[-1])


def drive(state: Floats, masks: Bytes, right: Shorts, half: float, q: float, width: int) -> None:
    inner = slice(width, -width)
    here = state[NOW, inner]
    uptake = state[CAPACITY, inner] * (1.0 / (half + here))
    lost = state[LOSS, inner] + q * masks[FACES, inner] + uptake
    right[inner] = masks[OPEN, inner] * (state[GAIN, inner] - lost * here + q * _around(state[NOW], width))


def linearise(
    state: Floats, masks: Bytes, diagonal: Shorts, inverse: Shorts, right: Shorts, first: Shorts, half: float,
    q: float, weight: float, width: int,
) -> None:  # fmt: skip
    inner = slice(width, -width)
    here, fitted, mask = state[NOW, inner], state[FITTED, inner], masks[OPEN, inner]
    fraction = 1.0 / (half + here)
    uptake = state[CAPACITY, inner] * fraction
    lost = state[LOSS, inner] + q * masks[FACES, inner] + fitted
    main = lost + uptake * half * fraction + (1.0 - mask)
    gain = state[GAIN, inner] + fitted * state[BEFORE, inner]
    defect = mask * (gain - (lost + uptake) * here + q * _around(state[NOW], width))
    relative = mask / main
    right[inner], diagonal[inner], inverse[inner] = defect, masks[HELD, inner] * main, relative
    first[inner] = weight * (relative * defect)


def slopes(state: Floats, rate: Floats, half: float) -> None:
    fraction = 1.0 / (half + (state[BEFORE] + 2.0 * state[NOW]) / 3.0)
    rate[:] = state[LOSS] + state[CAPACITY] * half * (fraction * fraction)


def shortfall(state: Floats, masks: Bytes, half: float, row: Floats, width: int) -> tuple[float, float]:
    now, fitted, loss = state[NOW], state[FITTED], state[LOSS]
    fraction = 1.0 / (half + now)
    taken = state[CAPACITY] * fraction
    lack = state[GAIN] + fitted * (state[BEFORE] - now) - (loss + taken) * now
    return _total(lack * masks[OPEN], width), _total((fitted + loss + taken * half * fraction) * now, width)


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


def load(
    state: Floats, masks: Bytes, values: Floats, source: Floats, capacity: Floats, exchange: Floats, supply: Floats,
    decay: float,
) -> None:  # fmt: skip
    cells = state.reshape(STATE_ROWS, -1, values.shape[1] + 1)[:, 1:-1, :-1]
    mask = masks[OPEN].reshape(-1, values.shape[1] + 1)[1:-1, :-1]
    cells[NOW] = cells[BEFORE] = mask * values
    cells[GAIN] = mask * (source + supply)
    cells[CAPACITY] = mask * capacity
    cells[LOSS] = mask * (exchange + decay)


def store(state: Floats, factor: float, values: Floats, mean: Floats) -> None:
    cells = state.reshape(STATE_ROWS, -1, values.shape[1] + 1)[:, 1:-1, :-1]
    now, before, weight = cells[NOW], cells[BEFORE], cells[FITTED]
    now *= factor
    values[:] = now
    mean[:] = now + weight * (before - now)
