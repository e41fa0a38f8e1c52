"""A whole tissue against its twin in plain Mesa."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mgcells.arrays import Floats
from mgcells.benchmarks.measure import alternate
from mgcells.benchmarks.suite import BenchmarkRow, compare
from mgcells.benchmarks.twin import PlainBrain, brain, drives
from mgcells.tissues.nervous.brain import Brain
from mgcells.tissues.nervous.nervous_tissue import NICHE

GROUP, UNIT = "twin", "ns per neuron-hour"
AGREEMENT = 1e-12
# Fields are corrected in single precision, so that a difference in the last bit of a source grows.
FIELD_AGREEMENT = 1e-9
HOURS_COMPARED = 24


def rows(quick: bool) -> Iterator[BenchmarkRow]:
    """Yield the rows of this group."""
    sides = (20, 25) if quick else (40, 50)
    fast, calm = brain(*sides)
    plain = PlainBrain(brain(*sides)[0])
    loaded = replace(calm, csf_magnesium=1.2 * calm.csf_magnesium, csf_threonate=3.0 * calm.csf_threonate)
    scalars = np.array(drives(calm.values))

    def rules() -> None:
        fast.niche.advance(fast.levels, scalars, 1.0)
        fast.neurons.advance(fast.levels, scalars, 1.0)

    for hour in range(HOURS_COMPARED):
        plain.bathe(replace(loaded if hour % 2 else calm, hour=float(hour + 1)))
        fast.levels[:NICHE] = plain.levels[:NICHE]
        fast.niche.advance(fast.levels, scalars, 1.0)
        fast.show_niche(fast.niche, fast.levels)
        fast.neurons.advance(fast.levels, scalars, 1.0)
        plain.answer()
    error = _error(fast, plain)
    passes, neurons = 3 if quick else 5, sides[0] * sides[1]
    scale = 1e9 / neurons
    work = f"brain, {neurons:,} neurons and as many pieces of niche"
    times = alternate({"ours": rules, "plain": plain.answer}, passes=passes)
    yield compare(
        GROUP, f"{work}: rules alone", UNIT, times["ours"] * scale, "plain Mesa twin", times["plain"] * scale,
        least=100.0, target="at least 100 times faster", note=f"results of {HOURS_COMPARED} h within {error:.0e}",
        holds=error <= AGREEMENT,
    )  # fmt: skip
    fast, _ = brain(*sides)
    plain = PlainBrain(brain(*sides)[0])
    for hour in range(HOURS_COMPARED):
        now = replace(loaded if hour % 2 else calm, hour=float(hour + 1))
        fast.step(now, 1.0)
        plain.live(now)
    error = _error(fast, plain)
    # Surroundings that never stand still, so that fields are solved every hour.
    states = iter(range(10**9))

    def lively(step: object) -> None:
        now = loaded if next(states) % 2 else calm
        if step == "ours":
            fast.step(now, 1.0)
        else:
            plain.live(now)

    times = alternate({"ours": lambda: lively("ours"), "plain": lambda: lively("plain")}, passes=passes)
    yield compare(
        GROUP, f"{work}: the whole step", UNIT, times["ours"] * scale, "plain Mesa twin, our fields and network",
        times["plain"] * scale, note=f"results of {HOURS_COMPARED} h within {error:.0e}, as near as fields are solved",
        least=1.0, target=f"results within {FIELD_AGREEMENT:.0e}", holds=error <= FIELD_AGREEMENT,
    )  # fmt: skip


def _error(fast: Brain, plain: PlainBrain) -> float:
    return max(_differ(fast.neurons.state, plain.neurons), _differ(fast.niche.state, plain.niche))


def _differ(a: Floats, b: Floats) -> float:
    """Return the largest difference beside the largest value of the same behaviour (some are zero in health)."""
    a = a[:, : b.shape[1]]
    scale = np.maximum(np.abs(b).max(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    return float((np.abs(a - b) / scale).max())
