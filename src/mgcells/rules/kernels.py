"""The rule kernels: rules outside, a block of cells inside, so that every inner loop is a plain vector loop.

Three passes over a block. What the cells sense is gathered into rows of a buffer. Each *term* (a power of a signal,
a linear response, a block of NMDA channels) is written to a further row: rows of the table that share a signal and a
Hill power share a term. Then every row of the table is `(a + b term) / (1 + c term)`, whatever its form; numerators
and denominators of a behaviour's rows are multiplied, and divided once. The twin in `mgcells.rules.arrays` is the same
in NumPy.
"""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats, Integers, Sites
from mgcells.compiled import kernel
from mgcells.rules.behaviour import SignalSource

BLOCK_CELLS = 1536
SPARE_ROWS = 3
LEVEL, OWN, TRAIT = int(SignalSource.LEVEL), int(SignalSource.OWN), int(SignalSource.TRAIT)
# Columns of `sensing` and `sensing_numbers`: one row a signal.
SOURCE, PLACE, FLOORED = 0, 1, 2
OFFSET, SCALE = 0, 1
# Columns of `terms` and `term_numbers`: one row a term.
KIND, FROM, WHOLE = 0, 1, 2
# Kinds of term and their numbers: exponent; exponent; reference and slope; factor; voltage factor.
SIMPLE, REAL, LINE, SHARE, BLOCK = range(5)
# Columns of `behaviours` and `behaviour_numbers`: one row a behaviour, and in the first one more for the end.
FIRST_ROW, ADDITIVE = 0, 1
BASELINE, MAXIMUM, RATE = 0, 1, 2

LARGEST = 1e300
SMALLEST_NORMAL, LARGEST_FLOAT = 2.2250738585072014e-308, 1.7976931348623157e308
# log2(m) = s P(s^2) with s = (m - 1)/(m + 1) for sqrt(1/2) <= m < sqrt(2), and 2^f = Q(f) for |f| <= 1/2:
# interpolation at Chebyshev nodes in extended precision, both within 3e-16.
P0, P1, P2, P3 = 2.885390081777927, 0.9617966939243346, 0.577078017246272, 0.41219840205983205
P4, P5, P6 = 0.3206163872155671, 0.2614442806114832, 0.24291570057861883
Q0, Q1, Q2, Q3 = 1.0, 0.69314718055995, 0.24022650695910097, 0.055504108664447695
Q4, Q5, Q6 = 0.0096181291076069, 0.0013333558230168296, 0.00015403530441735424
Q7, Q8, Q9, Q10 = 1.5252657258554393e-05, 1.3215442586966806e-06, 1.0208690571348675e-07, 7.072585985243863e-09
ROOT_HALF_BITS = 0x3FE6A09E667F3BCD
MANTISSA_BITS, BIAS = 52, 1023
TO_INTEGER = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to an integer, which is then in the low bits
TO_INTEGER_BITS = 0x4338000000000000
LOG2_E = 1.4426950408889634


@kernel
def logarithms(x: Floats, out: Floats, scratch: Floats, size: int) -> None:
    """Write log2 of the first `size` numbers >= 0: -1e300 for zero, and nan stays."""
    bits, mantissa = x.view(np.int64), scratch.view(np.int64)
    for k in range(size):
        exponent = (bits[k] - ROOT_HALF_BITS) >> MANTISSA_BITS
        mantissa[k] = bits[k] - (exponent << MANTISSA_BITS)
        out[k] = float(exponent)
    for k in range(size):
        s = (scratch[k] - 1.0) / (scratch[k] + 1.0)
        z = s * s
        value = out[k] + s * (P0 + z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * (P5 + z * P6))))))
        ordinary = (x[k] >= SMALLEST_NORMAL) & (x[k] <= LARGEST_FLOAT)
        odd = -LARGEST if x[k] < SMALLEST_NORMAL else x[k]
        out[k] = value if ordinary else odd


