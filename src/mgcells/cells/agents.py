"""Mesa agents as views: an agent object is one row of a population, built when someone asks for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import mesa

from mgcells.cells.kinds import KINDS, Cell
from mgcells.cells.population import Population

if TYPE_CHECKING:
    from mgcells.model import MagnesiumModel


class _PerModelIds:
    """Agent numbers kept on the model: the class-wide table of Mesa 3.3 would keep every model alive."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        counter: Iterator[int] = model.__dict__.setdefault("_agent_numbers", itertools.count(1))
        return counter


class CellAgent(Cell, mesa.Agent):  # type: ignore[misc]
    """A living cell. Its behaviours and traits are attributes, read from and written to the population's columns.

    Attributes
    ----------
    uid : int
        The cell's name for life; rows change, this does not.
    tissue : str
    pos : tuple of int
        (x, y) on the lattice of its tissue.
    """

    _ids: ClassVar[Any] = _PerModelIds()

    def __init__(self, model: MagnesiumModel, population: Population, uid: int, tissue: str, width: int) -> None:
        self._population = population
        self._width = width
        self.uid = uid
        self.tissue = tissue
        super().__init__(model)

    @property
    def pos(self) -> tuple[int, int]:
        """The lattice site, (x, y)."""
        y, x = divmod(int(self._population.voxel[self._population.row(self.uid)]), self._width)
        return x, y

    @pos.setter
    def pos(self, value: object) -> None:
        if value is not None:
            raise AttributeError("a cell's place follows from its tissue and cannot be set")

    def __getattr__(self, name: str) -> Any:
        population = self.__dict__.get("_population")
        if population is not None:
            if name in population.behaviour_row:
                return float(population.state.item(population.behaviour_row[name], population.row(self.uid)))
            if name in population.trait_row:
                return float(population.traits.item(population.trait_row[name], population.row(self.uid)))
        raise AttributeError(f"{type(self).__name__} has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        population = self.__dict__.get("_population")
        if population is not None and name in population.behaviour_row:
            population.state[population.behaviour_row[name], population.row(self.uid)] = value
        elif population is not None and name in population.trait_row:
            population.traits[population.trait_row[name], population.row(self.uid)] = value
        else:
            super().__setattr__(name, value)

    def step(self) -> None:
        """Do nothing: all cells of a type are advanced together by their tissue."""


@cache
def agent_class(kind: str) -> type[CellAgent]:
    """Return the Mesa agents of a kind of cell: a subclass of it and of CellAgent, of the same name."""
    shown = KINDS[kind]
    agents: type[CellAgent] = type(kind, (shown, CellAgent), {"__doc__": shown.__doc__})
    return agents
