"""Rules against a C loop written for the same table, and against other agent engines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from mgcells.arrays import Floats
from mgcells.benchmarks.c_loop import FLAGS, c_step, compiler
from mgcells.benchmarks.measure import alternate
from mgcells.benchmarks.peers import PEERS
from mgcells.benchmarks.suite import BenchmarkRow, compare, limit, skipped
from mgcells.benchmarks.workloads import Cells, tissue_cells, tissue_table, unit_cells, unit_table
from mgcells.rules import arrays

GROUP, UNIT = "rules", "ns per cell-row"
AGREEMENT = 1e-12
# What PhysiCell 1.14.2, built with its own default flags, needs for its work units on one core of a 2-core Xeon VM
# with AVX-512: whole population passes of `apply_ruleset`, 100 000 cells, 10 rows each.
PHYSICELL = {("A", 4.0): 280.0, ("B", 4.0): 196.0, ("B", 2.5): 205.0}


def rows(quick: bool) -> Iterator[BenchmarkRow]:
    """Yield the rows of this group."""
    passes = 3 if quick else 7
    for powers, words in (
        ("whole", "whole Hill powers"),
        ("mixed", "6 of 24 powers not whole"),
        ("real", "real powers"),
    ):
        for count in (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000):
            yield from _against_c(powers, words, count, passes)
    yield from _against_peers(2_000 if quick else 10_000, passes)
    for (unit, hill), theirs in PHYSICELL.items():
        yield _physicell(unit, hill, theirs, passes)


def differ(a: Floats, b: Floats) -> float:
    """Return the largest relative difference."""
    return float(np.abs(a / b - 1.0).max())


def _against_c(powers: str, words: str, count: int, passes: int) -> Iterator[BenchmarkRow]:
    work = f"24 rows, {words}, {count:,} cells"
    if compiler() is None:
        yield skipped(GROUP, work, "no C compiler")
        return
    table = tissue_table(powers)
    c, strongest = c_step(table, 1.0), c_step(table, 1.0, shared=True)
    ours, theirs = tissue_cells(table, count), tissue_cells(table, count)
    for _ in range(3):
        ours.advance(table)
        c(theirs.state, theirs.levels, theirs.voxel)
    error = differ(ours.state, theirs.state)
    tasks = {
        "ours": lambda: ours.advance(table),
        "C": lambda: c(theirs.state, theirs.levels, theirs.voxel),
        "strongest C": lambda: strongest(theirs.state, theirs.levels, theirs.voxel),
    }
    times = alternate(tasks, passes=passes)
    scale = 1e9 / (count * len(table.responses))
    least, target = None, ""
    if powers == "whole" and count >= 100_000:
        most = 1.5 if count == 100_000 else 2.0
        least, target = 1.0 / most, f"at most {most:g} times its time (ratio {1 / most:.2f})"
    elif powers == "real":
        least, target = 1.0, "faster"
    row = compare(
        GROUP, work, UNIT, times["ours"] * scale, f"C, {' '.join(FLAGS)}", times["C"] * scale, least=least,
        target=target, holds=error <= AGREEMENT,
        note=f"results within {error:.0e}; C that shares powers as we do: {times['strongest C'] * scale:.2f} ns",
    )  # fmt: skip
    yield row
    if powers == "real" and row.ours is not None:
        yield limit(GROUP, f"{work}: time alone", UNIT, row.ours, 2.0)


def _against_peers(count: int, passes: int) -> Iterator[BenchmarkRow]:
    table = tissue_table("whole")
    scale = 1e9 / (count * len(table.responses))
    for name, make in PEERS.items():
        work = f"24 rows, whole Hill powers, {count:,} cells"
        start = tissue_cells(table, count)
        try:
            peer = make(table, start)
        except ImportError as missing:
            yield skipped(GROUP, f"{work}, against {name}", f"{missing.name} is not installed")
            continue
        ours = start.copy()
        for _ in range(3):
            peer.step()
            ours.advance(table)
        error = differ(ours.state, peer.state())
        times = alternate({"ours": partial(ours.advance, table), "peer": peer.step}, passes=passes)
        least = 300.0 if name == "plain Mesa" else None
        yield compare(
            GROUP, work, UNIT, times["ours"] * scale, name, times["peer"] * scale, least=least,
            target="at least 300 times faster" if least else "", note=f"results within {error:.0e}",
            holds=error <= AGREEMENT,
        )  # fmt: skip
    yield _against_twin(tissue_cells(table, count), passes)


def _against_twin(cells: Cells, passes: int) -> BenchmarkRow:
    table, other, none = tissue_table("whole"), cells.copy(), np.empty((0, 0))
    work = f"24 rows, whole Hill powers, {cells.voxel.size:,} cells"

    def twin() -> None:
        arrays.advance(
            other.state, other.voxel.size, other.levels, other.voxel, none, none.ravel(), *table.arguments(1.0)
        )  # fmt: skip

    for _ in range(3):
        twin()
        cells.advance(table)
    error = differ(cells.state, other.state)
    times = alternate({"ours": lambda: cells.advance(table), "twin": twin}, passes=passes)
    scale = 1e9 / (cells.voxel.size * len(table.responses))
    return compare(
        GROUP, work, UNIT, times["ours"] * scale, "the kernel's twin, in NumPy", times["twin"] * scale, least=0.0,
        target="equal to 1e-12", note=f"results within {error:.0e}", holds=error <= AGREEMENT,
    )  # fmt: skip


def _physicell(unit: str, hill: float, theirs: float, passes: int) -> BenchmarkRow:
    table = unit_table(unit, hill)
    cells = unit_cells(table)
    time = alternate({"ours": lambda: cells.advance(table)}, passes=passes)["ours"]
    return compare(
        GROUP, f"PhysiCell work unit {unit}, Hill power {hill:g}", UNIT,
        time * 1e9 / (cells.voxel.size * len(table.responses)), "PhysiCell 1.14.2, its own flags", theirs, least=100.0,
        target="at least 100 times faster",
        note="measured apart, on one core of an AVX-512 Xeon; rows multiply here, share one saturation there",
    )  # fmt: skip
