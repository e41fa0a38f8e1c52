"""One virtual subject under one strategy: the order of events in a step, and nothing else."""

from __future__ import annotations

import copy
import operator
from collections.abc import Mapping
from pathlib import Path
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import HOURS_PER_DAY
from mgcells.body.body import Body
from mgcells.body.levels import LUMEN, SIGNALS
from mgcells.library.in_force import Setting
from mgcells.observables import Observable
from mgcells.scenario import Scenario
from mgcells.scenario.scenario import Strategy
from mgcells.scenario.shipped import find_scenario
from mgcells.streams import Streams
from mgcells.subject.assembly import Assembly
from mgcells.subject.guard import refuse_levels, refuse_measured
from mgcells.subject.links import returned, sensed
from mgcells.subject.run_input import RunInput, run_input
from mgcells.subject.steps import RECORDED, body_columns, body_values, records, step_days
from mgcells.tissues.registry import recorded, tissue_class
from mgcells.tissues.tissue import Surroundings, Tissue

MOST_KEPT = 200_000


def whole_number(name: str, given: object) -> int:
    """Return an argument as an integer; ValueError when it is no whole number from 0 on."""
    if isinstance(given, SupportsIndex) and not isinstance(given, bool) and operator.index(given) >= 0:
        return operator.index(given)
    raise ValueError(f"{name} = {given!r} should be a whole number from 0 on")


class Subject:
    """A subject whose body bathes living tissues.

    This is all that a batch needs; `mgcells.model.MagnesiumModel` adds what a Mesa model has.

    Parameters
    ----------
    scenario : Scenario, path or name of a shipped scenario
    strategy : str, optional
        Name of the strategy; the control when it is left out.
    replicate : int
        Which virtual subject; the same number is the same subject in every strategy.

    Attributes
    ----------
    body : Body or None
        None for a culture, which lives in a medium of fixed levels.
    tissues : dict of str to Tissue
    hour, day : float
        Simulated time since the start.

    Raises
    ------
    InputProblems
        The scenario cannot be read, or has no such strategy.
    ValueError
        The diet of the subject cannot be in balance, or `replicate` is no whole number from 0 on.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path = "brain_salts_rat",
        strategy: str | None = None,
        replicate: int = 0,
    ) -> None:
        scenario = find_scenario(scenario)
        number = whole_number("replicate", replicate)
        run = run_input(scenario, scenario.control if strategy is None else strategy, number)
        self.scenario = scenario
        self._begin(run)
        self.adopt(run.strategy)

    @classmethod
    def at_start(cls, run: RunInput) -> Subject:
        """Return a subject in the state in which it starts, which has not adopted its strategy yet."""
        subject = cls.__new__(cls)
        subject._begin(run)
        return subject

    def _begin(self, run: RunInput) -> None:
        self.replicate = run.replicate
        self.streams = Streams(run.seed, run.replicate)
        self.hour = 0.0
        self._library, self._step_hours = run.library, run.step_hours
        self._assembly = Assembly(run.library, run.origin, [self.streams], run.tissues)
        self.body: Body | None = self._assembly.body
        self._sent: Mapping[str, float] = {}
        surroundings = self._surroundings()
        self.tissues: dict[str, Tissue] = {
            name: tissue_class(name)(run.library, self.setting, self.streams, surroundings) for name in run.tissues
        }
        self._sensed = surroundings
        self._returned = {name: tissue.feedback() for name, tissue in self.tissues.items()}
        self.observables: list[Observable] = recorded(run.tissues)

    def __getstate__(self) -> dict[str, Any]:
        # Measures of own libraries are found by their place, not by a name that another program could import.
        return {name: value for name, value in self.__dict__.items() if name != "observables"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.observables = recorded(self.tissues)

    @property
    def setting(self) -> Setting:
        """What the subject is made of now."""
        return self._assembly.settings[0]

    @property
    def day(self) -> float:
        """Days since the start."""
        return self.hour / HOURS_PER_DAY

    @property
    def cells(self) -> int:
        """Number of living cells."""
        return sum(cells.count for tissue in self.tissues.values() for cells in tissue.populations.values())

    def adopt(self, strategy: Strategy) -> None:
        """Live on under another strategy from now on; cells, fields and pools keep their state.

        Raises
        ------
        ValueError
            The strategy asks for a lattice of another size.
        """
        self.strategy = strategy
        if self._assembly.adopt(strategy, self.hour):
            self._tissues_adopt()

    def step(self) -> None:
        """Let one step pass: what begins or ends, doses and body, each tissue, then what the tissues give back.

        Raises
        ------
        ImpossibleCourse
            A level of the body is no number, infinite or negative at the end of the step.
        """
        hours = self._step_hours
        if self._assembly.meet(self.hour):
            self._tissues_adopt()
        if self.body is not None:
            self.body.advance(self.hour, hours)
        self.hour = hours * round(self.hour / hours + 1)
        surroundings = self._surroundings()
        absorption = exchange = 1.0
        sent: dict[str, float] = {}
        cut = self.strategy.changes.links_off
        for name, tissue in self.tissues.items():
            tissue.step(sensed(surroundings, self._sensed, name, cut), hours)
            given = returned(tissue.feedback(), self._returned[name], name, cut)
            absorption *= given.absorption
            exchange *= given.bone_exchange
            sent.update(given.signals)
        self._sent = sent
        if self.body is not None:
            self.body.set_feedback(absorption=absorption, bone_exchange=exchange)

    def measure(self) -> list[float]:
        """Return the present value of every observable of this subject, in the order of `observables`.

        Raises
        ------
        ImpossibleCourse
            One is no number or infinite.
        """
        measured = {observable.name: float(observable.of(self)) for observable in self.observables}
        refuse_measured(measured, self.hour)
        return list(measured.values())

    def _tissues_adopt(self) -> None:
        for tissue in self.tissues.values():
            tissue.adopt(self._library, self.setting)

    def _surroundings(self) -> Surroundings:
        body, values = self.body, self._assembly.values[0]
        if body is None:
            return Surroundings.of_medium(self.hour, values)
        sensed = body.sensed()
        refuse_levels(sensed, self.hour)
        return Surroundings(
            hour=self.hour,
            ionised_magnesium=sensed["ionised_magnesium"],
            threonate=sensed["threonate"],
            csf_magnesium=sensed["csf_magnesium"],
            csf_threonate=sensed["csf_threonate"],
            lumen_magnesium=tuple(sensed[part] for part in LUMEN),
            lumen_threonate=sensed["lumen_threonate"],
            values=values,
            signals={**{name: sensed[name] for name in SIGNALS}, **self._sent},
        )


class KeptStart:
    """Subjects at hour 0. The strategies of one subject start from one state, which is built once and copied.

    The last state is kept, unless it is a large one, or no other strategy of the scenario starts from it.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._state: Subject | None = None

    def subject(self, run: RunInput, *, shared: bool) -> Subject:
        """Return a subject that has lived no hour, the same as one of its own.

        Parameters
        ----------
        shared : bool
            Whether other strategies start from the same state.
        """
        key = run.seed, run.tissues, run.origin, run.replicate, run.step_hours
        # Libraries that differ in a number are too large to compare, and their states are not the same.
        state = self._state if key == self._key else None
        if state is not None and state._library is not run.library:
            state = None
        if state is None:
            self._key = self._state = None
            state = Subject.at_start(run)
            if not shared or state.cells > MOST_KEPT:
                state.adopt(run.strategy)
                return state
            self._key, self._state = key, state
        subject = copy.deepcopy(state, {id(state._library): run.library})
        subject.adopt(run.strategy)
        return subject


