"""Reading the endpoints of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mgcells.errors import Problem, suggestion
from mgcells.library.located import Document
from mgcells.scenario.records import EndpointRecord
from mgcells.scenario.scenario import Endpoint
from mgcells.scenario.texts import hours, spoken, window
from mgcells.tissues.registry import recorded
from mgcells.units import UnitProblem

HOURS_PER_DAY = 24.0


def read_endpoints(
    records: Mapping[str, EndpointRecord],
    tissues: Sequence[str],
    duration: float,
    document: Document,
    problems: list[Problem],
) -> tuple[Endpoint, ...]:
    """Return the endpoints in the file's order; when there are none, every observable at the end."""
    names = [observable.name for observable in recorded(tissues)]
    if not records:
        return tuple(_at(name, duration) for name in names)
    found = []
    for name, record in records.items():
        line = document.line("endpoints", name)
        if name not in names:
            text = f"endpoint: unknown observable '{name}'{suggestion(name, names)}"
            problems.append(Problem(document.shown, line, text))
            continue
        try:
            found.append(_endpoint(name, record, duration))
        except UnitProblem as error:
            problems.append(Problem(document.shown, line, f"endpoint {name}: {error}"))
    return tuple(found)


def _endpoint(name: str, record: EndpointRecord, duration: float) -> Endpoint:
    if record.at is not None and record.mean_over is not None:
        raise UnitProblem("give 'at' or 'mean_over', not both")
    if record.mean_over is not None:
        length = window(record.mean_over)
        if not 0 < length <= duration:
            raise UnitProblem(
                f"'{record.mean_over}' should be more than 0 and at most the duration, {spoken(duration)}"
            )
        label = f"mean of last {spoken(length)}"
        return Endpoint(name, label, "mean", (duration - length) / HOURS_PER_DAY, duration / HOURS_PER_DAY)
    moment = duration if record.at is None else hours(record.at)
    if moment > duration:
        raise UnitProblem(f"'{record.at}' lies after the end, {spoken(duration)}")
    return _at(name, moment)


def _at(name: str, moment: float) -> Endpoint:
    return Endpoint(
        name, f"at {spoken(moment) if moment else '0 h'}", "at", moment / HOURS_PER_DAY, moment / HOURS_PER_DAY
    )
