"""The whole model, births and deaths: what an hour of a living cell costs, and how that grows with size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from mgcells.benchmarks.measure import alternate
from mgcells.benchmarks.subjects import SCENARIO, scaled_subject, wirings
from mgcells.benchmarks.suite import BenchmarkRow, limit
from mgcells.benchmarks.workloads import VOXELS, tissue_cells, tissue_table
from mgcells.cells.population import Population
from mgcells.scenario.shipped import find_scenario
from mgcells.streams import Streams, daughters

GROUP, UNIT = "model", "us per cell-hour"
MOST, MOST_WITHOUT_NETWORK = 1.0, 0.5
DEATHS = BIRTHS = 0.01


def rows(quick: bool) -> Iterator[BenchmarkRow]:
    """Yield the rows of this group."""
    passes = 3 if quick else 5
    for cells in (2_000,) if quick else (2_000, 10_000):
        yield _whole(cells, passes)
    for tissue in find_scenario(SCENARIO).tissues:
        yield _whole(2_000, passes, tissue)
    yield _turnover(20_000 if quick else 100_000, passes)


def _whole(cells: int, passes: int, tissue: str | None = None) -> BenchmarkRow:
    subject = scaled_subject(cells, tissue=tissue)

    def hour() -> None:
        subject.step()
        subject.measure()

    time = alternate({"hour": hour}, passes=passes, seconds=0.5)["hour"]
    where = "four tissues" if tissue is None else f"{tissue} alone"
    joined = bool(wirings(subject))
    parts = "fields, network, births, deaths" if joined else "fields, births, deaths, no network"
    note = f"{subject.cells:,} cells, {len(subject.observables)} observables; {parts}"
    most = MOST if joined else MOST_WITHOUT_NETWORK
    return limit(
        GROUP, f"{cells:,} cells in {where}, every hour measured", UNIT, time * 1e6 / subject.cells, most, note=note
    )


def _turnover(cells: int, passes: int) -> BenchmarkRow:
    """Compare an hour of rules and fates with one in which 1 % of the cells also die and 1 % divide."""
    table = tissue_table("whole")
    start = tissue_cells(table, cells)
    draws = Streams(1, 0)
    crowds = {}
    for name in ("settled", "turning over"):
        crowd = Population(name, table, capacity=cells)
        crowd.add(np.arange(cells, dtype=np.uint64), start.voxel)
        crowds[name] = crowd
    hour = dict.fromkeys(crowds, 0)
    none = np.empty(0)

    def live(name: str) -> None:
        crowd = crowds[name]
        hour[name] += 1
        crowd.advance(start.levels, none, 1.0)
        fate = draws.uniform("bench.fate", hour[name], crowd.uid[: crowd.count])
        dying, dividing = fate < DEATHS, fate >= 1.0 - BIRTHS
        if name == "settled":
            return
        dead, mothers = np.flatnonzero(dying), np.flatnonzero(dividing)
        voxel = (crowd.voxel[mothers] + 1) % VOXELS
        crowd.add(daughters(crowd.uid[mothers], hour[name]), voxel, mothers=mothers)
        crowd.remove(dead)

    times = alternate({name: partial(live, name) for name in crowds}, passes=passes)
    settled, turning = (times[name] / cells * 1e9 for name in ("settled", "turning over"))
    return limit(
        GROUP, f"{cells:,} cells of 24 rows: 1 % die and 1 % divide every hour", "% more than without",
        100.0 * (turning / settled - 1.0), 30.0, target="at most 30 % more",
        note=f"{settled:.1f} ns per cell-hour without, {turning:.1f} with; rules and a draw each, no fields",
    )  # fmt: skip
