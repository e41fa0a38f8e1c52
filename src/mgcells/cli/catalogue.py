"""What the library holds, as plain entries for the command line and for documentation."""

from __future__ import annotations

import importlib.util
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import metadata
from typing import Any

from mgcells import units
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Condition, Library, Parameter, Rule, rule_range, rule_sentence
from mgcells.library.installed import Installed, data_folder, installed, owner
from mgcells.library.records import ExperimentRecord
from mgcells.library.targets import inhibitor_targets
from mgcells.scenario.shipped import load_named, shipped_scenarios
from mgcells.tissues.registry import observables, tissue_kinds, tissues_of

Entry = dict[str, Any]


def rule_entries(library: Library, cell: str | None = None) -> list[Entry]:
    """Return every rule (of one cell type) as a sentence; InputProblems when there is no such cell type."""
    if cell is not None and cell not in library.cells:
        raise InputProblems([Problem("--cell", 0, f"unknown cell type '{cell}'{suggestion(cell, library.cells)}")])
    return [_rule(rule, library) for rule in library.rules.values() if cell in (None, rule.cell)]


def entries_of(kind: str, library: Library) -> list[Entry]:
    """Return id and one line of text for everything of a kind; what an own library says names its place."""
    makers: Mapping[str, Callable[[], list[Entry]]] = {
        "rules": lambda: [{**entry, "text": entry["sentence"]} for entry in rule_entries(library)],
        "cells": lambda: [
            {"id": name, "text": f"{entry.record.title} ({', '.join(entry.record.tissue)})"}
            for name, entry in library.cells.items()
        ],
        "tissues": lambda: [
            {"id": name, "text": f"{kind.title}: {', '.join(kind.agents)}"} for name, kind in tissue_kinds().items()
        ],
        "parameters": lambda: [
            {"id": path, "text": f"{parameter.text} ({parameter.basis})"}
            for path, parameter in _all_parameters(library).items()
        ],
        "claims": lambda: [
            {"id": name, "text": f"{entry.statement} ({entry.verdict}, grade {entry.grade})"}
            for name, entry in library.claims.items()
        ],
        "sources": lambda: [
            {"id": name, "text": f"{entry.authors} ({entry.year or 'no year'}). {entry.title}".strip()}
            for name, entry in library.sources.items()
        ],
        "compounds": lambda: [_compound(name, library) for name in library.compounds],
        "subjects": lambda: [
            {"id": name, "text": f"{entry.title} ({', '.join(tissues_of(entry)) or 'body only'})"}
            for name, entry in library.subjects.items()
        ],
        "conditions": lambda: [{"id": name, "text": entry.title} for name, entry in library.conditions.items()],
        "switches": lambda: [
            {"id": name, "text": f"{entry.title} ({', '.join(entry.options)}; default {entry.default})"}
            for name, entry in library.switches.items()
        ],
        "inhibitors": lambda: [
            {"id": name, "text": _target_text(name, names, library)}
            for name, names in inhibitor_targets(library).items()
        ],
        "observables": lambda: [_observable(name) for name in observables()],
        "experiments": lambda: [
            {"id": name, "text": _experiment_text(entry.record)} for name, entry in library.experiments.items()
        ],
        "scenarios": lambda: [
            {"id": name, "text": load_named(path)[0].title, "path": path.name}
            for name, path in shipped_scenarios().items()
        ],
    }
    return [_placed(entry, kind, library) for entry in makers[kind]()]


def _placed(entry: Entry, kind: str, library: Library) -> Entry:
    """Return an entry of an own library with its place at the end of its text."""
    origin = library.said(kind, entry["id"])
    return {**entry, "text": f"{entry['text']} [{origin}]", "origin": origin} if origin else entry


def entry_of(name: str, library: Library) -> Entry:
    """Return everything about the rule, parameter, claim, source, compound ... with this name, its origin last."""
    parameters = _all_parameters(library)
    if name in library.rules:
        return _rule(library.rules[name], library)
    if name in parameters:
        return _number(name, parameters[name], library)
    if name in library.claims:
        return {**asdict(library.claims[name]), "origin": library.origin_text("claims", name)}
    if name in library.sources:
        record = library.sources[name].model_dump(exclude={"replaces"})
        return {"id": name, **record, "origin": library.origin_text("sources", name)}
    compound = library.compound(name)
    if compound is not None:
        return {**_compound(compound, library), "origin": library.origin_text("compounds", compound)}
    keys = {entry.record.key: entry for entry in library.experiments.values() if entry.record.key}
    experiment = library.experiments.get(name) or keys.get(name)
    if experiment is not None:
        record = experiment.record.model_dump(exclude_none=True, exclude={"replaces"})
        return {
            **record,
            "expect": [_plain(entry) for entry in record["expect"]],
            "scenario": _plain(record["scenario"]),
            "origin": library.origin_text("experiments", experiment.record.id),
        }
    if name in library.conditions:
        return _condition(library.conditions[name], library)
    for kind in ("subjects", "tissues", "scenarios", "cells", "switches", "inhibitors", "observables"):
        for entry in entries_of(kind, library):
            if entry["id"] == name:
                placed = (kind, name) in library.places
                return {**entry, "origin": library.origin_text(kind, name)} if placed else entry
    aliases = [alias for compound in library.compounds.values() for alias in compound.aliases]
    names = [*library.rules, *parameters, *library.claims, *library.sources, *library.compounds, *aliases,
             *library.subjects, *library.conditions, *library.cells, *library.switches, *library.experiments, *keys,
             *observables()]  # fmt: skip
    raise InputProblems([Problem(name, 0, f"is not in the library{suggestion(name, names)}")])


