"""Reading what one stream of doses gives, whenever it begins and ends."""

from __future__ import annotations

import math

from mgcells import units
from mgcells.body.routes import INFUSED_ROUTES, ROUTES, SPREAD_ROUTES
from mgcells.errors import suggestion
from mgcells.library import Library
from mgcells.scenario import texts
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.records import DoseRecord
from mgcells.scenario.scenario import Dose

# The kinetics tell no times apart that are much shorter.
SHORTEST_SECONDS = 1.0
MEAL_ROUTE = "oral"


def read_stream(record: DoseRecord, library: Library, clock: RunClock, at: Address) -> Dose | None:
    """Return what a record gives, from hour 0 on without an end; None, and its problems, where it cannot be given."""
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
