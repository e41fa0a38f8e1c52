"""Loading the library: every table of every layer typed, checked, laid over the ones before and cross-referenced."""

from __future__ import annotations

import copyreg
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library.checking import check, place_in
from mgcells.library.cross_checks import cross_check
from mgcells.library.entries import CellType, Claim, Condition, Experiment, Parameter, Place, Rule, SubjectKind
from mgcells.library.kinds import read_cell, read_condition
from mgcells.library.layers import SHIPPED, Layer, read_layer, shipped_layer
from mgcells.library.library import Library
from mgcells.library.located import Document, parse
from mgcells.library.overlays import Overlay
from mgcells.library.own import own_layers, placed
from mgcells.library.quantities import flatten
from mgcells.library.records import CalibrationRecord, Compound, ExperimentRecord, Inhibitor, Mechanism, Source, Switch
from mgcells.library.rule_rows import read_rules
from mgcells.library.sheets import is_yes, read_table
from mgcells.library.subjects import read_subject, reading_order

CLAIM_COLUMNS = ("id", "section", "topic", "statement", "verdict", "grade", "review_refs", "sources", "note")
CLAIM_EXTRAS = ("role", "answer")
CLAIM_WORDS = {
    "verdict": ("supported", "partly", "contested", "contradicted", "unsupported", "not-tested"),
    "grade": ("A", "B", "C", "D"),
    "role": ("", "machinery", "prediction", "off"),
}
RECORDS: Mapping[str, type[Any]] = {
    "sources": Source, "compounds": Compound, "switches": Switch, "inhibitors": Inhibitor,
    "mechanisms": Mechanism, "calibrations": CalibrationRecord,
}  # fmt: skip


def load_library(*folders: str | Path) -> Library:
    """Return the library that ships with the package, with what installed packages add and own folders over it.

    Parameters
    ----------
    folders
        Each laid out like data/, any part of it; a later one lies over an earlier one.

    Raises
    ------
    InputProblems
        Everything that is wrong with them, each with file, line and the nearest valid name.

    Examples
    --------
    >>> library = load_library()
    >>> library.compound("L-TAMS")
    'magnesium L-threonate'
    >>> library.place("compounds", "magnesium L-threonate").file
    'data/compounds.toml'
    """
    return over_shipped(own_layers(*folders))


def over_shipped(own: Sequence[Layer]) -> Library:
    """Return what ships with own layers over it; see load_library for what is raised."""
    try:
        return read_library(tuple(own))
    except InputProblems as error:
        raise InputProblems([placed(problem, own) for problem in error.problems]) from None


def load(folder: Path) -> Library:
    """Read a whole data folder in place of the one that ships; InputProblems lists everything that is wrong in it."""
    return _read((read_layer(folder, SHIPPED),))


@lru_cache(maxsize=8)
def read_library(own: tuple[Layer, ...] = ()) -> Library:
    """Return what ships with own layers over it, read once; InputProblems lists everything that is wrong in them."""
    return _read((shipped_layer(), *own))


def _pickled(library: Library) -> tuple[Any, ...]:
    # What was read from the same files is the same library, and its files are less to send than what they became.
    return read_library, (library.own,)


copyreg.pickle(Library, _pickled)


def _read(layers: Sequence[Layer]) -> Library:
    overlay = Overlay()
    records = {name: _records(layers, name, record, overlay) for name, record in RECORDS.items()}
    parameters: dict[str, Parameter] = {}
    cells: dict[str, CellType] = {}
    rules: dict[str, Rule] = {}
    species: dict[str, dict[str, Parameter]] = {}
    subjects: dict[str, SubjectKind] = {}
    conditions: dict[str, Condition] = {}
    experiments: dict[str, Experiment] = {}
    for layer in layers:
        for document in (*_table(layer, "constants.toml", overlay), *_documents(layer, "tissues", overlay)):
            found = flatten(document.data, place_in(document), overlay.problems)
            _lay_parameters(overlay, parameters, found, layer)
        for document in _documents(layer, "cells", overlay):
            read_cell(document, cells, parameters, overlay, layer)
        for stem, text in layer.folder("rules"):
            _lay_rules(stem, text, cells, rules, overlay, layer)
        for document in _documents(layer, "species", overlay):
            stem, found = _stem(document), flatten(document.data, place_in(document), overlay.problems)
            own = {f"{stem}:{path}": parameter for path, parameter in found.items()}
            _lay_parameters(overlay, {}, own, layer, "species")
            species.setdefault(stem, {}).update(found)
        for document in reading_order(_documents(layer, "subjects", overlay), subjects):
            read_subject(document, subjects, overlay, layer)
        for document in _documents(layer, "conditions", overlay):
            read_condition(document, conditions, overlay, layer)
        for document in _documents(layer, "experiments", overlay):
            _lay_experiment(document, experiments, overlay, layer)
    library = Library(
        **records, claims=_claims(layers, overlay), parameters=parameters, cells=cells, rules=rules, species=species,
        subjects=subjects, conditions=conditions, experiments=experiments, places=overlay.places, layers=tuple(layers),
    )  # fmt: skip
    for subject in subjects.values():
        for path, parameter in subject.parameters.items():
            overlay.originals.setdefault(path, parameter)
    problems = [*overlay.problems, *cross_check(library, overlay.originals)]
    if problems:
        raise InputProblems(problems)
    return library