@kernel
def exponentials(x: Floats, factor: float, scratch: Floats, size: int) -> None:
    """Write 2^(factor x) over the first `size` numbers; it stays within 0 and 2^1023, and nan stays nan."""
    bits = scratch.view(np.int64)
    for k in range(size):
        t = x[k] * factor
        t = -1023.0 if t < -1023.0 else t
        t = 1023.0 if t > 1023.0 else t
        shifted = t + TO_INTEGER
        f = t - (shifted - TO_INTEGER)
        scratch[k] = shifted
        upper = Q5 + f * (Q6 + f * (Q7 + f * (Q8 + f * (Q9 + f * Q10))))
        x[k] = Q0 + f * (Q1 + f * (Q2 + f * (Q3 + f * (Q4 + f * upper))))
    for k in range(size):
        bits[k] = (bits[k] - (TO_INTEGER_BITS - BIAS)) << MANTISSA_BITS
    for k in range(size):
        x[k] *= scratch[k]


@kernel
def sense(
    state: Floats, levels: Floats, voxel: Sites, traits: Floats, scalars: Floats,
    sensing: Integers, sensing_numbers: Floats, buffer: Floats, begin: int, size: int,
) -> None:  # fmt: skip
    """Gather what the cells from `begin` on sense into the first rows of `buffer`."""
    for j in range(sensing.shape[0]):
        out, place, source = buffer[j], sensing[j, PLACE], sensing[j, SOURCE]
        shift, stretch = sensing_numbers[j, OFFSET], sensing_numbers[j, SCALE]
        if source == LEVEL:
            level, where = levels[place], voxel[begin : begin + size]
            for k in range(size):
                out[k] = level[np.uint64(where[k])]
        elif source == OWN:
            own = state[place, begin : begin + size]
            for k in range(size):
                out[k] = own[k]
        elif source == TRAIT:
            trait = traits[place, begin : begin + size]
            for k in range(size):
                out[k] = trait[k]
        else:
            scalar = scalars[place]
            for k in range(size):
                out[k] = scalar
        if sensing[j, FLOORED]:
            for k in range(size):
                value = (out[k] - shift) * stretch
                out[k] = 0.0 if value < 0.0 else value


@kernel
def simple_power(x: Floats, out: Floats, exponent: float, whole: int, size: int) -> None:
    """Write x to a whole or half power, by multiplications and a square root."""
    half = abs(exponent) != whole
    if whole == 2 and not half:
        for k in range(size):
            out[k] = x[k] * x[k]
    elif whole == 3 and not half:
        for k in range(size):
            out[k] = x[k] * x[k] * x[k]
    elif whole == 4 and not half:
        for k in range(size):
            square = x[k] * x[k]
            out[k] = square * square
    elif whole == 8 and not half:
        for k in range(size):
            square = x[k] * x[k]
            fourth = square * square
            out[k] = fourth * fourth
    else:
        for k in range(size):
            out[k] = np.sqrt(x[k]) if half else 1.0
        for _ in range(whole):
            for k in range(size):
                out[k] *= x[k]
    if exponent < 0.0:
        for k in range(size):
            value = 1.0 / out[k]
            out[k] = LARGEST if value > LARGEST else value


@kernel
def work_out(
    terms: Integers, term_numbers: Floats, buffer: Floats, scratch: Floats, signals: int, potential: int, size: int
) -> None:
    """Write the terms to the rows of `buffer` after the signals."""
    for t in range(terms.shape[0]):
        x, out, kind = buffer[terms[t, FROM]], buffer[signals + t], terms[t, KIND]
        first, second = term_numbers[t, 0], term_numbers[t, 1]
        if kind == SIMPLE:
            simple_power(x, out, first, terms[t, WHOLE], size)
        elif kind == REAL:
            logarithms(x, out, scratch, size)
            exponentials(out, first, scratch, size)
        elif kind == LINE:
            for k in range(size):
                value = 1.0 + second * (x[k] - first)
                out[k] = 0.0 if value < 0.0 else value
        elif kind == SHARE:
            for k in range(size):
                scaled = first * x[k]
                out[k] = scaled / (1.0 + scaled)
        else:
            voltage = buffer[potential]
            for k in range(size):
                out[k] = voltage[k]
            exponentials(out, -first * LOG2_E, scratch, size)
            for k in range(size):
                out[k] *= x[k]


