"""Which parts of a strategy hold when, and how that is put into words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mgcells.library.in_force import HEALTHY, Activation
from mgcells.scenario.scenario import Diet, Strategy
from mgcells.scenario.texts import spoken


@dataclass(frozen=True)
class StrategyPhase:
    """A part [begin, until) of a run, in hours, and the strategy as it holds in it."""

    begin: float
    until: float
    strategy: Strategy


def phases(strategy: Strategy, end: float) -> tuple[StrategyPhase, ...]:
    """Return the phases of a run of `end` hours; two that follow each other differ."""
    found: list[StrategyPhase] = []
    edges = [0.0, *(edge for edge in strategy.edges() if edge < end), end]
    for begin, until in pairwise(edges):
        held = strategy.at(begin)
        if found and found[-1].strategy == held:
            begin = found.pop().begin
        found.append(StrategyPhase(begin, until, held))
    return tuple(found)


def spoken_window(begin: float, until: float) -> str:
    """Return " from 2 d until 10 d" for hours, without what lies at the start or never comes."""
    first = f" from {spoken(begin)}" if begin > 0.0 else ""
    last = f" until {spoken(until)}" if math.isfinite(until) else ""
    return first + last


def spoken_conditions(conditions: Sequence[Activation]) -> list[str]:
    """Return each condition with its times; "healthy" where there is none."""
    return [f"{entry.name}{spoken_window(entry.begin, entry.until)}" for entry in conditions] or [HEALTHY]


def spoken_course(parts: Sequence[tuple[str, float, float]]) -> str:
    """Return a sentence of texts with their windows in hours, in the order of time.

    >>> spoken_course([("0.1 g/kg", 0.0, 240.0), ("0.5 g/kg", 240.0, math.inf)])
    '0.1 g/kg until 10 d, then 0.5 g/kg'
    """
    words, end = [], math.nan
    for text, begin, until in parts:
        follows = begin == end
        words.append(f"{'then ' if follows else ''}{text}{spoken_window(0.0 if follows else begin, until)}")
        end = until
    return ", ".join(words)


def spoken_diets(diets: Sequence[Diet]) -> str:
    """Return the magnesium of diets that follow each other, as a sentence would have it."""
    return spoken_course([(entry.text, entry.begin, entry.until) for entry in diets])
