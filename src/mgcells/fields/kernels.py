"""One step of a concentration field: exponentially fitted backward Euler, solved by multigrid in one compiled call.

An array of a grid of ny x nx cells is stored with a closed row above and below and one closed cell after each row
(which is also the one before the next row): width nx + 1, cell (i, j) at (i + 1) (nx + 1) + j. What is closed (border
or hole) holds zero and has an inverse diagonal of zero, so every pass over a grid is one loop without a branch,
whatever the mask. The field is advanced in double precision, the corrections to it are sought in single precision.

All compiled code of fields stands in this file, because the cache on disk watches only the file of the kernel called.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mgcells.compiled import AVAILABLE, Function, njit
from mgcells.fields import arrays as at
from mgcells.fields.arrays import Bytes, Floats, Integers, Row, Shorts

# Chebyshev weights of two Jacobi sweeps, for the eigenvalues (0.5 to 2) of what the next grid cannot hold.
FIRST = 1.0 / (1.25 + 0.75 * math.sqrt(0.5))
SECOND = 1.0 / (1.25 - 0.75 * math.sqrt(0.5))
NEAR, FAR = np.float32(0.75), np.float32(0.25)  # weights of bilinear interpolation
ROUNDING = 1e-13
MOST_CYCLES = 60
PLAIN_CYCLES = 3  # beyond these the holes are in the way, and directions are made conjugate
RUNAWAY = 1e3  # growth of a correction beyond which the coarse grids are left out
CLOSE = 0.5  # conjugate corrections shrink by about a third a cycle, so what is left is about twice the last


def loop(twin: Function) -> Callable[[Function], Function]:
    """Compile a loop over a grid; without a compiler its vectorised `twin` stands in for it."""
    return njit if AVAILABLE else lambda function: twin


@loop(at.smooth)
def smooth(right: Shorts, inverse: Shorts, e: Shorts, out: Shorts, q: float, weight: float, width: int) -> None:
    """Write one weighted Jacobi sweep of the finest grid, from `e` to `out`."""
    n, flow, part = e.size - 2 * width, np.float32(q), np.float32(weight)
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    b, scale, result = right[width:], inverse[width:], out[width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        result[k] = here[k] + part * (scale[k] * (b[k] + flow * around) - here[k])


@loop(at.remain)
def remain(right: Shorts, diagonal: Shorts, held: Bytes, e: Shorts, out: Shorts, q: float, width: int) -> None:
    """Write what `e` leaves of the right-hand side on the finest grid, where coarse grids can help."""
    n, flow = e.size - 2 * width, np.float32(q)
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    b, d, mask, result = right[width:], diagonal[width:], held[width:], out[width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        result[k] = np.float32(mask[k]) * (b[k] - d[k] * here[k] + flow * around)


@loop(at.smooth_coarse)
def smooth_coarse(
    right: Shorts, inverse: Shorts, across: Shorts, down: Shorts, e: Shorts, out: Shorts, q: float, weight: float,
    width: int,
) -> None:  # fmt: skip
    """Write one weighted Jacobi sweep of a coarse grid, whose faces differ."""
    n, flow, part = e.size - 2 * width, np.float32(q), np.float32(weight)
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    gl, gr, gu, gd = across[width - 1 :], across[width:], down, down[width:]
    b, scale, result = right[width:], inverse[width:], out[width:]
    for k in range(n):
        around = (gl[k] * left[k] + gr[k] * after[k]) + (gu[k] * above[k] + gd[k] * below[k])
        result[k] = here[k] + part * (scale[k] * (b[k] + flow * around) - here[k])


@loop(at.remain_coarse)
def remain_coarse(
    right: Shorts, diagonal: Shorts, across: Shorts, down: Shorts, e: Shorts, out: Shorts, q: float, width: int
) -> None:
    """Write what the correction `e` leaves of the right-hand side on a coarse grid."""
    n, flow = e.size - 2 * width, np.float32(q)
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    gl, gr, gu, gd = across[width - 1 :], across[width:], down, down[width:]
    b, d, result = right[width:], diagonal[width:], out[width:]
    for k in range(n):
        around = (gl[k] * left[k] + gr[k] * after[k]) + (gu[k] * above[k] + gd[k] * below[k])
        result[k] = b[k] - d[k] * here[k] + flow * around


@loop(at.gather)
def gather(fine: Row, coarse: Row, rows: int, columns: int, width: int) -> None:
    """Sum four cells into one; `rows` and `columns` are those of the coarse grid, `width` is of the fine one."""
    for i in range(rows):
        a, b = fine[(2 * i + 1) * width :], fine[(2 * i + 2) * width :]
        out = coarse[(i + 1) * (columns + 1) : (i + 1) * (columns + 1) + columns]
        for j in range(columns):
            out[j] = (a[2 * j] + a[2 * j + 1]) + (b[2 * j] + b[2 * j + 1])


@loop(at.spread)
def spread(coarse: Shorts, fine: Shorts, share: Shorts, row: Shorts, columns: int, width: int) -> None:
    """Add the bilinear interpolation of `coarse` to `fine`; `share` makes up for closed coarse cells."""
    wide = columns + 1
    row[0] = row[columns + 1] = 0.0
    middle, after = row[1:], row[2:]
    for i in range(fine.size // width - 2):
        here = coarse[(i // 2 + 1) * wide : (i // 2 + 1) * wide + columns]
        near = coarse[(i // 2 + 2 * (i & 1)) * wide :]
        for j in range(columns):
            middle[j] = NEAR * here[j] + FAR * near[j]
        out, part = fine[(i + 1) * width : (i + 2) * width], share[(i + 1) * width :]
        for j in range(columns):
            out[2 * j] += part[2 * j] * (NEAR * middle[j] + FAR * row[j])
            out[2 * j + 1] += part[2 * j + 1] * (NEAR * middle[j] + FAR * after[j])


@njit
def total(x: Floats) -> float:
    """Return the sum of an array, from the first to the last: the same with and without a compiler."""
    result = 0.0
    for k in range(x.size):
        result += x[k]
    return result


@loop(at.dot)
def dot(x: Row, y: Row | Bytes, row: Floats, width: int) -> float:
    """Return the sum of x y over the cells of a grid, summed by columns first (which vectorises)."""
    column = row[:width]
    column[:] = 0.0
    for i in range(1, x.size // width - 1):
        a, b = x[i * width : (i + 1) * width], y[i * width : (i + 1) * width]
        for j in range(width):
            column[j] += np.float64(a[j]) * np.float64(b[j])
    return total(column)


@loop(at.apart)
def apart(x: Floats, y: Floats, row: Floats, width: int) -> float:
    """Return the sum of (x - y)^2, summed as in `dot`."""
    column = row[:width]
    column[:] = 0.0
    for i in range(1, x.size // width - 1):
        a, b = x[i * width : (i + 1) * width], y[i * width : (i + 1) * width]
        for j in range(width):
            difference = a[j] - b[j]
            column[j] += difference * difference
    return total(column)


@loop(at.drive)
def drive(state: Floats, masks: Bytes, right: Shorts, half: float, q: float, width: int) -> None:
    """Write how fast NOW changes: the defect of a step whose length is not yet fitted."""
    now = state[at.NOW]
    n = now.size - 2 * width
    here, left, after, above, below = now[width : width + n], now[width - 1 :], now[width + 1 :], now, now[2 * width :]
    loss, gain, k_max = state[at.LOSS][width:], state[at.GAIN][width:], state[at.CAPACITY][width:]
    mask, faces, b = masks[at.OPEN][width:], masks[at.FACES][width:], right[width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        uptake = k_max[k] * (1.0 / (half + here[k]))
        b[k] = mask[k] * (gain[k] - (loss[k] + q * faces[k] + uptake) * here[k] + q * around)


@loop(at.linearise)
def linearise(
    state: Floats, masks: Bytes, diagonal: Shorts, inverse: Shorts, right: Shorts, first: Shorts, half: float,
    q: float, weight: float, width: int,
) -> None:  # fmt: skip
    """Write the defect of NOW, the diagonal of its Jacobian and the first sweep of a correction."""
    now = state[at.NOW]
    n = now.size - 2 * width
    here, left, after, above, below = now[width : width + n], now[width - 1 :], now[width + 1 :], now, now[2 * width :]
    loss, fitted, gain = state[at.LOSS][width:], state[at.FITTED][width:], state[at.GAIN][width:]
    before, k_max = state[at.BEFORE][width:], state[at.CAPACITY][width:]
    mask, kept, faces = masks[at.OPEN][width:], masks[at.HELD][width:], masks[at.FACES][width:]
    b, d, scale, e = right[width:], diagonal[width:], inverse[width:], first[width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        fraction = 1.0 / (half + here[k])
        uptake = k_max[k] * fraction
        lost = loss[k] + q * faces[k] + fitted[k]
        # What is closed loses all, so that nothing is divided by zero.
        main = lost + uptake * half * fraction + (1.0 - mask[k])
        defect = mask[k] * (gain[k] + fitted[k] * before[k] - (lost + uptake) * here[k] + q * around)
        relative = mask[k] / main
        b[k] = defect
        d[k] = kept[k] * main
        scale[k] = relative
        e[k] = weight * (relative * defect)


@loop(at.slopes)
def slopes(state: Floats, rate: Floats, half: float) -> None:
    """Write how fast every cell relaxes (1/h), where that makes the step of a lone cell third order."""
    now, before, loss, capacity = state[at.NOW], state[at.BEFORE], state[at.LOSS], state[at.CAPACITY]
    for k in range(now.size):
        fraction = 1.0 / (half + (before[k] + 2.0 * now[k]) / 3.0)
        rate[k] = loss[k] + capacity[k] * half * (fraction * fraction)


@loop(at.shortfall)
def shortfall(state: Floats, masks: Bytes, half: float, row: Floats, width: int) -> tuple[float, float]:
    """Return what the grid lacks for its balance, diffusion aside, and how that changes with a factor of NOW."""
    lack, scale = row[:width], row[width : 2 * width]
    lack[:] = 0.0
    scale[:] = 0.0
    for i in range(1, state.shape[1] // width - 1):
        begin, end = i * width, (i + 1) * width
        now, before, fitted = state[at.NOW][begin:end], state[at.BEFORE][begin:], state[at.FITTED][begin:]
        loss, gain, capacity = state[at.LOSS][begin:], state[at.GAIN][begin:], state[at.CAPACITY][begin:]
        mask = masks[at.OPEN][begin:]
        for j in range(width):
            x = now[j]
            fraction = 1.0 / (half + x)
            taken = capacity[j] * fraction
            lack[j] += (gain[j] + fitted[j] * (before[j] - x) - (loss[j] + taken) * x) * mask[j]
            scale[j] += (fitted[j] + loss[j] + taken * half * fraction) * x
    return total(lack), total(scale)


@loop(at.lift)
def lift(now: Floats, change: Shorts | Bytes, factor: float) -> None:
    """Add `factor` times `change`, but not below zero."""
    for k in range(now.size):
        now[k] = max(now[k] + factor * np.float64(change[k]), 0.0)


@loop(at.combine)
def combine(x: Shorts, y: Shorts, factor: float, out: Shorts) -> None:
    """Write x + factor y."""
    part = np.float32(factor)
    for k in range(x.size):
        out[k] = x[k] + part * y[k]


@loop(at.begin)
def begin(
    right: Shorts, diagonal: Shorts, inverse: Shorts, shift: Shorts, volume: Shorts, out: Shorts, q: float,
    weight: float,
) -> None:  # fmt: skip
    """Shift the diagonal of a coarse grid, write its inverse (zero where closed) and the first sweep."""
    flow, part, one, closed = np.float32(q), np.float32(weight), np.float32(1.0), np.float32(0.0)
    for k in range(diagonal.size):
        d = diagonal[k] + flow * shift[k]
        diagonal[k] = d
        inverse[k] = one / d if volume[k] > closed else closed
        out[k] = part * (inverse[k] * right[k])


@loop(at.load)
def load(
    state: Floats, masks: Bytes, values: Floats, source: Floats, capacity: Floats, exchange: Floats, supply: Floats,
    decay: float,
) -> None:  # fmt: skip
    """Copy what the owner gave into the solver's layout; what is given for holes is dropped.

    One row stands for all where `capacity`, `exchange` or `supply` has but one.
    """
    rows, columns = values.shape
    for i in range(rows):
        k = (i + 1) * (columns + 1)
        mask, now, before = masks[at.OPEN][k : k + columns], state[at.NOW][k:], state[at.BEFORE][k:]
        gain, uptake, loss = state[at.GAIN][k:], state[at.CAPACITY][k:], state[at.LOSS][k:]
        a, b, c = values[i], source[i], capacity[i % capacity.shape[0]]
        d, e = exchange[i % exchange.shape[0]], supply[i % supply.shape[0]]
        for j in range(columns):
            value = mask[j] * a[j]
            now[j] = value
            before[j] = value
            gain[j] = mask[j] * (b[j] + e[j])
            uptake[j] = mask[j] * c[j]
            loss[j] = mask[j] * (d[j] + decay)


@loop(at.store)
def store(state: Floats, factor: float, values: Floats, mean: Floats) -> None:
    """Write the field, times the factor that closes its balance, and its time mean to the owner's arrays.

    FITTED holds the weight of the start in the mean.
    """
    rows, columns = values.shape
    for i in range(rows):
        k = (i + 1) * (columns + 1)
        now, before, weight = state[at.NOW][k : k + columns], state[at.BEFORE][k:], state[at.FITTED][k:]
        value, average = values[i], mean[i]
        for j in range(columns):
            x = factor * now[j]
            now[j] = x
            value[j] = x
            average[j] = x + weight[j] * (before[j] - x)


@njit
def cut(row: Row, plan: Integers, level: int) -> Row:
    """Return the part of a row that belongs to one grid, as a view."""
    start = plan[level, at.OFFSET]
    return row[start : start + plan[level, at.STORED]]


@njit
def close(cells: Row, width: int) -> None:
    """Close the border of a grid."""
    cells[:width] = 0.0
    cells[-width:] = 0.0
    cells[width - 1 :: width] = 0.0


@njit
def close_all(state: Floats, rates: Floats, short: Shorts, plan: Integers) -> None:
    """Close the borders of all grids, which fields of another lattice have left open."""
    for level in range(plan.shape[0] - 1):
        width = plan[level, at.COLUMNS] + 1
        close(cut(rates, plan, level), width)
        for array in range(at.CORRECTION_ROWS):
            close(cut(short[array], plan, level), width)
    for array in range(at.STATE_ROWS):
        close(state[array], plan[0, at.COLUMNS] + 1)


@njit
def weigh(rate: float, hours: float, average: bool) -> float:
    """Return 1 / (fitted length of the step), or the weight of its start in the time mean."""
    x = min(rate * hours, 700.0 if average else 30.0)
    if average:
        return 0.5 - x / 12.0 if x < 1e-4 else (1.0 - x / math.expm1(x)) / x
    return (1.0 if x < 1e-9 else x / math.expm1(x)) / hours


@njit
def expand(
    rates: Floats, masks: Bytes, coarse: Shorts, plan: Integers, members: Integers, starts: Integers, block: int,
    hours: float, average: bool, out: Floats,
) -> float:  # fmt: skip
    """Write what `weigh` makes of the mean rate in a cell's block, or smaller region; return the summed slope."""
    rate, opened, volumes = cut(rates, plan, block), masks[at.OPEN], coarse[at.VOLUME]
    columns, width, wide = plan[0, at.COLUMNS], plan[0, at.COLUMNS] + 1, plan[block, at.COLUMNS] + 1
    slope = 0.0
    for i in range(plan[block, at.ROWS]):
        first = ((i << block) + 1) * width
        for j in range(wide - 1):
            k = (i + 1) * wide + j
            volume = np.float64(volumes[plan[block, at.OFFSET] + k] if block else opened[k])
            weight = weigh(rate[k] / volume if volume > 0.0 else 0.0, hours, average)
            slope += rate[k] + weight * volume
            out[first + (j << block) : first + min((j + 1) << block, columns)] = weight
        for row in range((i << block) + 1, min((i + 1) << block, plan[0, at.ROWS])):
            out[(row + 1) * width : (row + 2) * width] = out[first : first + width]
    for region in range(starts.size - 1):
        cells = members[starts[region] : starts[region + 1]]
        if 0 < cells.size <= 4**block:
            out[cells] = weigh(total(cut(rates, plan, 0)[cells]) / cells.size, hours, average)
    return slope


