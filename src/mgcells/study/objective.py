"""How far the model with some values of its fitted numbers is from the calibration rows of experiments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mgcells.analysis.endpoints import column_of
from mgcells.arrays import Floats
from mgcells.batch.bodies import Piece, Task, simulate_chunk
from mgcells.batch.endpoint_table import table_endpoints
from mgcells.errors import InputProblems
from mgcells.experiments.judging import Expectation, predicted
from mgcells.experiments.reading import read_experiment
from mgcells.library import Library
from mgcells.library.calibration_checks import CALIBRATION, SIZED, to_fit
from mgcells.library.numbers import number, with_numbers
from mgcells.scenario import Scenario
from mgcells.study.lives import endpoints_of_life
from mgcells.tissues.registry import is_culture, recorded

# The interval of a row is read as one of 95 %.
DEVIATIONS = 1.96
# Of tissues a few subjects: each costs seconds, and the same random numbers let differences between values show.
MOST_SUBJECTS = 2
# A value with which no subject lives or no rule works is as far from what was measured as this.
FAR = 100.0
BODY_STEP, TISSUE_STEP = 1e-3, 0.02


@dataclass(frozen=True)
class Axis:
    """Numbers that are one, over their range: position 0 is `low`, 1 is `high`, in the unit of the library.

    Between two positive ends positions go by ratio.
    """

    addresses: tuple[str, ...]
    low: float
    high: float
    shipped: float
    unit: str

    @property
    def name(self) -> str:
        """The address, with how many others are the same number."""
        more = len(self.addresses) - 1
        return self.addresses[0] if not more else f"{self.addresses[0]} and {more} more"

    def value(self, position: float) -> float:
        """Return the number at a position."""
        if self.low > 0.0:
            return float(self.low * (self.high / self.low) ** position)
        return self.low + position * (self.high - self.low)

    def position(self, value: float) -> float:
        """Return the position of a number."""
        if self.low > 0.0:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Trial:
    """An experiment as far as its calibration rows read it."""

    experiment: str
    scenario: Scenario
    rows: tuple[Expectation, ...]
    body_alone: bool

    def predict(self, library: Library) -> list[float]:
        """Return what a library predicts for each row; NaN where no subject can live."""
        scenario = replace(self.scenario, library=library)
        run = _bodies if self.body_alone else _lives
        table = pd.concat([run(scenario, strategy.name) for strategy in scenario.strategies], ignore_index=True)
        return [predicted(table, row) for row in self.rows]


class Objective:
    """Residuals of a calibration of a library, in standard deviations of what was measured.

    Parameters
    ----------
    library : Library
    name : str
        Of the calibration.
    replicates : int, optional
        Virtual subjects of every experiment: its own, of tissues at most `MOST_SUBJECTS`, when left out.
    seed : int, optional
        Instead of the experiments' own.

    Attributes
    ----------
    axes : tuple of Axis
    trials : tuple of Trial
    measured, scales : float arrays, shape (rows,)
    step : float
        Of finite differences.
    evaluations : int
        How often the model was run.
    """

    def __init__(self, library: Library, name: str, replicates: int | None = None, seed: int | None = None) -> None:
        entry = library.calibrations[name]
        self._library = library
        self.axes = tuple(_axis(library, own) for own in to_fit(library, entry))
        self.trials = tuple(
            _trial(library, experiment, observables, replicates, seed) for experiment, observables in entry.to.items()
        )
        rows = self.rows
        self.measured = np.array([_middle(row) for row in rows])
        self.scales = np.array([_scale(row, middle) for row, middle in zip(rows, self.measured, strict=True)])
        self.step = BODY_STEP if all(trial.body_alone for trial in self.trials) else TISSUE_STEP
        self.evaluations = 0
        self._known: dict[bytes, Floats] = {}

    @property
    def rows(self) -> list[Expectation]:
        """The rows of all experiments."""
        return [row for trial in self.trials for row in trial.rows]

    @property
    def shipped(self) -> Floats:
        """The position of the library's own values."""
        return np.array([axis.position(axis.shipped) for axis in self.axes])

    def predictions(self, position: Floats) -> Floats:
        """Return what the model predicts for every row, shape (rows,)."""
        key = np.round(position, 9).tobytes()
        if key not in self._known:
            values = {
                address: axis.value(float(place))
                for axis, place in zip(self.axes, position, strict=True)
                for address in axis.addresses
            }
            library = with_numbers(self._library, values)
            found = [value for trial in self.trials for value in trial.predict(library)]
            self._known[key] = np.array(found)
            self.evaluations += 1
        return self._known[key]

    def __call__(self, position: Floats) -> Floats:
        """Return the residuals, shape (rows,)."""
        found = (self.predictions(position) - self.measured) / self.scales
        return np.where(np.isfinite(found), found, FAR)


