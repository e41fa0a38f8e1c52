"""What other installed packages offer: the entries of the group `mgcells.library`, each the name of a module."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from mgcells.errors import InputProblems, Problem

GROUP = "mgcells.library"
DATA_FOLDER = "data"


class Installed(NamedTuple):
    """An entry of another package: its name, the module that it points to, and the version that is installed."""

    name: str
    module: str
    version: str

    @property
    def package(self) -> str:
        """The package that the module belongs to."""
        return self.module.partition(".")[0]

    @property
    def label(self) -> str:
        """What outputs call the package."""
        return f"{self.name} {self.version}".strip()


@cache
def installed() -> tuple[Installed, ...]:
    """Return every entry by name, each module once; nothing is imported."""
    entries = metadata.entry_points(group=GROUP)
    found = {entry.value.partition(":")[0].strip(): entry for entry in entries}
    return tuple(sorted(
        Installed(entry.name, module, (entry.dist.version if entry.dist else "") or "")
        for module, entry in found.items()
    ))  # fmt: skip


def owner(module: str) -> Installed | None:
    """Return the entry whose package a module belongs to, the nearest of several; None where it is of none."""
    of_package = [entry for entry in installed() if entry.package == module.partition(".")[0]]
    above = [entry for entry in of_package if f"{module}.".startswith(f"{entry.module}.")]
    return max(above, key=lambda entry: len(entry.module), default=next(iter(of_package), None))


@cache
def code_digest(package: str) -> str:
    """Return a hash of all that the Python files of a package say; nothing is imported."""
    hashed = hashlib.blake2b(digest_size=16)
    for path, file in _python_files(package):
        content = file.read_bytes()
        hashed.update(f"{path}\0{len(content)}\0".encode() + content)
    return hashed.hexdigest()


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


def _python_files(package: str) -> Iterator[tuple[str, Path]]:
    """Yield path within the package and file; a package may be one module."""
    found = importlib.util.find_spec(package)
    if found is None:
        return
    if found.submodule_search_locations is None and found.origin:
        yield Path(found.origin).name, Path(found.origin)
    for folder in map(Path, found.submodule_search_locations or ()):
        for file in sorted(folder.rglob("*.py")):
            path = file.relative_to(folder)
            # What an editor leaves behind has no part in what the package does.
            if not any(part.startswith(".") for part in path.parts):
                yield path.as_posix(), file
