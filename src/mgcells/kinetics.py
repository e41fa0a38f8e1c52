"""The body alone: many virtual subjects of one strategy carried on together, without tissues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mgcells.body.body import Body
from mgcells.library import library
from mgcells.library.setting import Setting
from mgcells.observables import Observable, recorded
from mgcells.scenario import Scenario
from mgcells.scenario.subject import deliveries, diet_rate, virtual_subject
from mgcells.scenario.timeline import Timeline
from mgcells.streams import Streams

Floats = NDArray[np.float64]
HOURS_PER_DAY = 24.0


def body_study(study: Scenario) -> Scenario:
    """Return the scenario without its tissues and without the endpoints that belong to them.

    When no endpoint is left, every observable of the body is compared at the end.
    """
    names = {observable.name for observable in recorded(())}
    kept = tuple(endpoint for endpoint in study.endpoints if endpoint.observable in names)
    if not kept:
        day = study.hours / HOURS_PER_DAY
        like = study.endpoints[0]
        kept = tuple(
            replace(like, observable=name, label=f"at {day:g} d", kind="at", from_day=day, to_day=day)
            for name in (observable.name for observable in recorded(()))
        )
    return replace(study, tissues=(), endpoints=kept)


def body_observables() -> list[Observable]:
    """Return the observables that need no tissue, in the order of the tables."""
    return [observable for observable in recorded(()) if observable.of_body is not None]


def record_hours(study: Scenario) -> Floats:
    """Return the hours at which a run is recorded: 0, every `record_hours`, and the end."""
    stride = round(study.record_hours / study.step_hours)
    steps = [0, *(step for step in range(1, study.steps + 1) if step % stride == 0 or step == study.steps)]
    return np.array(steps) * study.step_hours


def courses(study: Scenario, strategy: str, replicates: Sequence[int]) -> Iterator[Floats]:
    """Yield the body observables of these subjects at each recorded hour, shape (observables, subjects).

    Every subject's numbers are those that a run of it alone gives.

    Raises
    ------
    ValueError
        The diet of a subject cannot be in balance.
    """
    known, arm = library(), study.strategy(strategy)
    streams = [Streams(study.seed, replicate) for replicate in replicates]
    origin = study.start(arm)
    starts = [virtual_subject(known, origin, (), own) for own in streams]
    diet = [diet_rate(known, origin, start.values) for start in starts]
    body = Body([start.values for start in starts], diet=diet, reference=[start.healthy for start in starts])
    settings = [virtual_subject(known, arm, (), own) for own in streams]
    timelines = [Timeline(known, arm, setting.values) for setting in settings]
    _adopt(body, study, strategy, settings)
    measures = [observable.of_body for observable in body_observables()]
    moments = set(np.round(record_hours(study) / study.step_hours).astype(int).tolist())
    yield np.array([measure(body) for measure in measures if measure])
    hour, now = 0.0, [setting.values for setting in settings]
    for step in range(1, study.steps + 1):
        if arm.timed:
            current = [timeline.at(hour) for timeline in timelines]
            if any(later is not before for later, before in zip(current, now, strict=True)):
                body.adopt(current)
                now = current
        body.advance(hour, study.step_hours)
        hour = study.step_hours * step
        if step in moments:
            yield np.array([measure(body) for measure in measures if measure])


def _adopt(body: Body, study: Scenario, strategy: str, settings: Sequence[Setting]) -> None:
    known, arm = library(), study.strategy(strategy)
    body.adopt(
        [setting.values for setting in settings],
        diet=[diet_rate(known, arm, setting.values) for setting in settings],
        deliveries=[deliveries(known, arm, setting.values) for setting in settings],
        inhibitors=dict(arm.inhibitors),
    )
