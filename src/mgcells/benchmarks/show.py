"""The report of the suite as a table on the terminal, as plain data and as Markdown."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from mgcells.benchmarks.suite import BenchmarkRow, Report

HEADINGS = ("", "work", "ours", "reference", "ratio", "target", "notes")
MARKS = {True: "pass", False: "MISSED", None: ""}


def cells_of(row: BenchmarkRow) -> tuple[str, ...]:
    """Return the words of a row, under HEADINGS."""
    ours = "" if row.ours is None else f"{number(row.ours)} {row.unit}"
    reference = "" if row.reference is None else f"{number(row.reference)} {row.unit}: {row.against}"
    ratio = "" if row.ratio is None else f"{number(row.ratio)}"
    return MARKS[row.passed], row.work, ours, reference, ratio, row.target, row.note


def number(value: float) -> str:
    """Return three figures, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 99.95 else f"{value:#.3g}"


def verdict(report: Report) -> str:
    """Return how many targets were met, in a sentence."""
    judged = [row for row in report.rows if row.passed is not None]
    missed = [row.work for row in judged if not row.passed]
    text = f"{len(judged) - len(missed)} of {len(judged)} targets met"
    return f"{text}; missed: {'; '.join(missed)}." if missed else f"{text}."


def print_report(report: Report, console: Console) -> None:
    """Print the table, group by group, and the machine."""
    table = Table(
        *HEADINGS, title="mgcells bench: ours against references of the same run (ratio: times faster than it)",
        title_justify="left", show_lines=False, pad_edge=False,
    )  # fmt: skip
    group = ""
    for row in report.rows:
        if row.group != group:
            group = row.group
            table.add_section()
            table.add_row("", f"[bold]{group}[/bold]")
        mark, *words = cells_of(row)
        colour = {"pass": "green", "MISSED": "red", "": "dim"}[mark]
        table.add_row(f"[{colour}]{mark}[/{colour}]", *words)
    console.print(table)
    console.print("; ".join(f"{name} {value}" for name, value in report.machine.items()), highlight=False)
    console.print(verdict(report), highlight=False)


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as it goes into JSON."""
    return {"machine": report.machine, "quick": report.quick, "rows": [asdict(row) for row in report.rows]}
