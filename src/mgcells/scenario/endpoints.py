"""The endpoints of a scenario, which a run must be known for.

Observables of the body are read of every step; those of tissues are known only where they are recorded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mgcells.arrays import HOURS_PER_DAY
from mgcells.errors import Problem, suggestion
from mgcells.library.located import Document
from mgcells.scenario.endpoint_grammar import CHANGE, OF_THRESHOLDS, at_hour, read_endpoint
from mgcells.scenario.records import EndpointRecord
from mgcells.scenario.scenario import Endpoint
from mgcells.scenario.texts import spoken
from mgcells.tissues.registry import observables, recorded
from mgcells.units import UnitProblem

# Closed windows; those of means are half-open.
HALF_OPEN = ("mean", "area")
# Of an hour, the longest step first.
STEPS = tuple(1.0 / count for count in (1, 2, 3, 4))
WHOLE = 1e-6


@dataclass(frozen=True)
class Grid:
    """At what times a run is known, in hours: it lasts `duration`, in steps, and is recorded `every` so often."""

    duration: float
    step: float
    every: float

    def refuse(self, endpoint: Endpoint, text: str) -> None:
        """Raise UnitProblem, with what to do, when an endpoint that was written as `text` cannot be read of a run.

        It must begin and end with a step; of a tissue there must be a record in it.
        """
        # A step or an interval of records that cannot be is a problem of its own.
        if not 0.0 < self.step <= self.every < math.inf:
            return
        begin, end = endpoint.from_day * HOURS_PER_DAY, endpoint.to_day * HOURS_PER_DAY
        if not (_whole(begin / self.step) and _whole(end / self.step)):
            shorter = next((step for step in STEPS if _whole(begin / step) and _whole(end / step)), None)
            other = f", or step = '{spoken(shorter)}'" if shorter else ""
            raise UnitProblem(
                f"'{text}' begins or ends within a step of {spoken(self.step)}; write a time that is a whole number of "
                f"steps{other}"
            )
        if not observables()[endpoint.observable].tissue:
            return
        if endpoint.kind == "at":
            if not self._recorded(end):
                near = min(self.every * round(end / self.every), self.duration)
                raise UnitProblem(
                    f"'{text}' lies between two records, every {spoken(self.every)}; write record_every = "
                    f"'{spoken(self._fitting(end))}' or at = '{spoken(near)}'"
                )
        elif not any(self._recorded(hour) for hour in self._steps(begin, end, closed=endpoint.kind not in HALF_OPEN)):
            raise UnitProblem(
                f"no record lies in '{text}', they are every {spoken(self.every)}; write record_every = "
                f"'{spoken(self._fitting(begin))}' or a window of at least {spoken(self.every)}"
            )

    def _steps(self, begin: float, end: float, *, closed: bool) -> list[float]:
        first, last = round(begin / self.step), round(end / self.step)
        return [self.step * count for count in range(first, min(last + closed, first + round(self.every / self.step)))]

    def _recorded(self, hour: float) -> bool:
        return _whole(hour / self.every) or math.isclose(hour, self.duration, abs_tol=WHOLE)

    def _fitting(self, hour: float) -> float:
        """Return the longest interval of records, at most the present one, that has a record at `hour`."""
        return self.step * math.gcd(round(hour / self.step), round(self.every / self.step))


def _whole(value: float) -> bool:
    return math.isclose(value, round(value), abs_tol=WHOLE)


def read_endpoints(
    records: Mapping[str, str | EndpointRecord | Sequence[str | EndpointRecord]],
    tissues: Sequence[str],
    grid: Grid,
    document: Document,
    problems: list[Problem],
) -> tuple[Endpoint, ...]:
    """Return the endpoints in the file's order; when there are none, every observable at the end."""
    names = [observable.name for observable in recorded(tissues)]
    if not records:
        return tuple(at_hour(name, grid.duration) for name in names)
    found: dict[tuple[str, str], Endpoint] = {}
    for name, given in records.items():
        line = document.line("endpoints", name)

        def problem(text: str, line: int = line, name: str = name) -> None:
            problems.append(Problem(document.shown, line, f"endpoint {name}: {text}"))

        if name not in names:
            text = f"endpoint: unknown observable '{name}'{suggestion(name, names)}"
            problems.append(Problem(document.shown, line, text))
            continue
        readings = [given] if isinstance(given, str | EndpointRecord) else given
        if not readings:
            problem("the list is empty; write what is read, such as 'last 3 d'")
        for record in readings:
            try:
                endpoint = _endpoint(name, record, grid)
            except UnitProblem as error:
                problem(str(error))
                continue
            if (name, endpoint.label) in found:
                problem(f"'{endpoint.label}' is listed twice")
            found[name, endpoint.label] = endpoint
    return tuple(found.values())


def _endpoint(name: str, record: str | EndpointRecord, grid: Grid) -> Endpoint:
    text = record if isinstance(record, str) else _text(record)
    if text is None:
        return at_hour(name, grid.duration)
    endpoint = read_endpoint(name, text, grid.duration)
    if isinstance(record, EndpointRecord):
        wanted, example = (
            ("at", "a time such as '24 d'") if record.at is not None else ("mean", "a window such as 'last 3 d'")
        )
        if endpoint.kind != wanted:
            raise UnitProblem(
                f'\'{text}\' is not {example}; anything else is written as a text alone: "{name}" = "{text}"'
            )
    grid.refuse(endpoint, text)
    return _labelled(endpoint, grid)


def _text(record: EndpointRecord) -> str | None:
    if record.at is not None and record.mean_over is not None:
        raise UnitProblem("give 'at' or 'mean_over', not both")
    return record.mean_over if record.at is None else record.at


def _labelled(endpoint: Endpoint, grid: Grid) -> Endpoint:
    """Return an endpoint whose label is the same whichever unit of time the file writes: effects are found by it."""
    if endpoint.kind in OF_THRESHOLDS:
        return endpoint
    begin, end = endpoint.from_day * HOURS_PER_DAY, endpoint.to_day * HOURS_PER_DAY
    if endpoint.kind == "at":
        label = f"at {spoken(end)}"
    elif math.isclose(end, grid.duration, abs_tol=WHOLE):
        label = f"{endpoint.kind} of last {spoken(end - begin)}"
    else:
        label = f"{endpoint.kind} of {spoken(begin)} to {spoken(end)}"
    if endpoint.change:
        label = f"{CHANGE} {label}" if endpoint.kind == "at" else f"{CHANGE} of {label}"
    return replace(endpoint, label=label)
