"""What the library holds, as plain entries for the command line and for documentation."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import metadata
from typing import Any

from mgcells import units
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Library, Parameter, Rule, library, rule_sentence
from mgcells.library.records import ExperimentRecord
from mgcells.observables import observables
from mgcells.scenario.shipped import load_named, shipped_scenarios

Entry = dict[str, Any]


def rule_entries(cell: str | None = None) -> list[Entry]:
    """Return every rule (of one cell type) as a sentence; InputProblems when there is no such cell type."""
    known = library()
    if cell is not None and cell not in known.cells:
        raise InputProblems([Problem("--cell", 0, f"unknown cell type '{cell}'{suggestion(cell, known.cells)}")])
    return [_rule(rule, known) for rule in known.rules.values() if cell in (None, rule.cell)]


def entries_of(kind: str) -> list[Entry]:
    """Return id and one line of text for everything of a kind."""
    known = library()
    makers: Mapping[str, Callable[[], list[Entry]]] = {
        "rules": lambda: [{**entry, "text": entry["sentence"]} for entry in rule_entries()],
        "compounds": lambda: [_compound(name, known) for name in known.compounds],
        "subjects": lambda: [
            {"id": name, "text": f"{entry.title} ({', '.join(entry.tissues) or 'body only'})"}
            for name, entry in known.subjects.items()
        ],
        "conditions": lambda: [{"id": name, "text": entry.title} for name, entry in known.conditions.items()],
        "observables": lambda: [
            {"id": name, "text": f"{entry.label} [{entry.unit or 'healthy = 1'}]", "unit": entry.unit}
            for name, entry in observables().items()
        ],
        "experiments": lambda: [
            {"id": name, "text": _experiment_text(entry.record)} for name, entry in known.experiments.items()
        ],
        "scenarios": lambda: [
            {"id": name, "text": load_named(path)[0].title, "path": path.name}
            for name, path in shipped_scenarios().items()
        ],
    }
    return makers[kind]()


def entry_of(name: str) -> Entry:
    """Return everything about the rule, parameter, claim, source, compound ... with this name."""
    known = library()
    if name in known.rules:
        return _rule(known.rules[name], known)
    parameters = _all_parameters(known)
    if name in parameters:
        return _parameter(parameters[name])
    if name in known.claims:
        return asdict(known.claims[name])
    if name in known.sources:
        return {"id": name, **known.sources[name].model_dump()}
    compound = known.compound(name)
    if compound is not None:
        return _compound(compound, known)
    keys = {entry.record.key: entry for entry in known.experiments.values() if entry.record.key}
    experiment = known.experiments.get(name) or keys.get(name)
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
    aliases = [alias for compound in known.compounds.values() for alias in compound.aliases]
    names = [*known.rules, *parameters, *known.claims, *known.sources, *known.compounds, *aliases, *known.subjects,
             *known.conditions, *known.experiments, *keys, *observables()]  # fmt: skip
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


def _all_parameters(known: Library) -> dict[str, Parameter]:
    found = dict(known.parameters)
    for name, subject in known.subjects.items():
        found |= subject.parameters
        found |= {f"{name}:{path}": parameter for path, parameter in subject.parameters.items()}
    return found


def _rule(rule: Rule, known: Library) -> Entry:
    return {
        "id": rule.id,
        "sentence": rule_sentence(rule, known.cells),
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


def _compound(name: str, known: Library) -> Entry:
    compound = known.compounds[name]
    share = compound.magnesium * known.parameters["constant.magnesium.molar_mass"].value
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
