"""Who declares which tissue: the folders beside this file, and installed packages. Each mistake is a sentence."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from mgcells.errors import InputProblems, Problem
from mgcells.library.installed import imported, installed_modules
from mgcells.tissues.declaration import TissueKind

NAMES = ("observables", "agents", "first_picture", "first_curves", "subjects")


class Declared(NamedTuple):
    """A kind of tissue, the module that declares it, and whether that belongs to another package."""

    kind: TissueKind
    module: str
    foreign: bool


@cache
def declared() -> Mapping[str, Declared]:
    """Return every kind of tissue by name, in the order in which a subject lives them.

    Raises
    ------
    InputProblems
        A module cannot be imported, or what it declares is not a TissueKind or exists already.
    """
    kinds: dict[str, Declared] = {}
    sections: dict[str, str] = {}
    for entry in sorted(_found(), key=lambda entry: (entry.kind.order, entry.kind.name)):
        name, first = entry.kind.name, sections.get(entry.kind.section)
        if first is not None:
            text = f"tissue '{name}' is declared in {first} too; give one of them another name"
            raise InputProblems([Problem(entry.module, 0, text)])
        kinds[name], sections[entry.kind.section] = entry, entry.module
    return kinds


def class_of(name: str, key: str) -> type[Any]:
    """Return the class that a kind of tissue gives as "module:Class" under `key`; InputProblems without one."""
    kind, owner, _ = declared()[name]
    place: str = getattr(kind, key)
    module, _, attribute = place.partition(":")
    found = getattr(imported(module, owner, f"tissue '{name}': the module of its {key}"), attribute, None)
    if not isinstance(found, type):
        raise problem_of(name, f"{key} = '{place}' names no class; write 'module:Class'")
    return found


def problem_of(name: str, text: str) -> InputProblems:
    """Return a problem of the kind of tissue `name`, located where it is declared."""
    return InputProblems([Problem(declared()[name].module, 0, f"tissue '{name}': {text}")])


def _found() -> Iterator[Declared]:
    for folder in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if folder.ispkg:
            name = f"{__package__}.{folder.name}"
            kinds = _kinds(importlib.import_module(name), name)
            if not kinds:
                raise InputProblems([Problem(name, 0, "declares no tissue; name its TissueKinds in TISSUES")])
            yield from (Declared(kind, name, False) for kind in kinds)
    for entry, module in installed_modules():
        yield from (Declared(kind, entry.module, True) for kind in _kinds(module, entry.module))


def _kinds(module: ModuleType, name: str) -> tuple[TissueKind, ...]:
    """Return the TISSUES of a module, an empty tuple where it has none."""
    kinds: Any = getattr(module, "TISSUES", ())
    if not isinstance(kinds, tuple | list) or not all(isinstance(kind, TissueKind) for kind in kinds):
        raise InputProblems([Problem(name, 0, f"TISSUES should be a tuple of TissueKind, not {kinds!r}")])
    for kind in kinds:
        _check(kind, name)
    return tuple(kinds)


def _check(kind: TissueKind, module: str) -> None:
    for word in NAMES:
        if isinstance(getattr(kind, word), str):
            text = f"tissue '{kind.name}': {word} should be a tuple of names, not the text '{getattr(kind, word)}'"
            raise InputProblems([Problem(module, 0, text)])
    if len(kind.first_picture) != 2:
        text = f"tissue '{kind.name}': first_picture should be two names, of cells and ground, '' for the first"
        raise InputProblems([Problem(module, 0, text)])
