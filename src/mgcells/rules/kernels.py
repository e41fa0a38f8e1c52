"""The rule kernels: rules outside, a block of cells inside, so that every inner loop is a plain vector loop.

`advance` is compiled; `advance_arrays` says the same with NumPy for an installation without numba. Both multiply the
numerators and denominators of a behaviour's rows and divide once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mgcells.compiled import njit
from mgcells.rules.behaviour import Source
from mgcells.rules.response import HILL, LINEAR, POWER

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

BLOCK_CELLS = 256
LARGEST_WHOLE_POWER = 8
LEVEL, OWN, TRAIT = int(Source.LEVEL), int(Source.OWN), int(Source.TRAIT)


@njit
def advance(
    state: Floats, count: int, levels: Floats, voxel: Integers, traits: Floats, scalars: Floats, rate: Floats,
    source: Integers, place: Integers, offset: Floats, scale: Floats, potential: int,
    start: Integers, signal: Integers, form: Integers, first: Floats, second: Floats, half: Floats,
    inverse_half: Floats, power: Floats, whole: Integers, baseline: Floats, additive: Flags, maximum: Floats,
    residual: Floats, buffer: Floats, work: Floats,
) -> None:  # fmt: skip
    """Advance the first `count` cells; see RuleTable.advance for the shapes."""
    for begin in range(0, count, BLOCK_CELLS):
        size = min(BLOCK_CELLS, count - begin)
        for j in range(source.size):
            sensed, from_place = buffer[j], place[j]
            if source[j] == LEVEL:
                for k in range(size):
                    sensed[k] = levels[from_place, voxel[begin + k]]
            elif source[j] == OWN:
                for k in range(size):
                    sensed[k] = state[from_place, begin + k]
            elif source[j] == TRAIT:
                for k in range(size):
                    sensed[k] = traits[from_place, begin + k]
            else:
                for k in range(size):
                    sensed[k] = scalars[from_place]
            if j != potential:
                shift, stretch = offset[j], scale[j]
                for k in range(size):
                    sensed[k] = max(0.0, (sensed[k] - shift) * stretch)
        for b in range(baseline.size):
            top, bottom = work[0], work[1]
            for k in range(size):
                top[k] = baseline[b]
                bottom[k] = 1.0
            for r in range(start[b], start[b + 1]):
                sensed, a, c = buffer[signal[r]], first[r], second[r]
                if form[r] == HILL:
                    inverse, q = inverse_half[r], whole[r]
                    if additive[b]:
                        for k in range(size):
                            x = (sensed[k] * inverse) ** power[r]
                            top[k] += c * x / (1.0 + x)
                    elif q == 1:
                        for k in range(size):
                            x = sensed[k] * inverse
                            top[k] *= a + c * x
                            bottom[k] *= 1.0 + x
                    elif q == 2:
                        for k in range(size):
                            x = sensed[k] * inverse
                            x = x * x
                            top[k] *= a + c * x
                            bottom[k] *= 1.0 + x
                    elif q == 3:
                        for k in range(size):
                            x = sensed[k] * inverse
                            x = x * x * x
                            top[k] *= a + c * x
                            bottom[k] *= 1.0 + x
                    elif q == 4:
                        for k in range(size):
                            x = sensed[k] * inverse
                            x = x * x
                            x = x * x
                            top[k] *= a + c * x
                            bottom[k] *= 1.0 + x
                    elif q == 8:
                        for k in range(size):
                            x = sensed[k] * inverse
                            x = x * x
                            x = x * x
                            x = x * x
                            top[k] *= a + c * x
                            bottom[k] *= 1.0 + x
                    else:
                        for k in range(size):
                            x = (sensed[k] * inverse) ** power[r]
                            top[k] *= a + c * x
                            bottom[k] *= 1.0 + x
                elif form[r] == POWER:
                    for k in range(size):
                        top[k] *= (sensed[k] / a) ** c
                elif form[r] == LINEAR:
                    for k in range(size):
                        if additive[b]:
                            top[k] += c * (sensed[k] - a)
                        else:
                            top[k] *= max(0.0, 1.0 + c * (sensed[k] - a))
                else:
                    voltage = buffer[potential]
                    for k in range(size):
                        top[k] *= a
                        bottom[k] *= 1.0 + sensed[k] * c * np.exp(-half[r] * voltage[k])
            left, limit, step = residual[b], maximum[b], rate[b]
            for k in range(size):
                target = min(limit, top[k] / bottom[k] * left)
                state[b, begin + k] += step * (target - state[b, begin + k])


def advance_arrays(
    state: Floats, count: int, levels: Floats, voxel: Integers, traits: Floats, scalars: Floats, rate: Floats,
    source: Integers, place: Integers, offset: Floats, scale: Floats, potential: int,
    start: Integers, signal: Integers, form: Integers, first: Floats, second: Floats, half: Floats,
    inverse_half: Floats, power: Floats, whole: Integers, baseline: Floats, additive: Flags, maximum: Floats,
    residual: Floats, buffer: Floats, work: Floats,
) -> None:  # fmt: skip
    """Do what `advance` does with whole-array NumPy."""
    sensed: list[Any] = []
    for j in range(source.size):
        raw = (
            levels[place[j], voxel[:count]] if source[j] == LEVEL
            else state[place[j], :count].copy() if source[j] == OWN
            else traits[place[j], :count] if source[j] == TRAIT
            else np.full(count, scalars[place[j]])
        )  # fmt: skip
        sensed.append(raw if j == potential else np.maximum(0.0, (raw - offset[j]) * scale[j]))
    for b in range(baseline.size):
        top, bottom = np.full(count, baseline[b]), np.ones(count)
        for r in range(start[b], start[b + 1]):
            s, a, c = sensed[signal[r]], first[r], second[r]
            if form[r] == HILL:
                x = (s * inverse_half[r]) ** (power[r] if whole[r] == 0 else int(whole[r]))
                if additive[b]:
                    top += c * x / (1.0 + x)
                else:
                    top *= a + c * x
                    bottom *= 1.0 + x
            elif form[r] == POWER:
                top *= (s / a) ** c
            elif form[r] == LINEAR:
                if additive[b]:
                    top += c * (s - a)
                else:
                    top *= np.maximum(0.0, 1.0 + c * (s - a))
            else:
                top *= a
                bottom *= 1.0 + s * c * np.exp(-half[r] * sensed[potential])
        target = np.minimum(maximum[b], top / bottom * residual[b])
        state[b, :count] += rate[b] * (target - state[b, :count])
