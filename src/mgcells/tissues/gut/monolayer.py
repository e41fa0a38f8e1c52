"""A confluent layer of Caco-2 cells on a filter: flat, without crypts, shedding, mucus or microbes."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams
from mgcells.tissues.gut.caco2 import Caco2Layer
from mgcells.tissues.gut.enterocyte import TRAITS, Sheet
from mgcells.tissues.gut.junctions import Joint, Network
from mgcells.tissues.tissue import Feedback, Surroundings

LEVELS = ("magnesium", "tnf", "butyrate")
NOTHING = np.zeros(0)


class Monolayer:
    """One well of a culture in a medium whose levels the cells do not change.

    Attributes
    ----------
    shape : tuple of int
        Rows, and cells of a row at confluence.
    populations : dict
        "Caco2Cell": the living cells.
    network : Network
        Edges between them; one entry of its arrays is one row of cells.
    """

    name = "monolayer"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        values = setting.values
        rows, length = int(values["monolayer.lattice.rows"]), int(values["monolayer.lattice.row_length"])
        self.shape = (rows, length)
        self.cells = Population("caco2", _table(library, setting), TRAITS, capacity=rows * length)
        self.populations: Mapping[str, Population] = {"Caco2Cell": self.cells}
        self.layer = Caco2Layer(self.cells, Sheet(rows, length), streams)
        self.network = Network(self.cells, self.layer.sheet, rows, Joint.read(values, self.name))
        self._resealing = values["monolayer.junction.resealing_time"]
        self._levels = np.zeros((len(LEVELS), rows * length))
        self._meet(surroundings)
        self.cells.settle(self._levels, NOTHING)
        self.network.advance(math.inf)

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors; cells keep their state."""
        self.cells.table = _table(library, setting)
        self.network.joint = Joint.read(setting.values, self.name)
        self._resealing = setting.values["monolayer.junction.resealing_time"]

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours` in the medium: sense, answer, die, mend."""
        self._meet(surroundings)
        self.cells.advance(self._levels, NOTHING, hours)
        self.layer.advance(hours, self._resealing)
        self.network.advance(hours)

    def feedback(self) -> Feedback:
        """Return nothing: there is no body."""
        return Feedback()

    def lose(self, agent: str, rows: Integers) -> None:
        """Let cells die; their neighbours close over their places."""
        self.layer.lose(rows)

    def alive(self) -> float:
        """Return the cells that live as a share of those at confluence."""
        return self.cells.count / (self.shape[0] * self.shape[1])

    def junctions(self) -> float:
        """Return the mean junction protein of the edges relative to the untreated reference layer."""
        return float(self.network.content.mean())

    def teer(self) -> float:
        """Return the electrical resistance of all edges in parallel relative to the untreated reference layer."""
        return 1.0 / self._let_through(self.network.conductance, self.network.joint.gap_ions)

    def permeability(self) -> float:
        """Return the flux of a 4 kDa probe relative to the untreated reference layer."""
        joint = self.network.joint
        return self._let_through(self.network.small, joint.gap_small) / _untreated(joint.lack_small, joint.complete)

    def permeability_large(self) -> float:
        """Return the flux of a 70 kDa probe relative to the untreated reference layer."""
        joint = self.network.joint
        return self._let_through(self.network.large, joint.gap_large) / _untreated(joint.lack_large, joint.complete)

    def _let_through(self, through: Floats, gap: float) -> float:
        """Return the mean over rows; a row without an edge is one open gap."""
        return float(np.where(self.network.content > 0.0, through, gap).mean())

    def _meet(self, surroundings: Surroundings) -> None:
        for row, name in enumerate(LEVELS):
            self._levels[row] = surroundings.values[f"medium.{name}"]


def _table(library: Library, setting: Setting) -> RuleTable:
    return rule_table(library, setting, "caco2", levels=LEVELS, traits=TRAITS)


def _untreated(gain: float, complete: float) -> float:
    """Return the flux through an edge of the untreated reference layer relative to a complete one."""
    return 1.0 + gain * (1.0 - 1.0 / complete) ** 2
