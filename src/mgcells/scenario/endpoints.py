"""What is read of a course and when: the grammar of its texts, and the endpoints of a scenario.

Observables of the body are read of every step; those of tissues are known only where they are recorded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mgcells.arrays import HOURS_PER_DAY
from mgcells.errors import Problem, suggestion
from mgcells.library.located import Document
from mgcells.scenario.records import EndpointRecord
from mgcells.scenario.scenario import Endpoint, EndpointKind
from mgcells.scenario.texts import hours, spoken
from mgcells.tissues.registry import observables, recorded
from mgcells.units import UnitProblem

EXTREMES: tuple[EndpointKind, ...] = ("highest", "lowest")
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
        elif not any(self._recorded(hour) for hour in self._steps(begin, end, closed=endpoint.kind != "mean")):
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


def read_endpoint(observable: str, text: str, duration: float) -> Endpoint:
    """Return the endpoint of "24 d", "last 3 d", "3 d to 4 d", "highest 0 h to 4 h" or "lowest last 2 d".

    Parameters
    ----------
    observable : str
    text : str
        A time, or a window: its mean, or the highest or lowest value in it.
    duration : float
        Of the run, h.

    Returns
    -------
    Endpoint
        Labelled in the words of the text.

    Raises
    ------
    UnitProblem
        The text reads otherwise, or names what does not lie within the duration.

    Examples
    --------
    >>> endpoint = read_endpoint("csf.magnesium", "last 3 d", duration=240.0)
    >>> endpoint.label, endpoint.from_day, endpoint.to_day
    ('mean of last 3 d', 7.0, 10.0)
    """
    words = text.strip()
    extreme = next((kind for kind in EXTREMES if words.startswith(f"{kind} ")), None)
    if extreme:
        words = words.removeprefix(extreme).strip()
    if words.startswith("last "):
        begin, until = duration - hours(words.removeprefix("last ")), duration
    elif " to " in words:
        first, _, last = words.partition(" to ")
        begin, until = hours(first), hours(last)
    elif extreme:
        raise UnitProblem(f"'{text}': {extreme} of what? Name a window such as '{extreme} last 3 d'")
    else:
        moment = hours(words)
        if moment > duration:
            raise UnitProblem(f"'{text}' lies after the end, {spoken(duration)}")
        return replace(at_hour(observable, moment), label=f"at {words}")
    if not 0 <= begin < until <= duration:
        raise UnitProblem(f"'{text}' should be a window within the duration, {spoken(duration)}")
    kind = extreme or "mean"
    return Endpoint(observable, f"{kind} of {words}", kind, begin / HOURS_PER_DAY, until / HOURS_PER_DAY)


def at_hour(observable: str, hour: float) -> Endpoint:
    """Return the endpoint that reads an observable at an hour of the run."""
    return Endpoint(observable, f"at {spoken(hour)}", "at", hour / HOURS_PER_DAY, hour / HOURS_PER_DAY)


def read_endpoints(
    records: Mapping[str, EndpointRecord],
    tissues: Sequence[str],
    grid: Grid,
    document: Document,
    problems: list[Problem],
) -> tuple[Endpoint, ...]:
    """Return the endpoints in the file's order; when there are none, every observable at the end."""
    names = [observable.name for observable in recorded(tissues)]
    if not records:
        return tuple(at_hour(name, grid.duration) for name in names)
    found = []
    for name, record in records.items():
        line = document.line("endpoints", name)
        if name not in names:
            text = f"endpoint: unknown observable '{name}'{suggestion(name, names)}"
            problems.append(Problem(document.shown, line, text))
            continue
        try:
            found.append(_endpoint(name, record, grid))
        except UnitProblem as error:
            problems.append(Problem(document.shown, line, f"endpoint {name}: {error}"))
    return tuple(found)


def _endpoint(name: str, record: EndpointRecord, grid: Grid) -> Endpoint:
    # Effects are found by their label: it is the same whichever unit the file writes.
    if record.at is not None and record.mean_over is not None:
        raise UnitProblem("give 'at' or 'mean_over', not both")
    if record.mean_over is not None:
        if not record.mean_over.strip().startswith("last "):
            raise UnitProblem(f"'{record.mean_over}' should read like 'last 3 d'")
        endpoint = read_endpoint(name, record.mean_over, grid.duration)
        grid.refuse(endpoint, record.mean_over)
        length = grid.duration - endpoint.from_day * HOURS_PER_DAY
        return replace(endpoint, label=f"mean of last {spoken(length)}")
    if record.at is None:
        return at_hour(name, grid.duration)
    endpoint = read_endpoint(name, record.at, grid.duration)
    if endpoint.kind != "at":
        raise UnitProblem(f"'{record.at}' is not a time such as '24 d'; the mean of a window is mean_over = 'last 3 d'")
    grid.refuse(endpoint, record.at)
    return replace(endpoint, label=f"at {spoken(endpoint.to_day * HOURS_PER_DAY)}")
