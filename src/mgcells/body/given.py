"""What streams of doses give in a stretch of a run, and the most that they give in a day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mgcells.arrays import Floats
from mgcells.body.delivery import Delivery
from mgcells.body.timing import SAME_TIME

Substance = Literal["magnesium", "threonate"]
SUBSTANCES: tuple[Substance, ...] = ("magnesium", "threonate")


@dataclass(frozen=True)
class Amounts:
    """Amounts (mmol) given at moments, and rates (mmol/h) at which something flows in [begin, end); hours.

    Attributes
    ----------
    moments : list of (hour, amount)
    flows : list of (begin, end, rate)
    """

    moments: Sequence[tuple[float, float]] = ()
    flows: Sequence[tuple[float, float, float]] = ()

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts([*self.moments, *other.moments], [*self.flows, *other.flows])

    @property
    def total(self) -> float:
        """All that is given, mmol."""
        flowing = (rate * (end - begin) for begin, end, rate in self.flows)
        return math.fsum([*(amount for _, amount in self.moments), *flowing])

    def most_within(self, hours: float) -> float:
        """Return the most that is given in any stretch of `hours` that leaves out one of its ends, mmol."""
        edges = [time for time, _ in self.moments] + [time for begin, end, _ in self.flows for time in (begin, end)]
        if not edges:
            return 0.0
        # Between two edges of both ends the amount in the stretch changes evenly, so that the most begins at one.
        begins = np.unique([*edges, *(edge - hours for edge in edges)])
        before = self._until(begins, after=False), self._until(begins + hours, after=False)
        after = self._until(begins, after=True), self._until(begins + hours, after=True)
        return float(max((last - first).max() for first, last in (before, after)))

    def _until(self, times: Floats, *, after: bool) -> Floats:
        """Return what was given until each of `times`, with what is given at that moment where it is `after` it."""
        moments = np.array(sorted(self.moments)).reshape(-1, 2)
        sums = np.concatenate([[0.0], np.cumsum(moments[:, 1])])
        found = sums[np.searchsorted(moments[:, 0], times + (SAME_TIME if after else -SAME_TIME))]
        turns: dict[float, float] = {}
        for begin, end, rate in self.flows:
            turns[begin] = turns.get(begin, 0.0) + rate
            turns[end] = turns.get(end, 0.0) - rate
        if turns:
            edges = np.array(sorted(turns))
            rates = np.cumsum([turns[edge] for edge in edges])[:-1]
            flowed = np.concatenate([[0.0], np.cumsum(rates * np.diff(edges))])
            found = found + np.interp(times, edges, flowed)
        return np.asarray(found)


def given(streams: Iterable[Delivery], substance: Substance, begin: float, until: float) -> Amounts:
    """Return what `streams` give of a substance in [begin, until) hours; what a clamp takes is not known beforehand."""
    moments: list[tuple[float, float]] = []
    flows: list[tuple[float, float, float]] = []
    for stream in streams:
        amount: float = getattr(stream, substance)
        if amount == 0.0 or stream.clamped:
            continue
        rate = amount * stream.share_per_hour
        for first, last in stream.timing.spans(until):
            if rate == 0.0 and first >= begin - SAME_TIME:
                moments.append((first, amount))
            elif rate > 0.0 and last > begin:
                flows.append((max(first, begin), last, rate))
    return Amounts(moments, flows)
