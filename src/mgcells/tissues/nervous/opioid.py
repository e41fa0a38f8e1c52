"""An opioid on dorsal horn neurons: analgesia at once, tolerance over days."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Floats


@dataclass(frozen=True)
class Opioid:
    """How an opioid acts [IntrathecalSulfate1998].

    The effect of `x` half-effect doses is `ceiling * y / (1 + y)` with `y = x (1 + synergy (1 - J)) / 10^W`:
    an NMDA current J below the neuron's own health helps it, tolerance W (log10 of the shift) takes it away, and where
    there is no opioid there is no effect. While it is given tolerance grows by
    `dW/dt = rate * x / (1 + x) * J^power`, the balance of gain and loss; without it tolerance fades by
    `dW/dt = -W / recovery_time`.

    Attributes
    ----------
    half_dose : float
        g/h
    rate : float
        1/h
    power, synergy, ceiling : float
    recovery_time : float
        h
    """

    half_dose: float
    rate: float
    power: float
    synergy: float
    ceiling: float
    recovery_time: float

    @classmethod
    def read(cls, values: Mapping[str, float]) -> Opioid:
        """Take the numbers from the parameters in force."""
        names = ("half_dose", "tolerance_rate", "tolerance_power", "synergy", "ceiling", "recovery_time")
        return cls(*(values[f"spinal_cord.opioid.{name}"] for name in names))

    def effect(self, dose: float, current: Floats, tolerance: Floats) -> Floats:
        """Return the rise of the pain threshold by a dose (g/h), shape (neurons,).

        Parameters
        ----------
        current : shape (neurons,)
            NMDA current relative to the neuron's own health.
        tolerance : shape (neurons,)
        """
        level = dose / self.half_dose * np.maximum(0.0, 1.0 + self.synergy * (1.0 - current)) * 10.0**-tolerance
        return np.asarray(self.ceiling * level / (1.0 + level))

    def tolerate(self, tolerance: Floats, dose: float, current: Floats, hours: float) -> None:
        """Let tolerance grow under a dose (g/h) for `hours`, in place."""
        level = dose / self.half_dose
        tolerance += self.rate * level / (1.0 + level) * current**self.power * hours

    def fade(self, tolerance: Floats, hours: float) -> None:
        """Let tolerance fade without a dose for `hours`, in place."""
        tolerance *= math.exp(-hours / self.recovery_time)
