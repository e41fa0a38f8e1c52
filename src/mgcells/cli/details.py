"""Everything that is known of one entry, kind by kind: all its fields, and where it enters. None for no such entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mgcells.body.routes import INFUSED_ROUTES, MEANINGS, SPREAD_ROUTES, SWALLOWED_ROUTES
from mgcells.cli import catalogue
from mgcells.cli.numbers import Entry, parameter_entry, paths, quantity_entry
from mgcells.library import Library, Rule
from mgcells.library.targets import drugs, inhibitor_targets, titrated
from mgcells.tissues.registry import observables, tissue_kinds, tissues_of


def rule(name: str, library: Library) -> Entry | None:
    """Return a rule as a sentence and in its numbers."""
    return catalogue.rule_entry(library.rules[name], library) if name in library.rules else None


def claim(name: str, library: Library) -> Entry | None:
    """Return a claim, and the rules that rest on it."""
    if name not in library.claims:
        return None
    return {**asdict(library.claims[name]), "rules": [entry.id for entry in library.rules.values()
            if name in entry.claims], "origin": library.origin_text("claims", name)}  # fmt: skip


def source(name: str, library: Library) -> Entry | None:
    """Return a source."""
    if name not in library.sources:
        return None
    record = library.sources[name].model_dump(exclude={"replaces"})
    return {"id": name, **record, "origin": library.origin_text("sources", name)}


def compound(name: str, library: Library) -> Entry | None:
    """Return a compound, found by its aliases too, with all its numbers."""
    found = library.compound(name)
    if found is None:
        return None
    record = library.compounds[found]
    absorbed = record.threonate_absorbed
    numbers = {"available": quantity_entry(record.available), "osmotic": quantity_entry(record.osmotic)}
    if absorbed is not None:
        numbers["threonate_absorbed"] = quantity_entry(absorbed)
    return {
        "id": found,
        "text": catalogue.compound_text(found, library),
        "formula": record.formula,
        "molar_mass": record.molar_mass,
        "magnesium": record.magnesium,
        "threonate": record.threonate,
        "aliases": list(record.aliases),
        **numbers,
        "sources": list(dict.fromkeys(key for number in numbers.values() for key in number["sources"])),
        "note": record.note,
        "written": _table("doses", compound=found, amount="1 mmol", of="salt", every="24 h", route="oral"),
        "origin": library.origin_text("compounds", found),
    }


def experiment(name: str, library: Library) -> Entry | None:
    """Return an experiment, by its id or its key."""
    keys = {entry.record.key: entry for entry in library.experiments.values() if entry.record.key}
    found = library.experiments.get(name) or keys.get(name)
    if found is None:
        return None
    record = found.record.model_dump(exclude_none=True, exclude={"replaces"})
    return {
        **record,
        "expect": [_plain(entry) for entry in record["expect"]],
        "scenario": _plain(record["scenario"]),
        "origin": library.origin_text("experiments", found.record.id),
    }


def condition(name: str, library: Library) -> Entry | None:
    """Return a condition with all that it sets and switches."""
    found = library.conditions.get(name)
    if found is None:
        return None
    return {
        "id": found.name,
        "text": found.title,
        "species": list(found.species),
        "set": [parameter_entry(parameter, library) for parameter in found.parameters.values()],
        "rules on": list(found.rules_on),
        "rules off": list(found.rules_off),
        "only then": [entry.id for entry in library.rules.values() if _needs(entry, "condition", name)],
        "diet": f"{found.diet} of magnesium" if found.diet else "",
        "note": found.note,
        "written": f'condition = "{name}"',
        "origin": library.origin_text("conditions", found.name),
    }


def subject(name: str, library: Library) -> Entry | None:
    """Return a kind of subject and how its virtual subjects differ."""
    found = library.subjects.get(name)
    if found is None:
        return None
    return {
        "id": name,
        "text": catalogue.subject_text(name, library),
        "species": found.species,
        "in vitro": "yes" if found.in_vitro else "",
        "tissues": list(tissues_of(found)),
        "numbers": f"{len(found.parameters)} of its own; mgcells list parameters --subject {name}",
        "variation": [
            parameter_entry(entry.spread, library) | {"id": path, "distribution": entry.distribution}
            for path, entry in found.variation.items()
        ],
        "conditions": [entry.name for entry in library.conditions.values()
                       if not entry.species or found.species in entry.species],
        "written": f'subject = "{name}"',
        "origin": library.origin_text("subjects", name),
    }  # fmt: skip


def tissue(name: str, library: Library) -> Entry | None:
    """Return a tissue: who lives in it, who can have it, what is measured."""
    kind = tissue_kinds().get(name)
    if kind is None:
        return None
    return {
        "id": name,
        "text": f"{kind.title}: {', '.join(kind.agents)}",
        "agents": list(kind.agents),
        "cells": [cell_name for cell_name, entry in library.cells.items() if name in entry.record.tissue],
        "subjects": [entry.name for entry in library.subjects.values() if name in tissues_of(entry)],
        "observables": [entry.name for entry in observables().values() if entry.tissue == name],
        "written": f'tissues = ["{name}"]',
    }


def cell(name: str, library: Library) -> Entry | None:
    """Return a cell type: what it does, what it senses, its rules."""
    found = library.cells.get(name)
    if found is None:
        return None
    record, numbers = found.record, found.parameters
    behaviours = [
        {
            "id": key, "label": entry.label, "unit": entry.unit, "combine": entry.combine,
            "baseline": numbers[f"{name}.{key}.baseline"].text,
            "time constant": numbers[f"{name}.{key}.time_constant"].text,
            "inhibited by": ", ".join(entry.inhibited_by),
        }
        for key, entry in record.behaviours.items()
    ]  # fmt: skip
    signals = [{"id": key, **entry.model_dump(exclude={"replaces"}, exclude_none=True)}
               for key, entry in record.signals.items()]  # fmt: skip
    return {
        "id": name,
        "text": catalogue.cell_text(name, library),
        "behaviours": behaviours,
        "signals": signals,
        "rules": [entry.id for entry in library.rules.values() if entry.cell == name],
        "numbers": list(numbers),
        "origin": library.origin_text("cells", name),
    }


def switch(name: str, library: Library) -> Entry | None:
    """Return a structural choice: its options, and the rules that each lets act."""
    found = library.switches.get(name)
    if found is None:
        return None
    options = [
        {
            "id": option,
            "text": text,
            "rules": ", ".join(entry.id for entry in library.rules.values()
                               if _needs(entry, "switch", f"{name}:{option}")),
        }
        for option, text in found.options.items()
    ]  # fmt: skip
    return {
        "id": name,
        "text": found.title,
        "options": options,
        "default": found.default,
        "claims": list(found.claims),
        "sources": list(dict.fromkeys(key for claim_id in found.claims for key in library.claims[claim_id].sources)),
        "written": f'switches = {{ {name} = "{found.default}" }}',
        "origin": library.origin_text("switches", name),
    }


def inhibitor(name: str, library: Library) -> Entry | None:
    """Return a target that can be blocked, and all that its block acts on."""
    stands_for = inhibitor_targets(library).get(name)
    if stands_for is None:
        return None
    records = [library.inhibitors[target] for target in stands_for if target in library.inhibitors]
    entry: Entry = {
        "id": name,
        "text": catalogue.target_text(name, library),
        "stands for": [target for target in stands_for if target != name],
        "parameters": [path for record in records for path in record.acts_on],
        "behaviours": [
            f"{cell_name}.{key}"
            for cell_name, kind in library.cells.items()
            for key, behaviour in kind.record.behaviours.items()
            if set(stands_for) & set(behaviour.inhibited_by)
        ],
        "written": _table("inhibitors", target=name, residual=0.1),
    }
    placed = ("inhibitors", name) in library.places
    return entry | {"origin": library.origin_text("inhibitors", name)} if placed else entry


def drug(name: str, library: Library) -> Entry | None:
    """Return a drug and the numbers that its dose is written to."""
    written = drugs(library).get(name)
    if written is None:
        return None
    return {
        "id": name,
        "text": catalogue.drug_text(name, library),
        "titrated": "where asked (titrate = true)" if titrated(library, name) else "",
        "sets": [parameter_entry(library.parameters[path], library) for path in written],
        "written": _table("co_medication", drug=name, amount="10 mg", every="12 h", route="oral"),
        "origin": ", ".join(library.parameters[path].origin for path in written),
    }


def route(name: str, library: Library) -> Entry | None:
    """Return a route: where a dose enters, how it can be given, and the numbers that govern it."""
    if name not in MEANINGS:
        return None
    meaning, begins = MEANINGS[name]
    given = "evenly over every" if name in SPREAD_ROUTES else "at once"
    return {
        "id": name,
        "text": meaning,
        "given": f"{given}, or over a while (over)" if name in INFUSED_ROUTES else given,
        "also": [word for word, can in (
            ("clamp", name == "intravenous"), ("with_meal", name in SWALLOWED_ROUTES - SPREAD_ROUTES),
        ) if can],
        "numbers": [path for path in paths(library) if path.startswith(begins)],
        "written": _table("doses", compound="magnesium citrate", amount="100 mg", of="magnesium", every="24 h",
                          route=name),
    }  # fmt: skip


def observable(name: str, library: Library) -> Entry | None:
    """Return an observable."""
    return catalogue.observable_entry(name) if name in observables() else None


def _needs(entry: Rule, key: str, value: str) -> bool:
    return any(key == name and value in values for name, values in entry.applies_when)


def _table(word: str, **keys: str | float) -> str:
    """Return a list with one inline table, as a scenario has it."""
    said = ", ".join(f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value:g}"
                     for key, value in keys.items())  # fmt: skip
    return f"{word} = [{{ {said} }}]"


def _plain(entry: Mapping[str, Any]) -> str:
    empty: Sequence[Any] = ("", {}, [])
    return "; ".join(f"{key} = {value}" for key, value in entry.items() if value not in empty)
