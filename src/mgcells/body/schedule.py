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

Rows = NDArray[np.int64]
SAME_TIME = 1e-9
INFUSED_ROUTES = frozenset({"oral", "intravenous", "intrathecal"})


@dataclass(frozen=True, eq=False)
class Group:
    """One stream of every subject of a cohort: one timing, arrays with an entry per subject in `rows`."""

    route: str
    first: float
    until: float
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

    @property
    def end(self) -> float:
        """When a spread stream or a clamp ends."""
        if self.clamped and self.over > 0:
            return min(self.until, self.first + self.over)
        return self.until

    def flows(self, time: float) -> bool:
        """Tell whether this group gives at a constant rate (or holds plasma) from `time` on."""
        if self.spread or self.clamped:
            return self.first - SAME_TIME <= time < self.end - SAME_TIME
        if self.over == 0.0:
            return False
        begin = self._latest(time)
        return begin is not None and time < begin + self.over - SAME_TIME

    def due(self, time: float) -> bool:
        """Tell whether a whole dose is given at `time`."""
        if self.spread or self.clamped or self.over > 0:
            return False
        latest = self._latest(time)
        return latest is not None and abs(latest - time) <= SAME_TIME

    def next_edge(self, time: float) -> float:
        """Return when, after `time`, something changes next; infinity when nothing does."""
        if self.spread or self.clamped:
            edges = [self.first, self.end]
        else:
            latest = self._latest(time)
            coming = self.first if latest is None else latest + self.every
            edges = [coming if coming < self.until - SAME_TIME else math.inf]
            if latest is not None and self.over > 0:
                edges.append(latest + self.over)
        return min((edge for edge in edges if edge > time + SAME_TIME), default=math.inf)

    def _latest(self, time: float) -> float | None:
        if time < self.first - SAME_TIME:
            return None
        if not math.isfinite(self.every):
            return self.first
        count = math.floor((time - self.first + SAME_TIME) / self.every)
        if math.isfinite(self.until):
            count = min(count, math.ceil((self.until - self.first - SAME_TIME) / self.every) - 1)
        return self.first + count * self.every if count >= 0 else None


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
    """Return the cohorts of n subjects.

    Raises
    ------
    ValueError
        A route that cannot be infused has a duration.
    """
    rows_of: dict[tuple[object, ...], list[int]] = {}
    for row, streams in enumerate(deliveries):
        rows_of.setdefault(tuple(_timing(entry) for entry in streams), []).append(row)
    return [Cohort(np.array(rows, dtype=np.int64), _groups(rows, deliveries)) for rows in rows_of.values()]


def _groups(rows: Sequence[int], deliveries: Sequence[Sequence[Delivery]]) -> list[Group]:
    return [_group([(row, deliveries[row][k]) for row in rows]) for k in range(len(deliveries[rows[0]]))]


def _timing(entry: Delivery) -> tuple[object, ...]:
    if entry.over > 0 and entry.route not in INFUSED_ROUTES:
        raise ValueError(f"a dose by route '{entry.route}' is given at once; leave out its duration")
    return entry.route, entry.first, entry.until, entry.every, entry.over, entry.with_meal, entry.clamped


def _group(members: Sequence[tuple[int, Delivery]]) -> Group:
    shared = members[0][1]

    def column(name: str) -> Floats:
        return np.array([getattr(entry, name) for _, entry in members], dtype=np.float64)

    return Group(
        route=shared.route,
        first=shared.first,
        until=shared.until,
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
