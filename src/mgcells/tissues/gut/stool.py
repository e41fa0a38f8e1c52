"""Water of the stool, how often it comes, and how constipated that is.

Water that reaches the distal colon is absorbed the longer it stays and the more aquaporin 3 lets through; what
unabsorbed magnesium holds by its osmotic pressure cannot be absorbed. So the channel sets how much passes, never which
way: with an osmotic load stool is wet whatever the channel does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mgcells.arrays import HOURS_PER_DAY


@dataclass(frozen=True)
class Stool:
    """The numbers of the stool: g/d of water, g of water per mmol of magnesium, times in h, stools per hour."""

    healthy_water: float
    water_per_magnesium: float
    inflow: float
    time_constant: float
    fixed_permeability: float
    healthy_frequency: float
    recall: float
    worst_score: float
    score_half: float
    score_power: float

    @classmethod
    def from_values(cls, values: Mapping[str, float]) -> Stool:
        """Read the body's stool parameters and `gut.stool.*`."""
        return cls(
            values["body.gut.stool_water"] * HOURS_PER_DAY,
            values["body.gut.water_per_magnesium"],
            values["gut.stool.inflow"],
            values["gut.stool.time_constant"],
            values["gut.stool.fixed_permeability"],
            values["gut.stool.frequency"],
            values["gut.stool.recall"],
            values["gut.stool.worst_score"],
            values["gut.stool.score_half"],
            values["gut.stool.score_power"],
        )

    def permeability(self, aqp3: float) -> float:
        """Return the water permeability of the colon relative to health."""
        return self.fixed_permeability + (1.0 - self.fixed_permeability) * aqp3

    def balance(self, magnesium: float, aqp3: float = 1.0, residence: float = 1.0) -> float:
        """Return the stool water (g/d) that a load of osmotically active `magnesium` (mmol/d) leads to."""
        free = self.healthy_water * self.inflow ** (1.0 - self.permeability(aqp3) * residence)
        return float(free + self.water_per_magnesium * magnesium)

    def advance(self, water: float, magnesium: float, aqp3: float, residence: float, hours: float) -> float:
        """Return stool water after `hours` on its way from `water` to the balance."""
        share = -math.expm1(-hours * self.permeability(aqp3) / self.time_constant)
        return water + share * (self.balance(magnesium, aqp3, residence) - water)

    def frequency(self, water: float) -> float:
        """Return stools per hour: a stool is passed whenever its usual mass has gathered."""
        return self.healthy_frequency * water / self.healthy_water

    def remember(self, frequency: float, water: float, hours: float) -> float:
        """Return the stool frequency that a person has in mind after `hours`."""
        return frequency - math.expm1(-hours / self.recall) * (self.frequency(water) - frequency)

    def score(self, frequency: float) -> float:
        """Return the constipation score for a remembered frequency: the higher, the worse."""
        return float(self.worst_score / (1.0 + (frequency / self.score_half) ** self.score_power))
