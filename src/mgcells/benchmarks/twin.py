"""The brain in plain Mesa: an agent a neuron, an agent a piece of niche, one `step` each. Reference, never used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import mesa
import numpy as np

from mgcells.arrays import Floats
from mgcells.benchmarks.peers import Numbers, PlainStep, plain_rules
from mgcells.cells.population import Population
from mgcells.scenario.shipped import find_scenario
from mgcells.streams import Streams
from mgcells.subject.assembly import virtual_subject
from mgcells.tissues.nervous.brain import Brain
from mgcells.tissues.nervous.nervous_tissue import NICHE, TNF
from mgcells.tissues.tissue import Surroundings

SCENARIO = "brain_salts_rat"


class PlainCell(mesa.Agent):  # type: ignore[misc]
    """A neuron, or a piece of niche; everything it knows are plain numbers."""

    def __init__(self, model: PlainBrain, own: Numbers, traits: Numbers, voxel: int, advance: PlainStep) -> None:
        super().__init__(model)
        self.own, self.traits, self.voxel, self.advance = own, traits, voxel, advance

    def step(self) -> None:
        """Sense the levels at the own voxel and answer."""
        self.advance(self.own, self.voxel, self.model.levels, self.traits, self.model.drives)


class PlainBrain(mesa.Model):  # type: ignore[misc]
    """A twin of a Brain: same start, fields, rules and network, but every cell on its own. No cell dies.

    Parameters
    ----------
    brain : Brain
        Taken in its present state, with its fields; it must not be stepped any more.
    hours : float
        Length of every step.
    """

    def __init__(self, brain: Brain, hours: float = 1.0) -> None:
        super().__init__()
        self.hours = hours
        self._brain = brain
        self.levels: list[Numbers] = brain.levels.tolist()
        self.drives: Numbers = []
        self._niche = self._cells(brain.niche)
        self._neurons = self._cells(brain.neurons)
        self._niche_set, self._neuron_set = (
            mesa.agent.AgentSet(cells, random=self.random) for cells in (self._niche, self._neurons)
        )

    def bathe(self, surroundings: Surroundings) -> None:
        """Let cerebrospinal fluid and fields meet for one step."""
        self.drives = drives(surroundings.values)
        levels = np.array(self.levels)
        self._brain.bathe(levels, self._brain.bath(surroundings), self.hours)
        self.levels[:TNF] = levels[:TNF].tolist()

    def answer(self) -> None:
        """Let niche, then neurons, sense and answer; `spread` between them is not part of it."""
        self.inflame()
        self._neuron_set.do("step")

    def inflame(self) -> None:
        """Let the niche sense and answer, and show what it does."""
        self._niche_set.do("step")
        self.levels[NICHE:-1] = (list(row) for row in zip(*(cell.own for cell in self._niche), strict=True))
        for behaviour, shares in self._brain.shares.items():
            row = NICHE + self._brain.niche.behaviour_row[behaviour]
            self.levels[row] = [level * share for level, share in zip(self.levels[row], shares.tolist(), strict=True)]

    def spread(self) -> None:
        """Let the brain that the twin was made from spread the cytokines, from what the twin's niche secretes."""
        levels = np.array(self.levels)
        self._brain.secrete(levels, self.hours)
        self.levels[TNF:NICHE] = levels[TNF:NICHE].tolist()

    def fire(self, surroundings: Surroundings) -> None:
        """Let the brain that the twin was made from solve the firing rates, from the twin's cells."""
        brain = self._brain
        brain.levels[:] = self.levels
        brain.neurons.state[:, : len(self._neurons)] = self.neurons
        brain.fire(brain.neurons, brain.levels, brain.gains, brain.bath(surroundings))
        self.levels[-1] = brain.levels[-1].tolist()
        traits = brain.neurons.traits[:, : len(self._neurons)].T.tolist()
        for cell, own in zip(self._neurons, traits, strict=True):
            cell.traits = own

    def live(self, surroundings: Surroundings) -> None:
        """Let one step pass."""
        self.bathe(surroundings)
        self.inflame()
        self.spread()
        self._neuron_set.do("step")
        self.fire(surroundings)

    @property
    def neurons(self) -> Floats:
        """Behaviours of all neurons, shape (behaviours, neurons)."""
        return np.array([cell.own for cell in self._neurons]).T

    @property
    def niche(self) -> Floats:
        """Behaviours of all pieces of niche, shape (behaviours, voxels)."""
        return np.array([cell.own for cell in self._niche]).T

    def _cells(self, population: Population) -> list[Any]:
        advance, count = plain_rules(population.table, self.hours), population.count
        columns = (population.state[:, :count].T, population.traits[:, :count].T, population.voxel[:count])
        return [
            PlainCell(self, own, traits, voxel, advance)
            for own, traits, voxel in zip(*(column.tolist() for column in columns), strict=True)
        ]


def drives(values: Mapping[str, float]) -> Numbers:
    """Return what the conditions in force do to the brain, in the order of the tissue's scalars."""
    return [values[path] for path in sorted(path for path in values if path.startswith("brain.drive."))]


def brain(rows: int, columns: int) -> tuple[Brain, Surroundings]:
    """Return the brain of a healthy rat on a lattice of that size, and the surroundings it is in equilibrium with."""
    scenario, streams = find_scenario(SCENARIO), Streams(1, 0)
    library = scenario.library
    shipped = virtual_subject(library, scenario.base, ("brain",), streams)
    lattice = {"brain.lattice.rows": float(rows), "brain.lattice.columns": float(columns)}
    values = {**shipped.values, **lattice}
    setting = replace(shipped, values=values)
    surroundings = Surroundings(
        hour=0.0,
        ionised_magnesium=values["body.plasma.ionised"],
        threonate=values["body.plasma.threonate"],
        csf_magnesium=values["body.csf.magnesium"],
        csf_threonate=values["body.csf.threonate"],
        lumen_magnesium=(),
        lumen_threonate=0.0,
        values=values,
    )
    return Brain(library, setting, streams, surroundings), surroundings
