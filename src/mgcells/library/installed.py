"""What other installed packages offer: the entries of the group `mgcells.library`, each the name of a module."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from mgcells.errors import InputProblems, Problem

GROUP = "mgcells.library"
DATA_FOLDER = "data"


class Installed(NamedTuple):
    """An entry of another package: its name, and the module that it points to."""

    name: str
    module: str

    @property
    def package(self) -> str:
        """The package that the module belongs to."""
        return self.module.partition(".")[0]


@cache
def installed() -> tuple[Installed, ...]:
    """Return every entry by name, each module once; nothing is imported."""
    found = {entry.value.partition(":")[0].strip(): entry.name for entry in metadata.entry_points(group=GROUP)}
    return tuple(sorted(Installed(name, module) for module, name in found.items()))


def data_folder(entry: Installed) -> Path | None:
    """Return the folder `data` beside the modules of a package, None where it has none; nothing is imported."""
    found = importlib.util.find_spec(entry.package)
    folders = (Path(place) / DATA_FOLDER for place in found.submodule_search_locations or ()) if found else ()
    return next((folder for folder in folders if folder.is_dir()), None)


@cache
def installed_modules() -> tuple[tuple[Installed, ModuleType], ...]:
    """Import the module of every entry, so that what it registers is known; InputProblems when one cannot be."""
    return tuple(
        (entry, imported(entry.module, f"entry point '{entry.name}'", f"its module (group {GROUP})"))
        for entry in installed()
    )


def imported(module: str, owner: str, what: str) -> ModuleType:
    """Import a module; InputProblems with the reason, located at `owner`, which names it, when that cannot be done."""
    try:
        return importlib.import_module(module)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        text = f"{what} '{module}' cannot be imported ({reason}); repair or uninstall the package it belongs to"
        raise InputProblems([Problem(owner, 0, text)]) from error
