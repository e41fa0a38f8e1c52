"""The body alone: many virtual subjects of one strategy carried on together, without tissues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mgcells.arrays import Floats
from mgcells.body.body import Body
from mgcells.library.in_force import Setting
from mgcells.observables import Observable
from mgcells.scenario import Scenario
from mgcells.scenario.endpoints import at_hour
from mgcells.streams import Streams
from mgcells.subject.assembly import deliveries, diet_rate, virtual_subject
from mgcells.subject.timeline import Timeline
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
        The diet of a subject cannot be in balance.
    """
    library, arm = scenario.library, scenario.strategy(strategy)
    streams = [Streams(scenario.seed, replicate) for replicate in replicates]
    origin = scenario.start(arm)
    starts = [virtual_subject(library, origin, (), own) for own in streams]
    diet = [diet_rate(library, origin, start.values) for start in starts]
    body = Body([start.values for start in starts], diet=diet, reference=[start.healthy for start in starts])
    settings = [virtual_subject(library, arm, (), own) for own in streams]
    timelines = [Timeline(library, arm, setting.values) for setting in settings]
    _adopt(body, scenario, strategy, settings)
    measures = [observable.measure for observable in body_observables()]
    moments = set(np.round(record_hours(scenario) / scenario.step_hours).astype(int).tolist())
    yield np.array([measure(body) for measure in measures])
    hour, now = 0.0, [setting.values for setting in settings]
    for step in range(1, scenario.steps + 1):
        if arm.timed:
            current = [timeline.at(hour) for timeline in timelines]
            if any(later is not before for later, before in zip(current, now, strict=True)):
                body.adopt(current)
                now = current
        body.advance(hour, scenario.step_hours)
        hour = scenario.step_hours * step
        if step in moments:
            yield np.array([measure(body) for measure in measures])


def _adopt(body: Body, scenario: Scenario, strategy: str, settings: Sequence[Setting]) -> None:
    library, arm = scenario.library, scenario.strategy(strategy)
    body.adopt(
        [setting.values for setting in settings],
        diet=[diet_rate(library, arm, setting.values) for setting in settings],
        deliveries=[deliveries(library, arm, setting.values) for setting in settings],
        inhibitors=dict(arm.inhibitors),
    )
