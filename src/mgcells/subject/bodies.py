"""The body alone: many virtual subjects of one strategy carried on together, without tissues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mgcells.arrays import Floats
from mgcells.scenario import Scenario
from mgcells.scenario.endpoint_grammar import at_hour
from mgcells.streams import Streams
from mgcells.subject.assembly import Assembly
from mgcells.subject.guard import refuse_state
from mgcells.subject.steps import body_values
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


def courses(scenario: Scenario, strategy: str, replicates: Sequence[int]) -> Iterator[Floats]:
    """Yield what the bodies of these subjects show at each of `step_days`, shape (body_columns, subjects).

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
    yield body_values(body)
    for step in range(scenario.steps):
        hour = scenario.step_hours * step
        subjects.meet(hour)
        body.advance(hour, scenario.step_hours)
        refuse_state(body.state, hour + scenario.step_hours)
        yield body_values(body)
