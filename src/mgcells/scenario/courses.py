"""How one entry of doses becomes streams: what comes first, what changes later, and what is left out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mgcells.body.timing import SAME_TIME
from mgcells.scenario.scenario import Dose


@dataclass(frozen=True)
class Missed:
    """Hours in which no dose is given: those that fall due in [begin, until), or at `begin` where the two are equal."""

    begin: float
    until: float

    @property
    def moment(self) -> bool:
        """Whether one dose is meant, not a window."""
        return self.begin == self.until


def gives_evenly(dose: Dose) -> bool:
    """Tell whether a stream gives all the time, so that it can change or stop at any moment."""
    return math.isinf(dose.timing.length)


def repeats(dose: Dose) -> bool:
    """Tell whether something of a stream is left after its first dose has begun."""
    return gives_evenly(dose) or math.isfinite(dose.every)


def next_due(dose: Dose, hour: float) -> float:
    """Return when the first dose at or after `hour` falls due, whether or not the stream has ended by then."""
    if gives_evenly(dose) or hour <= dose.begin:
        return max(hour, dose.begin)
    due = dose.begin + _number(dose, hour) * dose.every if math.isfinite(dose.every) else math.inf
    # A change at a dose acts from that dose on, as two entries that meet there would have it.
    return hour if abs(due - hour) <= SAME_TIME else due


def with_loading(dose: Dose, amount: float, per_kilogram: bool) -> tuple[Dose, Dose]:
    """Return the first dose of a stream, of another amount (mmol of the compound), and the stream that follows."""
    second = dose.begin + dose.every
    first = replace(dose, amount=amount, per_kilogram=per_kilogram)
    if gives_evenly(dose):
        return replace(first, until=second), replace(dose, begin=second)
    cut = dose.until if dose.until < dose.begin + dose.over else math.inf
    return replace(first, every=math.inf, until=cut), replace(dose, begin=second)


def without(dose: Dose, missed: Sequence[Missed]) -> list[Dose]:
    """Return the streams that are left of one when the doses of some hours are not given."""
    gaps = sorted(gap for window in missed for gap in _gap(dose, window))
    found: list[Dose] = []
    begin = dose.begin
    for first, last in gaps:
        if first > begin + SAME_TIME:
            found.append(replace(dose, begin=begin, until=first))
        begin = max(begin, last)
    if begin < dose.until - SAME_TIME:
        found.append(replace(dose, begin=begin))
    return found


def misses(dose: Dose, window: Missed, end: float) -> bool:
    """Tell whether a stream would give something in a window before `end`."""
    last = min(dose.until, end)
    return any(first < last - SAME_TIME for first, _ in _gap(dose, window))


def _gap(dose: Dose, window: Missed) -> Iterator[tuple[float, float]]:
    """Yield the hours, if there are any, that a window takes from a stream: from a dose to the next that is given."""
    if gives_evenly(dose):
        if window.until > dose.begin and window.begin < dose.until:
            yield max(window.begin, dose.begin), window.until
        return
    first = max(0, _number(dose, window.begin))
    last = first + 1 if window.moment else _number(dose, window.until)
    begin = dose.begin + first * dose.every if first else dose.begin
    falls = abs(begin - window.begin) <= SAME_TIME if window.moment else first < last
    if falls and begin < dose.until - SAME_TIME:
        yield begin, dose.begin + last * dose.every


def _number(dose: Dose, hour: float) -> int:
    """Return the number of the first dose at or after `hour`, counted from 0 at the beginning of the stream."""
    ahead = hour - dose.begin - SAME_TIME
    if not math.isfinite(dose.every):
        return int(ahead > 0.0)
    return math.ceil(ahead / dose.every)