@kernel(twin="mgcells.rules.arrays:advance")
def advance(
    state: Floats, count: int, levels: Floats, voxel: Sites, traits: Floats, scalars: Floats,
    sensing: Integers, sensing_numbers: Floats, terms: Integers, term_numbers: Floats, rows: Integers,
    row_numbers: Floats, behaviours: Integers, behaviour_numbers: Floats, potential: int, buffer: Floats,
) -> None:  # fmt: skip
    """Advance the first `count` cells; see RuleTable.advance for the shapes.

    `buffer` has a row of BLOCK_CELLS for each signal and each term, and SPARE_ROWS more.
    """
    signals, spare = sensing.shape[0], sensing.shape[0] + terms.shape[0]
    top, bottom, scratch = buffer[spare], buffer[spare + 1], buffer[spare + 2]
    for begin in range(0, count, BLOCK_CELLS):
        size = min(BLOCK_CELLS, count - begin)
        sense(state, levels, voxel, traits, scalars, sensing, sensing_numbers, buffer, begin, size)
        work_out(terms, term_numbers, buffer, scratch, signals, potential, size)
        for b in range(behaviour_numbers.shape[0]):
            r, end = behaviours[b, FIRST_ROW], behaviours[b + 1, FIRST_ROW]
            base, limit, rate = (
                behaviour_numbers[b, BASELINE],
                behaviour_numbers[b, MAXIMUM],
                behaviour_numbers[b, RATE],
            )
            y = state[b, begin : begin + size]
            if behaviours[b, ADDITIVE]:
                for k in range(size):
                    top[k] = base
                for row in range(r, end):
                    term, weight = buffer[rows[row]], row_numbers[row, 1]
                    for k in range(size):
                        top[k] += weight * term[k]
                for k in range(size):
                    target = top[k]
                    target = limit if target > limit else target
                    y[k] += rate * (target - y[k])
            elif end == r:
                target = min(base, limit)
                for k in range(size):
                    y[k] += rate * (target - y[k])
            elif end - r == 1:
                u = buffer[rows[r]]
                a0, b0, c0 = base * row_numbers[r, 0], base * row_numbers[r, 1], row_numbers[r, 2]
                for k in range(size):
                    target = (a0 + b0 * u[k]) / (1.0 + c0 * u[k])
                    target = limit if target > limit else target
                    y[k] += rate * (target - y[k])
            else:
                u, v = buffer[rows[r]], buffer[rows[r + 1]]
                a0, b0, c0 = base * row_numbers[r, 0], base * row_numbers[r, 1], row_numbers[r, 2]
                a1, b1, c1 = row_numbers[r + 1, 0], row_numbers[r + 1, 1], row_numbers[r + 1, 2]
                if end - r == 2:
                    for k in range(size):
                        above, below = (a0 + b0 * u[k]) * (a1 + b1 * v[k]), (1.0 + c0 * u[k]) * (1.0 + c1 * v[k])
                        target = above / below
                        target = limit if target > limit else target
                        y[k] += rate * (target - y[k])
                    continue
                for k in range(size):
                    top[k] = (a0 + b0 * u[k]) * (a1 + b1 * v[k])
                    bottom[k] = (1.0 + c0 * u[k]) * (1.0 + c1 * v[k])
                for row in range(r + 2, end - 1):
                    w = buffer[rows[row]]
                    a2, b2, c2 = row_numbers[row, 0], row_numbers[row, 1], row_numbers[row, 2]
                    for k in range(size):
                        top[k] *= a2 + b2 * w[k]
                        bottom[k] *= 1.0 + c2 * w[k]
                w = buffer[rows[end - 1]]
                a2, b2, c2 = row_numbers[end - 1, 0], row_numbers[end - 1, 1], row_numbers[end - 1, 2]
                for k in range(size):
                    target = top[k] * (a2 + b2 * w[k]) / (bottom[k] * (1.0 + c2 * w[k]))
                    target = limit if target > limit else target
                    y[k] += rate * (target - y[k])
