"""Reading what a scenario sweeps: its axes, how they are put together, and whether every value may stand there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mgcells import units
from mgcells.errors import InputProblems, Problem
from mgcells.library.located import Document
from mgcells.scenario.addresses import AddressProblem, edited, place_of, sweep_line
from mgcells.scenario.naming import fault_of_name
from mgcells.scenario.records import Number, SweepRecord, SweptRecord
from mgcells.scenario.swept import Level, Place, SweptAxis, SweptDesign, SweptRange, numbers_of, text_of
from mgcells.units import UnitProblem

if TYPE_CHECKING:
    from mgcells.scenario.scenario import Scenario

MOST_VARIANTS = 100_000
# Of more values along an axis so many, evenly among them, are tried when the file is read.
MOST_TRIED = 200
EXAMPLE = "\"L-TAMS.doses.amount\" = ['100 mg', '200 mg']"


class ValueProblem(ValueError):
    """Values that cannot be swept."""


def read_design(record: SweepRecord, document: Document, problems: list[Problem]) -> SweptDesign:
    """Return what a scenario sweeps, without what has faults, which become problems."""
    before = len(problems)
    drawn = record.design == "latin hypercube"

    def problem(text: str, *path: str | int) -> None:
        problems.append(Problem(document.shown, sweep_line(document, *path), f"sweep: {text}"))

    axes: list[SweptAxis] = []
    taken: dict[Place, str] = {}
    for address, given in record.over.items():
        try:
            axis = _axis(address, given, drawn, document)
        except (AddressProblem, ValueProblem) as error:
            problem(str(error), "over", address)
            continue
        for place in axis.places:
            if place in taken:
                problem(f"'{address}' changes what '{taken[place]}' changes too", "over", address)
            taken[place] = address
        if axis.name in [other.name for other in axes]:
            problem(f"two swept values are called '{axis.name}'", "over", address)
        axes.append(axis)
    if not record.over:
        problem(f"nothing is swept; name at least one value under [sweep.over], such as {EXAMPLE}")
    if not document.data.get("endpoints"):
        problem("a sweep compares endpoints; name them under [endpoints]")
    if drawn and (record.points is None or record.points < 1):
        problem("a latin hypercube needs points = N, how many variants are drawn", "points")
    if not drawn and record.points is not None:
        problem(f"points belongs to a latin hypercube; a design '{record.design}' has all its values", "points")
    lengths = {axis.address: len(axis.levels) for axis in axes}
    if record.design == "pairs" and len(set(lengths.values())) > 1:
        found = ", ".join(f"'{address}' has {count}" for address, count in lengths.items())
        problem(f"pairs need equally many values of each: {found}", "design")
    design = SweptDesign(record.design, tuple(axes), record.points or 0)
    if len(problems) == before and design.count > MOST_VARIANTS:
        text = f"{design.count} variants are more than {MOST_VARIANTS}; take fewer values, or a latin hypercube"
        problem(text, "design")
    return design


def tried(
    design: SweptDesign,
    scenario: Scenario,
    document: Document,
    problems: list[Problem],
    read: Callable[[Document], Scenario],
) -> SweptDesign:
    """Return the design with a warning for each value that is hardly meant.

    Each value is tried alone; one that cannot stand there becomes a problem at the line where the sweep says it.
    """
    known = {warning.text for warning in scenario.warnings}
    faults: list[tuple[SweptAxis, int, str]] = []
    doubts: list[tuple[SweptAxis, int, str]] = []
    for axis in design.axes:
        for index, level in _tried_levels(axis):
            try:
                found = read(edited(document, dict.fromkeys(axis.places, level)))
            except InputProblems as error:
                faults += [(axis, index, problem.text) for problem in error.problems]
                continue
            doubts += [(axis, index, warning.text) for warning in found.warnings if warning.text not in known]
            if found.endpoints != scenario.endpoints:
                faults.append((axis, index, "with it other endpoints are read, so that nothing can be compared"))
    problems += _located(faults, document)
    return replace(design, warnings=tuple(_located(doubts, document)))


def _tried_levels(axis: SweptAxis) -> list[tuple[int, Level]]:
    return list(enumerate(axis.levels))[:: math.ceil(len(axis.levels) / MOST_TRIED)]


def _located(found: Sequence[tuple[SweptAxis, int, str]], document: Document) -> list[Problem]:
    """Return what was found of values as problems of the sweep; what holds of all values of an axis is said once."""
    problems: dict[Problem, None] = {}
    for axis, index, text in found:
        same = sum(other is axis and said == text for other, _, said in found) == len(_tried_levels(axis))
        level = text_of(axis.levels[index])
        named = axis.address if same or level in text else f"{axis.address} = {level}"
        path = ("over", axis.address) if same else ("over", axis.address, index)
        problems[Problem(document.shown, sweep_line(document, *path), f"sweep: {named}: {text}")] = None
    return list(problems)


def _axis(address: str, given: list[Level] | SweptRecord, drawn: bool, document: Document) -> SweptAxis:
    record = given if isinstance(given, SweptRecord) else SweptRecord(values=given)
    places = tuple(place_of(name, document.data) for name in (address, *record.also))
    if record.values is not None:
        if any(value is not None for value in (record.begin, record.to, record.count)):
            raise ValueProblem(f"'{address}' has values and a range; give one of them")
        levels, span = tuple(record.values), None
    else:
        span = _range(address, record)
        levels = _levels(address, record, span, drawn)
    if not levels:
        raise ValueProblem(f"'{address}' has no values; list some, or give from, to and count")
    texts = [text_of(level) for level in levels]
    twice = [text for text, times in Counter(texts).items() if times > 1]
    if twice:
        raise ValueProblem(f"'{address}' takes {twice[0]} twice")
    name = address if record.name is None else record.name.strip()
    fault = fault_of_name(name, f"'{address}'") if name else f"the name of '{address}' is empty"
    if fault:
        raise ValueProblem(fault)
    numbers, unit = numbers_of(levels)
    return SweptAxis(address, name, places, levels, unit, numbers, span)


def _levels(address: str, record: SweptRecord, span: SweptRange, drawn: bool) -> tuple[Level, ...]:
    if drawn:
        if record.count is not None:
            raise ValueProblem(f"'{address}': points says how many values a latin hypercube draws; leave count out")
        return span.at(0.0), span.at(1.0)
    if record.count is None or not 2 <= record.count <= MOST_VARIANTS:
        raise ValueProblem(f"'{address}': a range needs count = N, how many values it has, at least 2")
    return tuple(span.at(step / (record.count - 1)) for step in range(record.count))


def _range(address: str, record: SweptRecord) -> SweptRange:
    if record.begin is None or record.to is None:
        raise ValueProblem(f"'{address}' needs a list of values, or from, to and count")
    (low, unit), (high, _) = (_split(address, end) for end in (record.begin, record.to))
    if isinstance(record.begin, str) != isinstance(record.to, str) or unit != _split(address, record.to)[1]:
        raise ValueProblem(f"'{address}': from = {record.begin} and to = {record.to} should have one unit")
    if not low < high:
        raise ValueProblem(f"'{address}': from = {record.begin} should be less than to = {record.to}")
    log = record.spacing == "log"
    if log and low <= 0.0:
        raise ValueProblem(f"'{address}': from = {record.begin} should be more than 0, as spacing is 'log'")
    return SweptRange(low, high, unit, log, not isinstance(record.begin, str))


def _split(address: str, end: Number) -> tuple[float, str]:
    try:
        return units.split(str(end))
    except UnitProblem as error:
        raise ValueProblem(f"'{address}': {error}") from None
