"""The page docs/performance.md: the suite's table, the growth curve and the profile, drawn from one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mgcells.benchmarks.profile import shares
from mgcells.benchmarks.show import cells_of, number, verdict
from mgcells.benchmarks.suite import GROUPS, BenchmarkRow, Report
from mgcells.reporting.style import COLOURS, FAINT, INK, SETTINGS, soft_grid
from mgcells.rules.kernels import BLOCK_CELLS

PAGE_FILES = ("performance.md", "performance-growth.png", "performance-profile.png")
PROFILED = (2_000, 10_000, 100_000)
COLUMNS = ("", "work", "ours", "reference", "ratio", "target", "notes")
TITLES = {
    "rules": "Rules",
    "fields": "Fields",
    "twin": "A tissue and its twin in plain Mesa",
    "model": "The whole model, births and deaths",
    "size": "Growth and memory",
    "batch": "Batches",
}
INTRODUCTION = """\
# Performance

This page is written by `mgcells bench --docs docs`; run it to get the table for your machine. {verdict}

Figures are CPU time of one process on one core, the median of passes in which the competitors take turns, so other jobs
on the machine change them little; rows about batches take time from the clock and say how busy the machine was. *Ratio*
is how many times faster than the reference. Where two engines do the same work, their results are compared first, and a
row fails when they differ by more than 1e-12. The tests check equality, never time.

Machine: {machine}.
"""
EXPLANATION = """\
## Where the time goes

![Share of the time of a step by part of the model](performance-profile.png)

{shares}

Rules and fields are compiled loops over arrays: rules take all cells of a type through one table, {block} at a time,
so that what the rows share (a power of a signal) is worked out once and stays in the cache; a field takes one implicit
step an hour with one to four multigrid cycles, and none when its sources leave it in equilibrium. At two thousand cells
the rest is Python that is paid once a step whatever the size: reading observables, the order of events, small arrays.
It matters little at a hundred thousand cells, where births, deaths and what cells do come first. Agents are built only
when someone asks for them; no batch does. Kernels are serial: with another job on the machine, threads that wait for
each other were measured forty times slower than one, so a batch uses one process a core.

## How time grows

![Time of a cell's hour against the number of cells](performance-growth.png)

Spreading the fixed cost of a step over more cells makes a cell's hour cheaper; columns that no longer fit into the
cache make it dearer. Lattices grow with the cells, so the number of voxels per cell is constant.
"""


def write_page(report: Report, folder: Path) -> None:
    """Write performance.md, performance-growth.png and performance-profile.png into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {cells: shares(cells) for cells in PROFILED}
    draw_profile(parts, folder / "performance-profile.png")
    draw_growth([row for row in report.rows if row.cells], folder / "performance-growth.png")
    (folder / "performance.md").write_text(page(report, parts), encoding="utf-8", newline="\n")


def page(report: Report, parts: Mapping[int, Mapping[str, float]]) -> str:
    """Return the page as Markdown."""
    machine = ", ".join(f"{name} {value}" for name, value in report.machine.items())
    sections = [INTRODUCTION.format(verdict=verdict(report), machine=machine)]
    for group in GROUPS:
        rows = [row for row in report.rows if row.group == group]
        if rows:
            sections.append(f"## {TITLES[group]}\n\n{_table(rows)}\n")
    largest = max(parts)
    sentence = ", ".join(
        f"{name} {share:.0%}" for name, share in sorted(parts[largest].items(), key=lambda pair: -pair[1])
    )
    sections.append(EXPLANATION.format(block=BLOCK_CELLS, shares=f"With {largest:,} cells: {sentence}."))
    return "\n".join(sections)


def _table(rows: Iterable[BenchmarkRow]) -> str:
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    lines += [f"| {' | '.join(cells_of(row))} |" for row in rows]
    return "\n".join(lines)


def draw_profile(parts: Mapping[int, Mapping[str, float]], path: Path) -> None:
    """Draw a bar of shares for each size."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = Figure(figsize=(8.6, 2.9), layout="constrained")
        axes = figure.add_subplot()
        names = list(next(iter(parts.values())))
        for place, shared in enumerate(parts.values()):
            left = 0.0
            for name, colour in zip(names, COLOURS, strict=False):
                width = 100.0 * shared[name]
                axes.barh(place, width, left=left, color=colour, height=0.62, label=name if place == 0 else None)
                if width >= 5.0:
                    axes.text(
                        left + width / 2, place, f"{width:.0f}", ha="center", va="center", color="white", fontsize=7.5
                    )
                left += width
        axes.set_yticks(range(len(parts)), [f"{cells:,} cells" for cells in parts])
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel("Share of the time of a step (%)")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        figure.legend(loc="outside upper left", ncols=4, handlelength=1.2, columnspacing=1.6)
        figure.savefig(path, metadata={"Software": None})


def draw_growth(points: Sequence[BenchmarkRow], path: Path) -> None:
    """Draw the time of a cell's hour against the number of cells; nothing when no size was measured."""
    if not points:
        return
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = Figure(figsize=(8.6, 3.0), layout="constrained")
        axes = figure.add_subplot()
        sizes = [row.cells for row in points]
        times = [row.ours or 0.0 for row in points]
        axes.plot(sizes, times, color=COLOURS[0], marker="o", markersize=4.5, linewidth=1.5)
        # A number may fall on the line of the limit.
        clear = {"facecolor": axes.get_facecolor(), "edgecolor": "none", "pad": 1.0}
        for size, time in zip(sizes, times, strict=True):
            axes.annotate(
                number(time), (size, time), (0, 7), textcoords="offset points", ha="center", color=INK, bbox=clear
            )
        axes.axhline(1.5 * min(times), color=FAINT, linestyle=(0, (4, 2)), linewidth=0.9)
        axes.annotate(
            "50 % above the least", (1.0, 1.5 * min(times)), (0, 4), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", ha="right", color=INK,
        )  # fmt: skip
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        axes.set_ylim(0, 1.75 * min(times) if max(times) < 1.7 * min(times) else 1.1 * max(times))
        axes.set_xlabel("Living cells in four tissues")
        axes.set_ylabel("ns per cell and hour")
        soft_grid(axes)
        figure.savefig(path, metadata={"Software": None})
