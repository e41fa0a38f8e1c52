"""One step of a concentration field: exponentially fitted backward Euler, solved by multigrid in one compiled call.

An array of a grid of ny x nx cells is stored with a closed row above and below and one closed cell after each row
(which is also the one before the next row): width nx + 1, cell (i, j) at (i + 1) (nx + 1) + j. What is closed (border
or hole) holds zero and has an inverse diagonal of zero, so every pass over a grid is one loop without a branch,
whatever the mask. The field is advanced in double precision, the corrections to it are sought in single precision.
Only what changes during a step is stored so; what its owner gives is read from the owner's arrays, row by row.
"""

from __future__ import annotations

import math

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.compiled import Index, kernel
from mgcells.fields import arrays as at
from mgcells.fields.arrays import Bytes, Given, Row, Shorts

# Chebyshev weights of two Jacobi sweeps, for the eigenvalues (0.5 to 2) of what the next grid cannot hold.
FIRST = 1.0 / (1.25 + 0.75 * math.sqrt(0.5))
SECOND = 1.0 / (1.25 - 0.75 * math.sqrt(0.5))
NEAR, FAR = np.float32(0.75), np.float32(0.25)  # weights of bilinear interpolation
ROUNDING = 1e-13
MOST_CYCLES = 60
PLAIN_CYCLES = 3  # beyond these the holes are in the way, and directions are made conjugate
RUNAWAY = 1e3  # growth of a correction beyond which the coarse grids are left out
CLOSE = 0.5  # conjugate corrections shrink by about a third a cycle, so what is left is about twice the last

ONE = Index(1)