def _stem(document: Document) -> str:
    return Path(document.shown).stem


def _table(layer: Layer, name: str, overlay: Overlay) -> Iterator[Document]:
    text = layer.table(name)
    if text is not None:
        yield from _parsed(text, layer.show(name), overlay)


def _documents(layer: Layer, folder: str, overlay: Overlay) -> Iterator[Document]:
    for stem, text in layer.folder(folder):
        yield from _parsed(text, layer.show(f"{folder}/{stem}.toml"), overlay)


def _parsed(text: str, shown: str, overlay: Overlay) -> Iterator[Document]:
    try:
        yield parse(text, shown)
    except InputProblems as error:
        overlay.problems += error.problems


def _records(layers: Sequence[Layer], name: str, record: type[Any], overlay: Overlay) -> dict[str, Any]:
    """Read one file of named records from every layer."""
    kept: dict[str, Any] = {}
    for layer in layers:
        for document in _table(layer, f"{name}.toml", overlay):
            found = {}
            for key, data in document.data.items():
                entry = check(record, data, place_in(document, key), overlay.problems, f"{key}: ")
                if entry is not None:
                    found[key] = entry
            places = {key: Place(document.shown, document.line(key), layer.name) for key in found}
            overlay.lay(name, kept, found, places, {key for key, entry in found.items() if entry.replaces})
    return kept


def _lay_parameters(
    overlay: Overlay, into: dict[str, Parameter], new: Mapping[str, Parameter], layer: Layer, kind: str = "parameters"
) -> None:
    if kind == "parameters":
        for path, parameter in new.items():
            overlay.originals.setdefault(path, parameter)
    places = {path: Place(parameter.file, parameter.line, layer.name) for path, parameter in new.items()}
    overlay.lay(kind, into, new, places, {path for path, parameter in new.items() if parameter.replaces})


def _lay_rules(
    stem: str, text: str, cells: Mapping[str, CellType], rules: dict[str, Rule], overlay: Overlay, layer: Layer
) -> None:
    shown = layer.show(f"rules/{stem}.csv")
    if stem not in cells:
        reason = f"no cell type '{stem}' in cells/{suggestion(stem, cells)}"
        overlay.problems.append(Problem(shown, 0, reason))
        return
    found = read_rules(text, shown, cells[stem], overlay.problems)
    places = {name: Place(rule.file, rule.line, layer.name) for name, rule in found.items()}
    overlay.lay("rules", rules, found, places, {name for name, rule in found.items() if rule.replaces})


def _lay_experiment(document: Document, experiments: dict[str, Experiment], overlay: Overlay, layer: Layer) -> None:
    record = check(ExperimentRecord, document.data, place_in(document), overlay.problems, "")
    if record is None:
        return
    stem = _stem(document)
    if record.id != stem:
        text = f"id = '{record.id}' should be the file's name, '{stem}'"
        overlay.problems.append(Problem(document.shown, document.line("id"), text))
    place = Place(document.shown, document.line("id"), layer.name)
    replacing = {stem} if record.replaces else set()
    overlay.lay("experiments", experiments, {stem: Experiment(record, document)}, {stem: place}, replacing)


def _claims(layers: Sequence[Layer], overlay: Overlay) -> dict[str, Claim]:
    kept: dict[str, Claim] = {}
    for layer in layers:
        text = layer.table("claims.csv")
        if text is None:
            continue
        shown, found, places, replacing = layer.show("claims.csv"), dict[str, Claim](), dict[str, Place](), set[str]()
        for line, row in read_table(text, shown, CLAIM_COLUMNS, (*CLAIM_EXTRAS, "replaces"), overlay.problems):
            name = row["id"]
            if name in found:
                overlay.problems.append(Problem(shown, line, f"claim '{name}' stands twice"))
            keys = tuple(key.strip() for key in row["sources"].split(";") if key.strip())
            texts = {column: row[column] for column in CLAIM_COLUMNS if column != "sources"}
            texts |= {column: row.get(column, "") for column in CLAIM_EXTRAS}
            for column, allowed in CLAIM_WORDS.items():
                if texts[column] not in allowed:
                    text = f"claim {name}: {column} = '{texts[column]}'{suggestion(texts[column], allowed)}"
                    overlay.problems.append(Problem(shown, line, text))
            found[name], places[name] = Claim(**texts, sources=keys), Place(shown, line, layer.name)
            replacing |= {name} if is_yes(row.get("replaces", "")) else set()
        overlay.lay("claims", kept, found, places, replacing)
    return kept
