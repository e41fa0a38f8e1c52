"""What a grid of a field's solver holds, and the loops of `kernels` over whole arrays.

The functions stand in for the loops where there is no compiler, and the loops are tested against them; what they do is
said there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Arrays of every grid.
DIAGONAL, INVERSE, RIGHT, RESIDUAL, ERROR, OTHER, SPREAD, VOLUME, RATE = 0, 1, 2, 3, 4, 5, 6, 7, 8
# Of the coarse grids only, for a diffusivity of 1.
ACROSS, DOWN, SHIFT = 9, 10, 11
COARSE_ARRAYS = 12
# Of the finest grid only.
LOSS, STILL, NOW, BEFORE, GAIN, CAPACITY = 9, 10, 11, 12, 13, 14
FITTED, HELD, DIRECTION, IMAGE, FACES = 15, 16, 17, 18, 19
FINE_ARRAYS = 20
# Columns of `plan`, one row a grid and one for the end.
ROWS, COLUMNS, OFFSET, STORED = 0, 1, 2, 3


def _neighbours(x: Floats, width: int) -> tuple[Floats, Floats, Floats, Floats]:
    end = x.size - width
    return x[width - 1 : end - 1], x[width + 1 : end + 1], x[: end - width], x[2 * width :]


def _around(x: Floats, width: int) -> Floats:
    left, after, above, below = _neighbours(x, width)
    result: Floats = (left + after) + (above + below)
    return result


def _around_coarse(g: Floats, x: Floats, width: int) -> Floats:
    left, after, above, below = _neighbours(x, width)
    across, down = g[ACROSS], g[DOWN]
    sides = across[width - 1 : -width - 1] * left + across[width:-width] * after
    result: Floats = sides + (down[: -2 * width] * above + down[width:-width] * below)
    return result


def smooth(g: Floats, e: Floats, out: Floats, q: float, weight: float, width: int) -> None:
    inner = slice(width, -width)
    here = e[inner]
    out[inner] = here + weight * (g[INVERSE, inner] * (g[RIGHT, inner] + q * _around(e, width)) - here)


def remain(g: Floats, e: Floats, q: float, width: int) -> None:
    inner = slice(width, -width)
    left = g[RIGHT, inner] - g[DIAGONAL, inner] * e[inner] + q * _around(e, width)
    g[RESIDUAL, inner] = g[HELD, inner] * left


def smooth_coarse(g: Floats, e: Floats, out: Floats, q: float, weight: float, width: int) -> None:
    inner = slice(width, -width)
    here = e[inner]
    out[inner] = here + weight * (g[INVERSE, inner] * (g[RIGHT, inner] + q * _around_coarse(g, e, width)) - here)


def remain_coarse(g: Floats, e: Floats, q: float, width: int) -> None:
    inner = slice(width, -width)
    g[RESIDUAL, inner] = g[RIGHT, inner] - g[DIAGONAL, inner] * e[inner] + q * _around_coarse(g, e, width)


def gather(fine: Floats, coarse: Floats, rows: int, columns: int, width: int) -> None:
    cells = fine.reshape(-1, width)[1 : 2 * rows + 1, : 2 * columns]
    halves = cells[:, ::2] + cells[:, 1::2]
    coarse.reshape(-1, columns + 1)[1:-1, :-1] = halves[::2] + halves[1::2]


def spread(coarse: Floats, fine: Floats, share: Floats, row: Floats, columns: int, width: int) -> None:
    cells = coarse.reshape(-1, columns + 1)
    i = np.arange(fine.size // width - 2)
    middle = np.zeros((i.size, columns + 2))
    middle[:, 1:-1] = 0.75 * cells[i // 2 + 1, :-1] + 0.25 * cells[i // 2 + 2 * (i & 1), :-1]
    out, part = (x.reshape(-1, width)[1:-1, : 2 * columns] for x in (fine, share))
    out[:, ::2] += part[:, ::2] * (0.75 * middle[:, 1:-1] + 0.25 * middle[:, :-2])
    out[:, 1::2] += part[:, 1::2] * (0.75 * middle[:, 1:-1] + 0.25 * middle[:, 2:])


def dot(x: Floats, y: Floats, row: Floats, width: int) -> float:
    return float(x[width:-width] @ y[width:-width])


def apart(x: Floats, y: Floats, row: Floats, width: int) -> float:
    difference = x[width:-width] - y[width:-width]
    return float(difference @ difference)


def drive(g: Floats, half: float, q: float, width: int) -> None:
    inner = slice(width, -width)
    here = g[NOW, inner]
    uptake = g[CAPACITY, inner] / (half + here)
    change = g[GAIN, inner] - (g[STILL, inner] + uptake) * here + q * _around(g[NOW], width)
    g[RIGHT, inner] = g[VOLUME, inner] * change


def linearise(g: Floats, half: float, q: float, weight: float, width: int) -> None:
    inner = slice(width, -width)
    here, loss, opened = g[NOW, inner], g[STILL, inner] + g[FITTED, inner], g[VOLUME, inner]
    gain = g[GAIN, inner] + g[FITTED, inner] * g[BEFORE, inner]
    fraction = 1.0 / (half + here)
    uptake = g[CAPACITY, inner] * fraction
    main = loss + uptake * half * fraction
    g[RIGHT, inner] = opened * (gain - (loss + uptake) * here + q * _around(g[NOW], width))
    g[DIAGONAL, inner] = g[HELD, inner] * main
    g[INVERSE, inner] = opened / main
    g[ERROR, inner] = weight * (g[INVERSE, inner] * g[RIGHT, inner])


def slopes(g: Floats, half: float) -> None:
    fraction = 1.0 / (half + (g[BEFORE] + 2.0 * g[NOW]) / 3.0)
    g[RATE] = g[LOSS] + g[CAPACITY] * half * (fraction * fraction)


def account(g: Floats, half: float) -> None:
    now, fitted, loss = g[NOW], g[FITTED], g[LOSS]
    fraction = 1.0 / (half + now)
    taken = g[CAPACITY] * fraction
    g[RIGHT] = g[GAIN] + fitted * (g[BEFORE] - now) - (loss + taken) * now
    g[RESIDUAL] = fitted + loss + taken * half * fraction


def shortfall(g: Floats, half: float, row: Floats, width: int) -> tuple[float, float]:
    inner = slice(width, -width)
    now, fitted, loss = g[NOW, inner], g[FITTED, inner], g[LOSS, inner]
    fraction = 1.0 / (half + now)
    taken = g[CAPACITY, inner] * fraction
    lack = g[GAIN, inner] + fitted * (g[BEFORE, inner] - now) - (loss + taken) * now
    return float(lack @ g[VOLUME, inner]), float((fitted + loss + taken * half * fraction) @ now)


def lift(now: Floats, change: Floats, factor: float) -> None:
    now[:] = np.maximum(now + factor * change, 0.0)


def combine(x: Floats, y: Floats, factor: float, out: Floats) -> None:
    out[:] = x + factor * y


def begin(g: Floats, q: float, weight: float, out: Floats) -> None:
    g[DIAGONAL] += q * g[SHIFT]
    g[INVERSE] = np.divide(1.0, g[DIAGONAL], out=np.zeros_like(g[DIAGONAL]), where=g[VOLUME] > 0.0)
    out[:] = weight * (g[INVERSE] * g[RIGHT])


def load(
    g: Floats,
    values: Floats,
    source: Floats,
    capacity: Floats,
    exchange: Floats,
    supply: Floats,
    q: float,
    decay: float,
) -> None:
    cells = g.reshape(FINE_ARRAYS, -1, values.shape[1] + 1)[:, 1:-1, :-1]
    mask = cells[VOLUME]
    cells[LOSS] = mask * (exchange + decay)
    cells[STILL] = cells[LOSS] + q * cells[FACES] + (1.0 - mask)
    cells[NOW] = cells[BEFORE] = mask * values
    cells[GAIN] = mask * (source + supply)
    cells[CAPACITY] = mask * capacity


def store(g: Floats, weight: Floats, factor: float, values: Floats, mean: Floats) -> None:
    now, before, w = (x.reshape(-1, values.shape[1] + 1)[1:-1, :-1] for x in (g[NOW], g[BEFORE], weight))
    now *= factor
    values[:] = now
    mean[:] = now + w * (before - now)
