"""The tissues that there are, found in the folders beside this file, and everything that can be measured."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mgcells.observables import Observable, registered
from mgcells.tissues.declaration import TissueKind

if TYPE_CHECKING:
    from mgcells.tissues.tissue import Tissue

BODY_OBSERVABLES = "mgcells.body.observables"


@cache
def tissue_kinds() -> dict[str, TissueKind]:
    """Return every kind of tissue by name, in the order in which a subject lives them."""
    found: list[TissueKind] = []
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.ispkg:
            found += importlib.import_module(f"mgcells.tissues.{module.name}").TISSUES
    return {kind.name: kind for kind in sorted(found, key=lambda kind: (kind.order, kind.name))}


def tissue_class(name: str) -> type[Tissue]:
    """Return the class of the tissue with this name, imported when it is first asked for."""
    module, _, class_name = tissue_kinds()[name].place.partition(":")
    return cast("type[Tissue]", getattr(importlib.import_module(module), class_name))


def is_culture(tissues: Iterable[str]) -> bool:
    """Tell whether tissues are grown in a medium, without a body."""
    return any(tissue_kinds()[name].culture for name in tissues)


@cache
def observables() -> dict[str, Observable]:
    """Return every observable by name: those of the body, then those of each tissue."""
    importlib.import_module(BODY_OBSERVABLES)
    for kind in tissue_kinds().values():
        for module in kind.observables:
            importlib.import_module(module)
    order = {name: place for place, name in enumerate(["", *tissue_kinds()])}
    return dict(sorted(registered().items(), key=lambda item: order[item[1].tissue]))


def recorded(tissues: Iterable[str]) -> list[Observable]:
    """Return the observables of these tissues and of the body, which a culture does not have."""
    present = set(tissues)
    if not is_culture(present):
        present.add("")
    return [entry for entry in observables().values() if entry.tissue in present]


def units(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return name -> (unit, label) for a table of units."""
    return {name: (observables()[name].unit, observables()[name].label) for name in names}
