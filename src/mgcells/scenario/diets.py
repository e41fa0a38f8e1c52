"""Reading the diet of a scenario or a strategy: one, or several that follow each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from mgcells.library import Library
from mgcells.scenario import texts
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.records import DietRecord
from mgcells.scenario.scenario import Diet
from mgcells.units import UnitProblem


def read_diets(
    records: DietRecord | Sequence[DietRecord], species: str, library: Library, clock: RunClock, at: Address
) -> tuple[Diet, ...]:
    """Return the diets in the order of time; one that does not say when it begins does where the one before ends.

    Parameters
    ----------
    at : path
        Of the part of the file that they belong to; () is the top, whose diet at hour 0 is that of the start.
    """
    found: list[Diet] = []
    start = 0.0
    listed = [((*at, "diet"), records)] if isinstance(records, DietRecord) else [
        ((*at, "diet", index), record) for index, record in enumerate(records)
    ]  # fmt: skip
    for place, record in listed:
        what = f"diet '{record.magnesium}'"
        if record.begin is None and start == math.inf:
            text = f"{what} does not say when it begins, and the one before it has no end; give that one an until"
            clock.problem(text, *place)
            continue
        begin, until = clock.window(what, record.begin, record.until, start, place)
        start = until
        try:
            diet = replace(texts.diet(record.magnesium, species, library), begin=begin, until=until)
        except UnitProblem as error:
            clock.problem(f"diet: {error}", *place, "magnesium")
            continue
        if not at and begin <= 0.0 and diet.amount == 0.0:
            text = f"{what} has no equilibrium to start from; let it begin in the strategies or later"
            clock.problem(text, *place, "magnesium")
        overlap = next((other for other in found if begin < other.until and other.begin < until), None)
        if overlap is not None:
            clock.problem(_overlap(*sorted((overlap, diet), key=lambda entry: entry.begin)), *place)
        found.append(diet)
    return tuple(sorted(found, key=lambda entry: entry.begin))


def _overlap(first: Diet, second: Diet) -> str:
    if first.begin == second.begin:
        remedy = "let one begin where the other ends"
    else:
        remedy = f"end the first of them with until = '{texts.spoken(second.begin)}'"
    return f"the diets '{first.text}' and '{second.text}' overlap; {remedy}"