@njit
def fit(
    state: Floats, rates: Floats, masks: Bytes, coarse: Shorts, plan: Integers, members: Integers, starts: Integers,
    block: int, half: float, hours: float,
) -> float:  # fmt: skip
    """Fit the step's length to the relaxation rate in blocks of 2^block cells; return the summed slope of the cells."""
    slopes(state, cut(rates, plan, 0), half)
    for level in range(block):
        rows, columns, wide = plan[level + 1, at.ROWS], plan[level + 1, at.COLUMNS], plan[level, at.COLUMNS] + 1
        gather(cut(rates, plan, level), cut(rates, plan, level + 1), rows, columns, wide)
    return expand(rates, masks, coarse, plan, members, starts, block, hours, False, state[at.FITTED])


@njit
def descend(short: Shorts, share: Shorts, coarse: Shorts, plan: Integers, row: Shorts, q: float) -> None:
    """Correct OTHER of the finest grid by the coarse ones, from DIAGONAL and what is left of its RIGHT, in ERROR."""
    last = plan.shape[0] - 2
    diagonal, inverse, right = short[at.DIAGONAL], short[at.INVERSE], short[at.RIGHT]
    error, other = short[at.ERROR], short[at.OTHER]
    for level in range(1, last + 1):
        rows, columns, above = plan[level, at.ROWS], plan[level, at.COLUMNS], plan[level - 1, at.COLUMNS] + 1
        b, d, scale = cut(right, plan, level), cut(diagonal, plan, level), cut(inverse, plan, level)
        e, out, volume = cut(error, plan, level), cut(other, plan, level), cut(coarse[at.VOLUME], plan, level)
        across, down = cut(coarse[at.ACROSS], plan, level), cut(coarse[at.DOWN], plan, level)
        shift = cut(coarse[at.SHIFT], plan, level)
        gather(cut(error, plan, level - 1), b, rows, columns, above)
        gather(cut(diagonal, plan, level - 1), d, rows, columns, above)
        if level == last:
            begin(b, d, scale, shift, volume, out, q, 1.0)
        else:
            begin(b, d, scale, shift, volume, e, q, FIRST)
            smooth_coarse(b, scale, across, down, e, out, q, SECOND, columns + 1)
            remain_coarse(b, d, across, down, out, e, q, columns + 1)
    for level in range(last - 1, -1, -1):
        out, width = cut(other, plan, level), plan[level, at.COLUMNS] + 1
        below = plan[level + 1, at.COLUMNS]
        spread(cut(other, plan, level + 1), out, cut(share, plan, level), row, below, width)
        if level:
            b, scale, e = cut(right, plan, level), cut(inverse, plan, level), cut(error, plan, level)
            across, down = cut(coarse[at.ACROSS], plan, level), cut(coarse[at.DOWN], plan, level)
            smooth_coarse(b, scale, across, down, out, e, q, SECOND, width)
            smooth_coarse(b, scale, across, down, e, out, q, FIRST, width)


