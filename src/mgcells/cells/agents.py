"""Mesa agents as views: an agent object is one row of a population, built when someone asks for it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import mesa

from mgcells.cells.population import Population

if TYPE_CHECKING:
    from mgcells.model import MagnesiumModel

AGENT_CLASSES: dict[str, type[CellAgent]] = {}
Class = TypeVar("Class", bound="type[CellAgent]")


class _PerModelIds:
    """Agent numbers kept on the model: the class-wide table of Mesa 3.3 would keep every model alive."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        counter: Iterator[int] = model.__dict__.setdefault("_agent_numbers", itertools.count(1))
        return counter


class CellAgent(mesa.Agent):  # type: ignore[misc]
    """A living cell. Its behaviours and traits are attributes, read from and written to the population's columns.

    Attributes
    ----------
    uid : int
        The cell's name for life; rows change, this does not.
    tissue : str
    pos : tuple of int
        (x, y) on the lattice of its tissue.
    """

    cell: ClassVar[str]
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


def cell_agent(cell: str) -> Callable[[Class], Class]:
    """Register an agent class; `cell` is the cell type whose data files say what it senses and does."""

    def register(kind: Class) -> Class:
        kind.cell = cell
        AGENT_CLASSES[kind.__name__] = kind
        return kind

    return register
