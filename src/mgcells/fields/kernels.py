"""One step of a concentration field: exponentially fitted backward Euler, solved by multigrid in one compiled call.

All arrays of a solver live in one flat `work` array, so that a call passes few arguments. An array of a grid of
ny x nx cells is stored with a closed row above and below and one closed cell after each row (which is also the one
before the next row): width nx + 1, cell (i, j) at (i + 1) (nx + 1) + j. What is closed (border or hole) holds zero and
has an inverse diagonal of zero, so every pass over a grid is one loop without a branch, whatever the mask.

All compiled code of fields stands in this file, because the cache on disk watches only the file of the kernel called.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mgcells.compiled import AVAILABLE, Function, njit
from mgcells.fields import arrays as at
from mgcells.fields.arrays import Floats, Integers

# Chebyshev weights of two Jacobi sweeps, for the eigenvalues (0.5 to 2) of what the next grid cannot hold.
FIRST = 1.0 / (1.25 + 0.75 * math.sqrt(0.5))
SECOND = 1.0 / (1.25 - 0.75 * math.sqrt(0.5))
ROUNDING = 1e-13
MOST_CYCLES = 60
PLAIN_CYCLES = 3  # beyond these the holes are in the way, and directions are made conjugate
RUNAWAY = 1e3  # growth of a correction beyond which the coarse grids are left out
CLOSE = 0.5  # conjugate corrections shrink by about a third a cycle, so what is left is about twice the last


def loop(twin: Function) -> Callable[[Function], Function]:
    """Compile a loop over a grid; without a compiler its vectorised `twin` stands in for it."""
    return njit if AVAILABLE else lambda function: twin


@loop(at.smooth)
def smooth(g: Floats, e: Floats, out: Floats, q: float, weight: float, width: int) -> None:
    """Write one weighted Jacobi sweep of the finest grid, from `e` to `out`."""
    n = e.size - 2 * width
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    b, scale, result = g[at.RIGHT][width:], g[at.INVERSE][width:], out[width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        result[k] = here[k] + weight * (scale[k] * (b[k] + q * around) - here[k])


@loop(at.remain)
def remain(g: Floats, e: Floats, q: float, width: int) -> None:
    """Write to RESIDUAL what `e` leaves of the right-hand side on the finest grid, where coarse grids can help."""
    n = e.size - 2 * width
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    b, d, mask, result = g[at.RIGHT][width:], g[at.DIAGONAL][width:], g[at.HELD][width:], g[at.RESIDUAL][width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        result[k] = mask[k] * (b[k] - d[k] * here[k] + q * around)


@loop(at.smooth_coarse)
def smooth_coarse(g: Floats, e: Floats, out: Floats, q: float, weight: float, width: int) -> None:
    """Write one weighted Jacobi sweep of a coarse grid, whose faces differ."""
    n = e.size - 2 * width
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    gl, gr, gu, gd = g[at.ACROSS][width - 1 :], g[at.ACROSS][width:], g[at.DOWN], g[at.DOWN][width:]
    b, scale, result = g[at.RIGHT][width:], g[at.INVERSE][width:], out[width:]
    for k in range(n):
        around = (gl[k] * left[k] + gr[k] * after[k]) + (gu[k] * above[k] + gd[k] * below[k])
        result[k] = here[k] + weight * (scale[k] * (b[k] + q * around) - here[k])


@loop(at.remain_coarse)
def remain_coarse(g: Floats, e: Floats, q: float, width: int) -> None:
    """Write to RESIDUAL what the correction `e` leaves of the right-hand side on a coarse grid."""
    n = e.size - 2 * width
    here, left, after, above, below = e[width : width + n], e[width - 1 :], e[width + 1 :], e, e[2 * width :]
    gl, gr, gu, gd = g[at.ACROSS][width - 1 :], g[at.ACROSS][width:], g[at.DOWN], g[at.DOWN][width:]
    b, d, result = g[at.RIGHT][width:], g[at.DIAGONAL][width:], g[at.RESIDUAL][width:]
    for k in range(n):
        around = (gl[k] * left[k] + gr[k] * after[k]) + (gu[k] * above[k] + gd[k] * below[k])
        result[k] = b[k] - d[k] * here[k] + q * around


@loop(at.gather)
def gather(fine: Floats, coarse: Floats, rows: int, columns: int, width: int) -> None:
    """Sum four cells into one; `rows` and `columns` are those of the coarse grid, `width` is of the fine one."""
    for i in range(rows):
        a, b = fine[(2 * i + 1) * width :], fine[(2 * i + 2) * width :]
        out = coarse[(i + 1) * (columns + 1) : (i + 1) * (columns + 1) + columns]
        for j in range(columns):
            out[j] = (a[2 * j] + a[2 * j + 1]) + (b[2 * j] + b[2 * j + 1])


@loop(at.spread)
def spread(coarse: Floats, fine: Floats, share: Floats, row: Floats, columns: int, width: int) -> None:
    """Add the bilinear interpolation of `coarse` to `fine`; `share` makes up for closed coarse cells."""
    wide = columns + 1
    row[0] = row[columns + 1] = 0.0
    middle, after = row[1:], row[2:]
    for i in range(fine.size // width - 2):
        here = coarse[(i // 2 + 1) * wide : (i // 2 + 1) * wide + columns]
        near = coarse[(i // 2 + 2 * (i & 1)) * wide :]
        for j in range(columns):
            middle[j] = 0.75 * here[j] + 0.25 * near[j]
        out, part = fine[(i + 1) * width : (i + 2) * width], share[(i + 1) * width :]
        for j in range(columns):
            out[2 * j] += part[2 * j] * (0.75 * middle[j] + 0.25 * row[j])
            out[2 * j + 1] += part[2 * j + 1] * (0.75 * middle[j] + 0.25 * after[j])


@loop(at.dot)
def dot(x: Floats, y: Floats, row: Floats, width: int) -> float:
    """Return the sum of x y over the cells of a grid, summed by columns first (which vectorises)."""
    column = row[:width]
    column[:] = 0.0
    for i in range(1, x.size // width - 1):
        a, b = x[i * width : (i + 1) * width], y[i * width : (i + 1) * width]
        for j in range(width):
            column[j] += a[j] * b[j]
    return float(column.sum())


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
    return float(column.sum())


@loop(at.drive)
def drive(g: Floats, half: float, q: float, width: int) -> None:
    """Write to RIGHT how fast NOW changes: the defect of a step whose length is not yet fitted."""
    now = g[at.NOW]
    n = now.size - 2 * width
    here, left, after, above, below = now[width : width + n], now[width - 1 :], now[width + 1 :], now, now[2 * width :]
    still, gain, k_max, mask = g[at.STILL][width:], g[at.GAIN][width:], g[at.CAPACITY][width:], g[at.VOLUME][width:]
    b = g[at.RIGHT][width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        uptake = k_max[k] * (1.0 / (half + here[k]))
        b[k] = mask[k] * (gain[k] - (still[k] + uptake) * here[k] + q * around)


@loop(at.linearise)
def linearise(g: Floats, half: float, q: float, weight: float, width: int) -> None:
    """Write the defect of NOW, the diagonal of its Jacobian and the first sweep of a correction."""
    now = g[at.NOW]
    n = now.size - 2 * width
    here, left, after, above, below = now[width : width + n], now[width - 1 :], now[width + 1 :], now, now[2 * width :]
    still, fitted, gain, before = g[at.STILL][width:], g[at.FITTED][width:], g[at.GAIN][width:], g[at.BEFORE][width:]
    k_max, mask, kept = g[at.CAPACITY][width:], g[at.VOLUME][width:], g[at.HELD][width:]
    b, d, scale, first = g[at.RIGHT][width:], g[at.DIAGONAL][width:], g[at.INVERSE][width:], g[at.ERROR][width:]
    for k in range(n):
        around = (left[k] + after[k]) + (above[k] + below[k])
        fraction = 1.0 / (half + here[k])
        uptake = k_max[k] * fraction
        loss = still[k] + fitted[k]
        main = loss + uptake * half * fraction
        defect = mask[k] * (gain[k] + fitted[k] * before[k] - (loss + uptake) * here[k] + q * around)
        relative = mask[k] / main
        b[k] = defect
        d[k] = kept[k] * main
        scale[k] = relative
        first[k] = weight * (relative * defect)


@loop(at.slopes)
def slopes(g: Floats, half: float) -> None:
    """Write to RATE how fast every cell relaxes (1/h), where that makes the step of a lone cell third order."""
    now, before, loss, capacity, out = g[at.NOW], g[at.BEFORE], g[at.LOSS], g[at.CAPACITY], g[at.RATE]
    for k in range(now.size):
        fraction = 1.0 / (half + (before[k] + 2.0 * now[k]) / 3.0)
        out[k] = loss[k] + capacity[k] * half * (fraction * fraction)


@loop(at.account)
def account(g: Floats, half: float) -> None:
    """Write to RIGHT what each cell lacks for its balance, diffusion aside, and to RESIDUAL how that grows with NOW."""
    now, before, fitted, loss = g[at.NOW], g[at.BEFORE], g[at.FITTED], g[at.LOSS]
    gain, capacity, missing, slope = g[at.GAIN], g[at.CAPACITY], g[at.RIGHT], g[at.RESIDUAL]
    for k in range(now.size):
        x = now[k]
        fraction = 1.0 / (half + x)
        taken = capacity[k] * fraction
        missing[k] = gain[k] + fitted[k] * (before[k] - x) - (loss[k] + taken) * x
        slope[k] = fitted[k] + loss[k] + taken * half * fraction


@loop(at.shortfall)
def shortfall(g: Floats, half: float, row: Floats, width: int) -> tuple[float, float]:
    """Return what `account` writes, summed over the grid: what it lacks, and how that changes with a factor of NOW."""
    lack, scale = row[:width], g[at.OTHER][:width]
    lack[:] = 0.0
    for i in range(1, g.shape[1] // width - 1):
        begin, end = i * width, (i + 1) * width
        now, before, fitted, loss = g[at.NOW][begin:end], g[at.BEFORE][begin:], g[at.FITTED][begin:], g[at.LOSS][begin:]
        gain, capacity, volume = g[at.GAIN][begin:], g[at.CAPACITY][begin:], g[at.VOLUME][begin:]
        for j in range(width):
            x = now[j]
            fraction = 1.0 / (half + x)
            taken = capacity[j] * fraction
            lack[j] += (gain[j] + fitted[j] * (before[j] - x) - (loss[j] + taken) * x) * volume[j]
            scale[j] += (fitted[j] + loss[j] + taken * half * fraction) * x
    result = float(lack.sum()), float(scale.sum())
    # The sums were kept in the closed row above the first, which is zero.
    scale[:] = 0.0
    return result


@loop(at.lift)
def lift(now: Floats, change: Floats, factor: float) -> None:
    """Add `factor` times `change`, but not below zero."""
    for k in range(now.size):
        now[k] = max(now[k] + factor * change[k], 0.0)


@loop(at.combine)
def combine(x: Floats, y: Floats, factor: float, out: Floats) -> None:
    """Write x + factor y."""
    for k in range(x.size):
        out[k] = x[k] + factor * y[k]


@loop(at.begin)
def begin(g: Floats, q: float, weight: float, out: Floats) -> None:
    """Shift the diagonal of a coarse grid, write its inverse (zero where closed) and the first sweep."""
    diagonal, inverse, shift, volume, right = g[at.DIAGONAL], g[at.INVERSE], g[at.SHIFT], g[at.VOLUME], g[at.RIGHT]
    for k in range(diagonal.size):
        d = diagonal[k] + q * shift[k]
        diagonal[k] = d
        inverse[k] = 1.0 / d if volume[k] > 0.0 else 0.0
        out[k] = weight * (inverse[k] * right[k])


@loop(at.load)
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
    """Copy what the owner gave into the solver's layout; what is given for holes is dropped.

    One row stands for all where `capacity`, `exchange` or `supply` has but one.
    """
    rows, columns = values.shape
    for i in range(rows):
        k = (i + 1) * (columns + 1)
        mask, faces = g[at.VOLUME][k : k + columns], g[at.FACES][k:]
        now, before, gain, uptake = g[at.NOW][k:], g[at.BEFORE][k:], g[at.GAIN][k:], g[at.CAPACITY][k:]
        loss, still = g[at.LOSS][k:], g[at.STILL][k:]
        a, b, c = values[i], source[i], capacity[i % capacity.shape[0]]
        d, e = exchange[i % exchange.shape[0]], supply[i % supply.shape[0]]
        for j in range(columns):
            value, lost = mask[j] * a[j], mask[j] * (d[j] + decay)
            now[j] = value
            before[j] = value
            gain[j] = mask[j] * (b[j] + e[j])
            uptake[j] = mask[j] * c[j]
            loss[j] = lost
            still[j] = lost + q * faces[j] + (1.0 - mask[j])


@loop(at.store)
def store(g: Floats, weight: Floats, factor: float, values: Floats, mean: Floats) -> None:
    """Write the field, times the factor that closes its balance, and its time mean to the owner's arrays."""
    rows, columns = values.shape
    for i in range(rows):
        k = (i + 1) * (columns + 1)
        now, before, w, value, average = g[at.NOW][k : k + columns], g[at.BEFORE][k:], weight[k:], values[i], mean[i]
        for j in range(columns):
            x = factor * now[j]
            now[j] = x
            value[j] = x
            average[j] = x + w[j] * (before[j] - x)


