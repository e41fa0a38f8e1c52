"""From ten thousand cells to a million: time for a cell's hour, and memory."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Iterator

from mgcells.benchmarks.measure import resident_bytes
from mgcells.benchmarks.subjects import (
    array_bytes,
    population_bytes,
    populations,
    scaled_subject,
    subject_bytes,
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
    scaled_subject(SIZES[0]).step()
    subjects = [scaled_subject(cells) for cells in (SIZES[:3] if quick else SIZES)]
    largest, whole = subjects[-1], HOURS_A_DAY if quick else DAYS * HOURS_A_DAY
    hours = {subject: max(5, 500_000 // subject.cells) for subject in subjects} | {largest: whole // TURNS}
    stretches: dict[Subject, list[tuple[float, float]]] = {subject: [] for subject in subjects}
    for _ in range(TURNS):
        for subject in subjects:
            stretches[subject].append(_stretch(subject, hours[subject]))
    each = {subject: statistics.median(nanoseconds for nanoseconds, _ in stretches[subject]) for subject in subjects}
    most = 1.5 * min(each.values())
    for subject in subjects:
        yield limit(
            GROUP, f"{subject.cells:,} living cells", UNIT, each[subject], most, target="within 50 % of the least",
            note=f"median of {TURNS} stretches of {hours[subject]} hours; observables are not measured",
            cells=subject.cells,
        )  # fmt: skip
    minutes = sum(took for _, took in stretches[largest]) / 60.0
    yield limit(
        GROUP, f"{largest.cells:,} cells, {DAYS} days by the hour", "min", minutes * DAYS * HOURS_A_DAY / whole,
        LONGEST_MINUTES, target="a million in under 3 min", note=f"{whole} hours run",
    )  # fmt: skip
    yield from _memory(largest, resident_bytes() / sum(subject.cells for subject in subjects))


def _stretch(subject: Subject, hours: int) -> tuple[float, float]:
    """Return ns per cell-hour and the CPU seconds of a stretch of life."""
    begin, lived = time.process_time(), 0
    for _ in range(hours):
        subject.step()
        lived += subject.cells
    took = time.process_time() - begin
    return took / lived * 1e9, took


def _memory(subject: Subject, resident: float) -> Iterator[BenchmarkRow]:
    cells = subject.cells
    columns = sum(population_bytes(population) for population in populations(subject)) / cells
    solving = [WORKSPACE, *(field for tissue in subject.tissues.values() for field in _fields(tissue))]
    fields = array_bytes(solving) / cells
    synapses = array_bytes(wirings(subject)) / cells
    everything = subject_bytes(subject) / cells - synapses
    voxels = sum(tissue.shape[0] * tissue.shape[1] for tissue in subject.tissues.values()) / cells
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
