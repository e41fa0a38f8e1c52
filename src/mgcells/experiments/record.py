"""Verdicts of today against those that were recorded, and the writing of the record."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from mgcells.errors import InputProblems, Problem
from mgcells.experiments.page import shown
from mgcells.library import Library
from mgcells.library.layers import Layer
from mgcells.library.verdicts import COLUMNS, PASS, Row, Verdicts, read_record, record_path
from mgcells.places import write_output
from mgcells.reporting.tables import rows_of


@dataclass(frozen=True)
class Shift:
    """An expectation whose verdict is another than the recorded one."""

    experiment: str
    observable: str
    comparison: str
    before: str
    now: str

    @property
    def text(self) -> str:
        """The shift in words."""
        return f"{self.experiment}: {self.observable}, {self.comparison}: was {self.before}, is {self.now}"


@dataclass(frozen=True)
class Compared:
    """What became worse and what better than recorded, and how many expectations have no recorded verdict."""

    worse: tuple[Shift, ...] = ()
    better: tuple[Shift, ...] = ()
    unrecorded: int = 0


def compare(table: pd.DataFrame, verdicts: Verdicts) -> Compared:
    """Return how the verdicts of a table differ from the recorded ones.

    Worse is what held and does not any more, be it for want of a result; better is what holds now and did not.
    """
    worse, better = list[Shift](), list[Shift]()
    unrecorded = 0
    for name, rows in _read(table).items():
        for (observable, comparison), now in rows.items():
            before = verdicts.get(name, {}).get((observable, comparison))
            if before is None:
                unrecorded += 1
            elif (before == PASS) != (now == PASS):
                (worse if before == PASS else better).append(Shift(name, observable, comparison, before, now))
    return Compared(tuple(worse), tuple(better), unrecorded)


def refuse_unwritable(library: Library, names: Iterable[str]) -> None:
    """Refuse, before anything runs, a record that could not be written; InputProblems names each."""
    problems = []
    for layer in _layers(library, names):
        path = record_path(layer)
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            problems.append(Problem(str(path), 0, "cannot be written, so that nothing can be recorded there"))
    if problems:
        raise InputProblems(problems)


def write_records(table: pd.DataFrame, library: Library) -> list[str]:
    """Write the verdicts of a table into the records of the libraries to which its experiments belong.

    What was recorded of other experiments stays; what is recorded of an experiment that is gone is dropped.

    Returns
    -------
    list of str
        The files.
    """
    now = _read(table)
    written = []
    for layer in _layers(library, now):
        path = record_path(layer)
        known = read_record(path) | now
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name in library.experiments:
            if library.place("experiments", name).layer == layer.name:
                writer.writerows((name, *row, verdict) for row, verdict in known.get(name, {}).items())
        write_output(path, text.getvalue())
        written.append(str(path))
    return written


def _layers(library: Library, names: Iterable[str]) -> list[Layer]:
    owners = {library.place("experiments", name).layer for name in names}
    return [layer for layer in library.layers if layer.name in owners]


def _read(table: pd.DataFrame) -> dict[str, dict[Row, str]]:
    found: dict[str, dict[Row, str]] = {}
    for row in rows_of(table):
        cells = shown(row)
        found.setdefault(row["experiment"], {})[cells["Observable"], cells["Comparison"]] = row["verdict"]
    return found
