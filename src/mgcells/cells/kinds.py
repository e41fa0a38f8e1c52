"""The kinds of living cells that a tissue can show; what makes them agents is added when someone asks for agents."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, TypeVar

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import CellType

KINDS: dict[str, type[Cell]] = {}
Class = TypeVar("Class", bound="type[Cell]")


class Cell:
    """A kind of living cell.

    Attributes
    ----------
    cell : str
        The cell type whose data files say what it senses and does.
    """

    cell: ClassVar[str]


def cell_kind(cell: str) -> Callable[[Class], Class]:
    """Register a kind of cell under the name of its class; `cell` is its cell type."""

    def register(kind: Class) -> Class:
        kind.cell = cell
        KINDS[kind.__name__] = kind
        return kind

    return register


def kind_called(name: str) -> type[Cell]:
    """Return the kind of cell of this name; InputProblems when none was registered."""
    if name not in KINDS:
        text = "no kind of cell has this name; register its class with mgcells.cells.kinds.cell_kind"
        raise InputProblems([Problem(name, 0, text + suggestion(name, KINDS))])
    return KINDS[name]


def kind_of(cell: CellType) -> str:
    """Return the name of the kind of cell that was registered for a cell type, else register one named by its title.

    Raises
    ------
    InputProblems
        Another cell type has a kind of that name.
    """
    for name, kind in KINDS.items():
        if kind.cell == cell.name:
            return name
    title = cell.record.title
    name = "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", title)) or cell.name
    if name in KINDS:
        text = f"title = '{title}' names its cells {name}, the name of those of '{KINDS[name].cell}'; change it"
        raise InputProblems([Problem(cell.file, 0, text)])
    cell_kind(cell.name)(type(name, (Cell,), {"__doc__": f"{title}."}))
    return name
