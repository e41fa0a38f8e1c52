"""One virtual subject under one strategy: the order of events in a step, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector
from numpy.typing import NDArray

from mgcells.body.body import Body
from mgcells.cells.agents import AGENT_CLASSES, CellAgent
from mgcells.library import library
from mgcells.observables import Observable, recorded
from mgcells.scenario import Scenario
from mgcells.scenario.scenario import Strategy
from mgcells.scenario.shipped import find_scenario
from mgcells.scenario.subject import deliveries, diet_rate, virtual_subject
from mgcells.scenario.timeline import Timeline
from mgcells.streams import Streams
from mgcells.tissues.registry import tissue_class
from mgcells.tissues.tissue import Surroundings, Tissue

HOURS_PER_DAY = 24.0


class MagnesiumModel(mesa.Model):  # type: ignore[misc]
    """A subject whose body bathes living tissues.

    Parameters
    ----------
    scenario : Scenario, path or name of a shipped scenario
    strategy : str, optional
        Name of the strategy; the control when it is left out.
    replicate : int
        Which virtual subject; the same number is the same subject in every strategy.
    collect : bool
        Fill Mesa's DataCollector after every step.
    rng : int, optional
        Seed to use instead of the scenario's.

    Attributes
    ----------
    body : Body or None
        None for a culture, which lives in a medium of fixed levels.
    tissues : dict of str to Tissue
    hour, day : float
        Simulated time since the start.
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
        seed = study.seed if rng is None else int(rng)
        super().__init__(rng=seed)
        self.study = study
        self.replicate = int(replicate)
        self.streams = Streams(seed, self.replicate)
        self.hour = 0.0
        known = library()
        chosen = study.strategy(study.control if strategy is None else strategy)
        origin = study.start(chosen)
        start = virtual_subject(known, origin, study.tissues, self.streams)
        diet = diet_rate(known, origin, start.values)
        in_vitro = known.subjects[origin.subject].in_vitro
        self.body = None if in_vitro else Body([start.values], diet=[diet], reference=[start.healthy])
        self._values: Mapping[str, float] = start.values
        self._sent: Mapping[str, float] = {}
        surroundings = self._surroundings()
        self.tissues: dict[str, Tissue] = {
            name: tissue_class(name)(known, start, self.streams, surroundings) for name in study.tissues
        }
        self._shown: tuple[int, ...] = ()
        self._views: dict[tuple[str, str, int], CellAgent] = {}
        self.setting = start
        self.adopt(chosen)
        self.observables: list[Observable] = recorded(study.tissues)
        self.datacollector = DataCollector(
            model_reporters={observable.name: observable.measure for observable in self.observables} if collect else {}
        )
        self._collect = collect
        if collect:
            self.datacollector.collect(self)

    @property
    def day(self) -> float:
        """Days since the start."""
        return self.hour / HOURS_PER_DAY

    def adopt(self, strategy: Strategy) -> None:
        """Live on under another strategy from now on; cells, fields and pools keep their state.

        Raises
        ------
        ValueError
            The strategy asks for a lattice of another size.
        """
        known = library()
        before, self.strategy = self.setting, strategy
        self.setting = virtual_subject(known, strategy, self.study.tissues, self.streams)
        self._timeline = Timeline(known, strategy, self.setting.values)
        if self.setting != before:
            for tissue in self.tissues.values():
                tissue.adopt(known, self.setting)
        if self.body is not None:
            self.body.adopt(
                [self.setting.values],
                diet=[diet_rate(known, strategy, self.setting.values)],
                deliveries=[deliveries(known, strategy, self.setting.values)],
                inhibitors=dict(strategy.inhibitors),
            )

    def step(self) -> None:
        """Let one step pass: doses and body, then each tissue, then what the tissues give back."""
        hours = self.study.step_hours
        self._values = self._timeline.at(self.hour)
        if self.body is not None:
            self.body.advance(self.hour, hours, drive=self._values)
        self.hour = self.study.step_hours * round(self.hour / hours + 1)
        surroundings = self._surroundings()
        absorption = exchange = 1.0
        sent: dict[str, float] = {}
        for tissue in self.tissues.values():
            tissue.step(surroundings, hours)
            given = tissue.feedback()
            absorption *= given.absorption
            exchange *= given.bone_exchange
            sent.update(given.signals)
        self._sent = sent
        if self.body is not None:
            self.body.set_feedback(absorption=absorption, bone_exchange=exchange)
        self.running = self.hour < self.study.hours - hours / 2
        if self._collect:
            self.datacollector.collect(self)

    def measure(self) -> list[float]:
        """Return the present value of every observable of this model, in the order of `observables`."""
        return [float(observable.measure(self)) for observable in self.observables]

    def _surroundings(self) -> Surroundings:
        body = self.body
        if body is None:
            return Surroundings.of_medium(self.hour, self._values)
        return Surroundings(
            hour=self.hour,
            ionised_magnesium=float(body.plasma_ionised[0]),
            threonate=float(body.plasma_threonate[0]),
            csf_magnesium=float(body.csf_magnesium[0]),
            csf_threonate=float(body.csf_threonate[0]),
            lumen_magnesium=tuple(body.lumen_magnesium[0].tolist()),
            lumen_threonate=float(body.lumen_threonate[0]),
            values=self._values,
            signals={**body.signals(), **self._sent},
        )

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
                    self._views[name, kind, uid] = AGENT_CLASSES[kind](self, population, uid, name, width)


def simulate(scenario: Scenario, strategy: str, replicate: int) -> dict[str, NDArray[np.float64]]:
    """Run one subject to the end.

    Returns
    -------
    dict
        "day" and every observable, each a float array of shape (records,): at 0, every `record_hours`, at the end.
    """
    model = MagnesiumModel(scenario, strategy, replicate, collect=False)
    rows = [[0.0, *model.measure()]]
    stride = round(scenario.record_hours / scenario.step_hours)
    for step in range(1, scenario.steps + 1):
        model.step()
        if step % stride == 0 or step == scenario.steps:
            rows.append([model.day, *model.measure()])
    table = np.array(rows)
    names = ["day", *(observable.name for observable in model.observables)]
    model.remove_all_agents()
    return {name: table[:, column] for column, name in enumerate(names)}
