"""One dose stream, resolved to numbers for one subject."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mgcells.body.routes import INFUSED_ROUTES, ROUTES, SPREAD_ROUTES
from mgcells.body.timing import Timing


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
        a single dose; drinking water and diet spread each dose evenly over the interval and so need a finite one. What
        is being given at `until` stops there, with the rest of its dose.
    over : float
        Hours over which one dose is given at a constant rate; 0 gives it at once.
    with_meal : bool
        A swallowed dose shares the carriers of a meal.
    clamp : float
        Total plasma magnesium (mM) that an intravenous stream holds from `first` to `until`, or for `over` in every
        interval; NaN gives amounts.

    Raises
    ------
    ValueError
        An unknown route, a negative amount, an interval that is not positive, a duration of a route that gives at once,
        a clamp by another route, or one that is repeated without a duration.
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
        if self.over > 0 and self.route not in INFUSED_ROUTES:
            raise ValueError(f"a dose by route '{self.route}' is given at once or evenly; leave out its duration")
        if self.over > self.every:
            raise ValueError(f"one dose takes {self.over} h, but the next begins after {self.every} h")
        if self.clamped and not (self.route == "intravenous" and self.clamp > 0):
            raise ValueError("a clamp needs the route 'intravenous' and a positive target")
        if self.clamped and math.isfinite(self.every) and self.over == 0:
            raise ValueError("a clamp that is repeated needs the time over which it holds")

    @property
    def clamped(self) -> bool:
        """Whether this stream holds plasma at a target."""
        return not math.isnan(self.clamp)

    @property
    def timing(self) -> Timing:
        """When it gives."""
        return timing_of(self.route, self.first, self.until, self.every, self.over, self.clamp)

    @property
    def share_per_hour(self) -> float:
        """The share of a dose that is given in an hour while it flows; 0 for what is given at a moment."""
        if self.route in SPREAD_ROUTES:
            return 1.0 / self.every
        return 1.0 / self.over if self.over > 0 else 0.0


def timing_of(route: str, first: float, until: float, every: float, over: float, clamp: float) -> Timing:
    """Return when a stream gives whose fields mean what they do in a `Delivery`."""
    if route in SPREAD_ROUTES or (not math.isnan(clamp) and over == 0):
        return Timing(first, until, math.inf, math.inf)
    return Timing(first, until, every, over)
