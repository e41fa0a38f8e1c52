"""Nervous tissue bathed by cerebrospinal fluid: what brain and spinal cord share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mgcells.cells.neuron import draw_potentials
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.fields import Field, Medium
from mgcells.library import Library
from mgcells.library.setting import Setting
from mgcells.streams import Streams
from mgcells.tissues.tissue import Feedback, Surroundings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MAGNESIUM, THREONATE, NICHE = 0, 1, 2
SUBSTANCES = ("magnesium", "threonate")
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
    GLUT3 and magnesium into inflammation; the neurons sense all of it at their own voxel.

    Attributes
    ----------
    levels : float array, shape (2 + niche behaviours, voxels)
        Magnesium, threonate (mM), then what the niche does.
    healthy : dict
        Behaviour -> mean over the same cells in the reference subject in health: the unit of relative observables.
    """

    name: ClassVar[str]
    section: ClassVar[str]
    cell: ClassVar[str]
    agent: ClassVar[str]

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        values = setting.values
        self.shape = (round(values[f"{self.section}.lattice.rows"]), round(values[f"{self.section}.lattice.columns"]))
        begin = f"{self.section}.drive."
        self._drives = tuple(sorted(path[len(begin) :] for path in values if path.startswith(begin)))
        generator = streams.generator(f"{self.name}.potential")
        self._potential = draw_potentials(values, self.cell, self.shape[0] * self.shape[1], generator)
        bath = self._bath(surroundings)
        settled = self._settled(library, setting, bath)
        self.niche, self.neurons, self.levels = settled.niche, settled.neurons, settled.levels
        self.populations: Mapping[str, Population] = {self.agent: self.neurons}
        self.fields = {
            substance: self._field(substance, values, level)
            for substance, level in zip(SUBSTANCES, (bath.magnesium, bath.threonate), strict=True)
        }
        reference = replace(setting, values=setting.healthy, residuals={})
        self.healthy = _means(self._settled(library, reference, self._own_health(reference)))

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
        for substance, old in self.fields.items():
            field = self._field(substance, values, 0.0)
            field.values[:] = old.values
            self.fields[substance] = field

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: the fluid meets the fields, then niche and neurons sense and answer."""
        bath = self._bath(surroundings)
        for row, level in ((MAGNESIUM, bath.magnesium), (THREONATE, bath.threonate)):
            field = self.fields[SUBSTANCES[row]]
            field.bath = level
            field.step(hours)
            self.levels[row] = field.mean.ravel()
        self.niche.advance(self.levels, bath.drives, hours)
        self.levels[NICHE:] = self.niche.state
        self.neurons.advance(self.levels, bath.drives, hours)

    def feedback(self) -> Feedback:
        """Return what the tissue gives back to the body: nothing."""
        return Feedback()

    def relative(self, behaviour: str) -> float:
        """Return the mean of a behaviour of neurons or niche, the reference subject in health being 1."""
        owner = self.neurons if behaviour in self.neurons.behaviour_row else self.niche
        return owner.mean(behaviour) / self.healthy[behaviour]

    def _bath(self, surroundings: Surroundings) -> Bath:
        drives = [surroundings.values[f"{self.section}.drive.{name}"] for name in self._drives]
        return Bath(surroundings.csf_magnesium, surroundings.csf_threonate, np.array(drives))

    def _own_health(self, setting: Setting) -> Bath:
        """Return the fluid of the setting's subject in health, with the drives of health."""
        drives = [setting.healthy[f"{self.section}.drive.{name}"] for name in self._drives]
        return Bath(setting.values[SET_POINTS["magnesium"]], setting.values[SET_POINTS["threonate"]], np.array(drives))

    def _settled(self, library: Library, setting: Setting, bath: Bath) -> Settled:
        niche_levels = tuple(library.cells[self.section].record.behaviours)
        voxels = np.arange(self._potential.size)
        levels = np.empty((len(SUBSTANCES) + len(niche_levels), voxels.size))
        levels[MAGNESIUM], levels[THREONATE] = bath.magnesium, bath.threonate
        niche = Population(
            f"{self.section} niche",
            rule_table(library, setting, self.section, levels=SUBSTANCES, scalars=self._drives),
            capacity=voxels.size,
        )
        niche.add(voxels.astype(np.uint64), voxels)
        niche.settle(levels, bath.drives)
        levels[NICHE:] = niche.state
        neurons = Population(
            self.cell,
            rule_table(
                library, setting, self.cell,
                levels=(*SUBSTANCES, *niche_levels), traits=self._traits(), scalars=self._drives,
            ),
            self._traits(),
            voxels.size,
        )  # fmt: skip
        neurons.add(voxels.astype(np.uint64), voxels, potential=self._potential)
        neurons.settle(levels, bath.drives)
        return Settled(niche, neurons, levels)

    def _traits(self) -> tuple[str, ...]:
        return ("potential",)

    def _field(self, substance: str, values: Mapping[str, float], initial: float) -> Field:
        rows, columns = self.shape
        surface, deep = values[f"{self.section}.exchange.surface"], values[f"{self.section}.exchange.deep"]
        exchange = np.repeat(1.0 / np.linspace(surface, deep, rows)[:, None], columns, axis=1)
        return Field(
            substance,
            self.shape,
            values[f"{self.section}.lattice.spacing"],
            Medium(values[f"{self.section}.{substance}.diffusivity"], 0.0, float("inf")),
            exchange=exchange,
            initial=initial,
        )


def _means(settled: Settled) -> dict[str, float]:
    return {
        name: population.mean(name)
        for population in (settled.niche, settled.neurons)
        for name in population.table.names
    }
