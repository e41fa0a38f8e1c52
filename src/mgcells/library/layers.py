"""A layer of the library: the text of the files of one folder that is laid out like data/."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from mgcells.errors import InputProblems, Problem
from mgcells.library.located import read_text

DATA = Path(__file__).resolve().parent.parent / "data"
SHIPPED = "data"
LIKE = 0.75
NOWHERE = "is a link that leads nowhere or in a circle; remove it"
PASSED_OVER = ("scenarios", "outputs", "pyproject.toml")
TABLES = (
    "calibrations.toml", "claims.csv", "compounds.toml", "constants.toml", "inhibitors.toml", "mechanisms.toml",
    "sources.toml", "switches.toml",
)  # fmt: skip
FOLDERS = {
    "cells": ".toml", "conditions": ".toml", "experiments": ".toml", "rules": ".csv", "species": ".toml",
    "subjects": ".toml", "tissues": ".toml",
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """What one folder says.

    Attributes
    ----------
    name : str
        What the names of its files begin with in outputs: "data" for what ships, else the name of its folder, or of the
        entry of an installed package.
    files : tuple of (str, str)
        Path within the folder and text, in order of path.
    where : str
        The folder as messages call it, so that a reader can open the file.
    installed : bool
        Whether it is in force because its package is installed, and not because someone named it.
    """

    name: str
    files: tuple[tuple[str, str], ...] = field(repr=False)
    where: str = field(default="", compare=False)
    installed: bool = False

    @property
    def digest(self) -> str:
        """A hash of all that the files say."""
        hashed = hashlib.blake2b(digest_size=16)
        for path, text in self.files:
            hashed.update(f"{path}\0{len(text)}\0{text}".encode())
        return hashed.hexdigest()

    def show(self, path: str) -> str:
        """Return what a file of this layer is called."""
        return f"{self.name}/{path}"

    def table(self, name: str) -> str | None:
        """Return the text of a file, or None where there is no such file."""
        return dict(self.files).get(name)

    def folder(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield (stem, text) of every file of a subfolder."""
        for path, text in self.files:
            if path.startswith(f"{name}/"):
                yield path.removeprefix(f"{name}/").rpartition(".")[0], text


@lru_cache(maxsize=1)
def shipped_layer() -> Layer:
    """Return what ships with the package."""
    return read_layer(DATA, SHIPPED)


def read_layer(folder: Path, name: str, where: str | None = None) -> Layer:
    """Read a folder that is laid out like data/; any part of it may be missing.

    Parameters
    ----------
    name, where : str
        See Layer; `where` is the name when it is left out.

    Raises
    ------
    InputProblems
        All files that cannot be read or have no place in a library, or the reason why the folder is not a library.
    """
    shown = name if where is None else where
    problems: list[Problem] = []
    if not folder.exists():
        reason = "is a link that leads nowhere or in a circle" if folder.is_symlink() else "does not exist"
        raise InputProblems([Problem(shown, 0, f"{reason}; name a folder laid out like data/")])
    if not folder.is_dir():
        raise InputProblems([Problem(shown, 0, "is a file; a library is a folder laid out like data/")])
    files: list[tuple[str, str]] = []
    for path in _files(folder, shown, problems):
        relative = path.relative_to(folder).as_posix()
        try:
            files.append((relative, read_text(path, f"{shown}/{relative}")))
        except InputProblems as error:
            problems += error.problems
    if not files and not problems:
        parts = ", ".join([*(f"{part}/" for part in FOLDERS), *TABLES])
        problems.append(Problem(shown, 0, f"holds nothing of a library; it may have {parts}"))
    if problems:
        raise InputProblems(problems)
    return Layer(name, tuple(sorted(files)), shown)


def is_blank(folder: Path) -> bool:
    """Tell whether a folder does not exist or holds nothing that could be of a library."""
    problems: list[Problem] = []
    return not os.path.exists(folder) or (folder.is_dir() and not any(_files(folder, "", problems)) and not problems)


def _files(folder: Path, shown: str, problems: list[Problem]) -> Iterator[Path]:
    """Yield the tables that have a place in a library; what resembles one but has no place is a problem."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in PASSED_OVER:
            continue
        if path.is_symlink() and not path.exists():
            problems.append(Problem(f"{shown}/{path.name}", 0, NOWHERE))
        elif path.name in TABLES:
            yield path
        elif path.name in FOLDERS and path.is_dir():
            yield from _tables(path, f"{shown}/{path.name}", FOLDERS[path.name], problems)
        elif meant := _meant(path.name, [*FOLDERS, *TABLES]):
            problems.append(Problem(f"{shown}/{path.name}", 0, f"has no place in a library; did you mean '{meant}'?"))


def _tables(folder: Path, shown: str, wanted: str, problems: list[Problem]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~", "__")):
            continue
        if path.is_symlink() and not path.exists():
            problems.append(Problem(f"{shown}/{path.name}", 0, NOWHERE))
        elif path.is_dir():
            text = f"is a folder; the {wanted} files of a library lie in {folder.name}/ itself"
            problems += [Problem(f"{shown}/{path.name}", 0, text)] if any(path.rglob(f"*{wanted}")) else []
        elif path.suffix == wanted:
            yield path
        elif path.suffix in (".toml", ".csv"):
            problems.append(Problem(f"{shown}/{path.name}", 0, f"should be a {wanted} file, as all of its folder are"))


def _meant(name: str, known: Iterable[str]) -> str:
    """Return the known name that this one was probably meant to be, "" for one that is about something else."""
    return next(iter(difflib.get_close_matches(name.casefold(), list(known), n=1, cutoff=LIKE)), "")
