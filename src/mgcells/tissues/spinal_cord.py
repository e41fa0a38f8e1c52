"""The spinal cord: a patch of dorsal horn whose neurons become sensitised and lower the threshold of pain."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mgcells.cells.neuron import Sensitisation
from mgcells.cells.population import Population
from mgcells.library import Library
from mgcells.library.setting import Setting
from mgcells.streams import Streams
from mgcells.tissues.nervous import NICHE, NervousTissue
from mgcells.tissues.tissue import Surroundings

Floats = NDArray[np.float64]


class SpinalCord(NervousTissue):
    """Dorsal horn neurons with their microglia."""

    name: ClassVar[str] = "spinal cord"
    section: ClassVar[str] = "spinal_cord"
    cell: ClassVar[str] = "dorsal_horn_neuron"
    agent: ClassVar[str] = "DorsalHornNeuron"
    main_region: ClassVar[str] = "dorsal_horn"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        super().__init__(library, setting, streams, surroundings)
        self._take(library, setting)
        self._sensitise(float("inf"))

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells and fields keep their state."""
        super().adopt(library, setting)
        self._take(library, setting)

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: fields, niche and neurons, then sensitisation."""
        super().step(surroundings, hours)
        self._sensitise(hours)

    @property
    def threshold(self) -> float:
        """Mechanical threshold of pain relative to health [MagnesiumFreeDiet1997]."""
        return 1.0 - self._threshold_loss * float(self.neurons.trait("sensitisation").mean())

    def _traits(self) -> tuple[str, ...]:
        return ("potential", "sensitisation", "input_in_health")

    def _take(self, library: Library, setting: Setting) -> None:
        self._sensitisation = Sensitisation.read(setting.values)
        self._threshold_loss = setting.values["spinal_cord.threshold.loss"]
        own_health = self._settled(library, replace(setting, residuals={}), self._own_health(setting))
        voxel = self.neurons.voxel[: self.neurons.count]
        self.neurons.trait("input_in_health")[:] = _nmda(own_health.neurons)[voxel]
        self._nfkb = NICHE + own_health.niche.behaviour_row["nfkb"]
        self._nfkb_in_health = own_health.niche.mean("nfkb")

    def _sensitise(self, hours: float) -> None:
        neurons = self.neurons
        nfkb = self.levels[self._nfkb, neurons.voxel[: neurons.count]]
        drive = self._sensitisation.drive(_nmda(neurons), neurons.trait("input_in_health"), nfkb, self._nfkb_in_health)
        self._sensitisation.advance(neurons.trait("sensitisation"), drive, hours)


def _nmda(neurons: Population) -> Floats:
    return neurons.behaviour("nmda_current") * neurons.behaviour("nr2b")
