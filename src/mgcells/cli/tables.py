"""The results of benchmarks and validations on the terminal: a block for each row, readable at 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mgcells.cli.output import indented, say

if TYPE_CHECKING:
    from mgcells.benchmarks import Report
    from mgcells.experiments import Validation

COLOURS = {"pass": "green", "fail": "red", "MISSED": "red"}
MARK = 11
DETAIL = MARK + 2


def print_benchmarks(report: Report) -> None:
    """Print the rows, group by group, the machine and the verdict."""
    from mgcells.benchmarks.show import MARKS, sentences, verdict

    group = ""
    for row in report.rows:
        if row.group != group:
            group = row.group
            say(group)
        _print_row(MARKS[row.passed], sentences(row))
    for line in (*indented("; ".join(f"{name} {value}" for name, value in report.machine.items()), 0), ""):
        say(line)
    for line in indented(verdict(report), 0):
        say(line)


def print_validation(result: Validation) -> None:
    """Print the verdicts, experiment by experiment, and where the files are."""
    from mgcells.experiments.page import counts, shown
    from mgcells.reporting.tables import rows_of

    for name, rows in result.table.groupby("experiment", sort=False):
        origin = result.origins.get(str(name))
        for line in indented(f"{name}: {result.titles[str(name)]}{f' [{origin}]' if origin else ''}", 0):
            say(line)
        for row in rows_of(rows):
            cells = shown(row)
            within = f"agrees within: {cells['Agrees within']}" if cells["Agrees within"] else ""
            measured = f"measured: {cells['Measured']}" if cells["Measured"] else ""
            figures = [f"predicted: {cells['Predicted'] or 'nothing'}", measured, within]
            what = f"{cells['Observable']}, {cells['Comparison']} ({row['kind']})"
            _print_row(str(row["verdict"]), [what, "; ".join(filter(None, figures))])
    for line in counts(result.table):
        say(line)
    for tally in result.tallies:
        texts = tally.texts()
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        for text in texts:
            say("  ".join(f"{cell:<{width}}" for cell, width in zip(text, widths, strict=True)).rstrip())
    for what, shifts in (("Worse", result.compared.worse), ("Better", result.compared.better)):
        for shift in shifts:
            for line in indented(f"{what} than recorded: {shift.text}", 0):
                say(line)
    if result.compared.unrecorded:
        say(f"Not recorded yet: {result.compared.unrecorded} (validate --record)")
    say(f"Table: {result.files.table}")
    say(f"Page: {result.files.page}")
    for path in result.recorded:
        say(f"Recorded: {path}")


def _print_row(mark: str, sentences: list[str]) -> None:
    first, *others = sentences
    head, *rest = indented(first, MARK)
    say(head[MARK:], lead=f"  {mark:<{MARK - 2}}", colour=COLOURS.get(mark))
    for line in rest:
        say(line)
    for sentence in others:
        for line in indented(sentence, DETAIL):
            say(line)