_START = KeptStart()


def simulate(scenario: Scenario, strategy: str, replicate: int) -> dict[str, NDArray[np.float64]]:
    """Run one subject to the end.

    Returns
    -------
    dict
        "day" (0 and the end of every step), every observable, "recorded" (1 at 0, every `record_hours`, at the end;
        else 0), and what levels that move within a step did in the one that ends there, such as
        "plasma.magnesium|highest"; see `mgcells.subject.steps`. Each is a float array of shape (steps + 1,).
        Observables of tissues are measured only where they are recorded, and NaN elsewhere.

    Raises
    ------
    InputProblems, ValueError
        As for a Subject.
    """
    run = run_input(scenario, strategy, replicate)
    return _lived(run, begun(scenario, run))


def begun(scenario: Scenario, run: RunInput) -> Subject:
    """Return the subject of a run of a scenario at hour 0; other strategies that start alike share its state."""
    shared = sum(scenario.start(other) == run.origin for other in scenario.strategies) > 1
    return _START.subject(run, shared=shared)


def _lived(run: RunInput, subject: Subject) -> dict[str, NDArray[np.float64]]:
    recorded = records(run)
    of_tissues = [observable for observable in subject.observables if observable.tissue]
    body, tissues = [], np.full((run.steps + 1, len(of_tissues)), np.nan)
    for step in range(run.steps + 1):
        if step:
            subject.step()
        if subject.body is not None:
            body.append(body_values(subject.body)[:, 0])
        if recorded[step]:
            measured = {observable.name: float(observable.of(subject)) for observable in of_tissues}
            refuse_measured(measured, subject.hour)
            tissues[step] = list(measured.values())
    columns = dict(zip(body_columns(), np.array(body).T, strict=True)) if body else {}
    columns |= {observable.name: tissues[:, place] for place, observable in enumerate(of_tissues)}
    columns |= {"day": step_days(run), RECORDED: recorded.astype(np.float64)}
    shown = [observable.name for observable in subject.observables]
    return {name: columns.pop(name) for name in ("day", *shown, RECORDED)} | columns
