"""What a row of the suite is, which groups of rows there are, and how they are run."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mgcells.benchmarks.measure import machine
from mgcells.errors import InputProblems, Problem, suggestion

GROUPS = {
    "rules": "mgcells.benchmarks.rule_rows",
    "fields": "mgcells.benchmarks.field_rows",
    "twin": "mgcells.benchmarks.twin_rows",
    "model": "mgcells.benchmarks.model_rows",
    "size": "mgcells.benchmarks.size_rows",
    "batch": "mgcells.benchmarks.batch_rows",
}


@dataclass(frozen=True)
class BenchmarkRow:
    """One line of the table.

    Attributes
    ----------
    ours, reference : float or None
        In `unit`; None where there is nothing to measure or to compare with.
    ratio : float or None
        How many times faster than the reference.
    target : str
        In words; empty when the row only informs.
    passed : bool or None
        None when the row has no target or was skipped.
    note : str
        Agreement of results, or why the row was skipped.
    cells : int
        Living cells, where the row is a point of the growth curve; otherwise 0.
    """

    group: str
    work: str
    unit: str = ""
    ours: float | None = None
    against: str = ""
    reference: float | None = None
    ratio: float | None = None
    target: str = ""
    passed: bool | None = None
    note: str = ""
    cells: int = 0


@dataclass(frozen=True)
class Report:
    """All rows of a run of the suite and the machine it ran on."""

    machine: dict[str, str]
    quick: bool
    rows: tuple[BenchmarkRow, ...]


def compare(
    group: str, work: str, unit: str, ours: float, against: str, reference: float, *, least: float | None = None,
    target: str = "", note: str = "", holds: bool = True,
) -> BenchmarkRow:  # fmt: skip
    """Return a row of two times; `least` is how many times faster than the reference it has to be.

    `holds` is False when the results disagree, which fails the row whatever its time.
    """
    ratio = reference / ours
    passed = None if least is None else ratio >= least and holds
    return BenchmarkRow(group, work, unit, ours, against, reference, ratio, target, passed, note)


def limit(
    group: str, work: str, unit: str, ours: float, most: float, *, target: str = "", note: str = "", holds: bool = True,
    cells: int = 0,
) -> BenchmarkRow:  # fmt: skip
    """Return a row whose figure may be at most `most`."""
    shown = target or f"at most {most:g} {unit}"
    return BenchmarkRow(group, work, unit, ours, target=shown, passed=ours <= most and holds, note=note, cells=cells)


def skipped(group: str, work: str, reason: str) -> BenchmarkRow:
    """Return a row that could not be measured here."""
    return BenchmarkRow(group, work, note=f"skipped: {reason}")


def run_suite(
    only: Sequence[str] = (), *, quick: bool = False, progress: Callable[[str], None] | None = None
) -> Report:
    """Run the benchmarks.

    Parameters
    ----------
    only : sequence of str
        Groups to run; all when empty.
    quick : bool
        Smaller sizes and fewer passes.
    progress : callable, optional
        Told what is about to be measured.

    Raises
    ------
    InputProblems
        There is no such group.
    """
    unknown = [name for name in only if name not in GROUPS]
    if unknown:
        raise InputProblems(
            [Problem("--only", 0, f"no benchmark is called '{name}'{suggestion(name, GROUPS)}") for name in unknown]
        )
    rows: list[BenchmarkRow] = []
    for group in GROUPS:
        if only and group not in only:
            continue
        if progress:
            progress(group)
        measured: Iterator[BenchmarkRow] = importlib.import_module(GROUPS[group]).rows(quick)
        for row in measured:
            rows.append(row)
            if progress:
                progress(f"{group}: {row.work}")
    return Report(machine(), quick, tuple(rows))
