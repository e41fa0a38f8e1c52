"""Nervous tissue bathed by cerebrospinal fluid: what brain and spinal cord share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.cells.population import Population, average
from mgcells.cells.tables import rule_table
from mgcells.fields import Axes, Field
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.streams import Streams
from mgcells.tissues.nervous.glia import CYTOKINES, SECRETION, Cytokines, place_glia
from mgcells.tissues.nervous.network import Gains, Wiring, solve, wire
from mgcells.tissues.nervous.neuron import draw_potentials
from mgcells.tissues.nervous.regions import Regions
from mgcells.tissues.tissue import Feedback, Surroundings

ACTIVITY = "activity"
SETTLING_ROUNDS = 100
SETTLED = 1e-10
MAGNESIUM, THREONATE, TNF, NICHE = 0, 1, 2, 4
SUBSTANCES = ("magnesium", "threonate")
LEVELS = (*SUBSTANCES, *CYTOKINES)
NOTHING = Feedback()
SET_POINTS = {"magnesium": "body.csf.magnesium", "threonate": "body.csf.threonate"}


@dataclass(frozen=True)
class Bath:
    """What cerebrospinal fluid and the conditions in force offer: mM, mM, and one number per drive."""

    magnesium: float
    threonate: float
    drives: Floats


@dataclass(frozen=True)
class Settled:
    """Niche, cytokines and neurons in equilibrium with a bath, and the levels that the neurons then sense."""

    niche: Population
    neurons: Population
    levels: Floats
    cytokines: Cytokines


class NervousTissue:
    """A lattice with one neuron and one piece of niche (glia, extracellular space) per voxel.

    Magnesium and threonate spread between the fluid and the depth; the niche turns threonate into influx through
    GLUT3; its glia, in some of the voxels, secretes TNF-alpha and IL-1 beta, the less the more magnesium it has, and
    both spread from there; NF-kB, inside cells, follows the TNF-alpha at their voxel. The neurons sense all of it at
    their own voxel, excite and inhibit each other, and lie at a potential that follows their firing.

    Attributes
    ----------
    levels : float array, shape (5 + niche behaviours, voxels)
        Magnesium, threonate (mM), TNF-alpha and IL-1 beta as they are sensed (1 in health), what the niche does, and
        the firing rate of the neuron there.
    regions : Regions
    depth : Axes
        Magnesium and threonate along the rows.
    shares : dict
        What the niche does only in some places -> how much of it each site holds, shape (sites,).
    healthy : dict
        (Region, behaviour) -> mean over the same cells in the reference subject in health: the unit of relative
        observables.
    """

    name: ClassVar[str]
    section: ClassVar[str]
    cell: ClassVar[str]
    agent: ClassVar[str]
    main_region: ClassVar[str]

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        values = setting.values
        self.shape = (round(values[f"{self.section}.lattice.rows"]), round(values[f"{self.section}.lattice.columns"]))
        begin = f"{self.section}.drive."
        self._drives = tuple(sorted(path[len(begin) :] for path in values if path.startswith(begin)))
        self._drive_paths = tuple(begin + name for name in self._drives)
        sites = self.shape[0] * self.shape[1]
        self._resting = draw_potentials(values, self.cell, sites, streams.generator(f"{self.name}.potential"))
        self._rows_of: dict[tuple[str, str], tuple[Population, int, Integers]] = {}
        self.regions = Regions.read(values, self.section, self.shape)
        self.wiring: Wiring = wire(values, self.section, self.name, self.regions.place, self.shape[1], streams)
        self.gains = Gains.read(values, self.section)
        self._glia = place_glia(values, self.section, self.name, self.regions.place, streams)
        self.shares = {"glut3": self.regions.glut3[self.regions.place], **dict.fromkeys(SECRETION.values(), self._glia)}
        self._nmda = self.regions.nr2b[self.regions.place]
        bath = self.bath(surroundings)
        settled = self._settled(library, setting, bath)
        self.niche, self.neurons, self.levels = settled.niche, settled.neurons, settled.levels
        self.cytokines = settled.cytokines
        self.populations: Mapping[str, Population] = {self.agent: self.neurons}
        self.depth = self._axes(values, bath)
        self._note_health(setting, self._settled(library, *self._reference(setting)))
        # What was only needed to settle must not live on in it.
        self._rows_of.clear()

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells and fields keep their state.

        Raises
        ------
        ValueError
            The new parameters ask for a lattice of another size.
        """
        values = setting.values
        rows, columns = (round(values[f"{self.section}.lattice.{side}"]) for side in ("rows", "columns"))
        if (rows, columns) != self.shape:
            raise ValueError(f"a living {self.name} cannot change its lattice from {self.shape} to {(rows, columns)}")
        adopted = self._settled(library, setting, self._own_health(setting))
        self.niche.table, self.neurons.table = adopted.niche.table, adopted.neurons.table
        self.gains = Gains.read(values, self.section)
        former, self.cytokines = self.fields, adopted.cytokines
        for name, field in self.cytokines.fields.items():
            field.values[:] = former[name].values
        depth, self.depth = self.depth, self._axes(values, self._own_health(setting))
        self.depth.values = depth.values

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: the fluid meets the fields, then niche and neurons sense and answer."""
        bath = self.bath(surroundings)
        self.bathe(self.levels, bath, hours)
        self.niche.advance(self.levels, bath.drives, hours)
        self.show_niche(self.niche, self.levels)
        self.secrete(self.levels, hours)
        self.neurons.advance(self.levels, bath.drives, hours)
        self.fire(self.neurons, self.levels, self.gains, bath)
        self.act(bath, surroundings, hours)

    def bathe(self, levels: Floats, bath: Bath, hours: float) -> None:
        """Let the fluid and the depth of the tissue meet, and show what is sensed on average meanwhile."""
        self.depth.step((bath.magnesium, bath.threonate), hours)
        levels[: len(SUBSTANCES)].reshape(-1, *self.shape)[:] = self.depth.mean[:, :, None]

    def act(self, bath: Bath, surroundings: Surroundings, hours: float) -> None:
        """Do what the tissue does beyond sensing and firing; nothing here."""

    def lose(self, agent: str, rows: Integers) -> None:
        """Let neurons die: their sites fall silent."""
        neurons = self.populations[agent]
        self.levels[-1, neurons.voxel[rows]] = 0.0
        neurons.remove(rows)

    @property
    def fields(self) -> Mapping[str, Field]:
        """The fields of the lattice."""
        return self.cytokines.fields

    def feedback(self) -> Feedback:
        """Return what the tissue gives back to the body: nothing."""
        return NOTHING

    def mean(self, behaviour: str, region: str | None = None) -> float:
        """Return the mean of a behaviour or cytokine over a region, the tissue's main one when left out."""
        if behaviour in CYTOKINES:
            # The niche has a row for every site.
            here = self.rows_in(self.niche, region or self.main_region)
            return average(self.levels[LEVELS.index(behaviour), here])
        owner = self.neurons if behaviour in self.neurons.behaviour_row else self.niche
        return self._mean(owner, behaviour, region or self.main_region)

    def relative(self, behaviour: str, region: str | None = None) -> float:
        """Return the mean over a region, the reference subject in health being 1."""
        return self.mean(behaviour, region) / self.healthy[region or self.main_region, behaviour]

    @property
    def activity(self) -> float:
        """Mean firing rate of the main region relative to health."""
        return self._activity(self.neurons, self.levels) / self._active_in_health

    def rows_in(self, population: Population, region: str) -> Integers:
        """Return the rows of the living cells that lie in a region."""
        known = self._rows_of.get((population.name, region))
        if known is None or known[0] is not population or known[1] != population.generation:
            place = self.regions.place[population.voxel[: population.count]]
            here = np.flatnonzero(place == self.regions.names.index(region))
            known = self._rows_of[population.name, region] = population, population.generation, here
        return known[2]

    def _note_health(self, setting: Setting, reference: Settled) -> None:
        """Keep the numbers of the reference subject in health that others are measured against."""
        self.healthy = {
            (region, behaviour): self._mean(population, behaviour, region)
            for region in self.regions.names
            for population in (reference.niche, reference.neurons)
            for behaviour in population.table.names
        } | {(region, name): 1.0 for region in self.regions.names for name in CYTOKINES}
        self._active_in_health = self._activity(reference.neurons, reference.levels)

    def _activity(self, neurons: Population, levels: Floats) -> float:
        return average(levels[-1, neurons.voxel[: neurons.count][self.rows_in(neurons, self.main_region)]])

    def _mean(self, population: Population, behaviour: str, region: str) -> float:
        return average(population.behaviour(behaviour)[self.rows_in(population, region)])

    def show_niche(self, niche: Population, levels: Floats) -> None:
        """Let neurons sense the niche; regions differ in GLUT3, and glia sits in some of the voxels."""
        levels[NICHE:-1] = niche.state
        for behaviour, share in self.shares.items():
            levels[NICHE + niche.behaviour_row[behaviour]] *= share

    def secrete(self, levels: Floats, hours: float) -> None:
        """Let cytokines spread from where the niche, as shown, secretes them."""
        for row, name in enumerate(CYTOKINES, TNF):
            secretion = levels[NICHE + self.niche.behaviour_row[SECRETION[name]]]
            self.cytokines.spread(name, secretion, hours, levels[row])

    def fire(self, neurons: Population, levels: Floats, gains: Gains, bath: Bath) -> None:
        """Solve the firing rates and let each neuron's potential follow its own."""
        current, nr2b, gaba = (neurons.behaviour(name) for name in ("nmda_current", "nr2b", "gaba_gain"))
        solve(
            levels[-1], neurons.trait("potential"), self.wiring, gains, neurons.voxel[: neurons.count], self._nmda,
            self._resting, current, nr2b, gaba, self._input(bath, neurons),
        )  # fmt: skip

    def _input(self, bath: Bath, neurons: Population) -> Floats:
        """Return what comes to each neuron from outside beyond health, shape (neurons,)."""
        return np.zeros(neurons.count)

    def bath(self, surroundings: Surroundings) -> Bath:
        """Return the fluid that surrounds the tissue and its drives: what tissues send, else what conditions set."""
        values, sent = surroundings.values, surroundings.signals
        drives = [sent.get(name, values[path]) for name, path in zip(self._drives, self._drive_paths, strict=True)]
        return Bath(surroundings.csf_magnesium, surroundings.csf_threonate, np.array(drives))

    def _own_health(self, setting: Setting) -> Bath:
        """Return the fluid of the setting's subject in health, with the drives of health."""
        drives = [setting.healthy[path] for path in self._drive_paths]
        return Bath(setting.values[SET_POINTS["magnesium"]], setting.values[SET_POINTS["threonate"]], np.array(drives))

    def _reference(self, setting: Setting) -> tuple[Setting, Bath]:
        """Return the setting and the fluid of the reference subject in health."""
        healthy = replace(setting, values=setting.healthy, residuals={})
        return healthy, self._own_health(healthy)

    def _settled(self, library: Library, setting: Setting, bath: Bath) -> Settled:
        niche_levels = tuple(library.cells[self.section].record.behaviours)
        voxels = np.arange(self._resting.size)
        levels = np.ones((len(LEVELS) + len(niche_levels) + 1, voxels.size))
        levels[MAGNESIUM], levels[THREONATE] = bath.magnesium, bath.threonate
        niche = Population(
            f"{self.section} niche",
            rule_table(library, setting, self.section, levels=LEVELS, scalars=self._drives),
            capacity=voxels.size,
            named=False,
        )
        niche.add(None, voxels)
        cytokines = Cytokines.build(setting.values, self.section, self.shape, self._glia)
        # TNF-alpha drives NF-kB, and NF-kB drives IL-1 beta: each cytokine has what drives it when its turn comes.
        for row, name in enumerate(CYTOKINES, TNF):
            niche.settle(levels, bath.drives)
            self.show_niche(niche, levels)
            cytokines.settle(name, levels[NICHE + niche.behaviour_row[SECRETION[name]]], levels[row])
        neurons = Population(
            self.cell,
            rule_table(
                library, setting, self.cell,
                levels=(*LEVELS, *niche_levels, ACTIVITY), traits=self._traits(), scalars=self._drives,
            ),
            self._traits(),
            voxels.size,
        )  # fmt: skip
        neurons.add(voxels.astype(np.uint64), voxels, potential=self._resting)
        gains = Gains.read(setting.values, self.section)
        for _ in range(SETTLING_ROUNDS):
            before = levels[-1].copy()
            neurons.settle(levels, bath.drives)
            self.fire(neurons, levels, gains, bath)
            if np.allclose(before, levels[-1], rtol=SETTLED, atol=0.0):
                break
        return Settled(niche, neurons, levels, cytokines)

    def _traits(self) -> tuple[str, ...]:
        return ("potential",)

    def _axes(self, values: Mapping[str, float], bath: Bath) -> Axes:
        """Return magnesium and threonate by depth, in balance with a bath: all sites of a row have the same."""
        surface, deep = values[f"{self.section}.exchange.surface"], values[f"{self.section}.exchange.deep"]
        exchange = 1.0 / np.linspace(surface, deep, self.shape[0])
        diffusivity = [values[f"{self.section}.{name}.diffusivity"] for name in SUBSTANCES]
        spacing = values[f"{self.section}.lattice.spacing"]
        return Axes(spacing, diffusivity, np.stack([exchange] * len(SUBSTANCES)), (bath.magnesium, bath.threonate))
