"""From responses to what the kernels read: terms shared between rows, and rows of three numbers.

With `y = s^n` a Hill row is `(A + B K^-n y)/(1 + K^-n y)`: rows on the same signal with the same power share `y`
whatever their half-max. Power, linear and block rows are put into the same shape, `(a + b y)/(1 + c y)`.
"""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.rules import kernels as at
from mgcells.rules.response import BLOCK, HILL, LINEAR, POWER, Response

LARGEST_SIMPLE_POWER = 8
Term = tuple[int, int, int, float, float]


class Terms:
    """The distinct terms of a rule table; a place is a row of the kernels' buffer, signals first."""

    def __init__(self, signals: int) -> None:
        self._signals = signals
        self._places: dict[Term, int] = {}

    def place(self, kind: int, origin: int, first: float, second: float = 0.0) -> int:
        """Return the place of a term, which is new when there is no such term yet."""
        simple = kind == at.SIMPLE
        term = (kind, origin, int(abs(first)) if simple else 0, first, second)
        return self._places.setdefault(term, self._signals + len(self._places))

    def power(self, signal: int, exponent: float) -> int:
        """Return the place of a signal to a power."""
        if exponent == 1.0:
            return signal
        simple = float(2.0 * exponent).is_integer() and abs(exponent) <= LARGEST_SIMPLE_POWER
        return self.place(at.SIMPLE if simple else at.REAL, signal, exponent)

    def row(self, response: Response, signal: int) -> tuple[int, float, float, float]:
        """Return the place of a row's term and its numbers a, b, c; an additive row is `a + b term`."""
        first, second = response.first, response.second
        if response.form == HILL:
            place, scale = self.power(signal, response.hill), response.half_max**-response.hill
            if response.additive:
                return self.place(at.SHARE, place, scale), 0.0, second, 0.0
            return place, first, second * scale, scale
        if response.form == POWER:
            return self.power(signal, second), 0.0, first**-second, 0.0
        if response.form == LINEAR:
            if response.additive:
                return signal, -second * first, second, 0.0
            return self.place(at.LINE, signal, first, second), 0.0, 1.0, 0.0
        assert response.form == BLOCK
        return self.place(at.BLOCK, signal, response.half_max), first, 0.0, second

    def arrays(self) -> tuple[Integers, Floats]:
        """Return `terms` (terms, 3) and `term_numbers` (terms, 2) as the kernels read them."""
        found = list(self._places)
        integers = np.array([term[:3] for term in found], np.int64).reshape(-1, 3)
        return integers, np.array([term[3:] for term in found], np.float64).reshape(-1, 2)
