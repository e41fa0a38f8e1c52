"""From ten thousand cells to a million: time for a cell's hour, and memory."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Iterator

from mgcells.benchmarks.measure import resident_bytes
from mgcells.benchmarks.subjects import (
    array_bytes,
    model_bytes,
    population_bytes,
    populations,
    scaled_model,
    wirings,
)
from mgcells.benchmarks.suite import BenchmarkRow, limit
from mgcells.fields.workspace import WORKSPACE
from mgcells.subject.subject import Subject
from mgcells.tissues.tissue import Tissue

GROUP, UNIT = "size", "ns per cell-hour"
DAYS, HOURS_A_DAY = 24, 24
LONGEST_MINUTES = 3.0
MOST_BYTES = 300.0
TURNS = 8
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)


def rows(quick: bool) -> Iterator[BenchmarkRow]:
    """Yield the rows of this group: sizes take turns, so that a machine whose speed changes is as fast for all.

    The largest lives for 24 days, the others a stretch in every turn.
    """
    scaled_model(SIZES[0]).step()
    models = [scaled_model(cells) for cells in (SIZES[:3] if quick else SIZES)]
    largest, whole = models[-1], HOURS_A_DAY if quick else DAYS * HOURS_A_DAY
    hours = {model: max(5, 500_000 // model.cells) for model in models} | {largest: whole // TURNS}
    stretches: dict[Subject, list[tuple[float, float]]] = {model: [] for model in models}
    for _ in range(TURNS):
        for model in models:
            stretches[model].append(_stretch(model, hours[model]))
    each = {model: statistics.median(nanoseconds for nanoseconds, _ in stretches[model]) for model in models}
    most = 1.5 * min(each.values())
    for model in models:
        yield limit(
            GROUP, f"{model.cells:,} living cells", UNIT, each[model], most, target="within 50 % of the least",
            note=f"median of {TURNS} stretches of {hours[model]} hours; observables are not measured",
            cells=model.cells,
        )  # fmt: skip
    minutes = sum(took for _, took in stretches[largest]) / 60.0
    yield limit(
        GROUP, f"{largest.cells:,} cells, {DAYS} days by the hour", "min", minutes * DAYS * HOURS_A_DAY / whole,
        LONGEST_MINUTES, target="a million in under 3 min", note=f"{whole} hours run",
    )  # fmt: skip
    yield from _memory(largest, resident_bytes() / sum(model.cells for model in models))


def _stretch(model: Subject, hours: int) -> tuple[float, float]:
    """Return ns per cell-hour and the CPU seconds of a stretch of life."""
    begin, lived = time.process_time(), 0
    for _ in range(hours):
        model.step()
        lived += model.cells
    took = time.process_time() - begin
    return took / lived * 1e9, took


def _memory(model: Subject, resident: float) -> Iterator[BenchmarkRow]:
    cells = model.cells
    columns = sum(population_bytes(population) for population in populations(model)) / cells
    solving = [WORKSPACE, *(field for tissue in model.tissues.values() for field in _fields(tissue))]
    fields = array_bytes(solving) / cells
    synapses = array_bytes(wirings(model)) / cells
    everything = model_bytes(model) / cells - synapses
    voxels = sum(tissue.shape[0] * tissue.shape[1] for tissue in model.tissues.values()) / cells
    yield limit(GROUP, "memory of the cells themselves, spare rows included", "bytes per cell", columns, MOST_BYTES)
    note = (
        f"{voxels:.1f} voxels per living cell, most of them of bone; {fields:.0f} bytes are fields with the working "
        f"arrays of their solver; synapses take {synapses:.0f} more; {resident:.0f} of the process "
        "are resident"
    )
    yield limit(
        GROUP, "memory of everything but synapses: cells, lattices, fields, niches", "bytes per cell", everything,
        MOST_BYTES, note=note,
    )  # fmt: skip


def _fields(tissue: Tissue) -> Iterable[object]:
    fields = getattr(tissue, "fields", {})
    return fields.values() if isinstance(fields, dict) else fields
