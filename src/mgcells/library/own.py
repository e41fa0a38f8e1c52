"""Which layers lie over what ships: the folders that are named, each once, under a name of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from mgcells.errors import InputProblems, Problem
from mgcells.library.layers import SHIPPED, Layer, read_layer


def own_layers(*folders: str | Path) -> tuple[Layer, ...]:
    """Read own folders, in the order in which they lie over each other.

    Parameters
    ----------
    folders
        Each laid out like data/, any part of it; one that is named twice counts once.

    Raises
    ------
    InputProblems
        Folders that are none, and files in them that cannot be read or have no place in a library.
    """
    problems: list[Problem] = []
    layers: list[Layer] = []
    named: dict[Path, None] = {}
    for folder in folders:
        where = os.path.normpath(folder)
        real = Path(os.path.realpath(where))
        if real in named:
            continue
        named[real] = None
        try:
            layers.append(read_layer(Path(where), layer_name(real, layers), where))
        except InputProblems as error:
            problems += error.problems
    if problems:
        raise InputProblems(problems)
    return tuple(layers)


def layer_name(folder: Path, others: Iterable[Layer]) -> str:
    """Return what a layer is called: as its folder, with the folder above it where that name is taken."""
    taken = {SHIPPED, *(layer.name for layer in others)}
    return folder.name if folder.name not in taken else f"{folder.parent.name}/{folder.name}"


def placed(problem: Problem, layers: Sequence[Layer]) -> Problem:
    """Return a problem of an own layer with the file as a reader can open it."""
    for layer in layers:
        if problem.file.startswith(f"{layer.name}/"):
            return Problem(f"{layer.where}/{problem.file.removeprefix(f'{layer.name}/')}", problem.line, problem.text)
    return problem
