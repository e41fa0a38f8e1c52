"""From ten thousand cells to a million: time for a cell's hour, and memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from mgcells.benchmarks.measure import resident_bytes
from mgcells.benchmarks.subjects import living, population_bytes, populations, scaled_model
from mgcells.benchmarks.suite import Row, limit

GROUP, UNIT = "size", "ns per cell-hour"
DAYS, HOURS_A_DAY = 24, 24
LONGEST_MINUTES = 3.0
MOST_BYTES = 300.0
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)


def rows(quick: bool) -> Iterator[Row]:
    """Yield the rows of this group: a whole run of 24 days at the largest size, a stretch of it at the others."""
    scaled_model(2_000).step()
    sizes = SIZES[:3] if quick else SIZES
    smallest = 0.0
    for cells in sizes:
        last = cells == sizes[-1]
        whole = last and not quick
        before = resident_bytes()
        model = scaled_model(cells)
        model.step()
        hours = DAYS * HOURS_A_DAY - 1 if whole else max(10, min(200, 2_000_000 // cells))
        begin, lived = time.process_time(), 0
        for _ in range(hours):
            model.step()
            lived += living(model)
        took = time.process_time() - begin
        each = took / lived * 1e9
        smallest = min(smallest, each) if smallest else each
        point = limit(
            GROUP, f"{living(model):,} living cells", UNIT, each, 1.5 * smallest,
            target="within 50 % of the least", note=f"{hours} hours; observables are not measured",
        )  # fmt: skip
        yield replace(point, cells=living(model))
        if last:
            minutes = took * DAYS * HOURS_A_DAY / hours / 60.0
            yield limit(
                GROUP, f"{living(model):,} cells, {DAYS} days by the hour", "min", minutes, LONGEST_MINUTES,
                target="a million in under 3 min", note="run to the end" if whole else "from 1 day: times 24",
            )  # fmt: skip
            crowd = populations(model)
            bytes_each = sum(population_bytes(population) for population in crowd) / living(model)
            resident = (resident_bytes() - before) / living(model)
            voxels = sum(tissue.shape[0] * tissue.shape[1] for tissue in model.tissues.values()) / living(model)
            yield limit(
                GROUP, "memory of the cells themselves, spare rows included", "bytes per cell", bytes_each, MOST_BYTES
            )
            yield limit(
                GROUP, "memory of everything: cells, lattices, fields, niches", "bytes per cell", resident, MOST_BYTES,
                note=f"resident memory; {voxels:.1f} voxels per living cell, most of them of the bone section",
            )  # fmt: skip
        del model
