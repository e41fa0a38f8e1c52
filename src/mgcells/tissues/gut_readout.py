"""What the gut is measured by, and what it does to absorption and stool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mgcells.cells.enterocyte import Anatomy, Clock
from mgcells.cells.population import Population

HOURS_PER_DAY = 24.0


def anatomy_of(values: Mapping[str, float]) -> Anatomy:
    """Return the numbers of a column from the parameters `gut.*`."""
    return Anatomy(
        crypt=values["gut.crypt.length"],
        villus=values["gut.villus.length"],
        proliferative=values["gut.crypt.proliferative_positions"],
        stem=values["gut.crypt.stem_positions"],
        tip_rate=values["gut.villus.tip_rate"],
        crowding=values["gut.villus.crowding"],
        resealing_time=values["gut.junction.resealing_time"],
        gap_conductance=values["gut.junction.gap_conductance"],
        gap_leak=values["gut.junction.gap_leak"],
        leak_gain=values["gut.junction.leak_gain"],
        zones=values["gut.lattice.zones"],
    )


def clock_of(values: Mapping[str, float]) -> Clock:
    """Return the numbers of the cell cycle from the parameters `gut.crypt.*`."""
    return Clock(
        values["gut.crypt.cycle"],
        values["gut.crypt.stem_cycle"],
        values["gut.crypt.cycle_spread"],
        values["gut.crypt.growth_fraction"],
    )


@dataclass
class ExpectedVillus:
    """The villus length that the rules lead to on average, cells: the column's balance without its chance.

    It carries the absorptive capacity that is handed to the body, which must not flicker with single cells.
    """

    anatomy: Anatomy
    clock: Clock
    goblet_share: float

    def __post_init__(self) -> None:
        self.length = self.anatomy.villus

    def advance(self, cells: Population, hours: float) -> None:
        """Move the length by births, losses and the shedding that crowding sets."""
        shape, clock = self.anatomy, self.clock
        hazard = cells.mean("apoptosis")
        growing = shape.proliferative - shape.stem
        births = clock.division_rate * growing + np.log(2.0) / clock.stem_cycle * shape.stem
        supply = births * cells.mean("proliferation") - hazard * shape.crypt
        crowded = np.exp((self.length - shape.villus) / shape.crowding)
        change = supply - births * cells.mean("shedding") * crowded - hazard * self.length
        self.length = max(0.0, self.length + float(change) * hours)

    def absorption(self, cells: Population) -> float:
        """Return absorptive cells x channels relative to health."""
        absorptive = (1.0 - cells.mean("goblet_fate")) / (1.0 - self.goblet_share)
        return self.length / self.anatomy.villus * absorptive * cells.mean("trpm6")


@dataclass(frozen=True)
class Stool:
    """Stool water in g/d: unabsorbed magnesium holds water, aquaporin 3 sets how fast the balance is reached."""

    healthy_water: float
    water_per_magnesium: float
    time_constant: float
    fixed_permeability: float

    @classmethod
    def from_values(cls, values: Mapping[str, float]) -> Stool:
        """Read the body's stool parameters and `gut.stool.*`."""
        return cls(
            values["body.gut.stool_water"] * HOURS_PER_DAY,
            values["body.gut.water_per_magnesium"],
            values["gut.stool.time_constant"],
            values["gut.stool.fixed_permeability"],
        )

    def balance(self, magnesium: float) -> float:
        """Return the stool water (g/d) that a load of osmotically active `magnesium` (mmol/d) leads to."""
        return self.healthy_water + self.water_per_magnesium * magnesium

    def advance(self, water: float, magnesium: float, aqp3: float, hours: float) -> float:
        """Return stool water after `hours` on its way from `water` to the balance."""
        permeability = self.fixed_permeability + (1.0 - self.fixed_permeability) * aqp3
        share = -np.expm1(-hours * permeability / self.time_constant)
        return water + float(share) * (self.balance(magnesium) - water)
