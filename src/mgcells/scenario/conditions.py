"""Reading the conditions of a scenario or a strategy."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from mgcells.errors import suggestion
from mgcells.library import Library
from mgcells.library.bounds import LATTICE
from mgcells.library.in_force import HEALTHY, Activation
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.records import TimedCondition

Conditions = str | Sequence[str | TimedCondition]


def named(records: Conditions | None) -> list[TimedCondition]:
    """Return the entries of what a file says under `condition`; `healthy` is none."""
    entries = [records] if isinstance(records, str) else records or []
    found = [TimedCondition(name=entry) if isinstance(entry, str) else entry for entry in entries]
    return [entry for entry in found if entry.name != HEALTHY]


def read_conditions(
    records: Conditions, species: str, begun: Collection[str], library: Library, clock: RunClock, at: Address
) -> tuple[Activation, ...]:
    """Return the conditions with the hours in which they hold.

    Parameters
    ----------
    begun : collection of str
        The conditions with which the subject starts: those of the top for a strategy.
    at : path
        Of the part of the file that they belong to; () is the top.
    """
    found: list[Activation] = []
    for index, entry in enumerate([records] if isinstance(records, str) else records):
        record = TimedCondition(name=entry) if isinstance(entry, str) else entry
        place = (*at, "condition", index)
        timed = record.begin is not None or record.until is not None
        if record.name == HEALTHY:
            if timed:
                text = f"'{HEALTHY}' means no condition and has no times; say when the others begin and end"
                clock.problem(text, *place)
            continue
        condition = library.conditions.get(record.name)
        if condition is None:
            known = suggestion(record.name, {*library.conditions, HEALTHY})
            clock.problem(f"unknown condition '{record.name}'{known}", *place)
            continue
        what = f"condition '{record.name}'"
        if condition.species and species not in condition.species:
            clock.problem(f"{what} is described for {', '.join(condition.species)} only", *place)
        fixed = next((path for path in condition.parameters if LATTICE in path), None)
        if fixed and (timed or (at and record.name not in begun)):
            why = f"it sets {fixed}, and living tissue cannot change its lattice"
            remedy = "name it at the top of the scenario, without from and until"
            clock.problem(f"{what} cannot begin or end during a run: {why}; {remedy}", *place)
        begin, until = clock.window(what, record.begin, record.until, -math.inf, place)
        if any(other.name == record.name and begin < other.until and other.begin < until for other in found):
            clock.problem(f"{what} stands twice for the same time", *place)
        found.append(Activation(record.name, begin, until))
    return tuple(found)
