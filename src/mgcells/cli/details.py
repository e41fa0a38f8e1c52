"""Everything that is known of one entry, kind by kind: all its fields, and where it enters. None for no such entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mgcells.cli import catalogue
from mgcells.cli.choices import needs, table
from mgcells.cli.numbers import Entry, parameter_entry, quantity_entry
from mgcells.library import Library
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
        "written": table("doses", compound=found, amount="1 mmol", of="salt", every="24 h", route="oral"),
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
        "only then": [entry.id for entry in library.rules.values() if needs(entry, "condition", name)],
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


def observable(name: str, library: Library) -> Entry | None:
    """Return an observable."""
    return catalogue.observable_entry(name) if name in observables() else None


def _plain(entry: Mapping[str, Any]) -> str:
    empty: Sequence[Any] = ("", {}, [])
    return "; ".join(f"{key} = {value}" for key, value in entry.items() if value not in empty)
