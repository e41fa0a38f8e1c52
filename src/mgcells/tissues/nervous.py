"""Nervous tissue bathed by cerebrospinal fluid: what brain and spinal cord share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mgcells.cells.network import Gains, Wiring, solve, wire
from mgcells.cells.neuron import draw_potentials
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.fields import Field, Medium, block_means, coarsest
from mgcells.library import Library
from mgcells.library.setting import Setting
from mgcells.streams import Streams
from mgcells.tissues.regions import Regions
from mgcells.tissues.tissue import Feedback, Surroundings

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

ACTIVITY = "activity"
SETTLING_ROUNDS = 100
SETTLED = 1e-10
MAGNESIUM, THREONATE, NICHE = 0, 1, 2
SUBSTANCES = ("magnesium", "threonate")
COARSEST = 4
SET_POINTS = {"magnesium": "body.csf.magnesium", "threonate": "body.csf.threonate"}


@dataclass(frozen=True)
class Bath:
    """What cerebrospinal fluid and the conditions in force offer: mM, mM, and one number per drive."""

    magnesium: float
    threonate: float
    drives: Floats


@dataclass(frozen=True)
class Settled:
    """Niche and neurons in equilibrium with a bath, and the levels that the neurons then sense."""

    niche: Population
    neurons: Population
    levels: Floats


class NervousTissue:
    """A lattice with one neuron and one piece of niche (glia, extracellular space) per voxel.

    Magnesium and threonate spread between the fluid and the depth; the niche turns threonate into influx through
    GLUT3 and magnesium into inflammation; the neurons sense all of it at their own voxel, excite and inhibit each
    other, and lie at a potential that follows their firing.

    Attributes
    ----------
    levels : float array, shape (3 + niche behaviours, voxels)
        Magnesium, threonate (mM), what the niche does, and the firing rate of the neuron there.
    regions : Regions
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
        sites = self.shape[0] * self.shape[1]
        self._resting = draw_potentials(values, self.cell, sites, streams.generator(f"{self.name}.potential"))
        self.regions = Regions.read(values, self.section, self.shape)
        self.wiring: Wiring = wire(values, self.section, self.name, self.regions.place, self.shape[1], streams)
        self.gains = Gains.read(values, self.section)
        bath = self.bath(surroundings)
        settled = self._settled(library, setting, bath)
        self.niche, self.neurons, self.levels = settled.niche, settled.neurons, settled.levels
        self.populations: Mapping[str, Population] = {self.agent: self.neurons}
        self.fields = self._fields(values, (bath.magnesium, bath.threonate))
        self._pixel = self.fields["magnesium"].index(np.arange(sites))
        self._note_health(setting, self._settled(library, *self._reference(setting)))

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
        renewed = self._fields(values, (0.0, 0.0))
        for substance, field in renewed.items():
            fine = self.fields[substance].values.ravel()[self._pixel].reshape(self.shape)
            field.values[:] = block_means(fine, field.factor)
        self.fields = renewed
        self._pixel = self.fields["magnesium"].index(np.arange(self._resting.size))

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: the fluid meets the fields, then niche and neurons sense and answer."""
        bath = self.bath(surroundings)
        for row, level in ((MAGNESIUM, bath.magnesium), (THREONATE, bath.threonate)):
            field = self.fields[SUBSTANCES[row]]
            field.bath = level
            field.step(hours)
            np.take(field.mean, self._pixel, out=self.levels[row])
        self.niche.advance(self.levels, bath.drives, hours)
        self.show_niche(self.niche, self.levels)
        self.neurons.advance(self.levels, bath.drives, hours)
        self.fire(self.neurons, self.levels, self.gains, bath)

    def feedback(self) -> Feedback:
        """Return what the tissue gives back to the body: nothing."""
        return Feedback()

    def mean(self, behaviour: str, region: str | None = None) -> float:
        """Return the mean of a behaviour of neurons or niche over a region, the tissue's main one when left out."""
        owner = self.neurons if behaviour in self.neurons.behaviour_row else self.niche
        return self._mean(owner, behaviour, region or self.main_region)

    def relative(self, behaviour: str, region: str | None = None) -> float:
        """Return the mean over a region, the reference subject in health being 1."""
        return self.mean(behaviour, region) / self.healthy[region or self.main_region, behaviour]

    @property
    def activity(self) -> float:
        """Mean firing rate of the main region relative to health."""
        return self._activity(self.neurons, self.levels) / self._active_in_health

    def rows_in(self, population: Population, region: str) -> Truths:
        """Return which living cells lie in a region, shape (cells,)."""
        here: Truths = self.regions.place[population.voxel[: population.count]] == self.regions.names.index(region)
        return here

    def _note_health(self, setting: Setting, reference: Settled) -> None:
        """Keep the numbers of the reference subject in health that others are measured against."""
        self.healthy = {
            (region, behaviour): self._mean(population, behaviour, region)
            for region in self.regions.names
            for population in (reference.niche, reference.neurons)
            for behaviour in population.table.names
        }
        self._active_in_health = self._activity(reference.neurons, reference.levels)

    def _activity(self, neurons: Population, levels: Floats) -> float:
        return float(levels[-1, neurons.voxel[: neurons.count][self.rows_in(neurons, self.main_region)]].mean())

    def _mean(self, population: Population, behaviour: str, region: str) -> float:
        return float(population.behaviour(behaviour)[self.rows_in(population, region)].mean())

    def show_niche(self, niche: Population, levels: Floats) -> None:
        """Let neurons sense the niche; how much GLUT3 they have differs between regions."""
        levels[NICHE:-1] = niche.state
        levels[NICHE + niche.behaviour_row["glut3"]] *= self.regions.glut3

    def fire(self, neurons: Population, levels: Floats, gains: Gains, bath: Bath) -> None:
        """Solve the firing rates and let each neuron's potential follow its own."""
        site = neurons.voxel[: neurons.count]
        share = gains.nmda_share * self.regions.nr2b[site]
        nmda = 1.0 + share * (neurons.behaviour("nmda_current") * neurons.behaviour("nr2b") - 1.0)
        solve(levels[-1], self.wiring, gains, site, nmda, neurons.behaviour("gaba_gain"), self._input(bath, neurons))
        neurons.trait("potential")[:] = self._resting[site] + gains.depolarisation * (levels[-1, site] - 1.0)

    def _input(self, bath: Bath, neurons: Population) -> Floats:
        """Return what comes to each neuron from outside beyond health, shape (neurons,)."""
        return np.zeros(neurons.count)

    def bath(self, surroundings: Surroundings) -> Bath:
        """Return the fluid that surrounds the tissue and its drives: what tissues send, else what conditions set."""
        values, sent = surroundings.values, surroundings.signals
        drives = [sent.get(name, values[f"{self.section}.drive.{name}"]) for name in self._drives]
        return Bath(surroundings.csf_magnesium, surroundings.csf_threonate, np.array(drives))

    def _own_health(self, setting: Setting) -> Bath:
        """Return the fluid of the setting's subject in health, with the drives of health."""
        drives = [setting.healthy[f"{self.section}.drive.{name}"] for name in self._drives]
        return Bath(setting.values[SET_POINTS["magnesium"]], setting.values[SET_POINTS["threonate"]], np.array(drives))

    def _reference(self, setting: Setting) -> tuple[Setting, Bath]:
        """Return the setting and the fluid of the reference subject in health."""
        healthy = replace(setting, values=setting.healthy, residuals={})
        return healthy, self._own_health(healthy)

    def _settled(self, library: Library, setting: Setting, bath: Bath) -> Settled:
        niche_levels = tuple(library.cells[self.section].record.behaviours)
        voxels = np.arange(self._resting.size)
        levels = np.empty((len(SUBSTANCES) + len(niche_levels) + 1, voxels.size))
        levels[MAGNESIUM], levels[THREONATE] = bath.magnesium, bath.threonate
        niche = Population(
            f"{self.section} niche",
            rule_table(library, setting, self.section, levels=SUBSTANCES, scalars=self._drives),
            capacity=voxels.size,
        )
        niche.add(voxels.astype(np.uint64), voxels)
        niche.settle(levels, bath.drives)
        self.show_niche(niche, levels)
        levels[-1] = 1.0
        neurons = Population(
            self.cell,
            rule_table(
                library, setting, self.cell,
                levels=(*SUBSTANCES, *niche_levels, ACTIVITY), traits=self._traits(), scalars=self._drives,
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
        return Settled(niche, neurons, levels)

    def _traits(self) -> tuple[str, ...]:
        return ("potential",)

    def _fields(self, values: Mapping[str, float], levels: tuple[float, float]) -> dict[str, Field]:
        rows, columns = self.shape
        surface, deep = values[f"{self.section}.exchange.surface"], values[f"{self.section}.exchange.deep"]
        exchange = np.repeat(1.0 / np.linspace(surface, deep, rows)[:, None], columns, axis=1)
        spacing = values[f"{self.section}.lattice.spacing"]
        media = [Medium(values[f"{self.section}.{name}.diffusivity"]) for name in SUBSTANCES]
        factor = min(coarsest(spacing, medium, float(exchange.mean()), COARSEST) for medium in media)
        fields: dict[str, Field] = {}
        first = None
        for name, medium, level in zip(SUBSTANCES, media, levels, strict=True):
            first = fields[name] = Field(
                name, self.shape, spacing, medium, exchange=exchange, factor=factor, initial=level, beside=first
            )
        return fields
