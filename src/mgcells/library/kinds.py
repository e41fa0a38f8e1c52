"""Files that are one entry: a cell type, a condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mgcells.library.checking import check, place_in
from mgcells.library.entries import CellType, Condition, Parameter, Place
from mgcells.library.layers import Layer
from mgcells.library.located import Document
from mgcells.library.overlays import Overlay
from mgcells.library.quantities import flatten, quantity
from mgcells.library.records import CellAdditions, CellTypeRecord, ConditionRecord

NUMBERS = ("baseline", "time_constant", "maximum")


def read_cell(
    document: Document, cells: dict[str, CellType], parameters: dict[str, Parameter], overlay: Overlay, layer: Layer
) -> None:
    """Take in one file of cells/: a new cell type, one that replaces another, or additions to one that exists."""
    name = Path(document.shown).stem
    whole = name not in cells or "title" in document.data or "replaces" in document.data
    kind: type[CellTypeRecord | CellAdditions] = CellTypeRecord if whole else CellAdditions
    record = check(kind, document.data, place_in(document), overlay.problems, "")
    if record is None:
        return
    found = flatten(record.parameters, place_in(document, "parameters"), overlay.problems, name)
    place = place_in(document)
    for behaviour, data in document.data.get("behaviours", {}).items():
        for key in NUMBERS:
            if key in data:
                path = f"{name}.{behaviour}.{key}"
                parameter = quantity(path, data[key], place, overlay.problems, ("behaviours", behaviour, key))
                if parameter:
                    found[path] = parameter
    if isinstance(record, CellTypeRecord):
        _lay_whole(CellType(name, record, found, document.shown), document, cells, parameters, overlay, layer)
    else:
        _lay_additions(cells[name], record, found, document, cells, overlay, layer)
    # The numbers of a behaviour or cell type that is replaced are replaced with it.
    replacing = {path for path, parameter in found.items() if parameter.replaces}
    replacing |= {
        path for path in found if _owner_replaces(path, name, record) and ("parameters", path) in overlay.places
    }
    places = {path: Place(parameter.file, parameter.line, layer.name) for path, parameter in found.items()}
    for path, parameter in found.items():
        overlay.originals.setdefault(path, parameter)
    overlay.lay("parameters", parameters, found, places, replacing)


def _lay_whole(
    new: CellType, document: Document, cells: dict[str, CellType], parameters: dict[str, Parameter],
    overlay: Overlay, layer: Layer,
) -> None:  # fmt: skip
    before, replaces = cells.get(new.name), new.record.replaces
    place = Place(document.shown, 0, layer.name)
    overlay.lay("cells", cells, {new.name: new}, {new.name: place}, {new.name} if replaces else set())
    if before is not None and replaces:
        for path in set(before.parameters) - set(new.parameters):
            del parameters[path], overlay.places["parameters", path]
        for kind, names in (("behaviours", before.record.behaviours), ("signals", before.record.signals)):
            for name in names:
                del overlay.places[kind, f"{new.name}.{name}"]
    for kind, records in (("behaviours", new.record.behaviours), ("signals", new.record.signals)):
        places = _places(kind, new.name, records, document, layer)
        overlay.lay(kind, {}, dict.fromkeys(places), places, set())


def _lay_additions(
    before: CellType, record: CellAdditions, found: Mapping[str, Parameter], document: Document,
    cells: dict[str, CellType], overlay: Overlay, layer: Layer,
) -> None:  # fmt: skip
    merged: dict[str, Any] = {"behaviours": dict(before.record.behaviours), "signals": dict(before.record.signals)}
    for kind, records in (("behaviours", record.behaviours), ("signals", record.signals)):
        new = {f"{before.name}.{name}": entry for name, entry in records.items()}
        places = _places(kind, before.name, records, document, layer)
        into = {f"{before.name}.{name}": entry for name, entry in merged[kind].items()}
        overlay.lay(kind, into, new, places, {name for name, entry in new.items() if entry.replaces})
        merged[kind] = {name.removeprefix(f"{before.name}."): entry for name, entry in into.items()}
    all_parameters = {**before.parameters, **found}
    cells[before.name] = replace(before, record=before.record.model_copy(update=merged), parameters=all_parameters)


def _places(kind: str, cell: str, names: Iterable[str], document: Document, layer: Layer) -> dict[str, Place]:
    return {f"{cell}.{name}": Place(document.shown, document.line(kind, name), layer.name) for name in names}


def _owner_replaces(path: str, cell: str, record: CellTypeRecord | CellAdditions) -> bool:
    if isinstance(record, CellTypeRecord):
        return record.replaces
    behaviour = record.behaviours.get(path.removeprefix(f"{cell}.").rpartition(".")[0])
    return behaviour is not None and behaviour.replaces


def read_condition(document: Document, conditions: dict[str, Condition], overlay: Overlay, layer: Layer) -> None:
    """Take in one file of conditions/: a new condition, or one that replaces another."""
    place = place_in(document)
    record = check(ConditionRecord, document.data, place, overlay.problems, "")
    if record is None:
        return
    parameters = {}
    for path, data in document.data.get("set", {}).items():
        parameter = quantity(path, data, place, overlay.problems, ("set", path))
        if parameter:
            parameters[path] = parameter
    new = Condition(
        Path(document.shown).stem, record.title, parameters, tuple(record.rules.on), tuple(record.rules.off),
        None if record.diet is None else record.diet.magnesium, tuple(record.species), document.shown, record.note,
    )  # fmt: skip
    replacing = {new.name} if record.replaces else set()
    place_of = Place(document.shown, 0, layer.name)
    overlay.lay("conditions", conditions, {new.name: new}, {new.name: place_of}, replacing)
