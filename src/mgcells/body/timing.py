"""When a stream of doses gives: the one law for the kinetics, for what a run says it gave, and for what is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

SAME_TIME = 1e-9


@dataclass(frozen=True)
class Timing:
    """The givings of one stream, in hours from the start of the run.

    Giving number k lasts [begin, begin + length) with begin = `first` + k `interval`, as far as it lies before `until`.

    Attributes
    ----------
    first, until : float
        The first giving begins at `first`; none begins or goes on at `until`, which may be infinite.
    interval : float
        Infinite when there is only one.
    length : float
        0 gives at a moment; infinite goes on to `until`.
    """

    first: float
    until: float
    interval: float
    length: float

    def count(self, end: float = math.inf) -> float:
        """Return how many givings begin before `end`; infinity when they never end."""
        span = min(self.until, end) - self.first
        if not math.isfinite(self.interval):
            return float(span > SAME_TIME)
        if not math.isfinite(span):
            return math.inf
        return float(max(0, math.ceil((span - SAME_TIME) / self.interval)))

    def spans(self, end: float) -> Iterator[tuple[float, float]]:
        """Yield when each giving before `end` (finite) begins and ends; both are equal for a moment."""
        for number in range(int(self.count(end))):
            begin = self._begin(number)
            yield begin, min(self._stop(begin), end)

    def flows(self, time: float) -> bool:
        """Tell whether something is given at a constant rate, or held, from `time` on."""
        begin = self._latest(time)
        return self.length > 0.0 and begin is not None and time < self._stop(begin) - SAME_TIME

    def due(self, time: float) -> bool:
        """Tell whether a whole dose is given at `time`."""
        begin = self._latest(time)
        return self.length == 0.0 and begin is not None and abs(begin - time) <= SAME_TIME

    def next_edge(self, time: float) -> float:
        """Return when, after `time`, something changes next; infinity when nothing does."""
        number = self._number(time)
        edges = [self._begin(number + 1)] if number + 1 < self.count() else []
        if number >= 0 and self.length > 0.0:
            edges.append(self._stop(self._begin(number)))
        return min((edge for edge in edges if edge > time + SAME_TIME), default=math.inf)

    def _latest(self, time: float) -> float | None:
        number = self._number(time)
        return self._begin(number) if number >= 0 else None

    def _number(self, time: float) -> int:
        """Return the number of the latest giving that has begun at `time`, -1 before the first."""
        if time < self.first - SAME_TIME:
            return -1
        begun = math.floor((time - self.first + SAME_TIME) / self.interval)
        return int(min(begun, self.count() - 1))

    def _begin(self, number: int) -> float:
        return self.first + number * self.interval if number else self.first

    def _stop(self, begin: float) -> float:
        return min(begin + self.length, self.until) if self.length else begin