@njit
def grid(work: Floats, plan: Integers, level: int) -> Floats:
    """Return the arrays of one grid (arrays, stored size), as a view."""
    start, stored = plan[level, at.OFFSET], plan[level, at.STORED]
    end = plan[level + 1, at.OFFSET]
    return work[start:end].reshape((end - start) // stored, stored)


@njit
def weigh(rate: float, hours: float, average: bool) -> float:
    """Return 1 / (fitted length of the step), or the weight of its start in the time mean."""
    x = min(rate * hours, 700.0 if average else 30.0)
    if average:
        return 0.5 - x / 12.0 if x < 1e-4 else (1.0 - x / math.expm1(x)) / x
    return (1.0 if x < 1e-9 else x / math.expm1(x)) / hours


@njit
def expand(
    work: Floats,
    plan: Integers,
    members: Integers,
    starts: Integers,
    block: int,
    hours: float,
    average: bool,
    out: Floats,
) -> float:
    """Write what `weigh` makes of the mean rate in a cell's block, or smaller region; return the summed slope."""
    g, fine = grid(work, plan, block), grid(work, plan, 0)
    rate, volume = g[at.RATE], g[at.VOLUME]
    columns, width, wide = plan[0, at.COLUMNS], plan[0, at.COLUMNS] + 1, plan[block, at.COLUMNS] + 1
    slope = 0.0
    for i in range(plan[block, at.ROWS]):
        first = ((i << block) + 1) * width
        for j in range(wide - 1):
            k = (i + 1) * wide + j
            weight = weigh(rate[k] / volume[k] if volume[k] > 0.0 else 0.0, hours, average)
            slope += rate[k] + weight * volume[k]
            out[first + (j << block) : first + min((j + 1) << block, columns)] = weight
        for row in range((i << block) + 1, min((i + 1) << block, plan[0, at.ROWS])):
            out[(row + 1) * width : (row + 2) * width] = out[first : first + width]
    for region in range(starts.size - 1):
        cells = members[starts[region] : starts[region + 1]]
        if 0 < cells.size <= 4**block:
            out[cells] = weigh(fine[at.RATE][cells].mean(), hours, average)
    return slope


@njit
def fit(
    work: Floats, plan: Integers, members: Integers, starts: Integers, block: int, half: float, hours: float
) -> float:
    """Fit the step's length to the relaxation rate in blocks of 2^block cells; return the summed slope of the cells."""
    slopes(grid(work, plan, 0), half)
    for level in range(block):
        rows, columns, wide = plan[level + 1, at.ROWS], plan[level + 1, at.COLUMNS], plan[level, at.COLUMNS] + 1
        gather(grid(work, plan, level)[at.RATE], grid(work, plan, level + 1)[at.RATE], rows, columns, wide)
    return expand(work, plan, members, starts, block, hours, False, grid(work, plan, 0)[at.FITTED])


@njit
def descend(work: Floats, plan: Integers, q: float) -> None:
    """Correct OTHER of the finest grid by the coarse ones, from its RESIDUAL and DIAGONAL."""
    last = plan.shape[0] - 2
    row = work[work.size - plan[0, at.COLUMNS] - 3 :]
    for level in range(1, last + 1):
        above, g = grid(work, plan, level - 1), grid(work, plan, level)
        rows, columns, wide = plan[level, at.ROWS], plan[level, at.COLUMNS], plan[level - 1, at.COLUMNS] + 1
        gather(above[at.RESIDUAL], g[at.RIGHT], rows, columns, wide)
        gather(above[at.DIAGONAL], g[at.DIAGONAL], rows, columns, wide)
        if level == last:
            begin(g, q, 1.0, g[at.OTHER])
        else:
            begin(g, q, FIRST, g[at.ERROR])
            smooth_coarse(g, g[at.ERROR], g[at.OTHER], q, SECOND, columns + 1)
            remain_coarse(g, g[at.OTHER], q, columns + 1)
    for level in range(last - 1, -1, -1):
        g, width = grid(work, plan, level), plan[level, at.COLUMNS] + 1
        coarse = grid(work, plan, level + 1)[at.OTHER]
        spread(coarse, g[at.OTHER], g[at.SPREAD], row, plan[level + 1, at.COLUMNS], width)
        if level:
            smooth_coarse(g, g[at.OTHER], g[at.ERROR], q, SECOND, width)
            smooth_coarse(g, g[at.ERROR], g[at.OTHER], q, FIRST, width)


@njit
def balance_regions(fine: Floats, half: float, members: Integers, starts: Integers, as_factor: bool) -> None:
    """Close the balance of every region cut off by holes, by adding to it or by a factor (which keeps zero at zero)."""
    account(fine, half)
    now, missing, slope = fine[at.NOW], fine[at.RIGHT], fine[at.RESIDUAL]
    for region in range(starts.size - 1):
        cells = members[starts[region] : starts[region + 1]]
        lack, scale = 0.0, 0.0
        for k in cells:
            lack += missing[k]
            scale += slope[k] * now[k] if as_factor else slope[k]
        ratio = lack / scale if scale > 0.0 else 0.0
        for k in cells:
            now[k] = max(now[k] * (1.0 + ratio) if as_factor else now[k] + ratio, 0.0)


@njit
def steer(g: Floats, q: float, row: Floats, width: int, renew: bool) -> float:
    """Make OTHER conjugate to the last direction and return how far to go along it (flexible conjugate gradients)."""
    other, image = g[at.OTHER], g[at.RESIDUAL]
    remain(g, other, q, width)
    combine(g[at.RIGHT], image, -1.0, image)
    length = 0.0 if renew else dot(g[at.DIRECTION], g[at.IMAGE], row, width)
    if length > 0.0:
        turn = -dot(other, g[at.IMAGE], row, width) / length
        combine(other, g[at.DIRECTION], turn, other)
        combine(image, g[at.IMAGE], turn, image)
    g[at.DIRECTION][:], g[at.IMAGE][:] = other, image
    length = dot(other, image, row, width)
    return dot(g[at.RIGHT], other, row, width) / length if length > 0.0 else 1.0


@njit
def advance(
    values: Floats, source: Floats, capacity: Floats, mean: Floats, exchange: Floats, supply: Floats, work: Floats,
    plan: Integers, members: Integers, starts: Integers, half: float, q: float, decay: float, hours: float,
    still: float, tolerance: float, refits: int,
) -> int:  # fmt: skip
    """Advance a field by one step; return 1 + the number of multigrid cycles, or 0 when it was in equilibrium.

    `work`, `plan`, `members` and `starts` are from `grids`; `q` is diffusivity over spacing squared, 1/h. Nothing is
    solved where change beside turnover is below `still`; `tolerance` is the error of a step beside the field; the
    length of the step is fitted to the solution `refits` times more, which a field without uptake does not need.
    """
    fine, width, parted = grid(work, plan, 0), values.shape[1] + 1, starts.size > 2
    now, e, other = fine[at.NOW], fine[at.ERROR], fine[at.OTHER]
    row = work[work.size - width :]
    load(fine, values, source, capacity, exchange, supply, q, decay)
    drive(fine, half, q, width)
    amount, right, come = math.sqrt(dot(now, now, row, width)), fine[at.RIGHT], fine[at.GAIN]
    if (
        math.sqrt(dot(right, right, row, width))
        <= still * math.sqrt(dot(come, come, row, width)) + ROUNDING * q * amount
    ):
        mean[:] = values
        return 0
    lack = dot(right, fine[at.VOLUME], row, width)
    block = 0
    while block < plan.shape[0] - 2 and 2.0 * 4.0**block < q * hours:
        block += 1
    slope = fit(work, plan, members, starts, block, half, hours)
    lift(now, fine[at.VOLUME], lack / slope if slope > 0.0 else 0.0)
    goal, first, cycles = 0.0, 0.0, 0
    latest, previous, grids_help = math.inf, math.inf, True
    while True:
        if parted:
            balance_regions(fine, half, members, starts, False)
        linearise(fine, half, q, FIRST, width)
        size = math.sqrt(dot(e, e, row, width))
        if cycles < 2:
            amount = math.sqrt(dot(now, now, row, width))
            if cycles == 0:
                goal, first = ROUNDING * amount, size
            else:
                moved = math.sqrt(apart(now, fine[at.BEFORE], row, width))
                goal = max(goal, tolerance * amount * first / moved) if moved > 0.0 else goal
        if grids_help and not size <= RUNAWAY * first:
            # Uptake a million times as fast as in the next voxel defeats the coarse grids; sweeps alone cope with it.
            grids_help, cycles, latest, previous = False, 0, math.inf, math.inf
            now[:] = fine[at.BEFORE]
            fit(work, plan, members, starts, block, half, hours)
            continue
        if size <= goal or max(latest, previous) <= CLOSE * tolerance * amount or cycles == MOST_CYCLES:
            break
        if not grids_help:
            lift(now, e, 1.0)
            cycles += 1
            continue
        smooth(fine, e, other, q, SECOND, width)
        remain(fine, other, q, width)
        descend(work, plan, q)
        way = 1.0
        if cycles >= PLAIN_CYCLES:
            way = steer(fine, q, row, width, cycles == PLAIN_CYCLES)
            previous, latest = latest, abs(way) * math.sqrt(dot(other, other, row, width))
        lift(now, other, way)
        cycles += 1
        if cycles <= refits:
            fit(work, plan, members, starts, block, half, hours)
    lift(now, e, 1.0)
    factor = 1.0
    if parted:
        balance_regions(fine, half, members, starts, True)
    else:
        lack, scale = shortfall(fine, half, row, width)
        if scale > 0.0:
            factor = max(1.0 + lack / scale, 0.0)
    expand(work, plan, members, starts, block, hours, True, other)
    store(fine, other, factor, values, mean)
    return cycles + 1
