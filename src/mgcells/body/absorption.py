"""How much of swallowed magnesium is absorbed: carriers that saturate, and a share in proportion [Fine1991].

One law serves all species: on each occasion `proportion * x + capacity * x / (half + x)`. In people an occasion is a
meal [Fine1991]; in rats and mice the published fractional absorption depends on the rate of intake [Dutta2024], which
is the same law with the day as the only occasion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import HOURS_PER_DAY, Floats

Rows = NDArray[np.int64]


class Uptake(NamedTuple):
    """Magnesium that will be absorbed, in mmol or mmol/h: in proportion, and by carriers in health."""

    in_proportion: Floats
    by_carriers: Floats


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
        return Uptake(self.proportion * rate, per_hour * self._carried(rate / per_hour))

    def of_dose(self, rows: Rows, amount: Floats, steady: Floats, with_meal: bool) -> Uptake:
        """Return the uptake (mmol) of one dose of `amount` mmol for each of the subjects in `rows`.

        `steady` (mmol/h) is what they eat and drink. Food is taken to be in the gut at any time of the day, so a dose
        finds the carriers busy with one occasion's food; between meals it also passes them faster, by the measured
        effect of meals [Sabatier2002].
        """
        half = self.half[rows]
        food = steady * HOURS_PER_DAY / self.occasions[rows]
        total = food + amount
        faster = 1.0 if with_meal else self.meal_effect[rows]
        carried = self.capacity[rows] * (total / (half + total) - food / (half + food))
        return Uptake(self.proportion[rows] * amount / faster, carried / faster)

    def _carried(self, amount: Floats) -> Floats:
        return self.capacity * amount / (self.half + amount)
