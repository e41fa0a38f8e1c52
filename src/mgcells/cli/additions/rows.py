"""Additions to a table that may exist: a compound, a rule."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from mgcells import units
from mgcells.cli.additions.plan import Plan, Request, filled, typed, wrong
from mgcells.cli.additions.shelf import longer, open_shelf, shelf_of
from mgcells.errors import Problem, suggestion
from mgcells.library import CellType, Library
from mgcells.library.in_force import reference
from mgcells.library.rule_rows import COLUMNS, DIMENSIONLESS_MEASURES, OPTIONAL_COLUMNS, read_rules
from mgcells.library.sheets import without_comments
from mgcells.library.signals import fault_of, sensing

COMPOUNDS = "compounds.toml"
COMPOUND = "my salt"
TAG = "template"
# Size and range that a template states: a multiple of health, or what is added, in the behaviour's unit.
MULTIPLE, ADDED = ("1.5", "1.2", "2"), ("0.01", "0.005", "0.02")


def new_compound(request: Request) -> Plan:
    """Plan an entry of compounds.toml."""
    path = request.path
    if path.name != COMPOUNDS:
        raise wrong(path, f"should be the file '{COMPOUNDS}' of a library, such as my-lab/{COMPOUNDS}")
    shelf = open_shelf(path.parent, request)
    name = request.name.strip() or _free(COMPOUND, " ", lambda name: shelf.library.compound(name) is not None)
    known = shelf.library.compound(name)
    if not name.isprintable():
        raise wrong("--name", "should be plain text, as in 'magnesium succinate'")
    if known is not None:
        origin = shelf.library.place("compounds", known).origin
        raise wrong(path, f"'{name}' exists already at {origin}; choose another --name, or edit that entry")
    entry = filled("compound.toml", name=json.dumps(name, ensure_ascii=False))
    files = {COMPOUNDS: longer(shelf.layer.table(COMPOUNDS), entry)}
    shelf.with_files(files)
    return shelf.plan(files, (
        f"fill in '{name}' in {path}: formula and molar mass must agree",
        f"look at it: mgcells check {typed(shelf.folder)}, mgcells show {typed(name)} {shelf.option()}",
    ))  # fmt: skip


def new_rule(request: Request) -> Plan:
    """Plan a row of the rules of a cell type, and their table where there is none."""
    shelf, cell = shelf_of(request, "rules", ".csv", "my-lab/rules/neuron.csv")
    if cell not in shelf.library.cells:
        raise wrong(request.path, f"unknown cell type '{cell}'{suggestion(cell, shelf.library.cells)}")
    kind = shelf.library.cells[cell]
    row = row_for(kind, shelf.library, TAG)
    if row is None:
        raise wrong(request.path, f"'{cell}' has no behaviour and signal to make a rule of; see mgcells show {cell}")
    note = "template: say what is known; switch it on when it is filled in"
    table = shelf.layer.table(f"rules/{cell}.csv")
    files = {f"rules/{cell}.csv": rule_table(table, kind, {**row, "status": "off", "note": note})}
    shelf.with_files(files)
    return shelf.plan(files, (
        f"fill in {row['id']} in {request.path}: signal, behaviour, size, claims, sources; status on",
        f"check it: mgcells check {typed(shelf.folder)}",
        f"read it as a sentence: mgcells rules --cell {cell} {shelf.option()}",
    ))  # fmt: skip


def rule_table(table: str | None, cell: CellType, row: Mapping[str, str]) -> str:
    """Return the table of rules of a cell type with a row at its end; a new one begins with what its columns mean."""
    if table is None:
        record = cell.record
        table = filled(
            "rules.csv", title=f"Rules of {record.title}", cell=cell.name,
            signals=" ".join(record.signals), behaviours=" ".join(record.behaviours),
        )  # fmt: skip
        table += ",".join((*COLUMNS, *OPTIONAL_COLUMNS)) + "\n"
    header = next(csv.reader(line for line in without_comments(table).split("\n") if line.strip()))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(row.get(column.strip(), "") for column in header)
    return table + ("" if table.endswith("\n") else "\n") + out.getvalue()


def row_for(cell: CellType, library: Library, tag: str = "") -> dict[str, str] | None:
    """Return a row for the first behaviour and signal of a cell type with which a rule can work in every subject.

    `tag` is put behind its id, with a number where that is taken.
    """
    healthy = [{path: parameter.value for path, parameter in reference(library, name).items()}
               for name in library.subjects]  # fmt: skip
    for behaviour in cell.record.behaviours:
        for signal in cell.record.signals:
            levels = list(_levels(cell, signal, healthy))
            if levels and min(levels) >= 0.0:
                row = _row(cell, behaviour, signal, max(levels))
                row["id"] = _free(".".join(filter(None, (row["id"], tag))), "", library.rules.__contains__)
                if not _faults(cell, row, healthy):
                    return row
    return None


def _row(cell: CellType, behaviour: str, signal: str, level: float) -> dict[str, str]:
    record, sensed = cell.record.behaviours[behaviour], cell.record.signals[signal]
    unit = "" if sensed.measure in DIMENSIONLESS_MEASURES else sensed.unit
    half = level / units.factor(unit) or 1.0
    added = record.combine == "sum"
    size, low, high = (f"{number} {record.unit if added else ''}".strip() for number in (ADDED if added else MULTIPLE))
    words = {
        "id": f"{cell.name}.{behaviour}.{signal}", "signal": signal, "effect": "increases", "behaviour": behaviour,
        "at_saturation": size, "effect_low": low, "effect_high": high, "hill": "1", "basis": "assumed", "grade": "D",
    }  # fmt: skip
    for column, factor in (("half_max", 1.0), ("half_low", 0.5), ("half_high", 2.0)):
        words[column] = f"{half * factor:.3g} {unit}".strip()
    return {**words, "status": "on", "note": "template: say what is known"}


def _levels(cell: CellType, signal: str, healthy: Iterable[Mapping[str, float]]) -> Iterator[float]:
    """Yield what every kind of subject senses of a signal in health, of those that have it."""
    for values in healthy:
        try:
            yield sensing(cell, signal, values).healthy
        except KeyError:
            continue


def _free(begin: str, joint: str, taken: Callable[[str], bool]) -> str:
    """Return a name that is not taken: `begin`, else with the first number after it that makes it so."""
    names = (begin if number == 1 else f"{begin}{joint}{number}" for number in itertools.count(1))
    return next(name for name in names if not taken(name))


def _faults(cell: CellType, row: Mapping[str, str], healthy: Iterable[Mapping[str, float]]) -> bool:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*COLUMNS, *OPTIONAL_COLUMNS], restval="")
    writer.writeheader()
    writer.writerow(row)
    problems: list[Problem] = []
    rules = read_rules(out.getvalue(), "", cell, problems)
    return bool(problems) or any(fault_of(rules[row["id"]], cell, values) for values in healthy)
