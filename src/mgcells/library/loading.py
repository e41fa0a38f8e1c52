"""Loading data/ once: every table typed, checked and cross-referenced."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library.cross_checks import cross_check
from mgcells.library.entries import CellType, Claim, Condition, Experiment, Parameter, Rule, SubjectKind, Variation
from mgcells.library.library import Library
from mgcells.library.located import Document, read, read_text
from mgcells.library.quantities import flatten, quantity
from mgcells.library.records import CellTypeRecord, Compound, ExperimentRecord, Source, Switch, check, place_in
from mgcells.library.rule_rows import read_rules

DATA = Path(__file__).resolve().parent.parent / "data"
CLAIM_COLUMNS = ("id", "section", "topic", "statement", "verdict", "grade", "review_refs", "sources", "note")


def load(folder: Path = DATA) -> Library:
    """Read a data folder; InputProblems lists everything that is wrong in it."""
    problems: list[Problem] = []
    sources = _records(folder, "sources.toml", Source, problems)
    compounds = _records(folder, "compounds.toml", Compound, problems)
    switches = _records(folder, "switches.toml", Switch, problems)
    claims = _claims(folder, problems)
    parameters: dict[str, Parameter] = {}
    for document in (*_documents(folder, ".", problems, "constants"), *_documents(folder, "tissues", problems)):
        _add(parameters, flatten(document.data, place_in(document), problems), problems)
    cells = {}
    for document in _documents(folder, "cells", problems):
        cell = _cell(document, problems)
        if cell:
            cells[cell.name] = cell
            _add(parameters, cell.parameters, problems)
    rules: dict[str, Rule] = {}
    for path in sorted((folder / "rules").glob("*.csv")):
        shown = _shown(folder, path)
        if path.stem not in cells:
            problems.append(
                Problem(shown, 0, f"no cell type '{path.stem}' in data/cells{suggestion(path.stem, cells)}")
            )
            continue
        rules |= read_rules(path, shown, cells[path.stem], problems)
    species = {
        Path(d.shown).stem: flatten(d.data, place_in(d), problems) for d in _documents(folder, "species", problems)
    }
    subjects = {Path(d.shown).stem: _subject(d, problems) for d in _documents(folder, "subjects", problems)}
    conditions = {Path(d.shown).stem: _condition(d, problems) for d in _documents(folder, "conditions", problems)}
    experiments = _experiments(folder, problems)
    library = Library(
        sources, claims, compounds, parameters, cells, rules, species, subjects, conditions, switches, experiments
    )
    problems += cross_check(library)
    if problems:
        raise InputProblems(problems)
    return library


@lru_cache(maxsize=1)
def load_library() -> Library:
    """Return the library that ships with the package, read once."""
    return load()


def _shown(folder: Path, path: Path) -> str:
    return f"data/{path.relative_to(folder).as_posix()}"


def _documents(folder: Path, kind: str, problems: list[Problem], stem: str = "*") -> list[Document]:
    found = []
    for path in sorted((folder / kind).glob(f"{stem}.toml")):
        try:
            found.append(read(path, _shown(folder, path)))
        except InputProblems as error:
            problems += error.problems
    return found


def _records(folder: Path, name: str, record: type[Any], problems: list[Problem]) -> dict[str, Any]:
    path = folder / name
    try:
        document = read(path, _shown(folder, path))
    except InputProblems as error:
        problems += error.problems
        return {}
    found = {}
    for key, data in document.data.items():
        entry = check(record, data, place_in(document, key), problems, f"{key}: ")
        if entry is not None:
            found[key] = entry
    return found


def _claims(folder: Path, problems: list[Problem]) -> dict[str, Claim]:
    path = folder / "claims.csv"
    shown = _shown(folder, path)
    reader = csv.DictReader(io.StringIO(read_text(path, shown)))
    if tuple(reader.fieldnames or ()) != CLAIM_COLUMNS:
        problems.append(Problem(shown, 1, f"columns should be {','.join(CLAIM_COLUMNS)}"))
        return {}
    found: dict[str, Claim] = {}
    for row in reader:
        if row["id"] in found:
            problems.append(Problem(shown, reader.line_num, f"claim '{row['id']}' stands twice"))
        keys = tuple(key.strip() for key in row["sources"].split(";") if key.strip())
        texts = {column: row[column] for column in CLAIM_COLUMNS if column != "sources"}
        found[row["id"]] = Claim(**texts, sources=keys)
    return found


def _add(into: dict[str, Parameter], new: Mapping[str, Parameter], problems: list[Problem]) -> None:
    for path, parameter in new.items():
        if path in into:
            problems.append(Problem(parameter.file, parameter.line, f"{path} stands also at {into[path].origin}"))
        into[path] = parameter


def _cell(document: Document, problems: list[Problem]) -> CellType | None:
    name = Path(document.shown).stem
    record = check(CellTypeRecord, document.data, place_in(document), problems, "")
    if record is None:
        return None
    place = place_in(document)
    found = flatten(record.parameters, place_in(document, "parameters"), problems, name)
    for behaviour, data in document.data["behaviours"].items():
        for key in ("baseline", "time_constant", "maximum"):
            if key in data:
                path = f"{name}.{behaviour}.{key}"
                parameter = quantity(path, data[key], place, problems, ("behaviours", behaviour, key))
                if parameter:
                    found[path] = parameter
    return CellType(name, record, found, document.shown)


def _subject(document: Document, problems: list[Problem]) -> SubjectKind:
    data = dict(document.data)
    place = place_in(document)
    title, species = str(data.pop("title", "")), str(data.pop("species", ""))
    tissues = _chosen_tissues(data.pop("tissues", None), document, problems)
    in_vitro = bool(data.pop("in_vitro", False))
    for key, value in (("title", title), ("species", species)):
        if not value:
            problems.append(Problem(document.shown, 0, f"{key} is missing"))
    variation = {}
    for path, entry in data.pop("variation", {}).items():
        plain = {key: item for key, item in entry.items() if key != "distribution"}
        spread = quantity(path, plain, place, problems, ("variation", path))
        if spread:
            variation[path] = Variation(path, str(entry.get("distribution", "lognormal")), spread)
    parameters = flatten(data, place, problems)
    return SubjectKind(
        Path(document.shown).stem, title, species, tissues, in_vitro, parameters, variation, document.shown,
        document.line("tissues"),
    )  # fmt: skip


def _chosen_tissues(found: Any, document: Document, problems: list[Problem]) -> tuple[str, ...] | None:
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        text = f"tissues = {found!r}: should be a list of names, or left out for all that it can have"
        problems.append(Problem(document.shown, document.line("tissues"), text))
        return None
    return tuple(found)


def _experiments(folder: Path, problems: list[Problem]) -> dict[str, Experiment]:
    found = {}
    for document in _documents(folder, "experiments", problems):
        record = check(ExperimentRecord, document.data, place_in(document), problems, "")
        if record is None:
            continue
        stem = Path(document.shown).stem
        if record.id != stem:
            text = f"id = '{record.id}' should be the file's name, '{stem}'"
            problems.append(Problem(document.shown, document.line("id"), text))
        found[stem] = Experiment(record, document)
    return found


def _condition(document: Document, problems: list[Problem]) -> Condition:
    data = dict(document.data)
    place = place_in(document)
    known = ("title", "note", "species", "set", "rules", "diet")
    for key in data:
        if key not in known:
            file, line = place(key)
            problems.append(Problem(file, line, f"unknown key '{key}'{suggestion(key, known)}"))
    parameters = {}
    for path, entry in data.get("set", {}).items():
        parameter = quantity(path, entry, place, problems, ("set", path))
        if parameter:
            parameters[path] = parameter
    diet = data.get("diet", {}).get("magnesium")
    rules = data.get("rules", {})
    return Condition(
        Path(document.shown).stem, str(data.get("title", "")), parameters, tuple(rules.get("on", ())),
        tuple(rules.get("off", ())), diet, tuple(data.get("species", ())), document.shown, str(data.get("note", "")),
    )  # fmt: skip
