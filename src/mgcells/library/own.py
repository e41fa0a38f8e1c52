"""Which layers lie over what ships: those of installed packages, then the folders that are named, each once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from mgcells.errors import InputProblems, Problem
from mgcells.library.installed import data_folder, installed
from mgcells.library.layers import SHIPPED, Layer, is_blank, read_layer
from mgcells.library.located import reason


def own_layers(*folders: str | Path) -> tuple[Layer, ...]:
    """Read the data of installed packages and own folders, in the order in which they lie over each other.

    Parameters
    ----------
    folders
        Each laid out like data/, any part of it, or the name of an installed library, which is in force anyway; one
        that is named twice counts once.

    Raises
    ------
    InputProblems
        Folders that are not libraries, and files in them that cannot be read or have no place in a library.
    """
    problems: list[Problem] = []
    layers: list[Layer] = []
    read: set[Path] = set()
    named = {Path(os.path.realpath(folder)) for folder in folders if "\0" not in str(folder)}
    for name, folder in (*_installed_folders(), *(("", Path(folder)) for folder in folders)):
        where = os.path.normpath(folder)
        try:
            real = Path(os.path.realpath(where))
            if real in read or (not name and is_installed(folder)):
                continue
            read.add(real)
            layer = read_layer(Path(where), layer_name(real, layers, name), where)
        except InputProblems as error:
            problems += error.problems
        except (OSError, ValueError) as error:
            problems.append(Problem(repr(where)[1:-1], 0, f"cannot be read: {reason(error)}"))
        else:
            layers.append(replace(layer, installed=bool(name) and real not in named))
    if problems:
        raise InputProblems(problems)
    return tuple(layers)


def is_installed(library: str | Path, beside: Path = Path()) -> bool:
    """Tell whether `library` names one that an installed package brings, and no folder of that name holds one."""
    return any(str(library) == entry.name for entry in installed()) and is_blank(beside / library)


def layer_name(folder: Path, others: Iterable[Layer], name: str = "") -> str:
    """Return what a layer is called: `name`, else as its folder, with a number where that is taken."""
    taken = {SHIPPED, *(layer.name for layer in others)}
    wanted = name or folder.name or "library"
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(found for found in numbered if found not in taken)


def placed(problem: Problem, layers: Sequence[Layer]) -> Problem:
    """Return a problem of an own layer with the file as a reader can open it."""
    for layer in layers:
        if problem.file.startswith(f"{layer.name}/"):
            return Problem(f"{layer.where}/{problem.file.removeprefix(f'{layer.name}/')}", problem.line, problem.text)
    return problem


def _installed_folders() -> Iterator[tuple[str, Path]]:
    for entry in installed():
        folder = data_folder(entry)
        # A package may keep data there that belong to no library.
        if folder is not None and not is_blank(folder):
            yield entry.name, folder
