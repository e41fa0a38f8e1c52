"""The brain: a patch of hippocampus whose neurons read magnesium and threonate from cerebrospinal fluid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from mgcells.library import Library
from mgcells.library.setting import Setting
from mgcells.streams import Streams
from mgcells.tissues.nervous import NervousTissue
from mgcells.tissues.tissue import Surroundings


@dataclass(frozen=True)
class Readout:
    """How synapses and NR2B become plasticity and memory; all dimensionless."""

    ltp_gain: float
    memory_nr2b: float
    memory_synapses: float

    @classmethod
    def read(cls, values: Mapping[str, float]) -> Readout:
        """Take the numbers from the parameters in force."""
        section = "brain.readout"
        return cls(
            values[f"{section}.ltp_gain"], values[f"{section}.memory_nr2b"], values[f"{section}.memory_synapses"]
        )


class Brain(NervousTissue):
    """Hippocampal neurons with their glia."""

    name: ClassVar[str] = "brain"
    section: ClassVar[str] = "brain"
    cell: ClassVar[str] = "neuron"
    agent: ClassVar[str] = "Neuron"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        super().__init__(library, setting, streams, surroundings)
        self._readout = Readout.read(setting.values)

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells and fields keep their state."""
        super().adopt(library, setting)
        self._readout = Readout.read(setting.values)

    @property
    def potentiation(self) -> float:
        """Long-term potentiation relative to health: it grows with synapse density times NR2B."""
        return 1.0 + self._readout.ltp_gain * (self.relative("synapse_density") * self.relative("nr2b") - 1.0)

    @property
    def memory(self) -> float:
        """Memory index relative to health: a weighted sum of the changes of NR2B and synapse density."""
        change = self._readout.memory_nr2b * (self.relative("nr2b") - 1.0)
        return 1.0 + change + self._readout.memory_synapses * (self.relative("synapse_density") - 1.0)
