"""The twin of `kernels.advance`: the same with whole-array NumPy, its oracle in tests."""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats, Integers, Sites
from mgcells.rules import kernels as at


def advance(
    state: Floats, count: int, levels: Floats, voxel: Sites, traits: Floats, scalars: Floats,
    sensing: Integers, sensing_numbers: Floats, terms: Integers, term_numbers: Floats, rows: Integers,
    row_numbers: Floats, behaviours: Integers, behaviour_numbers: Floats, potential: int, buffer: Floats,
) -> None:  # fmt: skip
    """Advance the first `count` cells; the arguments are those of `kernels.advance`, `buffer` is not used."""
    known: list[Floats] = []
    for (source, place, floored), (offset, scale) in zip(sensing.tolist(), sensing_numbers.tolist(), strict=True):
        raw: Floats = (
            levels[place, voxel[:count]] if source == at.LEVEL
            else state[place, :count].copy() if source == at.OWN
            else traits[place, :count] if source == at.TRAIT
            else np.full(count, scalars[place])
        )  # fmt: skip
        known.append(np.maximum(0.0, (raw - offset) * scale) if floored else raw)
    for (kind, origin, _), numbers in zip(terms.tolist(), term_numbers.tolist(), strict=True):
        known.append(term(kind, known[origin], numbers, known[potential] if kind == at.BLOCK else None))
    for b, (base, limit, rate) in enumerate(behaviour_numbers.tolist()):
        top, bottom = np.full(count, base), np.ones(count)
        for row in range(behaviours[b, at.FIRST_ROW], behaviours[b + 1, at.FIRST_ROW]):
            x, (first, second, below) = known[rows[row]], row_numbers[row].tolist()
            if behaviours[b, at.ADDITIVE]:
                top += second * x
            else:
                top *= first + second * x
                bottom *= 1.0 + below * x
        state[b, :count] += rate * (np.minimum(limit, top / bottom) - state[b, :count])


def term(kind: int, x: Floats, numbers: list[float], voltage: Floats | None = None) -> Floats:
    """Return one term of the kind and numbers that `kernels` lists, shape (count,)."""
    first, second = numbers
    result: Floats
    if kind in (at.SIMPLE, at.REAL):
        with np.errstate(divide="ignore"):
            result = np.minimum(at.LARGEST, x ** (int(first) if first == int(first) else first))
    elif kind == at.LINE:
        result = np.maximum(0.0, 1.0 + second * (x - first))
    elif kind == at.SHARE:
        scaled = first * x
        result = scaled / (1.0 + scaled)
    else:
        assert voltage is not None
        result = x * np.exp(-first * voltage)
    return result
