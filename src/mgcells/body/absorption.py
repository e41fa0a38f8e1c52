"""How much of swallowed magnesium is absorbed: carriers that saturate, and a share in proportion [Fine1991].

One law serves all species: on each occasion `proportion * x + capacity * x / (half + x)`. In people an occasion is a
meal [Fine1991]; in rats and mice the published fractional absorption depends on the rate of intake [Dutta2024], which
is the same law with the day as the only occasion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import HOURS_PER_DAY, Floats
from mgcells.body.equations import carried

Rows = NDArray[np.int64]


class Uptake(NamedTuple):
    """Magnesium that will be absorbed, in mmol or mmol/h: in proportion, and by carriers in health."""

    in_proportion: Floats
    by_carriers: Floats


class Swallowed(NamedTuple):
    """A swallowed dose of several subjects: how much can be absorbed (mmol or mmol/h), and whether with a meal."""

    amount: Floats
    with_meal: bool


@dataclass(frozen=True)
class AbsorptionLaw:
    """The law of n subjects; every field has shape (n,).

    `capacity` and `half` are mmol per occasion, `proportion` and `meal_effect` are shares, `occasions` counts per day.
    """

    proportion: Floats
    capacity: Floats
    half: Floats
    occasions: Floats
    meal_effect: Floats

    def of_rate(self, rate: Floats) -> Uptake:
        """Return the uptake (mmol/h) from a steady intake (mmol/h) that is eaten on the day's occasions."""
        per_hour = self.occasions / HOURS_PER_DAY
        return Uptake(self.proportion * rate, per_hour * carried(rate / per_hour, self.capacity, self.half))

    def occupied(self, steady: Floats) -> Floats:
        """Return what one occasion's food holds (mmol) of a `steady` intake (mmol/h): carriers are always busy with it.

        Food is taken to be in the gut at any time of the day.
        """
        return np.asarray(steady * HOURS_PER_DAY / self.occasions)

    def speed(self, rows: Rows, with_meal: bool) -> Floats:
        """Return how much faster than a meal a dose passes the carriers of the subjects in `rows`."""
        return np.ones(rows.size) if with_meal else self.meal_effect[rows]

    def of_doses(self, rows: Rows, doses: Sequence[Swallowed], present: Floats) -> list[Uptake]:
        """Return the uptake (mmol) of each of the doses that the subjects in `rows` swallow at one moment.

        They find the carriers busy with what is `present` (mmol, an entry per subject in `rows`): one occasion's food
        and what still waits of earlier doses. What the carriers take of all of them is shared by amount, so that it
        matters neither how a dose is divided nor in which order the parts are named. Between meals a dose also passes
        the carriers faster, by the measured effect of meals [Sabatier2002].
        """
        half, total = self.half[rows], np.zeros(rows.size)
        for dose in doses:
            total = total + dose.amount
        more = present + total
        taken = self.capacity[rows] * (more / (half + more) - present / (half + present))
        found = []
        for dose in doses:
            faster = self.speed(rows, dose.with_meal)
            share = np.divide(dose.amount, total, out=np.zeros_like(total), where=total > 0)
            found.append(Uptake(self.proportion[rows] * dose.amount / faster, share * taken / faster))
        return found