def _axis(library: Library, addresses: Sequence[str]) -> Axis:
    known = number(library, addresses[0])
    assert known.low is not None
    assert known.high is not None
    return Axis(tuple(addresses), known.low, known.high, known.value, known.unit)


def _trial(library: Library, name: str, observables: Sequence[str], replicates: int | None, seed: int | None) -> Trial:
    scenario, every = read_experiment(library.experiments[name], library)
    rows = tuple(
        row for row in every if row.kind == CALIBRATION and row.measure in SIZED and row.observable in observables
    )
    read = {name for row in rows for name in (*row.strategies, row.against, row.above) if name is not None}
    of_body = set() if is_culture(scenario.tissues) else {entry.name for entry in recorded(())}
    body_alone = {row.observable for row in rows} <= of_body
    count = replicates or (scenario.replicates if body_alone else min(MOST_SUBJECTS, scenario.replicates))
    narrowed = replace(
        scenario,
        strategies=tuple(strategy for strategy in scenario.strategies if strategy.name in read),
        endpoints=tuple(dict.fromkeys(endpoint for row in rows for endpoint in row.endpoints)),
        tissues=() if body_alone else scenario.tissues,
        replicates=count,
        seed=scenario.seed if seed is None else seed,
    )
    return Trial(name, narrowed, rows, body_alone)


def _middle(row: Expectation) -> float:
    if row.value is not None:
        return float(row.value)
    assert row.low is not None
    assert row.high is not None
    return (row.low + row.high) / 2.0


def _scale(row: Expectation, middle: float) -> float:
    """Return the standard deviation that an interval stands for; of one with a single end the distance to that."""
    if row.low is not None and row.high is not None:
        return (row.high - row.low) / 2.0 / DEVIATIONS
    end = row.high if row.low is None else row.low
    assert end is not None
    return abs(end - middle) / DEVIATIONS


def _bodies(scenario: Scenario, strategy: str) -> pd.DataFrame:
    names = [column_of(endpoint) for endpoint in table_endpoints(scenario)]
    parts = []
    for found in simulate_chunk(Task(strategy, tuple(range(scenario.replicates)), ()), scenario):
        if isinstance(found, Piece):
            part = pd.DataFrame(found.endpoints, columns=names).loc[:, lambda table: ~table.columns.duplicated()]
            parts.append(part.assign(strategy=strategy, replicate=found.task.replicates))
    return pd.concat(parts) if parts else pd.DataFrame(columns=["strategy", "replicate", *names])


def _lives(scenario: Scenario, strategy: str) -> pd.DataFrame:
    rows = []
    for replicate in range(scenario.replicates):
        try:
            found = endpoints_of_life(scenario, strategy, replicate)
        except (ValueError, InputProblems):
            # Within the ranges of two numbers there are pairs with which a rule cannot work.
            continue
        rows.append({"strategy": strategy, "replicate": replicate} | {key: value[0] for key, value in found.items()})
    names = [column_of(endpoint) for endpoint in scenario.endpoints]
    return pd.DataFrame(rows, columns=["strategy", "replicate", *names])