def _condition(condition: Condition, library: Library) -> Entry:
    return {
        "id": condition.name,
        "text": condition.title,
        "species": list(condition.species),
        "set": [_parameter(parameter, library) for parameter in condition.parameters.values()],
        "rules on": list(condition.rules_on),
        "rules off": list(condition.rules_off),
        "diet": f"{condition.diet} of magnesium" if condition.diet else "",
        "note": condition.note,
        "origin": library.origin_text("conditions", condition.name),
    }


def _target_text(name: str, stands_for: tuple[str, ...], library: Library) -> str:
    """Return what a target that can be blocked is, or which behaviours it takes part in."""
    if name in library.inhibitors:
        title = library.inhibitors[name].title
        return f"{title} ({', '.join(stands_for)})" if stands_for != (name,) else title
    cells = [(cell.record.title, behaviour.label) for cell in library.cells.values()
             for behaviour in cell.record.behaviours.values() if name in behaviour.inhibited_by]  # fmt: skip
    return "; ".join(f"{label} ({title})" for title, label in cells)


def environment() -> dict[str, str]:
    """Return the versions that results depend on."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in ("mgcells", "mesa", "numpy", "numba", "pandas", "pyarrow", "matplotlib", "pydantic", "pint"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def installed_libraries() -> dict[str, str]:
    """Return what other packages add, by the name of their entry: the module and the folder of data in force."""
    return {entry.name: f"{entry.module}, {_data_text(entry)}" for entry in installed()}


def _data_text(entry: Installed) -> str:
    if importlib.util.find_spec(entry.package) is None:
        return "which cannot be found; install its package again"
    return str(data_folder(entry) or "no data")


def _all_parameters(library: Library) -> dict[str, Parameter]:
    """Return every number by path and, of subjects, by SUBJECT:PATH; of several with one path one of an own library."""
    found, own = dict(library.parameters), dict[str, Parameter]()
    for name, subject in library.subjects.items():
        found |= subject.parameters
        found |= {f"{name}:{path}": parameter for path, parameter in subject.parameters.items()}
        found |= {f"{name}:variation.{path}": entry.spread for path, entry in subject.variation.items()}
        own |= {path: subject.parameters[path] for path in subject.parameters
                if library.said("parameters", f"{name}:{path}")}  # fmt: skip
    return found | own


def _rule(rule: Rule, library: Library) -> Entry:
    return {
        "id": rule.id,
        "sentence": rule_sentence(rule, library.cells),
        "range": rule_range(rule, library.cells),
        "cell": rule.cell,
        "status": _status(rule, library),
        "grade": rule.grade,
        "basis": rule.basis,
        "claims": list(rule.claims),
        "sources": list(rule.sources),
        "note": rule.note,
        "origin": library.origin_text("rules", rule.id),
    }


def _status(rule: Rule, library: Library) -> str:
    """Return whether a rule acts, and what it takes beside that; a switch whose default is enough says so."""
    needs = []
    for key, values in rule.applies_when:
        usual = [name for name, switch in library.switches.items() if f"{name}:{switch.default}" in values]
        needs.append(f"{key} {' or '.join(values)}{' (the default)' if usual else ''}")
    return f"{rule.status}, only with {' and '.join(needs)}" if needs else rule.status


def _parameter(parameter: Parameter, library: Library) -> Entry:
    _, unit = units.split(parameter.text)
    ends = [end / units.factor(unit) for end in (parameter.low, parameter.high) if end is not None]
    span = f"{' to '.join(f'{end:g}' for end in ends)} {unit}".strip() if ends else ""
    return {
        "id": parameter.path,
        "value": parameter.text,
        "range": span,
        "basis": parameter.basis,
        "claims": list(parameter.claims),
        "sources": list(parameter.sources),
        "note": parameter.note,
        "origin": _origin(parameter, library),
    }


def _number(name: str, parameter: Parameter, library: Library) -> Entry:
    """Return a number under the name it was asked by; by its path alone, with what each subject has."""
    subjects = [
        f"{subject.name}: {subject.parameters[name].text} ({_origin(subject.parameters[name], library)})"
        for subject in library.subjects.values() if name in subject.parameters
    ]  # fmt: skip
    return _parameter(parameter, library) | {"id": name} | ({"subjects": subjects} if subjects else {})


def _origin(parameter: Parameter, library: Library) -> str:
    place = library.number_place(parameter)
    return place.said if place is not None else parameter.origin


def _compound(name: str, library: Library) -> Entry:
    compound = library.compounds[name]
    share = compound.magnesium * library.parameters["constant.magnesium.molar_mass"].value
    percent = 100.0 * share / units.parse(compound.molar_mass, "molar mass")
    content = f"{percent:.1f} % magnesium" if compound.magnesium else "no magnesium"
    return {
        "id": name,
        "text": f"{compound.formula}, {compound.molar_mass}, {content}",
        "aliases": list(compound.aliases),
        "sources": list(compound.available.sources),
        "note": compound.note,
    }


def _observable(name: str) -> Entry:
    """Return an observable; one of an installed package names it."""
    observable = observables()[name]
    entry = {
        "id": name,
        "text": f"{observable.label} [{observable.unit or 'healthy = 1'}]",
        "unit": observable.unit,
    }
    package = owner(observable.measure.__module__)
    if package is None:
        return entry
    origin = f"package {package.label}"
    return {**entry, "text": f"{entry['text']} [{origin}]", "origin": origin}


def _experiment_text(record: ExperimentRecord) -> str:
    text = f"{record.title} ({record.kind}{', long' if record.full else ''})"
    return f"{text}; {record.key}" if record.key else text


def _plain(entry: Mapping[str, Any]) -> str:
    return "; ".join(f"{key} = {value}" for key, value in entry.items() if value not in ("", {}, []))
