"""Neurons: beyond its rules each rests at a potential of its own and, in the dorsal horn, becomes sensitised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Floats
from mgcells.cells.kinds import Cell, cell_kind
from mgcells.compiled import kernel


@cell_kind("neuron")
class Neuron(Cell):
    """A hippocampal neuron."""


@cell_kind("dorsal_horn_neuron")
class DorsalHornNeuron(Cell):
    """A neuron of the spinal dorsal horn."""


def draw_potentials(values: Mapping[str, float], cell: str, number: int, generator: np.random.Generator) -> Floats:
    """Return membrane potentials in mV, shape (number,): normal, drawn again where they leave the stated range.

    Raises
    ------
    ValueError
        The range does not hold the mean, so that drawing might never end.
    """
    section = f"{cell}.potential"
    mean, spread = values[f"{section}.mean"], values[f"{section}.spread"]
    lowest, highest = values[f"{section}.lowest"], values[f"{section}.highest"]
    if not lowest <= mean <= highest:
        raise ValueError(f"{section}.mean = {mean:g} mV lies outside {lowest:g} to {highest:g} mV")
    potentials = generator.normal(mean, spread, number)
    while (outside := (potentials < lowest) | (potentials > highest)).any():
        potentials[outside] = generator.normal(mean, spread, int(outside.sum()))
    return potentials


@dataclass(frozen=True)
class Sensitisation:
    """How a dorsal horn neuron becomes and stays sensitised [MagnesiumFreeDiet1997].

    `dZ/dt = rate * drive * (1 - Z) - Z / decay_time`, where the drive is the excess over the neuron's own health of
    NMDA current times NR2B and, with the weight `cytokine_drive`, of NF-kB.

    Attributes
    ----------
    rate : float
        1/h per unit of drive.
    decay_time : float
        h
    cytokine_drive : float
    """

    rate: float
    decay_time: float
    cytokine_drive: float

    @classmethod
    def read(cls, values: Mapping[str, float]) -> Sensitisation:
        """Take the numbers from the parameters in force."""
        section = "dorsal_horn_neuron.sensitisation"
        return cls(values[f"{section}.rate"], values[f"{section}.decay_time"], values[f"{section}.cytokine_drive"])

    def drive(
        self, current: Floats, nr2b: Floats, input_in_health: Floats, nfkb: Floats, nfkb_in_health: Floats
    ) -> Floats:
        """Return the drive of each neuron, never negative.

        Parameters
        ----------
        current, nr2b : shape (neurons,)
        input_in_health : shape (neurons,)
            NMDA current times NR2B.
        nfkb, nfkb_in_health : shape (neurons,)
        """
        return _excess(current, nr2b, input_in_health, nfkb, nfkb_in_health, self.cytokine_drive)

    def advance(self, sensitisation: Floats, drive: Floats, hours: float) -> None:
        """Move the state of each neuron by `hours` under a constant drive, exactly and in place."""
        _approach(sensitisation, drive, self.rate, 1.0 / self.decay_time, hours)


@kernel
def _excess(
    current: Floats, nr2b: Floats, input_in_health: Floats, nfkb: Floats, nfkb_in_health: Floats, weight: float
) -> Floats:
    return np.maximum(0.0, current * nr2b / input_in_health - 1.0 + weight * (nfkb / nfkb_in_health - 1.0))


@kernel
def _approach(state: Floats, drive: Floats, rate: float, decay: float, hours: float) -> None:
    speed = rate * drive + decay
    state += (rate * drive / speed - state) * -np.expm1(-speed * hours)
