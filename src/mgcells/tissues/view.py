"""What can be seen of a tissue: names and numbers on a grid. Drawing them is not a tissue's business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Generic, NamedTuple, TypeVar

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.cells.population import Population
from mgcells.tissues.tissue import Tissue

KIND = "kind of cell"
Shown = TypeVar("Shown", bound=Tissue)


class Choice(NamedTuple):
    """Something that colours can stand for; `healthy` is not a number where health has no single value."""

    key: str
    label: str
    unit: str
    healthy: float


class Trait(NamedTuple):
    """A trait that is shown beside behaviours; `bounds` where its values have an end."""

    label: str
    unit: str = ""
    bounds: tuple[float, float] | None = None


class View(Generic[Shown]):
    """Cells at their sites over the levels that they sense: all that most tissues have. Others say what they add.

    Attributes
    ----------
    sites : tuple of int
        Rows and columns of the grid that cells and ground are laid on.
    kinds : tuple of str
        The kinds of cell that stand in one population, in the order of their numbers; none where every population is
        a kind of its own.
    traits : mapping of str to Trait
        The traits that are shown, by name.
    """

    kinds: ClassVar[tuple[str, ...]] = ()
    traits: ClassVar[Mapping[str, Trait]] = {}

    def __init__(self, tissue: Shown) -> None:
        self.tissue = tissue
        self.sites: tuple[int, int] = tissue.shape

    def parts(self) -> dict[str, int]:
        """Return the parts of the tissue that stand side by side, and the column where each begins."""
        return {}

    def kind_of(self, population: Population) -> Floats:
        """Return the number among `kinds` of every living cell, shape (cells,); asked only where there are any."""
        raise NotImplementedError(f"{type(self).__name__} names kinds of cell and does not say which cell is which")

    def places(self, population: Population) -> tuple[Integers, Integers]:
        """Return row and column on the grid of every living cell, shapes (cells,)."""
        row, column = np.divmod(population.voxel[: population.count].astype(np.int64), self.tissue.shape[1])
        return row, column

    def grounds(self) -> tuple[Choice, ...]:
        """Return what lies on the grid beside the levels that cells sense."""
        return ()

    def levels(self) -> tuple[str, ...]:
        """Return the names of the levels that cells sense at their sites."""
        return next(iter(self.tissue.populations.values())).table.levels

    def ground(self, key: str) -> Floats:
        """Return one of the grounds or levels on the grid, shape `sites`."""
        population = next(iter(self.tissue.populations.values()))
        # Levels may hold entries beyond the lattice; its own sites come first.
        level = population.surroundings[0][population.table.levels.index(key)]
        values: Floats = level[: self.tissue.shape[0] * self.tissue.shape[1]].reshape(self.tissue.shape)
        return values
