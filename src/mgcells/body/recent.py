"""Amounts of the last 24 hours, from running totals."""

from __future__ import annotations

from collections import deque

import numpy as np

from mgcells.arrays import Floats

WINDOW = 24.0


class RecentAmounts:
    """Trailing rates of running totals, shape (n, quantities).

    Parameters
    ----------
    totals : float array
        The totals at the start.
    rates : float array
        What they rose by per hour in the day before.
    """

    def __init__(self, totals: Floats, rates: Floats) -> None:
        self._time = 0.0
        self._entries = deque([(-WINDOW, totals - WINDOW * rates), (0.0, totals.copy())])
        self._rate: Floats | None = None

    def add(self, hours: float, totals: Floats) -> None:
        """Note the totals after another `hours`."""
        self._time += hours
        self._rate = None
        self._entries.append((self._time, totals.copy()))
        while self._entries[1][0] <= self._time - WINDOW:
            self._entries.popleft()

    def rate(self) -> Floats:
        """Return the mean rates per hour of the last 24 h; not to be written to."""
        if self._rate is None:
            (early, before), (late, after) = self._entries[0], self._entries[1]
            share = (self._time - WINDOW - early) / (late - early)
            self._rate = np.asarray((self._entries[-1][1] - before - share * (after - before)) / WINDOW)
        return self._rate
