"""What a sweep changes, as data: its axes, the values along each, and how they are put together."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mgcells import units
from mgcells.errors import Problem
from mgcells.units import UnitProblem

Level = str | int | float | bool | list[Any] | dict[str, Any]
DesignName = Literal["grid", "pairs", "latin hypercube"]
Place = tuple[str | int, ...]
# More digits than any value here is known to, and few enough that 0.1 reads as 0.1.
DIGITS = 12


@dataclass(frozen=True)
class SweptRange:
    """A range of numbers with a unit; `log` when equal steps are equal ratios."""

    low: float
    high: float
    unit: str
    log: bool
    bare: bool

    def at(self, share: float) -> Level:
        """Return what a file would say of the value at a share of 0 to 1 of the range."""
        if self.log:
            value = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        number = float(f"{value:.{DIGITS}g}")
        return number if self.bare else f"{number:.{DIGITS}g} {self.unit}".strip()


@dataclass(frozen=True)
class SweptAxis:
    """One value that a sweep changes.

    Attributes
    ----------
    address : str
        What the file calls it, such as "L-TAMS.doses.0.amount".
    name : str
        What tables and figures call it: the address, if the file gives it no other name.
    places : tuple of paths
        Where the value stands in the data of the file; several where they change together.
    levels : tuple
        The values as a file would say them; of a range in a Latin hypercube its two ends.
    unit : str
        Of the numbers, that of the first level; "" where they have none.
    numbers : tuple of float
        The levels in `unit`; empty where they are no numbers of one dimension.
    span : SweptRange, optional
        The range from which a Latin hypercube draws.
    """

    address: str
    name: str
    places: tuple[Place, ...]
    levels: tuple[Level, ...]
    unit: str
    numbers: tuple[float, ...]
    span: SweptRange | None = None

    @property
    def label(self) -> str:
        """The name with the unit, as in tables and on axes."""
        return f"{self.name} ({self.unit})" if self.unit else self.name

    def number(self, level: Level) -> float:
        """Return a level as a number in the unit of the axis."""
        return number_in(level, self.unit)


@dataclass(frozen=True)
class SweptDesign:
    """The sweep of a scenario. `points` is how many a Latin hypercube has; `warnings` are on single values."""

    name: DesignName
    axes: tuple[SweptAxis, ...]
    points: int = 0
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def count(self) -> int:
        """Number of variants."""
        if self.name == "latin hypercube":
            return self.points
        counts = [len(axis.levels) for axis in self.axes]
        return math.prod(counts) if self.name == "grid" else counts[0]


def text_of(level: Level) -> str:
    """Return a level in words: "151 mg/kg", "0.25", "on".

    >>> text_of("151 mg/kg"), text_of(0.25), text_of(["a", "b"])
    ('151 mg/kg', '0.25', '["a", "b"]')
    """
    return level if isinstance(level, str) else json.dumps(level, ensure_ascii=False)


def number_in(level: Level, unit: str) -> float:
    """Return a level as a number in a unit; UnitProblem when it is none, or of another dimension."""
    if isinstance(level, bool) or not isinstance(level, str | int | float):
        raise UnitProblem(f"'{text_of(level)}' is no number")
    value, own = units.split(str(level))
    return value if own == unit else units.convert(value, own, unit)


def numbers_of(levels: Sequence[Level]) -> tuple[tuple[float, ...], str]:
    """Return the levels as numbers in the unit of the first, and that unit; nothing where they are no such numbers.

    >>> numbers_of(["500 mg", "1 g"])
    ((500.0, 1000.0), 'mg')
    >>> numbers_of(["rat", "mouse"])
    ((), '')
    """
    try:
        unit = units.split(str(levels[0]))[1] if isinstance(levels[0], str) else ""
        return tuple(number_in(level, unit) for level in levels), unit
    except UnitProblem:
        return (), ""
