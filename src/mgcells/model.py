"""The subject as a Mesa model: its observables in a DataCollector, its cells as agents.

An agent object is a view, one row of a population, built when someone asks for it.
"""

from __future__ import annotations

import copyreg
import inspect
import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, cast

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from mgcells.arrays import Integers
from mgcells.cells.kinds import KINDS, Cell, cell_kind, kind_called
from mgcells.cells.population import Population
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.subject import Subject, whole_number

BATCH_RUNNER = "mesa.batchrunner"


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

    Raises
    ------
    InputProblems, ValueError
        As in `Subject`; ValueError also for an `rng` that is no whole number from 0 on.

    Notes
    -----
    Two models of equal arguments are equal: without `rng` the seed is the scenario's. In `mesa.batch_run` the iteration
    is added to it, so that iteration 0 is the run without iterations, `iterations=4` are four other subjects, and
    `rng=seed + 2` is the third of them again. Within an iteration `replicate` names the subject as ever, the same in
    every strategy: compare strategies within iterations, or sweep `replicate` instead. Where `mesa.batch_run` hands
    over seeds of its own (`rng=[7, 8]`, Mesa 3.4 and later), they are used as they are.

    `agent.remove()` is the death of that cell. Other agents may live in the model beside the cells.
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
        seed = scenario.seed + _iteration() if rng is None else whole_number("rng", rng)
        scenario = replace(scenario, seed=seed)
        mesa.Model.__init__(self, rng=scenario.seed)
        Subject.__init__(self, scenario, strategy, replicate)
        self._shown: tuple[int, ...] = ()
        self._views: dict[tuple[str, str, int], CellAgent] = {}
        self.datacollector = DataCollector(
            model_reporters={entry.name: partial(_measured, place) for place, entry in enumerate(self.observables)}
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

    def register_agent(self, agent: Any) -> None:
        """Take in an agent; it gets a number that no other agent of the model has."""
        super().register_agent(agent)
        self._numbered = self.__dict__.get("_numbered", 0) + 1
        agent.unique_id = self._numbered

    def remove_all_agents(self) -> None:
        """Remove every agent: all cells die.

        Raises
        ------
        ValueError
            A tissue cannot lose all its cells. Nobody has been removed then.
        """
        everyone = [
            (name, kind, np.arange(population.count))
            for name, tissue in self.tissues.items()
            for kind, population in tissue.populations.items()
        ]
        for entry in everyone:
            self._refuse(*entry)
        for entry in everyone:
            self._kill(*entry)
        super().remove_all_agents()

    def lose(self, tissue: str, kind: str, uid: int) -> None:
        """Let a cell die now, with all that its death means to its tissue; one that has died already stays dead.

        Raises
        ------
        ValueError
            Its tissue cannot be without it.
        """
        population = self.tissues[tissue].populations[kind]
        if uid not in population:
            return
        rows = np.array([population.row(uid)])
        self._refuse(tissue, kind, rows)
        self._kill(tissue, kind, rows)
        self._views.pop((tissue, kind, uid), None)

    def _refuse(self, tissue: str, kind: str, rows: Integers) -> None:
        keeps = getattr(self.tissues[tissue], "keeps", None)
        reason = keeps(kind, rows) if keeps else None
        if reason:
            raise ValueError(f"{tissue}: {reason}")

    def _kill(self, tissue: str, kind: str, rows: Integers) -> None:
        living: Any = self.tissues[tissue]
        if hasattr(living, "lose"):
            living.lose(kind, rows)
        else:
            living.populations[kind].remove(rows)

    def _show_cells(self) -> None:
        populations = [(name, kind, p) for name, t in self.tissues.items() for kind, p in t.populations.items()]
        generations = tuple(population.generation for _, _, population in populations)
        if generations == self._shown:
            return
        self._shown = generations
        alive = {(name, kind, uid) for name, kind, p in populations for uid in p.uid[: p.count].tolist()}
        for key in [key for key in self._views if key not in alive]:
            mesa.Agent.remove(self._views.pop(key))
        for name, kind, population in populations:
            width = self.tissues[name].shape[1]
            for uid in population.uid[: population.count].tolist():
                if (name, kind, uid) not in self._views:
                    self._views[name, kind, uid] = agent_class(kind)(self, population, uid, name, width)


class _NoNumbers:
    """Instead of the class-wide table of Mesa 3.3, which would keep every model alive: the model numbers its agents."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        return itertools.repeat(0)


class AgentKind(type):
    """The class of the classes of agents: made when asked for, they are pickled by the name of their kind."""


class CellAgent(Cell, mesa.Agent, metaclass=AgentKind):  # type: ignore[misc]
    """A living cell. Its behaviours and traits are attributes, read from and written to the population's columns.

    Attributes
    ----------
    uid : int
        The cell's name for life; rows change, this does not.
    tissue : str
    pos : tuple of int
        (x, y) on the lattice of its tissue.
    """

    _ids: ClassVar[Any] = _NoNumbers()

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

    def remove(self) -> None:
        """Let this cell die, now.

        Raises
        ------
        ValueError
            Its tissue cannot be without it.
        """
        kind = type(self).__name__
        self.model.lose(self.tissue, kind, self.uid)
        super().remove()

    def step(self) -> None:
        """Do nothing: all cells of a type are advanced together by their tissue."""


@cache
def agent_class(kind: str) -> type[CellAgent]:
    """Return the class of Mesa agents for a kind of cell: a subclass of it and of CellAgent, of the same name."""
    shown = kind_called(kind)
    agents: Any = AgentKind(kind, (shown, CellAgent), {"__doc__": shown.__doc__})
    return cast("type[CellAgent]", agents)


def _agents_of(kind: str, cell: str, module: str) -> type[CellAgent]:
    """Return the class of agents that was pickled, also where its tissue has not been met yet."""
    import_module(module)
    if kind not in KINDS:  # one that data alone declare
        cell_kind(cell)(type(kind, (Cell,), {"__doc__": f"{kind}."}))
    return agent_class(kind)


def _pickled(agents: type[CellAgent]) -> tuple[Any, tuple[str, str, str]]:
    kind = agents.__name__
    return _agents_of, (kind, agents.cell, kind_called(kind).__module__)


copyreg.pickle(AgentKind, _pickled)  # type: ignore[arg-type]


def _measured(place: int, model: MagnesiumModel) -> float:
    return float(model.observables[place].of(model))


def _iteration() -> int:
    """Return which iteration of `mesa.batch_run` builds a model now, 0 outside of it.

    Mesa tells a model its keywords and nothing else, so that equal ones would be run over and over.

    Raises
    ------
    ValueError
        The iteration cannot be found out.
    """
    frames = [
        entry.frame for entry in inspect.stack(context=0) if entry.frame.f_globals.get("__name__") == BATCH_RUNNER
    ]
    if not frames:
        return 0
    runner, run = f"mesa.batch_run of Mesa {mesa.__version__}", frames[0].f_locals.get("run")
    seeds = "rng" in inspect.signature(mesa.batch_run).parameters
    if seeds and any("rng" in frame.f_locals.get("parameters", ()) for frame in frames):
        raise ValueError(f"{runner} loses the parameter 'rng'; give it rng=[...] itself, beside the parameters")
    if not (isinstance(run, tuple) and len(run) == 3 and isinstance(run[1], int)):
        text = f"{runner} does not tell its iterations apart, so all would be equal"
        raise ValueError(f"{text}; sweep the parameter 'replicate' instead")
    return run[1]
