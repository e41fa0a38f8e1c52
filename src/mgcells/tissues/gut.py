"""The gut lining: crypt-villus columns of enterocytes, the niche around them, and the lumen they face."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mgcells.cells.enterocyte import TRAITS, Kind, Lining
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.library import Library
from mgcells.library.setting import Setting
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams
from mgcells.tissues.gut_lattice import LEVELS, NICHE_LEVELS, GutLattice
from mgcells.tissues.gut_readout import ExpectedVillus, Stool, anatomy_of, clock_of
from mgcells.tissues.tissue import Feedback, Surroundings

SCALARS = ("inflammation",)
DRIVE = "gut.drive.inflammation"
# Draws before day 0 are keyed by hours that no run reaches.
BEFORE_START = 1_000_000.0


class Gut:
    """A sample of the lining of the small bowel with its niche, and the water of the stool.

    Attributes
    ----------
    shape : tuple of int
        Columns, and sites along the axis from crypt base to villus tip.
    populations : dict
        "Enterocyte": all cells of the lining, whatever their kind.
    niche : Population
        Immune cells and microbes, one row per column.
    stool_water : float
        g/d.
    """

    name = "gut"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        values = setting.values
        self.healthy = setting.healthy
        self._lattice = GutLattice(values, surroundings)
        columns, zones = self._lattice.columns, self._lattice.zones
        self.shape = (columns, zones)
        self._scalars = np.array([values[DRIVE]])
        self.niche = Population("gut", _table(library, setting, "gut"), capacity=columns)
        self.niche.add(np.arange(columns, dtype=np.uint64), np.arange(columns) * zones + zones - 1)
        cells = Population("enterocyte", _table(library, setting, "enterocyte"), TRAITS)
        self.populations: Mapping[str, Population] = {"Enterocyte": cells}
        self._cells = cells
        self.lining = Lining(cells, columns, anatomy_of(values), clock_of(values), streams)
        goblets = self.healthy["enterocyte.goblet_fate.baseline"]
        self._villus = ExpectedVillus(self.lining.anatomy, self.lining.clock, goblets)
        self._stool = Stool.from_values(values)
        self._averaging = values["gut.lattice.averaging"]
        self._fill(streams)
        self._start(values["gut.lattice.burn_in"])
        self.stool_water = self._stool.balance(_osmotic(surroundings))

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors; cells keep their state."""
        values = setting.values
        self.niche.table = _table(library, setting, "gut")
        self._cells.table = _table(library, setting, "enterocyte")
        self.lining.anatomy, self.lining.clock = anatomy_of(values), clock_of(values)
        self._villus.anatomy, self._villus.clock = self.lining.anatomy, self.lining.clock
        self._stool = Stool.from_values(values)

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: fields, niche, cells, turnover, then the stool."""
        self._scalars[0] = surroundings.values[DRIVE]
        self._lattice.meet(surroundings, hours)
        self._live(surroundings.hour, hours)
        osmotic = _osmotic(surroundings)
        self.stool_water = self._stool.advance(self.stool_water, osmotic, self.niche.mean("aqp3"), hours)

    def feedback(self) -> Feedback:
        """Return the absorptive capacity relative to health: cells x channels, as the rules set them."""
        return Feedback(absorption=self._villus.absorption(self._cells))

    def kinds(self, kind: Kind) -> int:
        """Return the number of living cells of one kind."""
        return int(np.count_nonzero(self._cells.trait("kind") == kind))

    def absorptive_cells(self) -> float:
        """Return the number of absorptive cells relative to the reference subject in health."""
        healthy = self.healthy
        crypt = healthy["gut.crypt.length"] - healthy["gut.crypt.proliferative_positions"]
        differentiated = self.shape[0] * (crypt + healthy["gut.villus.length"])
        return self.kinds(Kind.ENTEROCYTE) / (differentiated * (1.0 - healthy["enterocyte.goblet_fate.baseline"]))

    def goblet_share(self) -> float:
        """Return the share of goblet cells among differentiated cells, relative to health."""
        goblet = self.kinds(Kind.GOBLET)
        differentiated = max(1, goblet + self.kinds(Kind.ENTEROCYTE))
        return goblet / differentiated / self.healthy["enterocyte.goblet_fate.baseline"]

    def teer(self) -> float:
        """Return the electrical resistance of all columns in parallel, relative to health."""
        return 1.0 / float(self.lining.conductance.mean())

    def permeability(self) -> float:
        """Return the flux of a 4 kDa probe relative to health."""
        return float(self.lining.leak.mean())

    def turnover(self) -> float:
        """Return the time in which the present losses replace the whole lining, h."""
        return self._cells.count / self._lost if self._lost > 0.0 else math.inf

    def migration(self) -> float:
        """Return the cells that pass the crypt-villus junction of a column, cells/h, over the averaging time."""
        return self._crossed / self.shape[0]

    def _fill(self, streams: Streams) -> None:
        shape, columns = self.lining.anatomy, self.shape[0]
        length = int(shape.crypt + shape.villus)
        position = np.tile(np.arange(length, dtype=np.float64), columns)
        column = np.repeat(np.arange(columns), length)
        draws = streams.generator("gut.enterocyte.placement")
        uid = draws.integers(0, 2**63, position.size, dtype=np.uint64)
        rows = self._cells.add(
            uid, column * self.shape[1], column=column.astype(np.float64), position=position,
            kind=float(Kind.TRANSIT_AMPLIFYING), phase=draws.random(position.size),
        )  # fmt: skip
        self.lining.draw_limits(rows, BEFORE_START)
        self.lining.draw_cycle(np.arange(position.size), BEFORE_START)

    def _start(self, burn_in: float) -> None:
        """Settle the rules, then live under constant surroundings until columns have forgotten how they were filled."""
        rate = self._villus.anatomy.tip_rate * self.shape[0]
        self._lost, self._crossed = rate, rate
        for _ in range(3):
            self.niche.settle(self._lattice.levels, self._scalars)
            self._share_niche()
            self._cells.settle(self._lattice.levels, self._scalars)
        for hour in range(1, round(burn_in) + 1):
            self._live(BEFORE_START + hour, 1.0)

    def _live(self, hour: float, hours: float) -> None:
        lattice = self._lattice
        self.niche.advance(lattice.levels, self._scalars, hours)
        self._share_niche()
        self._cells.advance(lattice.levels, self._scalars, hours)
        events = self.lining.turn_over(hour, hours)
        self.lining.measure()
        lattice.write("leak", self.lining.leak)
        self._villus.advance(self._cells, hours)
        share = -math.expm1(-hours / self._averaging)
        self._lost += share * (events.lost.size / hours - self._lost)
        self._crossed += share * (events.crossed / hours - self._crossed)

    def _share_niche(self) -> None:
        for name in NICHE_LEVELS:
            self._lattice.write(name, self.niche.behaviour(name))


def _table(library: Library, setting: Setting, cell: str) -> RuleTable:
    traits = TRAITS if cell == "enterocyte" else ()
    return rule_table(library, setting, cell, levels=LEVELS, traits=traits, scalars=SCALARS)


def _osmotic(surroundings: Surroundings) -> float:
    return surroundings.signals.get("osmotic_magnesium", 0.0)
