"""The spinal cord: a patch of dorsal horn whose neurons become sensitised and lower the threshold of pain."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from mgcells.arrays import Floats
from mgcells.cells.population import Population, average
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.streams import Streams
from mgcells.tissues.nervous.nervous_tissue import NICHE, Bath, NervousTissue
from mgcells.tissues.nervous.neuron import Sensitisation
from mgcells.tissues.nervous.opioid import Opioid
from mgcells.tissues.nervous.whole_subject import WholeSubject
from mgcells.tissues.tissue import Surroundings

TRAITS = ("potential", "sensitisation", "tolerance", "current_in_health", "input_in_health")


class SpinalCord(NervousTissue):
    """Dorsal horn neurons with their microglia.

    Injury is input from outside. It excites the network, sensitised neurons more than others (wind-up); firing
    depolarises them and weakens the block of their NMDA channels.
    """

    name: ClassVar[str] = "spinal cord"
    section: ClassVar[str] = "spinal_cord"
    cell: ClassVar[str] = "dorsal_horn_neuron"
    agent: ClassVar[str] = "DorsalHornNeuron"
    main_region: ClassVar[str] = "dorsal_horn"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        self._afferent = (setting.values["spinal_cord.afferent.gain"], setting.values["spinal_cord.afferent.wind_up"])
        super().__init__(library, setting, streams, surroundings)
        self._dose = self._drive(self.bath(surroundings), "morphine")
        self._take(library, setting)
        self._sensitise(float("inf"))
        self.whole_subject = WholeSubject(library, setting, "neurogenic_inflammation", self._sensed(surroundings))

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells and fields keep their state."""
        self._afferent = (setting.values["spinal_cord.afferent.gain"], setting.values["spinal_cord.afferent.wind_up"])
        super().adopt(library, setting)
        self._take(library, setting)
        self.whole_subject.adopt(library, setting)

    def act(self, bath: Bath, surroundings: Surroundings, hours: float) -> None:
        """Let neurons sensitise and become tolerant, then answer with what goes to plasma."""
        self._sensitise(hours)
        self._medicate(bath, hours)
        self.whole_subject.advance(self._sensed(surroundings), hours)

    @property
    def threshold(self) -> float:
        """Mechanical threshold of pain relative to health [MagnesiumFreeDiet1997].

        Sensitisation lowers it; a block of NMDA current below health takes the same share off what sensitisation
        shows at this moment; an opioid raises it.
        """
        current = self._current()
        shown = self.neurons.trait("sensitisation") * np.minimum(1.0, current)
        relief = self._opioid.effect(self._dose, current, self.neurons.trait("tolerance"))
        return 1.0 - self._threshold_loss * average(shown) + average(relief)

    @property
    def tolerance(self) -> float:
        """Mean log10 shift of the opioid dose that has the same effect."""
        return average(self.neurons.trait("tolerance"))

    @property
    def dose(self) -> float:
        """Opioid given now, g/h."""
        return self._dose

    def _sensed(self, surroundings: Surroundings) -> dict[str, float]:
        return {"plasma_magnesium": surroundings.ionised_magnesium}

    def _traits(self) -> tuple[str, ...]:
        return TRAITS

    def _take(self, library: Library, setting: Setting) -> None:
        self._sensitisation = Sensitisation.read(setting.values)
        self._opioid = Opioid.read(setting.values)
        self._threshold_loss = setting.values["spinal_cord.threshold.loss"]
        own_health = self._settled(library, replace(setting, residuals={}), self._own_health(setting))
        voxel = self.neurons.voxel[: self.neurons.count]
        self.neurons.trait("current_in_health")[:] = own_health.neurons.behaviour("nmda_current")[voxel]
        self.neurons.trait("input_in_health")[:] = _nmda(own_health.neurons)[voxel]
        self._nfkb = NICHE + own_health.niche.behaviour_row["nfkb"]
        self._nfkb_in_health = own_health.levels[self._nfkb].copy()

    def _drive(self, bath: Bath, name: str) -> float:
        return float(bath.drives[self._drives.index(name)])

    def _input(self, bath: Bath, neurons: Population) -> Floats:
        injury = self._drive(bath, "injury")
        if injury == 0.0:
            return super()._input(bath, neurons)
        gain, wind_up = self._afferent
        return np.asarray(gain * injury * (1.0 + wind_up * neurons.trait("sensitisation")))

    def _current(self) -> Floats:
        return self.neurons.behaviour("nmda_current") / self.neurons.trait("current_in_health")

    def _sensitise(self, hours: float) -> None:
        neurons = self.neurons
        site = neurons.voxel[: neurons.count]
        nfkb, in_health = self.levels[self._nfkb, site], self._nfkb_in_health[site]
        current, nr2b = neurons.behaviour("nmda_current"), neurons.behaviour("nr2b")
        drive = self._sensitisation.drive(current, nr2b, neurons.trait("input_in_health"), nfkb, in_health)
        self._sensitisation.advance(neurons.trait("sensitisation"), drive, hours)

    def _medicate(self, bath: Bath, hours: float) -> None:
        """Give the opioid; a titrated dose follows tolerance, so that its effect stays."""
        offered = self._drive(bath, "morphine")
        if self._dose > 0.0:
            self._opioid.tolerate(self.neurons.trait("tolerance"), self._dose, self._current(), hours)
        else:
            self._opioid.fade(self.neurons.trait("tolerance"), hours)
        self._dose = offered * (10.0**self.tolerance if self._drive(bath, "titration") else 1.0)


def _nmda(neurons: Population) -> Floats:
    return neurons.behaviour("nmda_current") * neurons.behaviour("nr2b")
