"""The report of the suite in words, for the terminal and for Markdown, and as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mgcells.benchmarks.suite import BenchmarkRow, Report

MARKS = {True: "pass", False: "MISSED", None: ""}


def cells_of(row: BenchmarkRow) -> tuple[str, ...]:
    """Return the words of a row, under the headings of the page."""
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


def sentences(row: BenchmarkRow) -> list[str]:
    """Return what a row says but for its mark: the work, then the figures, then the notes, without what is empty."""
    _, work, ours, reference, ratio, target, note = cells_of(row)
    figures = [f"ours {ours}" if ours else "", f"reference {reference}" if reference else "",
               f"{ratio} times faster" if ratio else "", f"target: {target}" if target else ""]  # fmt: skip
    return [text for text in (work, "; ".join(filter(None, figures)), note) if text]


def as_data(report: Report) -> dict[str, Any]:
    """Return the report as it goes into JSON."""
    return {"machine": report.machine, "quick": report.quick, "rows": [asdict(row) for row in report.rows]}
