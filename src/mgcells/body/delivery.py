"""One dose stream, resolved to numbers for one subject."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mgcells.body.routes import ROUTES, SPREAD_ROUTES


@dataclass(frozen=True)
class Delivery:
    """Doses of one compound by one route.

    Attributes
    ----------
    route : str
        One of `ROUTES`.
    magnesium, threonate : float
        mmol per dose.
    available : float
        Share of the magnesium that dissolves and so can be absorbed.
    osmotic : float
        Share of the unabsorbed magnesium that holds water in the bowel.
    threonate_absorbed : float
        Share of a swallowed threonate dose that reaches plasma.
    first, until, every : float
        Hours from the start: the first dose, the end of the stream (exclusive), the interval. An infinite interval is
        a single dose; drinking water and diet spread each dose evenly over the interval and so need a finite one.
    over : float
        Hours over which one dose is given at a constant rate; 0 gives it at once.
    with_meal : bool
        A swallowed dose shares the carriers of a meal.
    clamp : float
        Total plasma magnesium (mM) that an intravenous stream holds from `first` to `until`; NaN gives amounts.

    Raises
    ------
    ValueError
        An unknown route, a negative amount, a rate or interval that is not positive, or a clamp by another route.
    """

    route: str
    magnesium: float
    threonate: float
    available: float
    osmotic: float
    threonate_absorbed: float
    first: float
    until: float
    every: float
    over: float = 0.0
    with_meal: bool = False
    clamp: float = math.nan

    def __post_init__(self) -> None:
        if self.route not in ROUTES:
            raise ValueError(f"unknown route '{self.route}'; valid: {', '.join(ROUTES)}")
        if min(self.magnesium, self.threonate, self.available, self.osmotic, self.threonate_absorbed, self.over) < 0:
            raise ValueError(f"a dose by route '{self.route}' has a negative amount, share or time")
        if not self.every > 0:
            raise ValueError(f"doses every {self.every} h: the interval must be positive")
        if self.route in SPREAD_ROUTES and not math.isfinite(self.every):
            raise ValueError(f"route '{self.route}' spreads a dose over its interval, so it needs `every`")
        if self.over > self.every:
            raise ValueError(f"one dose takes {self.over} h, but the next begins after {self.every} h")
        if self.clamped and not (self.route == "intravenous" and self.clamp > 0):
            raise ValueError("a clamp needs the route 'intravenous' and a positive target")

    @property
    def clamped(self) -> bool:
        """Whether this stream holds plasma at a target."""
        return not math.isnan(self.clamp)
