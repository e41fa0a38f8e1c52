"""Reading the doses of a strategy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mgcells.body.timing import SAME_TIME
from mgcells.library import Library
from mgcells.scenario import texts
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.courses import next_due, repeats, with_loading, without
from mgcells.scenario.dose_streams import read_stream
from mgcells.scenario.dose_words import changed_record, check_missed, read_loading, read_missed, read_times
from mgcells.scenario.phases import spoken_window
from mgcells.scenario.records import DoseRecord
from mgcells.scenario.scenario import Dose


@dataclass(frozen=True)
class _Stretch:
    """A stream and the words that it is made of."""

    record: DoseRecord
    dose: Dose


def read_doses(records: Sequence[DoseRecord], library: Library, clock: RunClock, at: Address) -> tuple[Dose, ...]:
    """Return the doses of a strategy as streams; entries with a fault become problems.

    Parameters
    ----------
    at : path
        Of the strategy in the file.
    """
    entries = (_entry(record, library, clock, (*at, "doses"), index) for index, record in enumerate(records))
    return tuple(dose for entry in entries for dose in entry)


def _entry(record: DoseRecord, library: Library, clock: RunClock, doses_at: Address, index: int) -> list[Dose]:
    """Return the streams of one entry: its first dose, what follows, what changes; all without what is missed."""
    before, at = len(clock.problems), (*doses_at, index)
    begin, until = _window(record, clock, at)
    times = read_times(record, begin, until, clock, at)
    missed = read_missed(record, clock, at)
    parts = _parts(record, begin, until, library, clock, at)
    loading = read_loading(record, library.compound(record.compound), library, clock, at)
    if len(clock.problems) > before:
        return []
    course = [_Stretch(part.record, replace(part.dose, place=(index, *part.dose.place))) for part in parts]
    if loading is not None:
        first, course[0] = _loaded(course[0], loading, clock, at)
        course.insert(0, first)
    for number, hour in enumerate(times):
        _turn(course, len(course) - len(times) + number, hour, clock, (*at, "then", number))
    check_missed(record, missed, [part.dose for part in course], clock, at)
    if len(clock.problems) > before:
        return []
    missed = [window for window in missed if window.begin < clock.duration]
    given = [_Stretch(part.record, dose) for part in course for dose in without(part.dose, missed)]
    given = [part for part in given if part.dose.begin < clock.duration - SAME_TIME]
    if not given:
        clock.problem("missed leaves nothing of this dose; leave the dose out", *at, "missed")
    return [replace(part.dose, text=_sentence(part.record, part.dose)) for part in given]


def _parts(
    record: DoseRecord, begin: float, until: float, library: Library, clock: RunClock, at: Address
) -> list[_Stretch]:
    """Return what an entry gives at first and after each of its changes, as far as it can be read."""
    before = len(clock.problems)
    stream = read_stream(record, library, clock, at)
    if stream is not None and record.then and not repeats(stream):
        clock.problem("then changes doses that are repeated; give every", *at, "then")
    found = [] if stream is None else [_Stretch(record, replace(stream, begin=begin, until=until))]
    said = {problem.text for problem in clock.problems[before:]}
    for number, change in enumerate(record.then):
        record, place = changed_record(record, change), ("then", number)
        trial = replace(clock, problems=[])
        stream = read_stream(record, library, trial, (*at, *place))
        # What is wrong before a change is wrong after it too, and is said once.
        clock.problems.extend(problem for problem in trial.problems if problem.text not in said)
        said = {problem.text for problem in trial.problems}
        if stream is not None:
            found.append(_Stretch(record, replace(stream, begin=begin, until=until, place=place)))
    return found


def _loaded(part: _Stretch, loading: tuple[float, bool], clock: RunClock, at: Address) -> tuple[_Stretch, _Stretch]:
    first, rest = with_loading(part.dose, *loading)
    if rest.begin >= min(rest.until, clock.duration) - SAME_TIME:
        text = f"no dose follows the loading dose before {texts.spoken(min(rest.until, clock.duration))}"
        clock.problem(f"{text}; leave loading out and write it as the amount", *at, "loading")
    record = part.record.model_copy(update={"amount": part.record.loading})
    return _Stretch(record, replace(first, place=(*first.place, "loading"))), _Stretch(part.record, rest)


def _turn(course: list[_Stretch], index: int, hour: float, clock: RunClock, at: Address) -> None:
    """Let part `index` of a course take the place of the one before it, at the first dose that is due from `hour` on.

    The doses keep their times; what is given all the time changes at once.
    """
    held, following = course[index - 1].dose, course[index].dose
    due = next_due(held, hour)
    end = min(held.until, clock.duration)
    if due <= held.begin + SAME_TIME:
        text = f"nothing is given of what it follows, whose first dose is due at {texts.spoken(held.begin)}"
        clock.problem(f"{text}; let this change come later", *at, "from")
    elif due >= end - SAME_TIME:
        text = f"no dose is due from this change on before {texts.spoken(end)}, the next would be at"
        clock.problem(f"{text} {texts.spoken(due)}; let it come earlier or leave it out", *at, "from")
    course[index - 1] = _Stretch(course[index - 1].record, replace(held, until=due))
    course[index] = _Stretch(course[index].record, replace(following, begin=due))


def _window(record: DoseRecord, clock: RunClock, at: Address) -> tuple[float, float]:
    begin = 0.0 if record.begin is None else clock.time(record.begin, *at, "from")
    until = math.inf if record.until is None else clock.time(record.until, *at, "until")
    if until <= begin + SAME_TIME:
        after = texts.spoken(begin)
        clock.problem(f"the dose ends before it begins; let its until lie after {after}", *at, "until")
    elif begin >= clock.duration - SAME_TIME:
        end = texts.spoken(clock.duration)
        clock.problem(f"the first dose lies after the end, {end}; give it earlier or leave it out", *at, "from")
    return begin, until


def _sentence(record: DoseRecord, dose: Dose) -> str:
    rhythm = f" every {texts.spoken(dose.every)}" if math.isfinite(dose.every) else ""
    spread = f" over {texts.spoken(dose.over)}" if dose.over else ""
    window = spoken_window(dose.begin, dose.until)
    if record.clamp is not None:
        return f"plasma magnesium held at {record.clamp.strip()}{rhythm}{spread}{window}, {record.route}"
    what = f"{str(record.amount).strip()} of {dose.compound} (as {record.of})"
    meal = ", with a meal" if record.with_meal else ""
    return f"{what}{rhythm or ' once'}{spread}{window}, {record.route}{meal}"
