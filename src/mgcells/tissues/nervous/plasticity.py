"""What a burst does to a neuron: transmission, calcium, and the potentiation that CaMKII makes of it.

A burst lifts the neuron to a potential at which magnesium blocks little, so that more magnesium costs it less current
than it costs a neuron at rest. Functional terminals release less often the more of them there are: a single spike
transmits as much as before, a burst more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Floats


@dataclass(frozen=True)
class Plasticity:
    """The numbers of a burst.

    Attributes
    ----------
    release_probability : float
        Of a terminal in health.
    spikes : float
        Of one burst.
    burst_potential : float
        mV
    half, hill : float
        Calcium, relative to a burst in health, at half of CaMKII's activity, and the steepness.
    """

    release_probability: float
    spikes: float
    burst_potential: float
    half: float
    hill: float

    @classmethod
    def read(cls, values: Mapping[str, float]) -> Plasticity:
        """Take the numbers from the parameters in force."""
        names = ("release_probability", "burst_spikes", "burst_potential", "camkii_half", "camkii_hill")
        return cls(*(values[f"neuron.plasticity.{name}"] for name in names))

    def transmission(self, terminals: Floats, spikes: float | None = None) -> Floats:
        """Return what a burst (or `spikes` of it) transmits, 1 for the terminals of health [Slutsky2010].

        Parameters
        ----------
        terminals : float array
            Functional terminals relative to health; release probability is inversely proportional to them.
        """
        count = self.spikes if spikes is None else spikes
        released = 1.0 - (1.0 - np.minimum(self.release_probability / np.maximum(terminals, 1e-9), 1.0)) ** count
        return np.asarray(terminals * released / (1.0 - (1.0 - self.release_probability) ** count))

    def current(self, magnesium: Floats, healthy: float, constant: float, voltage_factor: float) -> Floats:
        """Return the NMDA current at the potential of a burst, 1 at the healthy magnesium, mM [Jahr1990]."""
        weight = np.exp(-voltage_factor * self.burst_potential) / constant
        return np.asarray((1.0 + healthy * weight) / (1.0 + magnesium * weight))

    def potentiation(self, calcium: Floats) -> Floats:
        """Return CaMKII activity after a burst with this calcium, 1 in health, never above 1 + half^hill."""
        calcium_power = np.asarray(calcium) ** self.hill
        ceiling = 1.0 + self.half**self.hill
        return np.asarray(ceiling * calcium_power / (self.half**self.hill + calcium_power))
