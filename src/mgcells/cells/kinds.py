"""The kinds of living cells that a tissue can show; what makes them agents is added when someone asks for agents."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

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
