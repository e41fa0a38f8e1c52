"""Reading what an entry of doses says beside its first stream: a loading dose, later changes, missed doses."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mgcells.body.timing import SAME_TIME
from mgcells.library import Library
from mgcells.scenario import texts
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.courses import Missed, gives_evenly, misses, next_due
from mgcells.scenario.records import DoseChange, DoseRecord
from mgcells.scenario.scenario import Dose
from mgcells.units import UnitProblem

# What a change may name beside its time.
CHANGEABLE = tuple(name for name in DoseChange.model_fields if name != "begin")


def changed_record(record: DoseRecord, change: DoseChange) -> DoseRecord:
    """Return what an entry says from a change on."""
    said = {name: getattr(change, name) for name in CHANGEABLE}
    return record.model_copy(update={name: value for name, value in said.items() if value is not None})


def read_loading(
    record: DoseRecord, compound: str | None, library: Library, clock: RunClock, at: Address
) -> tuple[float, bool] | None:
    """Return the first dose, mmol of the compound and whether it is per kg; None where there is none or it is wrong."""
    if record.loading is None:
        return None
    if record.clamp is not None:
        clock.problem("a clamp has no loading dose: it gives what it takes; leave loading out", *at, "loading")
    elif record.every is None:
        why = "loading is the first of doses that are repeated"
        clock.problem(f"{why}; give every, or write it as the amount", *at, "loading")
    elif compound is not None and record.of is not None:
        try:
            return texts.amount(record.loading, record.of, compound, library)
        except UnitProblem as error:
            clock.problem(f"loading: {error}", *at, "loading")
    return None


def read_times(record: DoseRecord, begin: float, until: float, clock: RunClock, at: Address) -> list[float]:
    """Return the hours of the changes of an entry that gives in [begin, until); NaN for what cannot be read."""
    found: list[float] = []
    before = begin
    for index, change in enumerate(record.then):
        place = (*at, "then", index)
        hour = clock.time(change.begin, *place, "from")
        if all(getattr(change, name) is None for name in CHANGEABLE):
            clock.problem(f"this change names nothing: give {', '.join(CHANGEABLE[:-1])} or {CHANGEABLE[-1]}", *place)
        if hour <= before + SAME_TIME:
            text = f"this change comes no later than what it follows, at {texts.spoken(before)}"
            clock.problem(f"{text}; write changes in the order of time", *place, "from")
        elif hour >= clock.duration - SAME_TIME:
            text = f"this change comes at or after the end, {texts.spoken(clock.duration)}"
            clock.problem(f"{text}; let it come earlier or leave it out", *place, "from")
        elif hour >= until - SAME_TIME:
            text = f"this change comes when the doses have ended, {texts.spoken(until)}"
            clock.problem(f"{text}; let until lie after it or leave it out", *place, "from")
        before = before if math.isnan(hour) else hour
        found.append(hour)
    return found


def read_missed(record: DoseRecord, clock: RunClock, at: Address) -> list[Missed]:
    """Return what is missed, "3 d" (the dose of that moment) or "5 d to 6 d" (those that fall due in it)."""
    found = []
    for index, text in enumerate(record.missed):
        place = (*at, "missed", index)
        try:
            first, _, last = text.partition(" to ")
            begin = texts.hours(first)
            window = Missed(begin, texts.hours(last) if last else begin)
        except UnitProblem as error:
            clock.problem(f"missed: {error}; write a time such as '3 d', or a window such as '5 d to 6 d'", *place)
            continue
        if last and window.until <= window.begin + SAME_TIME:
            clock.problem(f"missed: '{text}' ends before it begins", *place)
        else:
            found.append(window)
    return found


def check_missed(
    record: DoseRecord, missed: Sequence[Missed], streams: Sequence[Dose], clock: RunClock, at: Address
) -> None:
    """Refuse a moment of what is given evenly, and doubt what is missed while nothing is given."""
    for index, (text, window) in enumerate(zip(record.missed, missed, strict=True)):
        place = (*at, "missed", index)
        if window.moment and any(gives_evenly(dose) for dose in streams):
            text = f"missed: '{text}' is a moment, and this dose is given all the time"
            clock.problem(f"{text}; name a window, such as '3 d to 4 d'", *place)
        elif not any(misses(dose, window, clock.duration) for dose in streams):
            due = (next_due(dose, window.begin) for dose in streams)
            later = [hour for hour, dose in zip(due, streams, strict=True) if hour < min(dose.until, clock.duration)]
            hint = f"; the next is due at {texts.spoken(min(later))}" if later else ""
            clock.doubt(f"missed: '{text}' changes nothing: no dose falls due then{hint}", *place)
