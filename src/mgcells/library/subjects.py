"""Files of subjects/: a new subject, one that replaces another, or additions to one that exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from mgcells.errors import Problem, nearest, suggestion
from mgcells.library.checking import check, place_in
from mgcells.library.entries import Parameter, Place, SubjectKind, Variation
from mgcells.library.layers import Layer
from mgcells.library.located import Document
from mgcells.library.overlays import Overlay
from mgcells.library.quantities import flatten, quantity
from mgcells.library.records import SubjectAdditions, SubjectRecord

NUMBERS = "parameters"
OF_A_WHOLE = set(SubjectRecord.model_fields) - set(SubjectAdditions.model_fields)


def adds_to(document: Document, subjects: Mapping[str, SubjectKind]) -> bool:
    """Tell whether a file only adds to, or replaces, numbers of a subject that exists."""
    return Path(document.shown).stem in subjects and not OF_A_WHOLE & set(document.data)


def reading_order(documents: Iterable[Document], subjects: Mapping[str, SubjectKind]) -> list[Document]:
    """Return files of subjects/ with additions first and every subject after the one that it is `like`."""
    waiting = sorted(documents, key=lambda document: not adds_to(document, subjects))
    ordered: list[Document] = []
    while waiting:
        later = {Path(document.shown).stem for document in waiting}
        ready = (entry for entry in waiting if entry.data.get("like") not in later - {Path(entry.shown).stem})
        ordered.append(next(ready, waiting[0]))
        waiting.remove(ordered[-1])
    return ordered


def read_subject(document: Document, subjects: dict[str, SubjectKind], overlay: Overlay, layer: Layer) -> None:
    """Take in one file of subjects/; its numbers are entries of their own, named `SUBJECT:PATH`."""
    kind: type[SubjectRecord | SubjectAdditions] = SubjectAdditions if adds_to(document, subjects) else SubjectRecord
    keys, place = kind.model_fields, place_in(document)
    own = {key: value for key, value in document.data.items() if key in keys}
    numbers = {}
    for key, value in document.data.items():
        if key not in keys and isinstance(value, Mapping):
            numbers[key] = value
        elif key not in keys:
            text = f"unknown key '{key}'{suggestion(key, SubjectRecord.model_fields)}"
            overlay.problems.append(Problem(*place(key), text))
    record = check(kind, own, place, overlay.problems, "")
    parameters = flatten(numbers, place, overlay.problems)
    if record is None:
        return
    variation = {}
    for path, data in document.data.get("variation", {}).items():
        plain = {key: item for key, item in data.items() if key != "distribution"}
        spread = quantity(path, plain, place, overlay.problems, ("variation", path))
        if spread:
            variation[path] = Variation(path, record.variation[path].distribution, spread)
    if isinstance(record, SubjectRecord):
        subject = _whole(document, record, parameters, variation, subjects, overlay)
        _lay_whole(subject, record.replaces, parameters, variation, subjects, overlay, layer)
        return
    before = subjects[Path(document.shown).stem]
    _lay_numbers(before.name, before, parameters, variation, False, overlay, layer)
    subjects[before.name] = replace(
        before, parameters={**before.parameters, **parameters}, variation={**before.variation, **variation}
    )


def _whole(
    document: Document, record: SubjectRecord, parameters: Mapping[str, Parameter],
    variation: Mapping[str, Variation], subjects: Mapping[str, SubjectKind], overlay: Overlay,
) -> SubjectKind:  # fmt: skip
    place = place_in(document)
    species, in_vitro = record.species, record.in_vitro
    tissues = None if record.tissues is None else tuple(record.tissues)
    like = record.like
    if like is not None and like not in subjects:
        text = f"like: unknown subject '{like}'{suggestion(like, subjects)}"
        overlay.problems.append(Problem(*place("like"), text))
        # The rest is still checked, as if the nearest had been named, or any.
        like = nearest(like, subjects) or next(iter(subjects), None)
    if like is not None:
        model = subjects[like]
        species, in_vitro = species or model.species, in_vitro or model.in_vitro
        tissues = model.tissues if tissues is None else tissues
        parameters, variation = {**model.parameters, **parameters}, {**model.variation, **variation}
    elif not species:
        overlay.problems.append(Problem(document.shown, 0, "species is missing"))
    return SubjectKind(
        Path(document.shown).stem, record.title, species, tissues, in_vitro, parameters, variation, document.shown,
        document.line("tissues"),
    )  # fmt: skip


def _lay_whole(
    new: SubjectKind, replaces: bool, parameters: Mapping[str, Parameter], variation: Mapping[str, Variation],
    subjects: dict[str, SubjectKind], overlay: Overlay, layer: Layer,
) -> None:  # fmt: skip
    before = subjects.get(new.name)
    place = Place(new.file, 0, layer.name)
    overlay.lay("subjects", subjects, {new.name: new}, {new.name: place}, {new.name} if replaces else set())
    if subjects[new.name] is not new:
        return
    _lay_numbers(new.name, before, parameters, variation, replaces, overlay, layer)
    kept = _named(new.name, new.parameters, new.variation)
    gone = {} if before is None else _named(new.name, before.parameters, before.variation)
    for name in gone:
        place_of = overlay.places.get((NUMBERS, name))
        if place_of is not None and (name not in kept or kept[name].origin != place_of.origin):
            del overlay.places[NUMBERS, name]


def _lay_numbers(
    subject: str, before: SubjectKind | None, parameters: Mapping[str, Parameter],
    variation: Mapping[str, Variation], replaced: bool, overlay: Overlay, layer: Layer,
) -> None:  # fmt: skip
    """Lay the numbers of a file over those that the subject had, all of which are `replaced` with a whole subject."""
    new = _named(subject, parameters, variation)
    old = {} if before is None else _named(subject, before.parameters, before.variation)
    replacing = {name for name, parameter in new.items() if parameter.replaces}
    replacing |= set(old) & set(new) if replaced else set()
    for name in set(old) & set(new):
        # A number that came with `like` has its place where the other subject has it.
        overlay.places.setdefault((NUMBERS, name), Place(old[name].file, old[name].line, layer.name))
    places = {name: Place(parameter.file, parameter.line, layer.name) for name, parameter in new.items()}
    overlay.lay(NUMBERS, {}, new, places, replacing)


def _named(
    subject: str, parameters: Mapping[str, Parameter], variation: Mapping[str, Variation]
) -> dict[str, Parameter]:
    """Return the numbers of a subject by the names that the library has for them."""
    spreads = {f"{subject}:variation.{path}": entry.spread for path, entry in variation.items()}
    return {**{f"{subject}:{path}": parameter for path, parameter in parameters.items()}, **spreads}
