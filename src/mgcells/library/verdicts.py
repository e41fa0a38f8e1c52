"""The record of verdicts: how each expectation of an experiment fell when the record was last written.

Each library keeps its own, in a table beside its experiments. It is an outcome and no science: nothing that is
simulated reads it, and a library is the same with it and without.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mgcells.errors import InputProblems, Problem
from mgcells.library.layers import DATA, SHIPPED, Layer
from mgcells.library.library import Library
from mgcells.library.located import read_text
from mgcells.library.sheets import read_table

FILE = "verdicts.csv"
COLUMNS = ("experiment", "observable", "comparison", "verdict")
PASS = "pass"
WORDS = (PASS, "fail", "no result")

Row = tuple[str, str]
Verdicts = Mapping[str, Mapping[Row, str]]


def read_verdicts(library: Library) -> dict[str, dict[Row, str]]:
    """Return the recorded verdicts by experiment, then by observable and comparison.

    Raises
    ------
    InputProblems
        A record that cannot be read, with file and line.
    """
    found: dict[str, dict[Row, str]] = {}
    for layer in library.layers:
        for name, rows in read_record(record_path(layer)).items():
            # A record speaks of the experiments of its own library only, so that a replaced one has none.
            if name in library.experiments and library.place("experiments", name).layer == layer.name:
                found[name] = rows
    return found


def record_path(layer: Layer) -> Path:
    """Return where a library keeps its record."""
    return (DATA if layer.name == SHIPPED else Path(layer.where)) / FILE


def read_record(path: Path) -> dict[str, dict[Row, str]]:
    """Return one record, empty where there is none; InputProblems when it cannot be read."""
    if not path.exists():
        return {}
    problems: list[Problem] = []
    found: dict[str, dict[Row, str]] = {}
    for line, row in read_table(read_text(path, str(path)), str(path), COLUMNS, (), problems):
        key = row["observable"], row["comparison"]
        if row["verdict"] not in WORDS:
            problems.append(Problem(str(path), line, f"verdict = '{row['verdict']}' should be {', '.join(WORDS)}"))
        if key in found.setdefault(row["experiment"], {}):
            problems.append(Problem(str(path), line, "stands twice"))
        found[row["experiment"]][key] = row["verdict"]
    if problems:
        raise InputProblems(problems)
    return found


def verdict_text(name: str, verdicts: Verdicts) -> str:
    """Return in words how many expectations of an experiment hold by the record."""
    rows = verdicts.get(name)
    if not rows:
        return "no verdict recorded"
    return f"{sum(verdict == PASS for verdict in rows.values())} of {len(rows)} predictions agree"
