"""The brain: patches of hippocampus, prefrontal cortex and amygdala, bathed by cerebrospinal fluid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.cells.population import Population, average
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.streams import Streams
from mgcells.tissues.nervous.nervous_tissue import MAGNESIUM, TNF, Bath, NervousTissue, Settled
from mgcells.tissues.nervous.plasticity import Plasticity
from mgcells.tissues.nervous.recall import Patterns, Probe, completed
from mgcells.tissues.nervous.whole_subject import WholeSubject
from mgcells.tissues.tissue import Surroundings

BLOCK_RULE = "neuron.nmda_current.extracellular_magnesium"


@dataclass(frozen=True)
class Readout:
    """How a burst becomes plasticity, and synapses and NR2B become a memory index."""

    plasticity: Plasticity
    probe: Probe
    memory_nr2b: float
    memory_synapses: float
    block: tuple[float, float] | None
    healthy_magnesium: float

    @classmethod
    def read(cls, setting: Setting) -> Readout:
        """Take the numbers from the parameters and rules in force."""
        values: Mapping[str, float] = setting.values
        rows = {rule.id: rule.parameters for rule in setting.rules.get("neuron", ())}
        block = rows.get(BLOCK_RULE)
        return cls(
            Plasticity.read(values),
            Probe.read(values, "brain"),
            values["brain.readout.memory_nr2b"],
            values["brain.readout.memory_synapses"],
            None if block is None else (block["constant"], block["voltage_factor"]),
            setting.healthy["body.csf.magnesium"],
        )


class Brain(NervousTissue):
    """Neurons of three regions with their glia. What is said of "the brain" is measured in hippocampus."""

    name: ClassVar[str] = "brain"
    section: ClassVar[str] = "brain"
    cell: ClassVar[str] = "neuron"
    agent: ClassVar[str] = "Neuron"
    main_region: ClassVar[str] = "hippocampus"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        super().__init__(library, setting, streams, surroundings)
        place = self.regions.names.index(self.main_region)
        sites = np.flatnonzero((self.regions.place == place) & ~self.wiring.inhibitory)
        self._patterns = Patterns.draw(setting.values, "brain", self.name, sites, self.regions.place.size, streams)
        self._death = _death(setting)
        self._streams = streams
        self._born = self.neurons.count
        self.whole_subject = WholeSubject(library, setting, "sleep_and_mood", self._sensed(surroundings))

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells and fields keep their state."""
        super().adopt(library, setting)
        self._readout = Readout.read(setting)
        self._death = _death(setting)
        self.whole_subject.adopt(library, setting)

    def act(self, bath: Bath, surroundings: Surroundings, hours: float) -> None:
        """Let neurons die, then answer with sleep and mood."""
        self._poison(surroundings, hours)
        self.whole_subject.advance(self._sensed(surroundings), hours)

    @property
    def survival(self) -> float:
        """Share (0 to 1) of the neurons that are still alive."""
        return self.neurons.count / self._born

    def potentiation(self, region: str | None = None) -> float:
        """Return long-term potentiation by a burst, relative to health."""
        where = region or self.main_region
        return self._potentiation(self.neurons, self.levels, where) / self._potentiation_in_health[where]

    @property
    def memory(self) -> float:
        """Memory index relative to health: a weighted sum of the changes of NR2B and synapse density."""
        change = self._readout.memory_nr2b * (self.relative("nr2b") - 1.0)
        return 1.0 + change + self._readout.memory_synapses * (self.relative("synapse_density") - 1.0)

    @property
    def recall(self) -> float:
        """Share (0 to 1) of the missing parts of stored patterns that hippocampus fills in when shown the rest."""
        neurons, plasticity = self.neurons, self._readout.plasticity
        # Patterns and connections stay within the region.
        rows = self.rows_in(neurons, self.main_region)
        site, passed = neurons.voxel[rows], self._transmission(neurons, rows)
        transmission, learnt = np.zeros((2, self.levels.shape[1]))
        transmission[site] = passed
        learnt[site] = plasticity.potentiation(self._burst_calcium(neurons, self.levels, rows, passed))
        return completed(self._patterns, self.wiring, self._readout.probe, transmission, learnt)

    def _note_health(self, setting: Setting, reference: Settled) -> None:
        super()._note_health(setting, reference)
        self._readout = Readout.read(setting)
        self._potentiation_in_health = {
            region: self._potentiation(reference.neurons, reference.levels, region) for region in self.regions.names
        }

    def _poison(self, surroundings: Surroundings, hours: float) -> None:
        """Let neurons die where a toxic drive acts: sooner the more calcium and TNF-alpha they bear."""
        toxicity = surroundings.values["brain.drive.toxicity"]
        if toxicity == 0.0:
            return
        neurons, (rate, power) = self.neurons, self._death
        site = neurons.voxel[: neurons.count]
        tnf = self.levels[TNF, site]
        hazard = rate * toxicity * neurons.behaviour("calcium") ** power * tnf
        lot = self._streams.uniform("brain.death", surroundings.hour, neurons.uid[: neurons.count])
        self.lose(self.agent, np.flatnonzero(lot < -np.expm1(-hazard * hours)))

    def _sensed(self, surroundings: Surroundings) -> dict[str, float]:
        tissue = {name: self.relative(name) for name in ("excitation_inhibition", "tnf", "synapse_density")}
        return {"plasma_magnesium": surroundings.ionised_magnesium, **tissue}

    def _potentiation(self, neurons: Population, levels: Floats, region: str) -> float:
        here = self.rows_in(neurons, region)
        exciting = here[~self.wiring.inhibitory[neurons.voxel[here]]]
        passed = self._transmission(neurons, exciting)
        return average(self._readout.plasticity.potentiation(self._burst_calcium(neurons, levels, exciting, passed)))

    def _transmission(self, neurons: Population, rows: Integers) -> Floats:
        """Return what a burst of some neurons transmits, 1 in health."""
        return self._readout.plasticity.transmission(neurons.behaviour("synapse_density")[rows])

    def _burst_calcium(self, neurons: Population, levels: Floats, rows: Integers, transmission: Floats) -> Floats:
        """Return the calcium signal of a burst in some neurons, 1 in the reference neuron in health.

        Current at the burst's potential, NR2B and transmission raise it; intracellular magnesium competes with it.
        """
        readout, site = self._readout, neurons.voxel[rows]
        sensing = neurons.behaviour("calcium_sensing")[rows]
        current = np.ones(site.size)
        if readout.block is not None:
            current = readout.plasticity.current(levels[MAGNESIUM, site], readout.healthy_magnesium, *readout.block)
        return np.asarray(sensing * current * neurons.behaviour("nr2b")[rows] * transmission)


def _death(setting: Setting) -> tuple[float, float]:
    return setting.values["neuron.death.rate"], setting.values["neuron.death.calcium_power"]
