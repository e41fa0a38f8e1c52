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
        chosen = scenario.strategy(scenario.control if strategy is None else strategy)
        self._begin(scenario, scenario.start(chosen), whole_number("replicate", replicate))
        self.adopt(chosen)

    def _begin(self, scenario: Scenario, origin: Strategy, replicate: int) -> None:
        """Build the subject in the state in which it starts."""
        self.scenario = scenario
        self.replicate = replicate
        self.streams = Streams(scenario.seed, self.replicate)
        self.hour = 0.0
        self._assembly = Assembly(scenario, origin, [self.streams], scenario.tissues)
        self.body: Body | None = self._assembly.body
        self._sent: Mapping[str, float] = {}
        surroundings = self._surroundings()
        self.tissues: dict[str, Tissue] = {
            name: tissue_class(name)(scenario.library, self.setting, self.streams, surroundings)
            for name in scenario.tissues
        }
        self.observables: list[Observable] = recorded(scenario.tissues)

    def __getstate__(self) -> dict[str, Any]:
        # Measures of own libraries are found by their place, not by a name that another program could import.
        return {name: value for name, value in self.__dict__.items() if name != "observables"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.observables = recorded(self.scenario.tissues)

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
        """Let one step pass: what begins or ends, doses and body, each tissue, then what the tissues give back."""
        hours = self.scenario.step_hours
        if self._assembly.meet(self.hour):
            self._tissues_adopt()
        if self.body is not None:
            self.body.advance(self.hour, hours)
        self.hour = self.scenario.step_hours * round(self.hour / hours + 1)
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

    def measure(self) -> list[float]:
        """Return the present value of every observable of this subject, in the order of `observables`."""
        return [float(observable.of(self)) for observable in self.observables]

    def _tissues_adopt(self) -> None:
        for tissue in self.tissues.values():
            tissue.adopt(self.scenario.library, self.setting)

    def _surroundings(self) -> Surroundings:
        body, values = self.body, self._assembly.values[0]
        if body is None:
            return Surroundings.of_medium(self.hour, values)
        sensed = body.sensed()
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
        self._key: tuple[int, tuple[str, ...], Strategy, int] | None = None
        self._state: Subject | None = None

    def subject(self, scenario: Scenario, strategy: str, replicate: int) -> Subject:
        """Return a subject that has lived no hour, the same as a Subject of its own."""
        chosen = scenario.strategy(strategy)
        origin = scenario.start(chosen)
        # All that a state depends on; not the scenario, which comes to a worker anew with every run.
        key = scenario.seed, scenario.tissues, origin, replicate
        state = self._state if key == self._key else None
        if state is None:
            self._key = self._state = None
            state = Subject.__new__(Subject)
            state._begin(scenario, origin, replicate)
            shared = sum(scenario.start(other) == origin for other in scenario.strategies) > 1
            if not shared or state.cells > MOST_KEPT:
                state.adopt(chosen)
                return state
            self._key, self._state = key, state
        subject = copy.deepcopy(state, {id(state.scenario): scenario})
        subject.adopt(chosen)
        return subject


_START = KeptStart()


def simulate(scenario: Scenario, strategy: str, replicate: int) -> dict[str, NDArray[np.float64]]:
    """Run one subject to the end.

    Returns
    -------
    dict
        "day" and every observable, each a float array of shape (records,): at 0, every `record_hours`, at the end.

    Raises
    ------
    InputProblems, ValueError
        As for a Subject.
    """
    subject = _START.subject(scenario, strategy, replicate)
    rows = [[0.0, *subject.measure()]]
    stride = round(scenario.record_hours / scenario.step_hours)
    for step in range(1, scenario.steps + 1):
        subject.step()
        if step % stride == 0 or step == scenario.steps:
            rows.append([subject.day, *subject.measure()])
    table = np.array(rows)
    names = ["day", *(observable.name for observable in subject.observables)]
    return {name: table[:, column] for column, name in enumerate(names)}
