"""The own library that something is added to: where it lies, and what it would be with the addition."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mgcells.cli.additions.plan import Plan, Request, checked_name, is_new, parent_name, typed, wrong
from mgcells.library import Library
from mgcells.library.layers import Layer, is_blank
from mgcells.library.loading import over_shipped
from mgcells.library.own import layer_name, own_layers


@dataclass(frozen=True)
class Shelf:
    """A folder that is, or will be, a library of its own.

    Attributes
    ----------
    folder : Path
        As it was written.
    layers : tuple of Layer
        All own libraries in force, this one among them once it holds anything.
    library : Library
        What they come to now.
    """

    folder: Path
    layers: tuple[Layer, ...]
    library: Library

    @property
    def layer(self) -> Layer:
        """What the folder holds; a layer without files when it holds nothing yet."""
        found = next((layer for layer in self.layers if _same(layer.where, self.folder)), None)
        return found or Layer(layer_name(self.folder.resolve(), self.layers), (), os.path.normpath(self.folder))

    def with_files(self, files: Mapping[str, str]) -> Shelf:
        """Return the shelf as it will be with these files, by their path in the folder.

        Raises
        ------
        InputProblems
            The library would not be sound.
        """
        old = self.layer
        new = replace(old, files=tuple(sorted({**dict(old.files), **files}.items())))
        layers = [new if layer is old else layer for layer in self.layers]
        layers += [] if old.files else [new]
        return Shelf(self.folder, tuple(layers), over_shipped(layers))

    def plan(self, files: Mapping[str, str], steps: tuple[str, ...]) -> Plan:
        """Return a plan for files by their path in the folder; what one of them holds already stays as it is."""
        new: dict[Path, str] = {}
        added: dict[Path, str] = {}
        for name, text in files.items():
            old = self.layer.table(name)
            if old is None:
                new[self.folder / name] = text
            else:
                added[self.folder / name] = text.removeprefix(old)
        return Plan(new, added, steps)

    def option(self) -> str:
        """Return how a command is told of the library."""
        return f"--library {typed(self.folder)}"


def shelf_of(request: Request, folder: str, suffix: str, example: str) -> tuple[Shelf, str]:
    """Return the library that a new file belongs to, and the name of what it holds.

    Parameters
    ----------
    folder, suffix : str
        Where such files lie in a library, and how their names end.
    example : str
        A path as it should be.

    Raises
    ------
    InputProblems
        The path has another shape or is taken, or the library is not sound.
    """
    path = request.path
    if path.suffix != suffix or parent_name(path) != folder:
        raise wrong(path, f"should be a {suffix} file in a folder '{folder}', such as {example}")
    name = checked_name(path)
    return open_shelf(Path(os.path.normpath(path.parent / "..")), request), name


def open_shelf(folder: Path, request: Request) -> Shelf:
    """Read the library in a folder, with what else is in force; InputProblems when it is not sound."""
    folders = [*request.libraries, *([] if is_blank(folder) else [folder])]
    layers = own_layers(*folders)
    return Shelf(folder, layers, over_shipped(layers))


def unused(shelf: Shelf, kind: str, name: str, path: Path) -> None:
    """Refuse a file that exists, and a name that the library knows already; `kind` is the attribute that holds it."""
    is_new(path)
    if (kind, name) in shelf.library.places:
        origin = shelf.library.place(kind, name).origin
        raise wrong(path, f"'{name}' exists already at {origin}; choose another name, or edit that entry")


def longer(text: str | None, entry: str) -> str:
    """Return a table with an entry put at its end, after an empty line."""
    if text is None:
        return entry
    return text + ("" if text.endswith("\n") else "\n") + "\n" + entry


def _same(one: str, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
