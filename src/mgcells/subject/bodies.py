"""The body alone: many virtual subjects of one strategy carried on together, without tissues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mgcells.arrays import Floats
from mgcells.observables import Observable
from mgcells.scenario import Scenario
from mgcells.scenario.endpoints import at_hour
from mgcells.streams import Streams
from mgcells.subject.assembly import Assembly
from mgcells.subject.guard import refuse_state
from mgcells.tissues.registry import recorded


def body_scenario(scenario: Scenario) -> Scenario:
    """Return the scenario without its tissues and without the endpoints that belong to them.

    When no endpoint is left, every observable of the body is compared at the end.
    """
    names = {observable.name for observable in recorded(())}
    kept = tuple(endpoint for endpoint in scenario.endpoints if endpoint.observable in names)
    if not kept:
        kept = tuple(at_hour(observable.name, scenario.hours) for observable in recorded(()))
    return replace(scenario, tissues=(), endpoints=kept)


def body_observables() -> list[Observable]:
    """Return the observables that need no tissue, in the order of the tables."""
    return [observable for observable in recorded(()) if not observable.tissue]


def record_hours(scenario: Scenario) -> Floats:
    """Return the hours at which a run is recorded: 0, every `record_hours`, and the end."""
    stride = round(scenario.record_hours / scenario.step_hours)
    steps = [0, *(step for step in range(1, scenario.steps + 1) if step % stride == 0 or step == scenario.steps)]
    return np.array(steps) * scenario.step_hours


def courses(scenario: Scenario, strategy: str, replicates: Sequence[int]) -> Iterator[Floats]:
    """Yield the body observables of these subjects at each recorded hour, shape (observables, subjects).

    Every subject's numbers are those that a run of it alone gives.

    Raises
    ------
    ValueError
        The diet of a subject cannot be in balance, there is no body, or something became no number, infinite or
        negative (ImpossibleCourse).
    """
    chosen = scenario.strategy(strategy)
    streams = [Streams(scenario.seed, number) for number in replicates]
    subjects = Assembly(scenario.library, scenario.start(chosen), streams, ())
    body = subjects.body
    if body is None:
        raise ValueError(f"subject '{chosen.subject}' is a culture without a body")
    subjects.adopt(chosen, 0.0)
    measures = [observable.measure for observable in body_observables()]
    moments = set(np.round(record_hours(scenario) / scenario.step_hours).astype(int).tolist())
    yield np.array([measure(body) for measure in measures])
    for step in range(1, scenario.steps + 1):
        hour = scenario.step_hours * (step - 1)
        subjects.meet(hour)
        body.advance(hour, scenario.step_hours)
        refuse_state(body.state, hour + scenario.step_hours)
        if step in moments:
            yield np.array([measure(body) for measure in measures])
