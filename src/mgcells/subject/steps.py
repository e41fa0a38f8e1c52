"""What is written down of a run: the moments, and what a body shows at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mgcells.arrays import HOURS_PER_DAY, Flags, Floats
from mgcells.body.observables import SWIFT
from mgcells.observables import Observable
from mgcells.scenario import Scenario
from mgcells.subject.run_input import RunInput
from mgcells.tissues.registry import observables

if TYPE_CHECKING:
    from mgcells.body.body import Body

RECORDED = "recorded"
# In the order of the notes of `Body.swift`.
WITHIN = ("mean", "highest", "lowest")


def step_days(scenario: Scenario | RunInput) -> Floats:
    """Return the days at which a run is looked at: 0, and the end of every step, shape (steps + 1,)."""
    return np.asarray(np.arange(scenario.steps + 1) * scenario.step_hours / HOURS_PER_DAY, dtype=np.float64)


def records(scenario: Scenario | RunInput) -> Flags:
    """Return which of `step_days` are recorded: 0, every `record_hours`, and the end."""
    stride = round(scenario.record_hours / scenario.step_hours)
    chosen: Flags = np.arange(scenario.steps + 1) % stride == 0
    chosen[-1] = True
    return chosen


def body_observables() -> list[Observable]:
    """Return the observables of the body, in the order of the tables."""
    return [observable for observable in observables().values() if not observable.tissue]


def within(name: str) -> list[str]:
    """Return the columns that say what an observable did within a step; none where it does not move in it."""
    return [f"{name}|{word}" for word in WITHIN] if name in SWIFT else []


def body_columns() -> list[str]:
    """Return the columns of `body_values`: each observable of the body, then what the swift ones did within a step."""
    return [*(item.name for item in body_observables()), *(column for name in SWIFT for column in within(name))]


def body_values(body: Body) -> Floats:
    """Return what a body shows at the end of a step, and what it did within, shape (columns, subjects)."""
    levels, known = body.swift, observables()
    found = [np.asarray(observable.measure(body))[None] for observable in body_observables()]
    return np.concatenate([*found, *(np.asarray(known[name].measure(levels)) for name in SWIFT)])
