"""Numbers of the library as plain entries: each by its path, with what each subject has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mgcells import units
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Library, Parameter
from mgcells.library.bounds import CONSTANT
from mgcells.library.in_force import reference
from mgcells.library.layers import SHIPPED
from mgcells.library.records import Quantity
from mgcells.library.targets import drugs
from mgcells.tissues.registry import concerns, tissues_of

Entry = dict[str, Any]
VARIATION, MEDIUM = "variation.", "medium."


def paths(library: Library) -> list[str]:
    """Return the path of every number that a subject has."""
    found = dict.fromkeys(library.parameters)
    for species in library.species.values():
        found |= dict.fromkeys(species)
    for subject in library.subjects.values():
        found |= dict.fromkeys(subject.parameters)
    return list(found)


def number_list(library: Library, subject: str | None = None) -> list[Entry]:
    """Return every number with the values that subjects have, or with that of one subject."""
    everyone = {name: _numbers(library, name) for name in _chosen(library, subject)}
    found = []
    for path in paths(library):
        held = _held(path, everyone)
        if not held:
            continue
        # One place for each subject, but one text for those who have the same.
        texts: dict[str, list[str]] = {}
        for parameter, names in held:
            texts.setdefault(f"{parameter.text} ({parameter.basis})", []).extend(names)
        several = len(texts) > 1
        said = "; ".join(f"{text}, {' and '.join(names)}" if several else text for text, names in texts.items())
        origin = ", ".join(filter(None, (_own_origin(parameter, library) for parameter, _ in held)))
        entry = {"id": path, "text": said, "values": [
            {"subjects": names, "value": parameter.text, "basis": parameter.basis} for parameter, names in held
        ]}  # fmt: skip
        found.append({**entry, "text": f"{said} [{origin}]", "origin": origin} if origin else entry)
    return found


def number_entry(name: str, library: Library, subject: str | None = None) -> Entry | None:
    """Return everything about a number by its path, `SUBJECT:PATH` or `SUBJECT:variation.PATH`; None for others.

    Without a subject it lists what each has where they differ.

    Raises
    ------
    InputProblems
        An unknown subject, or one that lacks a number which others have.
    """
    owner, _, path = name.rpartition(":")
    if owner and subject is None and owner in library.subjects:
        subject = owner
    elif owner:
        return None
    (*named,) = _chosen(library, subject)
    spread = path.removeprefix(VARIATION)
    if spread != path and subject is not None:
        varies = library.subjects[subject].variation.get(spread)
        return None if varies is None else parameter_entry(varies.spread, library) | {"id": name}
    everyone = {kind: _numbers(library, kind) for kind in library.subjects}
    held = _held(path, {kind: everyone[kind] for kind in named})
    if not held:
        having = [kind for kind, numbers in everyone.items() if path in numbers]
        if not having:
            return None
        raise InputProblems(
            [Problem(name, 0, f"subject '{subject}' has no such number; those that have it: {', '.join(having)}")]
        )
    entry: Entry = {"id": name, "written": _written(path, held[0][0].text if len(held) == 1 else "...")}
    if len(held) == 1:
        entry = parameter_entry(held[0][0], library) | entry
        if len(held[0][1]) < len(named):
            entry["subjects"] = held[0][1]
    else:
        entry["values"] = [{"subjects": names} | _without_id(parameter, library) for parameter, names in held]
    return entry | _relations(path, named, library)


def parameter_entry(parameter: Parameter, library: Library) -> Entry:
    """Return a number with everything that the library says of it, its origin last."""
    _, unit = units.split(parameter.text)
    ends = [end / units.factor(unit) for end in (parameter.low, parameter.high) if end is not None]
    return {
        "id": parameter.path,
        "value": parameter.text,
        "range": f"{' to '.join(f'{end:g}' for end in ends)} {unit}".strip() if ends else "",
        "basis": parameter.basis,
        "claims": list(parameter.claims),
        "sources": list(parameter.sources),
        "note": parameter.note,
        "origin": origin_of(parameter, library),
    }


def quantity_entry(quantity: Quantity) -> Entry:
    """Return a number that is a part of a larger entry, as a compound's."""
    ends = [f"{end}" for end in (quantity.low, quantity.high) if end is not None]
    return {
        "value": f"{quantity.value}",
        "range": " to ".join(ends),
        "basis": quantity.basis,
        "claims": list(quantity.claims),
        "sources": list(quantity.sources),
        "note": quantity.note,
    }


def origin_of(parameter: Parameter, library: Library) -> str:
    """Return where a number stands and what it replaces, as outputs show it."""
    place = library.number_place(parameter)
    return place.said if place is not None else parameter.origin


def _written(path: str, value: str) -> str:
    """Return how a scenario sets a number, "" where none can."""
    if path.startswith(CONSTANT):
        return ""
    if path.startswith(MEDIUM):
        return f'medium = {{ {path.removeprefix(MEDIUM)} = "{value}" }}'
    return f'parameters = {{ "{path}" = "{value}" }}'


def _relations(path: str, subjects: Iterable[str], library: Library) -> Entry:
    """Return how a number differs between virtual subjects, and what sets it beside a scenario."""
    varies = [
        {"subjects": [name], "distribution": entry.distribution} | _without_id(entry.spread, library)
        for name, entry in ((name, library.subjects[name].variation.get(path)) for name in subjects)
        if entry is not None
    ]
    found: Mapping[str, Sequence[Any]] = {
        "variation": varies,
        "set by": [
            {"condition": name} | _without_id(condition.parameters[path], library)
            for name, condition in library.conditions.items()
            if path in condition.parameters
        ],
        "inhibited by": [name for name, entry in library.inhibitors.items() if path in entry.acts_on],
        "drug": [name for name, written in drugs(library).items() if path in written],
    }
    return {key: value for key, value in found.items() if value}


def _numbers(library: Library, subject: str) -> dict[str, Parameter]:
    """Return the numbers of a subject without those of tissues that only others can have."""
    kinds = library.subjects.values()
    own = tissues_of(library.subjects[subject])
    others = {tissue for kind in kinds for tissue in tissues_of(kind)} - set(own)
    return {path: parameter for path, parameter in reference(library, subject).items()
            if concerns(path, library, own) or not concerns(path, library, others)}  # fmt: skip


def _held(path: str, everyone: Mapping[str, Mapping[str, Parameter]]) -> list[tuple[Parameter, list[str]]]:
    """Return the different numbers of a path, each with the subjects that have it."""
    found: dict[tuple[str, str], tuple[Parameter, list[str]]] = {}
    for name, numbers in everyone.items():
        if path in numbers:
            parameter = numbers[path]
            found.setdefault((parameter.text, parameter.origin), (parameter, []))[1].append(name)
    return list(found.values())


def _chosen(library: Library, subject: str | None) -> list[str]:
    if subject is None:
        return list(library.subjects)
    if subject not in library.subjects:
        text = f"unknown subject '{subject}'{suggestion(subject, library.subjects)}"
        raise InputProblems([Problem("--subject", 0, text)])
    return [subject]


def _without_id(parameter: Parameter, library: Library) -> Entry:
    entry = parameter_entry(parameter, library)
    del entry["id"]
    return entry


def _own_origin(parameter: Parameter, library: Library) -> str:
    """Return where a number of an own library stands; "" for what ships."""
    place = library.number_place(parameter)
    return "" if place is None or place.layer == SHIPPED else place.said
