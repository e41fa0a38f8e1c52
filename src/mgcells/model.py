"""The subject as a Mesa model: its observables in a DataCollector, its cells as agents.

An agent object is a view, one row of a population, built when someone asks for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar

import mesa
from mesa.datacollection import DataCollector

from mgcells.cells.kinds import Cell, kind_called
from mgcells.cells.population import Population
from mgcells.observables import Observable
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.subject import Subject


class MagnesiumModel(Subject, mesa.Model):  # type: ignore[misc]
    """A subject whose body bathes living tissues of Mesa agents.

    Parameters
    ----------
    scenario, strategy, replicate
        As in `Subject`.
    collect : bool
        Fill Mesa's DataCollector after every step.
    rng : int, optional
        Seed to use instead of the scenario's.

    Attributes
    ----------
    body, tissues, hour, day
        As in `Subject`.
    """

    # Newer Meses have a scenario of their own and tell it of its model; here it is what the subject lives by.
    scenario: Any = None

    def __init__(
        self,
        scenario: Scenario | str | Path = "brain_salts_rat",
        strategy: str | None = None,
        replicate: int = 0,
        collect: bool = True,
        rng: int | None = None,
    ) -> None:
        scenario = find_scenario(scenario)
        if rng is not None:
            scenario = replace(scenario, seed=int(rng))
        mesa.Model.__init__(self, rng=scenario.seed)
        Subject.__init__(self, scenario, strategy, replicate)
        self._shown: tuple[int, ...] = ()
        self._views: dict[tuple[str, str, int], CellAgent] = {}
        self.datacollector = DataCollector(
            model_reporters={observable.name: partial(Observable.of, observable) for observable in self.observables}
            if collect
            else {}
        )
        self._collect = collect
        if collect:
            self.datacollector.collect(self)

    def step(self) -> None:
        """Let one step pass, and collect."""
        super().step()
        self.running = self.hour < self.scenario.hours - self.scenario.step_hours / 2
        if self._collect:
            self.datacollector.collect(self)

    @property
    def agents(self) -> Any:
        """Every living cell as a Mesa agent; the views are built when this is first asked for."""
        if "_views" in self.__dict__:
            self._show_cells()
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """The living cells by agent class."""
        if "_views" in self.__dict__:
            self._show_cells()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """The classes of the living cells."""
        return list(self.agents_by_type)

    def _show_cells(self) -> None:
        populations = [(name, kind, p) for name, t in self.tissues.items() for kind, p in t.populations.items()]
        generations = tuple(population.generation for _, _, population in populations)
        if generations == self._shown:
            return
        self._shown = generations
        alive = {(name, kind, uid) for name, kind, p in populations for uid in p.uid[: p.count].tolist()}
        for key in [key for key in self._views if key not in alive]:
            self._views.pop(key).remove()
        for name, kind, population in populations:
            width = self.tissues[name].shape[1]
            for uid in population.uid[: population.count].tolist():
                if (name, kind, uid) not in self._views:
                    self._views[name, kind, uid] = agent_class(kind)(self, population, uid, name, width)


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
    """Return the class of Mesa agents for a kind of cell: a subclass of it and of CellAgent, of the same name."""
    shown = kind_called(kind)
    agents: type[CellAgent] = type(kind, (shown, CellAgent), {"__doc__": shown.__doc__})
    return agents