@njit
def balance_regions(state: Floats, half: float, members: Integers, starts: Integers, as_factor: bool) -> None:
    """Close the balance of every region cut off by holes, by adding to it or by a factor (which keeps zero at zero)."""
    now, before, fitted = state[at.NOW], state[at.BEFORE], state[at.FITTED]
    loss, gain, capacity = state[at.LOSS], state[at.GAIN], state[at.CAPACITY]
    for region in range(starts.size - 1):
        cells = members[starts[region] : starts[region + 1]]
        lack, scale = 0.0, 0.0
        for k in cells:
            x = now[k]
            fraction = 1.0 / (half + x)
            taken = capacity[k] * fraction
            lack += gain[k] + fitted[k] * (before[k] - x) - (loss[k] + taken) * x
            slope = fitted[k] + loss[k] + taken * half * fraction
            scale += slope * x if as_factor else slope
        ratio = lack / scale if scale > 0.0 else 0.0
        for k in cells:
            now[k] = max(now[k] * (1.0 + ratio) if as_factor else now[k] + ratio, 0.0)


@njit
def steer(short: Shorts, held: Bytes, plan: Integers, along: Shorts, q: float, row: Floats, renew: bool) -> float:
    """Make OTHER conjugate to the last direction and return how far to go along it (flexible conjugate gradients).

    `along` holds the last direction and its image; what is in ERROR is lost.
    """
    width, right, diagonal = plan[0, at.COLUMNS] + 1, cut(short[at.RIGHT], plan, 0), cut(short[at.DIAGONAL], plan, 0)
    image, other = cut(short[at.ERROR], plan, 0), cut(short[at.OTHER], plan, 0)
    remain(right, diagonal, held, other, image, q, width)
    combine(right, image, -1.0, image)
    length = 0.0 if renew else dot(along[0], along[1], row, width)
    if length > 0.0:
        turn = -dot(other, along[1], row, width) / length
        combine(other, along[0], turn, other)
        combine(image, along[1], turn, image)
    along[0][:], along[1][:] = other, image
    length = dot(other, image, row, width)
    return dot(right, other, row, width) / length if length > 0.0 else 1.0


