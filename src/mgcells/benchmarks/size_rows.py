"""From ten thousand cells to a million: time for a cell's hour, and memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mgcells.benchmarks.measure import resident_bytes
from mgcells.benchmarks.subjects import array_bytes, population_bytes, populations, scaled_model
from mgcells.benchmarks.suite import Row, limit
from mgcells.cells.network import Wiring
from mgcells.fields.workspace import WORKSPACE
from mgcells.life import Life
from mgcells.tissues.nervous import NervousTissue
from mgcells.tissues.tissue import Tissue

GROUP, UNIT = "size", "ns per cell-hour"
DAYS, HOURS_A_DAY = 24, 24
LONGEST_MINUTES = 3.0
MOST_BYTES = 300.0
STRETCHES = 3
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)


def rows(quick: bool) -> Iterator[Row]:
    """Yield the rows of this group: a whole run of 24 days at the largest size, a stretch of it at the others."""
    scaled_model(SIZES[0]).step()
    sizes = SIZES[:3] if quick else SIZES
    points: list[Row] = []
    for cells in sizes[:-1]:
        model = scaled_model(cells)
        stretches = [_stretch(model, max(10, min(100, 1_000_000 // cells))) for _ in range(STRETCHES)]
        each, hours, _ = sorted(stretches)[STRETCHES // 2]
        note = f"median of {STRETCHES} stretches of {hours} hours; observables are not measured"
        points.append(Row(GROUP, f"{model.cells:,} living cells", UNIT, each, cells=model.cells, note=note))
        del model
    model = scaled_model(sizes[-1])
    each, hours, took = _stretch(model, HOURS_A_DAY if quick else DAYS * HOURS_A_DAY)
    note = f"{hours} hours; observables are not measured"
    points.append(Row(GROUP, f"{model.cells:,} living cells", UNIT, each, cells=model.cells, note=note))
    most = 1.5 * min(point.ours or 0.0 for point in points)
    for point in points:
        yield replace(point, target="within 50 % of the least", passed=(point.ours or 0.0) <= most)
    yield limit(
        GROUP, f"{model.cells:,} cells, {DAYS} days by the hour", "min", took * DAYS * HOURS_A_DAY / hours / 60.0,
        LONGEST_MINUTES, target="a million in under 3 min", note=f"{hours} hours run",
    )  # fmt: skip
    yield from _memory(model)


def _stretch(model: Life, hours: int) -> tuple[float, int, float]:
    """Return ns per cell-hour, the hours, and the CPU seconds of a stretch of life."""
    begin, lived = time.process_time(), 0
    for _ in range(hours):
        model.step()
        lived += model.cells
    took = time.process_time() - begin
    return took / lived * 1e9, hours, took


def _memory(model: Life) -> Iterator[Row]:
    cells = model.cells
    columns = sum(population_bytes(population) for population in populations(model)) / cells
    solving = [WORKSPACE, *(field for tissue in model.tissues.values() for field in _fields(tissue))]
    fields = array_bytes(solving) / cells
    synapses = array_bytes(_wirings(model)) / cells
    everything = array_bytes([WORKSPACE, *model.tissues.values()]) / cells - synapses
    voxels = sum(tissue.shape[0] * tissue.shape[1] for tissue in model.tissues.values()) / cells
    yield limit(GROUP, "memory of the cells themselves, spare rows included", "bytes per cell", columns, MOST_BYTES)
    note = (
        f"{voxels:.1f} voxels per living cell, most of them of bone; {fields:.0f} bytes are fields with the working "
        f"arrays of their solver; synapses take {synapses:.0f} more; {resident_bytes() / cells:.0f} of the process "
        "are resident"
    )
    yield limit(
        GROUP, "memory of everything but synapses: cells, lattices, fields, niches", "bytes per cell", everything,
        MOST_BYTES, note=note,
    )  # fmt: skip


def _wirings(model: Life) -> list[Wiring]:
    return [tissue.wiring for tissue in model.tissues.values() if isinstance(tissue, NervousTissue)]


def _fields(tissue: Tissue) -> Iterable[object]:
    fields = getattr(tissue, "fields", {})
    return fields.values() if isinstance(fields, dict) else fields