@kernel(twin=at.smooth)
def smooth(right: Shorts, inverse: Shorts, e: Shorts, out: Shorts, q: float, weight: float, width: int) -> None:
    """Write one weighted Jacobi sweep of the finest grid, from `e` to `out`."""
    n, flow, part = e.size - 2 * width, np.float32(q), np.float32(weight)
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    b, scale, result = right[width:], inverse[width:], out[width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        result[k] = here[k] + part * (scale[k] * (b[k] + flow * around) - here[k])


@kernel(twin=at.remain)
def remain(right: Shorts, diagonal: Shorts, held: Bytes, e: Shorts, out: Shorts, q: float, width: int) -> None:
    """Write what `e` leaves of the right-hand side on the finest grid, where coarse grids can help."""
    n, flow = e.size - 2 * width, np.float32(q)
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    b, d, mask, result = right[width:], diagonal[width:], held[width:], out[width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        result[k] = np.float32(mask[k]) * (b[k] - d[k] * here[k] + flow * around)


@kernel(twin=at.smooth_coarse)
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


@kernel(twin=at.remain_coarse)
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


@kernel(twin=at.gather)
def gather(fine: Row, coarse: Row, rows: int, columns: int, width: int) -> None:
    """Sum four cells into one; `rows` and `columns` are those of the coarse grid, `width` is of the fine one."""
    wide, after = Index(columns + 1), Index(width)
    for i in range(rows):
        k, m = Index((2 * i + 1) * width), Index(i + 1) * wide
        for j in range(Index(columns)):
            n = k + j + j
            coarse[m + j] = (fine[n] + fine[n + ONE]) + (fine[n + after] + fine[n + after + ONE])


@kernel(twin=at.spread)
def spread(coarse: Shorts, fine: Shorts, share: Shorts, row: Shorts, columns: int, width: int) -> None:
    """Add the bilinear interpolation of `coarse` to `fine`; `share` makes up for closed coarse cells."""
    wide = Index(columns + 1)
    row[0] = row[columns + 1] = 0.0
    for i in range(fine.size // width - 2):
        k, m, near = Index((i + 1) * width), Index(i // 2 + 1) * wide, Index(i // 2 + 2 * (i & 1)) * wide
        for j in range(Index(columns)):
            row[j + ONE] = NEAR * coarse[m + j] + FAR * coarse[near + j]
        for j in range(Index(columns)):
            n, middle = k + j + j, NEAR * row[j + ONE]
            fine[n] += share[n] * (middle + FAR * row[j])
            fine[n + ONE] += share[n + ONE] * (middle + FAR * row[j + ONE + ONE])


@kernel
def row_in(lines: Floats, begin: np.uint64, columns: int) -> np.uint64:
    """Return where the row of a grid that begins at `begin` begins in `lines`, whose one row may stand for all."""
    return begin if lines.size > columns else Index(0)


@kernel
def total(x: Floats) -> float:
    """Return the sum of an array, from the first to the last: the same in a twin, to the last bit."""
    result = 0.0
    for k in range(x.size):
        result += x[k]
    return result


@kernel(twin=at.dot)
def dot(x: Row, y: Row | Bytes, row: Floats, width: int) -> float:
    """Return the sum of x y over the cells of a grid, summed by columns first (which vectorises)."""
    row[:width] = 0.0
    for i in range(1, x.size // width - 1):
        k = Index(i * width)
        for j in range(Index(width)):
            row[j] += np.float64(x[k + j]) * np.float64(y[k + j])
    return total(row[:width])


@kernel(twin=at.apart)
def apart(given: Given, now: Floats, opened: Bytes, row: Floats) -> float:
    """Return the sum of (NOW - start)^2, summed as in `dot`."""
    rows, columns = given.rows, given.columns
    column, start = row[:columns], given.values
    column[:] = 0.0
    for i in range(rows):
        k, m = Index((i + 1) * (columns + 1)), Index(i * columns)
        for j in range(Index(columns)):
            difference = now[k + j] - opened[k + j] * start[m + j]
            column[j] += difference * difference
    return total(column)


@kernel(twin=at.drive)
def drive(
    given: Given, state: Floats, masks: Bytes, right: Shorts, half: float, q: float, row: Floats
) -> tuple[float, float]:
    """Write how fast NOW changes: the defect of a step whose length is not yet fitted.

    Return the sums of what comes in and of its square.
    """
    rows, columns = given.rows, given.columns
    width, now, opened, faces = Index(columns + 1), state[at.NOW], masks[at.OPEN], masks[at.FACES]
    source, supply, capacity, exchange = given.source, given.supply, given.capacity, given.exchange
    row[:] = 0.0
    for i in range(rows):
        k, m = Index((i + 1) * (columns + 1)), Index(i * columns)
        s, c, x = row_in(supply, m, columns), row_in(capacity, m, columns), row_in(exchange, m, columns)
        for j in range(Index(columns)):
            here = now[k + j]
            around = (now[k + j - ONE] + now[k + j + ONE]) + (now[k + j - width] + now[k + j + width])
            uptake = capacity[c + j] * (1.0 / (half + here))
            gain = opened[k + j] * (source[m + j] + supply[s + j])
            lost = exchange[x + j] + given.decay + q * faces[k + j] + uptake
            right[k + j] = opened[k + j] * (gain - lost * here + q * around)
        # Apart from the loop above, which would have to be checked for overlap with these sums in every row.
        for j in range(Index(columns)):
            gain = opened[k + j] * (source[m + j] + supply[s + j])
            row[j] += gain
            row[j + width] += gain * gain
    return total(row[:columns]), total(row[columns + 1 : -1])


@kernel(twin=at.linearise)
def linearise(
    given: Given, state: Floats, masks: Bytes, diagonal: Shorts, inverse: Shorts, right: Shorts, first: Shorts,
    half: float, q: float, weight: float, row: Floats,
) -> None:  # fmt: skip
    """Write the defect of NOW, the diagonal of its Jacobian and the first sweep of a correction."""
    rows, columns = given.rows, given.columns
    width, now, fitted = Index(columns + 1), state[at.NOW], state[at.FITTED]
    opened, held, faces = masks[at.OPEN], masks[at.HELD], masks[at.FACES]
    start, source, supply, capacity, exchange = given.values, given.source, given.supply, given.capacity, given.exchange
    for i in range(rows):
        k, m = Index((i + 1) * (columns + 1)), Index(i * columns)
        s, c, x = row_in(supply, m, columns), row_in(capacity, m, columns), row_in(exchange, m, columns)
        # Two loops, because what one reads is checked for overlap with all that it writes, in every row.
        for j in range(Index(columns)):
            here = now[k + j]
            around = (now[k + j - ONE] + now[k + j + ONE]) + (now[k + j - width] + now[k + j + width])
            fraction = 1.0 / (half + here)
            uptake = capacity[c + j] * fraction
            lost = exchange[x + j] + given.decay + q * faces[k + j] + fitted[k + j]
            gain = source[m + j] + supply[s + j] + fitted[k + j] * start[m + j]
            row[j] = lost + uptake * half * fraction
            row[j + width] = gain - (lost + uptake) * here + q * around
        for j in range(Index(columns)):
            # What is closed loses something, so that nothing is divided by zero.
            main = row[j] + (1.0 - opened[k + j])
            defect = opened[k + j] * row[j + width]
            relative = opened[k + j] / main
            right[k + j] = defect
            diagonal[k + j] = held[k + j] * main
            inverse[k + j] = relative
            first[k + j] = weight * (relative * defect)


@kernel(twin=at.slopes)
def slopes(given: Given, now: Floats, opened: Bytes, rate: Floats, half: float) -> None:
    """Write how fast every cell relaxes (1/h), where that makes the step of a lone cell third order."""
    rows, columns = given.rows, given.columns
    start, capacity, exchange = given.values, given.capacity, given.exchange
    for i in range(rows):
        k, m = Index((i + 1) * (columns + 1)), Index(i * columns)
        c, x = row_in(capacity, m, columns), row_in(exchange, m, columns)
        for j in range(Index(columns)):
            fraction = 1.0 / (half + (opened[k + j] * start[m + j] + 2.0 * now[k + j]) / 3.0)
            uptake = capacity[c + j] * half * (fraction * fraction)
            rate[k + j] = opened[k + j] * (exchange[x + j] + given.decay + uptake)


@kernel(twin=at.shortfall)
def shortfall(given: Given, state: Floats, opened: Bytes, half: float, row: Floats) -> tuple[float, float]:
    """Return what the grid lacks for its balance, diffusion aside, and how that changes with a factor of NOW."""
    rows, columns = given.rows, given.columns
    width, now, fitted = Index(columns + 1), state[at.NOW], state[at.FITTED]
    start, source, supply, capacity, exchange = given.values, given.source, given.supply, given.capacity, given.exchange
    row[:] = 0.0
    for i in range(rows):
        k, m = Index((i + 1) * (columns + 1)), Index(i * columns)
        s, c, x = row_in(supply, m, columns), row_in(capacity, m, columns), row_in(exchange, m, columns)
        for j in range(Index(columns)):
            here, kept = now[k + j], fitted[k + j]
            fraction = 1.0 / (half + here)
            taken, loss = capacity[c + j] * fraction, exchange[x + j] + given.decay
            gain = source[m + j] + supply[s + j]
            row[j] += (gain + kept * (start[m + j] - here) - (loss + taken) * here) * opened[k + j]
            row[j + width] += (kept + loss + taken * half * fraction) * here
    return total(row[:columns]), total(row[columns + 1 : -1])


@kernel(twin=at.lift)
def lift(now: Floats, change: Shorts | Bytes, factor: float) -> None:
    """Add `factor` times `change`, but not below zero."""
    for k in range(now.size):
        now[k] = max(now[k] + factor * np.float64(change[k]), 0.0)


@kernel(twin=at.combine)
def combine(x: Shorts, y: Shorts, factor: float, out: Shorts) -> None:
    """Write x + factor y."""
    part = np.float32(factor)
    for k in range(x.size):
        out[k] = x[k] + part * y[k]


@kernel(twin=at.begin)
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


@kernel(twin=at.load)
def load(given: Given, opened: Bytes, now: Floats) -> None:
    """Begin with what the owner has; what it has in holes is dropped."""
    columns, start = given.columns, given.values
    for i in range(given.rows):
        k, m = Index((i + 1) * (columns + 1)), Index(i * columns)
        for j in range(Index(columns)):
            now[k + j] = opened[k + j] * start[m + j]


@kernel(twin=at.store)
def store(given: Given, state: Floats, opened: Bytes, factor: float, mean: Floats) -> None:
    """Write the field, times the factor that closes its balance, and its time mean to the owner's arrays.

    FITTED holds the weight of the start in the mean.
    """
    columns, now, weight, values = given.columns, state[at.NOW], state[at.FITTED], given.values
    for i in range(given.rows):
        k, m = Index((i + 1) * (columns + 1)), Index(i * columns)
        for j in range(Index(columns)):
            end, start = factor * now[k + j], opened[k + j] * values[m + j]
            values[m + j] = end
            mean[m + j] = end + weight[k + j] * (start - end)


@kernel
def cut(row: Row, plan: Integers, level: int) -> Row:
    """Return the part of a row that belongs to one grid, as a view."""
    start = plan[level, at.OFFSET]
    return row[start : start + plan[level, at.STORED]]


@kernel
def close(cells: Row, width: int) -> None:
    """Close the border of a grid."""
    cells[:width] = 0.0
    cells[-width:] = 0.0
    cells[width - 1 :: width] = 0.0


@kernel
def close_all(state: Floats, rates: Floats, short: Shorts, plan: Integers) -> None:
    """Close the borders of all grids, which fields of another lattice have left open."""
    for level in range(plan.shape[0] - 1):
        width = plan[level, at.COLUMNS] + 1
        close(cut(rates, plan, level), width)
        for array in range(at.CORRECTION_ROWS):
            close(cut(short[array], plan, level), width)
    for array in range(at.STATE_ROWS):
        close(state[array], plan[0, at.COLUMNS] + 1)


@kernel
def weigh(rate: float, hours: float, average: bool) -> float:
    """Return 1 / (fitted length of the step), or the weight of its start in the time mean."""
    x = min(rate * hours, 700.0 if average else 30.0)
    if average:
        return 0.5 - x / 12.0 if x < 1e-4 else (1.0 - x / math.expm1(x)) / x
    return (1.0 if x < 1e-9 else x / math.expm1(x)) / hours


@kernel
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


@kernel
def fit(
    given: Given, state: Floats, rates: Floats, masks: Bytes, coarse: Shorts, plan: Integers, members: Integers,
    starts: Integers, block: int, half: float, hours: float,
) -> float:  # fmt: skip
    """Fit the step's length to the relaxation rate in blocks of 2^block cells; return the summed slope of the cells."""
    slopes(given, state[at.NOW], masks[at.OPEN], cut(rates, plan, 0), half)
    for level in range(block):
        rows, columns, wide = plan[level + 1, at.ROWS], plan[level + 1, at.COLUMNS], plan[level, at.COLUMNS] + 1
        gather(cut(rates, plan, level), cut(rates, plan, level + 1), rows, columns, wide)
    return expand(rates, masks, coarse, plan, members, starts, block, hours, False, state[at.FITTED])


@kernel
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


@kernel
def balance_regions(
    given: Given, state: Floats, half: float, members: Integers, starts: Integers, as_factor: bool
) -> None:
    """Close the balance of every region cut off by holes, by adding to it or by a factor (which keeps zero at zero)."""
    now, fitted, width = state[at.NOW], state[at.FITTED], Index(given.columns + 1)
    start, source, supply, capacity, exchange = given.values, given.source, given.supply, given.capacity, given.exchange
    for region in range(starts.size - 1):
        cells = members[starts[region] : starts[region + 1]]
        lack, scale = 0.0, 0.0
        for cell in cells:
            k = Index(cell)
            i = k // width - ONE
            j = k - (i + ONE) * width
            m = i * (width - ONE)
            here = now[k]
            fraction = 1.0 / (half + here)
            taken = capacity[row_in(capacity, m, given.columns) + j] * fraction
            loss = exchange[row_in(exchange, m, given.columns) + j] + given.decay
            gain = source[m + j] + supply[row_in(supply, m, given.columns) + j]
            lack += gain + fitted[k] * (start[m + j] - here) - (loss + taken) * here
            slope = fitted[k] + loss + taken * half * fraction
            scale += slope * here if as_factor else slope
        ratio = lack / scale if scale > 0.0 else 0.0
        for k in cells:
            now[k] = max(now[k] * (1.0 + ratio) if as_factor else now[k] + ratio, 0.0)


@kernel
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


@kernel
def advance(
    values: Floats, source: Floats, capacity: Floats, mean: Floats, exchange: Floats, supply: Floats, wide: Floats,
    narrow: Shorts, masks: Bytes, fixed: Shorts, plan: Integers, members: Integers, starts: Integers, half: float,
    q: float, decay: float, hours: float, still: float, tolerance: float, refits: int, fresh: bool,
) -> tuple[int, float, float]:  # fmt: skip
    """Advance a field by one step.

    Return 1 + the number of multigrid cycles, or 0 when it was in equilibrium; what was there; what came in per hour.

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
    # Written to: an array that is not contiguous is refused, not copied.
    now, flat = state[at.NOW], values.reshape(values.size)
    given = Given(flat, source.ravel(), supply.ravel(), capacity.ravel(), exchange.ravel(), decay, *values.shape)
    diagonal, inverse = cut(short[at.DIAGONAL], plan, 0), cut(short[at.INVERSE], plan, 0)
    right, e, other = cut(short[at.RIGHT], plan, 0), cut(short[at.ERROR], plan, 0), cut(short[at.OTHER], plan, 0)
    opened, held = masks[at.OPEN], masks[at.HELD]
    load(given, opened, now)
    come, squares = drive(given, state, masks, right, half, q, row)
    start, amount = dot(now, opened, row, width), math.sqrt(dot(now, now, row, width))
    if math.sqrt(dot(right, right, row, width)) <= still * math.sqrt(squares) + ROUNDING * q * amount:
        mean[:] = values
        return 0, start, come
    lack = dot(right, opened, row, width)
    block = 0
    while block < levels - 1 and 2.0 * 4.0**block < q * hours:
        block += 1
    slope = fit(given, state, rates, masks, coarse, plan, members, starts, block, half, hours)
    lift(now, opened, lack / slope if slope > 0.0 else 0.0)
    goal, first, cycles = 0.0, 0.0, 0
    latest, previous, grids_help = math.inf, math.inf, True
    while True:
        if parted:
            balance_regions(given, state, half, members, starts, False)
        linearise(given, state, masks, diagonal, inverse, right, e, half, q, FIRST, row)
        step = math.sqrt(dot(e, e, row, width))
        if cycles < 2:
            amount = math.sqrt(dot(now, now, row, width))
            if cycles == 0:
                goal, first = ROUNDING * amount, step
            else:
                moved = math.sqrt(apart(given, now, opened, row))
                goal = max(goal, tolerance * amount * first / moved) if moved > 0.0 else goal
        if grids_help and not step <= RUNAWAY * first:
            # Uptake a million times as fast as in the next voxel defeats the coarse grids; sweeps alone cope with it.
            grids_help, cycles, latest, previous = False, 0, math.inf, math.inf
            close_all(state, rates, short, plan)  # what ran away may have left what is not a number there
            load(given, opened, now)
            fit(given, state, rates, masks, coarse, plan, members, starts, block, half, hours)
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
            fit(given, state, rates, masks, coarse, plan, members, starts, block, half, hours)
    lift(now, e, 1.0)
    factor = 1.0
    if parted:
        balance_regions(given, state, half, members, starts, True)
    else:
        lack, scale = shortfall(given, state, opened, half, row)
        if scale > 0.0:
            factor = max(1.0 + lack / scale, 0.0)
    expand(rates, masks, coarse, plan, members, starts, block, hours, True, state[at.FITTED])
    store(given, state, opened, factor, mean.reshape(mean.size))
    return cycles + 1, start, come