@njit
def advance(
    values: Floats, source: Floats, capacity: Floats, mean: Floats, exchange: Floats, supply: Floats, wide: Floats,
    narrow: Shorts, masks: Bytes, fixed: Shorts, plan: Integers, members: Integers, starts: Integers, half: float,
    q: float, decay: float, hours: float, still: float, tolerance: float, refits: int, fresh: bool,
) -> int:  # fmt: skip
    """Advance a field by one step; return 1 + the number of multigrid cycles, or 0 when it was in equilibrium.

    `masks`, `fixed`, `plan`, `members` and `starts` are from `grids`; `wide` and `narrow` are a workspace, which is
    `fresh` when another lattice used it last; `q` is diffusivity over spacing squared, 1/h. Nothing is solved where
    change beside turnover is below `still`; `tolerance` is the error of a step beside the field; the length of the
    step is fitted to the solution `refits` times more, which a field without uptake does not need.
    """
    width, parted, levels = values.shape[1] + 1, starts.size > 2, plan.shape[0] - 1
    size, stored = plan[levels, at.OFFSET], plan[0, at.STORED]
    rates = wide[:size]
    state = wide[size : size + at.STATE_ROWS * stored].reshape(at.STATE_ROWS, stored)
    short = narrow[: at.CORRECTION_ROWS * size].reshape(at.CORRECTION_ROWS, size)
    share, coarse = fixed[:size], fixed[size:].reshape(at.COARSE_ROWS, size - stored)
    if fresh:
        close_all(state, rates, short, plan)
    row, line, along = np.empty(2 * width), np.empty(width + 1, np.float32), np.empty((2, 0), np.float32)
    now, before = state[at.NOW], state[at.BEFORE]
    diagonal, inverse = cut(short[at.DIAGONAL], plan, 0), cut(short[at.INVERSE], plan, 0)
    right, e, other = cut(short[at.RIGHT], plan, 0), cut(short[at.ERROR], plan, 0), cut(short[at.OTHER], plan, 0)
    opened, held = masks[at.OPEN], masks[at.HELD]
    load(state, masks, values, source, capacity, exchange, supply, decay)
    drive(state, masks, right, half, q, width)
    amount, come = math.sqrt(dot(now, now, row, width)), state[at.GAIN]
    if (
        math.sqrt(dot(right, right, row, width))
        <= still * math.sqrt(dot(come, come, row, width)) + ROUNDING * q * amount
    ):
        mean[:] = values
        return 0
    lack = dot(right, opened, row, width)
    block = 0
    while block < levels - 1 and 2.0 * 4.0**block < q * hours:
        block += 1
    slope = fit(state, rates, masks, coarse, plan, members, starts, block, half, hours)
    lift(now, opened, lack / slope if slope > 0.0 else 0.0)
    goal, first, cycles = 0.0, 0.0, 0
    latest, previous, grids_help = math.inf, math.inf, True
    while True:
        if parted:
            balance_regions(state, half, members, starts, False)
        linearise(state, masks, diagonal, inverse, right, e, half, q, FIRST, width)
        step = math.sqrt(dot(e, e, row, width))
        if cycles < 2:
            amount = math.sqrt(dot(now, now, row, width))
            if cycles == 0:
                goal, first = ROUNDING * amount, step
            else:
                moved = math.sqrt(apart(now, before, row, width))
                goal = max(goal, tolerance * amount * first / moved) if moved > 0.0 else goal
        if grids_help and not step <= RUNAWAY * first:
            # Uptake a million times as fast as in the next voxel defeats the coarse grids; sweeps alone cope with it.
            grids_help, cycles, latest, previous = False, 0, math.inf, math.inf
            now[:] = before
            fit(state, rates, masks, coarse, plan, members, starts, block, half, hours)
            continue
        if step <= goal or max(latest, previous) <= CLOSE * tolerance * amount or cycles == MOST_CYCLES:
            break
        if not grids_help:
            lift(now, e, 1.0)
            cycles += 1
            continue
        smooth(right, inverse, e, other, q, SECOND, width)
        remain(right, diagonal, held, other, e, q, width)
        descend(short, share, coarse, plan, line, q)
        way = 1.0
        if cycles >= PLAIN_CYCLES:
            if cycles == PLAIN_CYCLES:
                along = np.empty((2, stored), np.float32)
            way = steer(short, held, plan, along, q, row, cycles == PLAIN_CYCLES)
            previous, latest = latest, abs(way) * math.sqrt(dot(other, other, row, width))
        lift(now, other, way)
        cycles += 1
        if cycles <= refits:
            fit(state, rates, masks, coarse, plan, members, starts, block, half, hours)
    lift(now, e, 1.0)
    factor = 1.0
    if parted:
        balance_regions(state, half, members, starts, True)
    else:
        lack, scale = shortfall(state, masks, half, row, width)
        if scale > 0.0:
            factor = max(1.0 + lack / scale, 0.0)
    expand(rates, masks, coarse, plan, members, starts, block, hours, True, state[at.FITTED])
    store(state, factor, values, mean)
    return cycles + 1
