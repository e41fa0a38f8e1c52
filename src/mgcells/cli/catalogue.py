"""What the library holds, as plain entries for the command line and for documentation."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import metadata
from typing import Any

from mgcells import units
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Library, Parameter, Rule, load_library, rule_sentence
from mgcells.library.records import ExperimentRecord
from mgcells.scenario.shipped import load_named, shipped_scenarios
from mgcells.tissues.registry import observables, tissues_of

Entry = dict[str, Any]


def rule_entries(cell: str | None = None) -> list[Entry]:
    """Return every rule (of one cell type) as a sentence; InputProblems when there is no such cell type."""
    library = load_library()
    if cell is not None and cell not in library.cells:
        raise InputProblems([Problem("--cell", 0, f"unknown cell type '{cell}'{suggestion(cell, library.cells)}")])
    return [_rule(rule, library) for rule in library.rules.values() if cell in (None, rule.cell)]


def entries_of(kind: str) -> list[Entry]:
    """Return id and one line of text for everything of a kind."""
    library = load_library()
    makers: Mapping[str, Callable[[], list[Entry]]] = {
        "rules": lambda: [{**entry, "text": entry["sentence"]} for entry in rule_entries()],
        "compounds": lambda: [_compound(name, library) for name in library.compounds],
        "subjects": lambda: [
            {"id": name, "text": f"{entry.title} ({', '.join(tissues_of(entry)) or 'body only'})"}
            for name, entry in library.subjects.items()
        ],
        "conditions": lambda: [{"id": name, "text": entry.title} for name, entry in library.conditions.items()],
        "observables": lambda: [
            {"id": name, "text": f"{entry.label} [{entry.unit or 'healthy = 1'}]", "unit": entry.unit}
            for name, entry in observables().items()
        ],
        "experiments": lambda: [
            {"id": name, "text": _experiment_text(entry.record)} for name, entry in library.experiments.items()
        ],
        "scenarios": lambda: [
            {"id": name, "text": load_named(path)[0].title, "path": path.name}
            for name, path in shipped_scenarios().items()
        ],
    }
    return makers[kind]()


def entry_of(name: str) -> Entry:
    """Return everything about the rule, parameter, claim, source, compound ... with this name."""
    library = load_library()
    if name in library.rules:
        return _rule(library.rules[name], library)
    parameters = _all_parameters(library)
    if name in parameters:
        return _parameter(parameters[name])
    if name in library.claims:
        return asdict(library.claims[name])
    if name in library.sources:
        return {"id": name, **library.sources[name].model_dump()}
    compound = library.compound(name)
    if compound is not None:
        return _compound(compound, library)
    keys = {entry.record.key: entry for entry in library.experiments.values() if entry.record.key}
    experiment = library.experiments.get(name) or keys.get(name)
    if experiment is not None:
        record = experiment.record.model_dump(exclude_none=True)
        return {
            **record,
            "expect": [_plain(entry) for entry in record["expect"]],
            "scenario": _plain(record["scenario"]),
        }
    for kind in ("subjects", "conditions", "observables"):
        for entry in entries_of(kind):
            if entry["id"] == name:
                return entry
    aliases = [alias for compound in library.compounds.values() for alias in compound.aliases]
    names = [*library.rules, *parameters, *library.claims, *library.sources, *library.compounds, *aliases,
             *library.subjects, *library.conditions, *library.experiments, *keys, *observables()]  # fmt: skip
    raise InputProblems([Problem(name, 0, f"is not in the library{suggestion(name, names)}")])


def environment() -> dict[str, str]:
    """Return the versions that results depend on."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in ("mgcells", "mesa", "numpy", "numba", "pandas", "pyarrow", "matplotlib", "pydantic", "pint"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def _all_parameters(library: Library) -> dict[str, Parameter]:
    found = dict(library.parameters)
    for name, subject in library.subjects.items():
        found |= subject.parameters
        found |= {f"{name}:{path}": parameter for path, parameter in subject.parameters.items()}
    return found


def _rule(rule: Rule, library: Library) -> Entry:
    return {
        "id": rule.id,
        "sentence": rule_sentence(rule, library.cells),
        "cell": rule.cell,
        "status": rule.status,
        "grade": rule.grade,
        "basis": rule.basis,
        "claims": list(rule.claims),
        "sources": list(rule.sources),
        "note": rule.note,
        "origin": rule.origin,
    }


def _parameter(parameter: Parameter) -> Entry:
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
        "origin": parameter.origin,
    }


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


def _experiment_text(record: ExperimentRecord) -> str:
    text = f"{record.title} ({record.kind}{', long' if record.full else ''})"
    return f"{text}; {record.key}" if record.key else text


def _plain(entry: Mapping[str, Any]) -> str:
    return "; ".join(f"{key} = {value}" for key, value in entry.items() if value not in ("", {}, []))
