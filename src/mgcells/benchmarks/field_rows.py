"""Local fields against explicit transient steps, and on awkward lattices against a plain one."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats
from mgcells.benchmarks.measure import alternate
from mgcells.benchmarks.suite import BenchmarkRow, compare, limit
from mgcells.benchmarks.transient import explicit, steps_of_an_hour
from mgcells.fields import Field, Medium
from mgcells.tissues.bone.section import trabeculae

GROUP, UNIT = "fields", "ns per voxel and field-hour"
SPACING = 10.0
HOURS = 8
MOST_TIME = 60.0
LARGEST_ERROR = 0.01
TRABECULAR_VOXELS = 8.0
SECONDS = 3600.0
UM2_PER_M2 = 1e12


@dataclass(frozen=True)
class Case:
    """Diffusivity m^2/s, decay 1/s, mean source and greatest uptake 1/s in units of the half-saturation."""

    diffusivity: float
    decay: float
    source: float
    uptake: float
    layer: bool = False

    @property
    def medium(self) -> Medium:
        """In the units of fields."""
        return Medium(self.diffusivity * UM2_PER_M2 * SECONDS, self.decay * SECONDS, 1.0)

    def lattice(self, side: int) -> tuple[Floats, Floats]:
        """Return source and capacity, 1/h: 5 % of voxels secrete, and 15 % or one quarter of the tissue take up."""
        draws = np.random.default_rng(0)
        kind = draws.random((side, side))
        source = np.where(kind < 0.05, self.source * (0.5 + draws.random((side, side))), 0.0)
        source[:, : side // 2] *= 2.0
        capacity = np.where((kind >= 0.05) & (kind < 0.2), self.uptake, 0.0)
        if self.layer:
            capacity[:] = 0.0
            capacity[:, : side // 4] = self.uptake
        return source * SECONDS, capacity * SECONDS


CASES = {
    "cytokine": Case(1e-10, 2e-4, 0.01, 1e-3),
    "strong uptake": Case(1e-10, 2e-4, 0.05, 0.1),
    "no decay": Case(7e-10, 0.0, 0.002, 1e-3),
    "uptake in a layer": Case(1e-10, 2e-4, 0.02, 1e-2, layer=True),
}


def rows(quick: bool) -> Iterator[BenchmarkRow]:
    """Yield the rows of this group."""
    for side in (64,) if quick else (128, 256):
        for name, case in CASES.items():
            if not (case.decay == 0.0 and side > 128):
                yield from _against_explicit(f"{name}, {side} x {side}", case, side)
    yield from _awkward(96 if quick else 128, 3 if quick else 7)


def _against_explicit(work: str, case: Case, side: int) -> Iterator[BenchmarkRow]:
    source, capacity = case.lattice(side)
    field = Field("bench", (side, side), SPACING, case.medium)
    q = case.medium.diffusivity / SPACING**2
    truth = np.zeros((2, side + 2, side + 2))
    steps = steps_of_an_hour(q)
    seen = (source > 0.0) | (capacity > 0.0)
    field.capacity[:] = capacity
    field.source[:] = source
    field.step(1.0)
    field.values[:] = 0.0
    explicit(truth[0].copy(), truth[1].copy(), source, capacity, case.medium.decay, 1.0, q, 1.0 / steps, 1)
    ours, theirs, errors, lowest = [], [], [], math.inf
    for hour in range(HOURS):
        field.source[:] = source * (1.0 + 0.5 * math.sin(2.0 * math.pi * hour / 24.0))
        begin = time.process_time()
        field.step(1.0)
        middle = time.process_time()
        explicit(truth[0], truth[1], field.source, capacity, case.medium.decay, 1.0, q, 1.0, steps)
        theirs.append(time.process_time() - middle)
        ours.append(middle - begin)
        reference = truth[0, 1:-1, 1:-1]
        errors.append(float(np.linalg.norm((field.values - reference)[seen]) / np.linalg.norm(reference[seen])))
        lowest = min(lowest, float(field.values.min()))
    error = statistics.median(errors[1:])
    scale = 1e9 / side**2
    note = f"median error {error:.2%}, first hour {errors[0]:.1%}; lowest value {max(lowest, 0.0):.2g}"
    row = compare(
        GROUP, work, UNIT, statistics.median(ours) * scale, f"explicit, {steps:,} steps an hour",
        statistics.median(theirs) * scale, note=note,
    )  # fmt: skip
    yield row
    assert row.ours is not None
    yield limit(
        GROUP, f"{work}: time and error", UNIT, row.ours, MOST_TIME,
        target="at most 60 ns (then 30), error 1 %, never negative",
        note="below 30 ns" if row.ours <= 30.0 else "", holds=error <= LARGEST_ERROR and lowest >= 0.0,
    )  # fmt: skip


def _awkward(side: int, passes: int) -> Iterator[BenchmarkRow]:
    """Time odd sizes and masked tissue against a square without holes in the same passes."""
    draws = np.random.default_rng(3)
    bone = trabeculae((side, side), 0.25, TRABECULAR_VOXELS, draws)
    masks = {"masked, marrow between trabeculae": ~bone, "masked, 30 % holes at random": draws.random(bone.shape) > 0.3}
    shapes: dict[str, tuple[int, int]] = {
        f"odd, {side - 1} x {side - 1}": (side - 1, side - 1),
        f"oblong, {2 * side + 3} x {side // 2 - 1}": (2 * side + 3, side // 2 - 1),
    } | dict.fromkeys(masks, (side, side))
    case = CASES["cytokine"]
    fields = {"plain": _ready((side, side), case, None)}
    fields |= {name: _ready(shape, case, masks.get(name)) for name, shape in shapes.items()}
    hours = dict.fromkeys(fields, 0)

    def an_hour(name: str) -> None:
        # Sources that alternate by a half keep every step a real solve.
        hours[name] += 1
        field = fields[name]
        field.source *= 1.5 if hours[name] % 2 else 1.0 / 1.5
        field.step(1.0)

    times = alternate({name: partial(an_hour, name) for name in fields}, passes=passes, seconds=0.05)
    plain = times["plain"] * 1e9 / side**2
    for name, (ny, nx) in shapes.items():
        each, cycles = times[name] * 1e9 / (ny * nx), fields[name].cycles / max(1, fields[name].solves)
        yield BenchmarkRow(
            GROUP, name, UNIT, each, f"{side} x {side} without holes", plain, plain / each,
            f"at most {2 * MOST_TIME:g} ns", each <= 2 * MOST_TIME and float(fields[name].values.min()) >= 0.0,
            f"{cycles:.1f} multigrid cycles a solve",
        )  # fmt: skip


def _ready(shape: tuple[int, int], case: Case, mask: NDArray[np.bool_] | None) -> Field:
    source, capacity = case.lattice(max(shape))
    field = Field("bench", shape, SPACING, case.medium, mask=mask)
    field.source[:] = source[: shape[0], : shape[1]]
    field.capacity[:] = capacity[: shape[0], : shape[1]]
    return field
