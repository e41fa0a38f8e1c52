"""Reading the doses of a strategy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mgcells import units
from mgcells.body.routes import INFUSED_ROUTES, ROUTES, SPREAD_ROUTES
from mgcells.body.timing import SAME_TIME
from mgcells.errors import suggestion
from mgcells.library import Library
from mgcells.scenario import texts
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.courses import next_due, repeats, with_loading, without
from mgcells.scenario.dose_words import changed_record, check_missed, read_loading, read_missed, read_times
from mgcells.scenario.phases import spoken_window
from mgcells.scenario.records import DoseRecord
from mgcells.scenario.scenario import Dose

# The kinetics tell no times apart that are much shorter.
SHORTEST_SECONDS = 1.0
MEAL_ROUTE = "oral"


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
    stream = _stream(record, library, clock, at)
    if stream is not None and record.then and not repeats(stream):
        clock.problem("then changes doses that are repeated; give every", *at, "then")
    found = [] if stream is None else [_Stretch(record, replace(stream, begin=begin, until=until))]
    said = {problem.text for problem in clock.problems[before:]}
    for number, change in enumerate(record.then):
        record, place = changed_record(record, change), ("then", number)
        trial = replace(clock, problems=[])
        stream = _stream(record, library, trial, (*at, *place))
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


def _stream(record: DoseRecord, library: Library, clock: RunClock, at: Address) -> Dose | None:
    """Return what a record gives, from hour 0 on without an end."""
    before = len(clock.problems)
    compound = library.compound(record.compound)
    if compound is None:
        names = [*library.compounds, *(alias for entry in library.compounds.values() for alias in entry.aliases)]
        clock.problem(f"unknown compound '{record.compound}'{suggestion(record.compound, names)}", *at, "compound")
    if record.route not in ROUTES:
        clock.problem(f"unknown route '{record.route}'{suggestion(record.route, ROUTES)}", *at, "route")
    every, over = (
        fallback if text is None else clock.time(text, *at, key)
        for key, text, fallback in (("every", record.every, math.inf), ("over", record.over, 0.0))
    )
    amount, per_kilogram, clamp = 0.0, False, math.nan
    if record.clamp is not None:
        clamp = _clamp(record, record.clamp, compound, library, clock, at)
    elif record.amount is None:
        clock.problem(f"the dose of '{record.compound}' has no amount", *at)
    elif record.of is None:
        clock.problem("say what the amount is of: of = 'salt', 'magnesium' or 'threonate'", *at)
    elif compound is not None:
        try:
            amount, per_kilogram = texts.amount(record.amount, record.of, compound, library)
        except units.UnitProblem as error:
            clock.problem(f"amount: {error}", *at, "amount")
    _check_rhythm(record, every, over, clock, at)
    if len(clock.problems) > before or compound is None:
        return None
    return Dose(
        compound, record.route, amount, per_kilogram, every, 0.0, math.inf, over, clamp, record.with_meal, ""
    )  # fmt: skip


def _clamp(
    record: DoseRecord, text: str, compound: str | None, library: Library, clock: RunClock, at: Address
) -> float:
    for key, given in (("amount", record.amount), ("of", record.of)):
        if given is not None:
            clock.problem(f"a clamp takes what it needs: leave {key} out, or give an amount instead", *at, key)
    if record.route != "intravenous":
        clock.problem("a clamp needs route = 'intravenous'", *at, "route")
    if compound is not None and not library.compounds[compound].magnesium:
        clock.problem(f"a clamp holds magnesium, and {compound} has none", *at, "compound")
    elif compound is not None and library.compounds[compound].threonate:
        why = "a clamp holds magnesium alone; name a salt without threonate, or give an amount"
        clock.problem(f"{why} of {compound}", *at, "compound")
    if record.every is not None and record.over is None:
        clock.problem("a clamp that is repeated needs over, the time that it holds; without every it holds on", *at)
    try:
        value = units.parse(text, "concentration")
    except units.UnitProblem as error:
        clock.problem(f"clamp: {error}", *at, "clamp")
        return math.nan
    if value <= 0.0:
        clock.problem(f"clamp = '{text}' should be above zero: it holds plasma magnesium at a level", *at, "clamp")
    return value


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


def _check_rhythm(record: DoseRecord, every: float, over: float, clock: RunClock, at: Address) -> None:
    """Refuse what a route cannot do, and what would mean nothing."""
    route, held = record.route, record.clamp is not None
    spread, known = route in SPREAD_ROUTES, route in ROUTES
    shortest = SHORTEST_SECONDS * units.parse("1 s", "time")
    for key, text, value in (("every", record.every, every), ("over", record.over, over)):
        if value == 0.0 and key == "every":
            clock.problem("every = 0: name the interval between doses", *at, key)
        elif value < shortest and text is not None and (value > 0.0 or held):
            clock.problem(f"{key} = '{text}' should be at least {SHORTEST_SECONDS:g} s", *at, key)
    if over > every:
        clock.problem(f"over is longer than the interval between doses, {texts.spoken(every)}", *at, "over")
    if spread and record.every is None:
        text = f"route '{route}' spreads a dose evenly over an interval; name it, such as every = '24 h'"
        clock.problem(text, *at)
    if spread and record.over is not None:
        clock.problem(f"route '{route}' spreads a dose evenly over every; leave over out", *at, "over")
    elif known and record.over is not None and over > 0.0 and route not in INFUSED_ROUTES:
        can = ", ".join(sorted(INFUSED_ROUTES))
        clock.problem(f"a dose by route '{route}' is given at once; leave over out, or choose {can}", *at, "over")
    if known and record.with_meal and route != MEAL_ROUTE:
        why = "it is for what is swallowed at once or over a while"
        clock.problem(f"with_meal has no effect by route '{route}': {why}; leave it out", *at, "with_meal")
    if record.until is not None and record.every is None and over == 0.0 and not held and not spread:
        text = "until ends nothing where one dose is given at once; give every or over, or leave it out"
        clock.problem(text, *at, "until")


def _sentence(record: DoseRecord, dose: Dose) -> str:
    rhythm = f" every {texts.spoken(dose.every)}" if math.isfinite(dose.every) else ""
    spread = f" over {texts.spoken(dose.over)}" if dose.over else ""
    window = spoken_window(dose.begin, dose.until)
    if record.clamp is not None:
        return f"plasma magnesium held at {record.clamp.strip()}{rhythm}{spread}{window}, {record.route}"
    what = f"{str(record.amount).strip()} of {dose.compound} (as {record.of})"
    meal = ", with a meal" if record.with_meal else ""
    return f"{what}{rhythm or ' once'}{spread}{window}, {record.route}{meal}"
