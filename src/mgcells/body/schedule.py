"""When doses fall due: subjects that share their times form a cohort, each of their streams a group of arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats
from mgcells.body.delivery import Delivery
from mgcells.body.routes import SPREAD_ROUTES
from mgcells.body.timing import Timing

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Group:
    """One stream of every subject of a cohort: one timing, arrays with an entry per subject in `rows`."""

    route: str
    timing: Timing
    every: float
    over: float
    with_meal: bool
    clamped: bool
    rows: Rows
    magnesium: Floats
    threonate: Floats
    available: Floats
    osmotic: Floats
    threonate_absorbed: Floats
    clamp: Floats

    @property
    def spread(self) -> bool:
        """Whether doses are spread evenly over their interval."""
        return self.route in SPREAD_ROUTES


@dataclass(eq=False)
class Cohort:
    """Subjects that share all times of all their doses, so that they can be carried on together.

    `flowing`, `inputs` (for all subjects) and `next_edge` say what holds now, and until when; `stirred` since when.
    """

    rows: Rows
    groups: list[Group]
    flowing: list[Group] = field(default_factory=list)
    inputs: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    next_edge: float = -math.inf
    stirred: float = 0.0


def cohorts_of(deliveries: Sequence[Sequence[Delivery]]) -> list[Cohort]:
    """Return the cohorts of n subjects."""
    rows_of: dict[tuple[object, ...], list[int]] = {}
    for row, streams in enumerate(deliveries):
        rows_of.setdefault(tuple(_shared(entry) for entry in streams), []).append(row)
    return [Cohort(np.array(rows, dtype=np.int64), _groups(rows, deliveries)) for rows in rows_of.values()]


def _groups(rows: Sequence[int], deliveries: Sequence[Sequence[Delivery]]) -> list[Group]:
    return [_group([(row, deliveries[row][k]) for row in rows]) for k in range(len(deliveries[rows[0]]))]


def _shared(entry: Delivery) -> tuple[object, ...]:
    return entry.route, entry.timing, entry.every, entry.over, entry.with_meal, entry.clamped


def _group(members: Sequence[tuple[int, Delivery]]) -> Group:
    shared = members[0][1]

    def column(name: str) -> Floats:
        return np.array([getattr(entry, name) for _, entry in members], dtype=np.float64)

    return Group(
        route=shared.route,
        timing=shared.timing,
        every=shared.every,
        over=shared.over,
        with_meal=shared.with_meal,
        clamped=shared.clamped,
        rows=np.array([row for row, _ in members], dtype=np.int64),
        magnesium=column("magnesium"),
        threonate=column("threonate"),
        available=column("available"),
        osmotic=column("osmotic"),
        threonate_absorbed=column("threonate_absorbed"),
        clamp=column("clamp"),
    )
