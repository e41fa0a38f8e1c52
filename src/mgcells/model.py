"""The subject as a Mesa model: its cells as agents, its observables in a DataCollector."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import mesa
from mesa.datacollection import DataCollector

from mgcells.cells.agents import CellAgent, agent_class
from mgcells.life import Life
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import find_scenario


class MagnesiumModel(Life, mesa.Model):  # type: ignore[misc]
    """A subject whose body bathes living tissues of Mesa agents.

    Parameters
    ----------
    scenario, strategy, replicate
        As in `Life`.
    collect : bool
        Fill Mesa's DataCollector after every step.
    rng : int, optional
        Seed to use instead of the scenario's.

    Attributes
    ----------
    body, tissues, hour, day
        As in `Life`.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path = "brain_salts_rat",
        strategy: str | None = None,
        replicate: int = 0,
        collect: bool = True,
        rng: int | None = None,
    ) -> None:
        study = find_scenario(scenario)
        if rng is not None:
            study = replace(study, seed=int(rng))
        mesa.Model.__init__(self, rng=study.seed)
        Life.__init__(self, study, strategy, replicate)
        self._shown: tuple[int, ...] = ()
        self._views: dict[tuple[str, str, int], CellAgent] = {}
        self.datacollector = DataCollector(
            model_reporters={observable.name: observable.measure for observable in self.observables} if collect else {}
        )
        self._collect = collect
        if collect:
            self.datacollector.collect(self)

    def step(self) -> None:
        """Let one step pass, and collect."""
        super().step()
        self.running = self.hour < self.study.hours - self.study.step_hours / 2
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
