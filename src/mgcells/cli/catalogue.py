"""What can be listed: id and one line of text for everything of a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mgcells import units
from mgcells.body.routes import MEANINGS
from mgcells.cli.numbers import Entry, number_list
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Library, Rule, rule_number, rule_range, rule_sentence
from mgcells.library.installed import owner
from mgcells.library.records import ExperimentRecord
from mgcells.library.rule_rows import editable_columns
from mgcells.library.targets import drugs, inhibitor_targets, titrated
from mgcells.scenario.endpoint_grammar import GRAMMAR
from mgcells.scenario.shipped import load_named, shipped_scenarios
from mgcells.tissues.registry import concerns, observables, tissue_kinds, tissues_of


def rule_entries(library: Library, cell: str | None = None) -> list[Entry]:
    """Return every rule (of one cell type) as a sentence; InputProblems when there is no such cell type."""
    if cell is not None and cell not in library.cells:
        raise InputProblems([Problem("--cell", 0, f"unknown cell type '{cell}'{suggestion(cell, library.cells)}")])
    return [rule_entry(rule, library) for rule in library.rules.values() if cell in (None, rule.cell)]


def entries_of(kind: str, library: Library, subject: str | None = None) -> list[Entry]:
    """Return id and one line of text for everything of a kind; what an own library says names its place.

    Parameters
    ----------
    kind : str
        As `mgcells list` names it.
    library : Library
    subject : str, optional
        Whose parameters are listed; all subjects' when left out.

    Raises
    ------
    InputProblems
        There is no such subject.
    """
    if kind == "parameters":
        return number_list(library, subject)
    makers: Mapping[str, Callable[[], list[Entry]]] = {
        "rules": lambda: [{**entry, "text": entry["sentence"]} for entry in rule_entries(library)],
        "cells": lambda: [_line(name, cell_text(name, library)) for name in library.cells],
        "tissues": lambda: [_line(name, f"{kind.title}: {', '.join(kind.agents)}")
                            for name, kind in tissue_kinds().items()],
        "claims": lambda: [_line(name, f"{entry.statement} ({entry.verdict}, grade {entry.grade})")
                           for name, entry in library.claims.items()],
        "sources": lambda: [_line(name, f"{entry.authors} ({entry.year or 'no year'}). {entry.title}".strip())
                            for name, entry in library.sources.items()],
        "compounds": lambda: [_compound(name, library) for name in library.compounds],
        "subjects": lambda: [_line(name, subject_text(name, library)) for name in library.subjects],
        "conditions": lambda: [_line(name, entry.title) for name, entry in library.conditions.items()],
        "switches": lambda: [_line(name, f"{entry.title} ({', '.join(entry.options)}; default {entry.default})")
                             for name, entry in library.switches.items()],
        "inhibitors": lambda: [_line(name, target_text(name, library)) for name in inhibitor_targets(library)],
        "drugs": lambda: [_line(name, drug_text(name, library)) for name in drugs(library)],
        "routes": lambda: [_line(name, meaning) for name, (meaning, _) in MEANINGS.items()],
        "observables": lambda: [observable_entry(name) for name in observables()],
        "endpoints": lambda: [_line(text, meaning) for text, meaning in GRAMMAR],
        "experiments": lambda: [_line(name, experiment_text(entry.record))
                                for name, entry in library.experiments.items()],
        "scenarios": lambda: [{**_line(name, load_named(path)[0].title), "path": path.name}
                              for name, path in shipped_scenarios().items()],
    }  # fmt: skip
    return [_placed(entry, kind, library) for entry in makers[kind]()]


def rule_entry(rule: Rule, library: Library) -> Entry:
    """Return everything about a rule, its origin last; `numbers` are those that a scenario can set."""
    return {
        "id": rule.id,
        "sentence": rule_sentence(rule, library.cells),
        "range": rule_range(rule, library.cells),
        "cell": rule.cell,
        "signal": rule.signal,
        "behaviour": rule.behaviour,
        "numbers": {column: rule_number(rule, column, library.cells) for column in editable_columns(rule)},
        "status": _status(rule, library),
        "grade": rule.grade,
        "basis": rule.basis,
        "claims": list(rule.claims),
        "sources": list(rule.sources),
        "note": rule.note,
        "origin": library.origin_text("rules", rule.id),
    }


def observable_entry(name: str) -> Entry:
    """Return an observable; one of an installed package names it."""
    observable = observables()[name]
    entry = {
        "id": name,
        "text": f"{observable.label} [{observable.unit or 'healthy = 1'}]",
        "unit": observable.unit,
        "measured in": observable.tissue or "body",
    }
    package = owner(observable.measure.__module__)
    if package is None:
        return entry
    origin = f"package {package.label}"
    return {**entry, "text": f"{entry['text']} [{origin}]", "origin": origin}


def cell_text(name: str, library: Library) -> str:
    """Return what a cell type is and where it lives."""
    record = library.cells[name].record
    return f"{record.title} ({', '.join(record.tissue)})"


def subject_text(name: str, library: Library) -> str:
    """Return what a subject is and the tissues that it can have."""
    entry = library.subjects[name]
    return f"{entry.title} ({', '.join(tissues_of(entry)) or 'body only'})"


def compound_text(name: str, library: Library) -> str:
    """Return formula, molar mass and content of a compound."""
    compound = library.compounds[name]
    share = compound.magnesium * library.parameters["constant.magnesium.molar_mass"].value
    percent = 100.0 * share / units.parse(compound.molar_mass, "molar mass")
    content = f"{percent:.1f} % magnesium" if compound.magnesium else "no magnesium"
    return f"{compound.formula}, {compound.molar_mass}, {content}"


def drug_text(name: str, library: Library) -> str:
    """Return where a drug acts."""
    kinds = [kind for kind in tissue_kinds() if any(concerns(path, library, [kind]) for path in drugs(library)[name])]
    titration = ", may be titrated" if titrated(library, name) else ""
    return f"acts on {', '.join(kinds) or 'nothing'}{titration}"


def target_text(name: str, library: Library) -> str:
    """Return what a target that can be blocked is, or which behaviours it takes part in."""
    stands_for = inhibitor_targets(library)[name]
    if name in library.inhibitors:
        title = library.inhibitors[name].title
        return f"{title} ({', '.join(stands_for)})" if stands_for != (name,) else title
    cells = [(cell.record.title, behaviour.label) for cell in library.cells.values()
             for behaviour in cell.record.behaviours.values() if name in behaviour.inhibited_by]  # fmt: skip
    return "; ".join(f"{label} ({title})" for title, label in cells)


def experiment_text(record: ExperimentRecord) -> str:
    """Return title and kind of an experiment."""
    text = f"{record.title} ({record.kind}{', long' if record.full else ''})"
    return f"{text}; {record.key}" if record.key else text


def _line(name: str, text: str) -> Entry:
    return {"id": name, "text": text}


def _compound(name: str, library: Library) -> Entry:
    compound = library.compounds[name]
    return {
        **_line(name, compound_text(name, library)),
        "aliases": list(compound.aliases),
        "sources": list(compound.available.sources),
        "note": compound.note,
    }


def _placed(entry: Entry, kind: str, library: Library) -> Entry:
    """Return an entry of an own library with its place at the end of its text."""
    origin = library.said(kind, entry["id"])
    return {**entry, "text": f"{entry['text']} [{origin}]", "origin": origin} if origin else entry


def _status(rule: Rule, library: Library) -> str:
    """Return whether a rule acts, and what it takes beside that; a switch whose default is enough says so."""
    needs = []
    for key, values in rule.applies_when:
        usual = [name for name, switch in library.switches.items() if f"{name}:{switch.default}" in values]
        needs.append(f"{key} {' or '.join(values)}{' (the default)' if usual else ''}")
    return f"{rule.status}, only with {' and '.join(needs)}" if needs else rule.status
