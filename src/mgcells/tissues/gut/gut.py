"""The gut: linings of small bowel and colon, the niche around them, microbes, and the water of the stool."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mgcells.arrays import Integers
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams
from mgcells.tissues.gut.enterocyte import TRAITS, LiningKind, Sheet
from mgcells.tissues.gut.lattice import LEVELS, NICHE_LEVELS, GutLattice
from mgcells.tissues.gut.microbes import GUILDS, Microbes
from mgcells.tissues.gut.microbes import LEVELS as MICROBES
from mgcells.tissues.gut.parameters import colon, small_bowel
from mgcells.tissues.gut.segment import BEFORE_START, Segment
from mgcells.tissues.gut.stool import Stool
from mgcells.tissues.tissue import Feedback, Surroundings

DRIVES = ("inflammation", "cytostatic", "alcohol", "opioid", "stimulant", "slow_transit")
DRIVE_PATHS = tuple(f"gut.drive.{name}" for name in DRIVES)
# Microbes, mucus and aquaporin 3 are the colon's, whatever column is told of them.
SCALARS = (*DRIVES, "bulk", "goblets", "colonic_magnesium", *MICROBES)
BULK, GOBLETS, COLONIC_MAGNESIUM, FIRST_MICROBE = range(len(DRIVES), len(DRIVES) + 4)
SETTLING = 12


class Gut:
    """A sample of the lining of small bowel and colon with its niche and microbes, and the water of the stool.

    Attributes
    ----------
    shape : tuple of int
        Columns of both segments, and sites along the axis from crypt base to villus tip or surface.
    small, colon : Segment
    populations : dict
        "Enterocyte" and "Colonocyte": all cells of a segment's lining, whatever their kind.
    niche : Population
        Immune cells and what microbes make and meet, one row per column.
    microbes : Microbes
    stool_water : float
        g/d.
    """

    name = "gut"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        values = setting.values
        self.healthy = setting.healthy
        self._healthy_shapes = tuple(numbers(self.healthy)[0] for numbers in (small_bowel, colon))
        self._lattice = GutLattice(values, surroundings)
        columns, zones, first = self._lattice.columns, self._lattice.zones, self._lattice.small
        self.shape = (columns, zones)
        self.niche = Population("gut", _table(library, setting, "gut"), capacity=columns, named=False)
        self.niche.add(None, np.arange(columns) * zones + zones - 1)
        self._shown = np.array([self.niche.behaviour_row[name] for name in NICHE_LEVELS])
        table = _table(library, setting, "enterocyte")
        self.small = Segment("enterocyte", table, Sheet(first, zones), small_bowel(values), streams)
        self.colon = Segment("colonocyte", table, Sheet(columns - first, zones, first), colon(values), streams)
        self.segments = (self.small, self.colon)
        self.populations: Mapping[str, Population] = {"Enterocyte": self.small.cells, "Colonocyte": self.colon.cells}
        self.microbes = Microbes(values)
        self._scalars = np.ones(len(SCALARS))
        self._scalars[COLONIC_MAGNESIUM] = self._lattice.colonic_magnesium
        self._read(values)
        self._meet_drives(surroundings.values)
        self._start(values["gut.lattice.burn_in"])
        aqp3, residence = self._niche["aqp3"], self._niche["residence"]
        self.stool_water = self._stool.balance(_osmotic(surroundings), aqp3, residence)
        self._frequency = self._stool.frequency(self.stool_water)

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors; cells keep their state."""
        self.niche.table = _table(library, setting, "gut")
        table = _table(library, setting, "enterocyte")
        self.small.adopt(table, small_bowel(setting.values))
        self.colon.adopt(table, colon(setting.values))
        self.microbes.adopt(setting.values)
        self._read(setting.values)

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: fields, niche, cells, microbes, then the stool."""
        self._meet_drives(surroundings.values)
        self._lattice.meet(surroundings, hours)
        self._scalars[COLONIC_MAGNESIUM] = self._lattice.colonic_magnesium
        self._live(surroundings.hour, hours)
        aqp3, residence = self._niche["aqp3"], self._niche["residence"]
        self.stool_water = self._stool.advance(self.stool_water, _osmotic(surroundings), aqp3, residence, hours)
        self._scalars[BULK] = self.stool_water / self._stool.healthy_water
        self._frequency = self._stool.remember(self._frequency, self.stool_water, hours)

    def keeps(self, agent: str, rows: Integers) -> str | None:
        """Return why cells cannot leave: the last of a column, from which alone it can grow again, never does."""
        emptied = self._segment(agent).lining.emptied(rows)
        if emptied.size == 0:
            return None
        return f"a column of its lining keeps its last {agent}, from which it grows again; leave one in each column"

    def lose(self, agent: str, rows: Integers) -> None:
        """Let cells of a lining die; their columns close over their places."""
        self._segment(agent).lining.lose(rows)

    def luminal_magnesium(self, part: int) -> float:
        """Return the magnesium of the bowel content, mM, in part 0 duodenum, 1 jejunum, 2 ileum or 3 colon."""
        return self._lattice.content[part]

    def feedback(self) -> Feedback:
        """Return the absorptive capacity relative to health, cells x channels as the rules set them, and its TNF."""
        small, colon = (segment.expected.absorption() for segment in self.segments)
        inflamed = self.niche.mean("tnf") / self.healthy["gut.tnf.baseline"]
        return Feedback(absorption=small + self._colon_share * (colon - small), signals={"gut_inflammation": inflamed})

    def absorptive_cells(self) -> float:
        """Return the number of absorptive cells relative to the reference subject in health."""
        expected = 0.0
        for segment, shape in zip(self.segments, self._healthy_shapes, strict=True):
            differentiated = segment.sheet.columns * (shape.crypt - shape.proliferative + shape.villus)
            expected += differentiated * (1.0 - shape.goblet)
        return sum(segment.kinds(LiningKind.ENTEROCYTE) for segment in self.segments) / expected

    def goblet_share(self, segment: Segment | None = None) -> float:
        """Return goblet cells as a share of differentiated cells relative to health, of one segment or both."""
        found = [self._goblets(each) for each in ((segment,) if segment else self.segments)]
        return sum(found) / len(found)

    def crypt_cells(self) -> float:
        """Return stem and dividing cells of both segments relative to health."""
        found = [
            segment.kinds(LiningKind.STEM, LiningKind.TRANSIT_AMPLIFYING)
            / (segment.sheet.columns * shape.proliferative)
            for segment, shape in zip(self.segments, self._healthy_shapes, strict=True)
        ]
        return sum(found) / len(found)

    def junctions(self) -> float:
        """Return the mean junction protein of the edges of both segments relative to health."""
        return float(np.mean([segment.network.content.mean() for segment in self.segments]))

    def teer(self, segment: Segment | None = None) -> float:
        """Return the electrical resistance of all edges in parallel, relative to health."""
        return 1.0 / self._mean([each.network.conductance.mean() for each in self._these(segment)])

    def permeability(self, segment: Segment | None = None) -> float:
        """Return the flux of a 4 kDa probe relative to health."""
        return self._mean([each.network.small.mean() for each in self._these(segment)])

    def permeability_large(self, segment: Segment | None = None) -> float:
        """Return the flux of a 70 kDa probe relative to health."""
        return self._mean([each.network.large.mean() for each in self._these(segment)])

    def turnover(self) -> float:
        """Return the time in which the present losses replace the lining of the small bowel, h."""
        return self.small.cells.count / self.small.lost if self.small.lost > 0.0 else math.inf

    def migration(self) -> float:
        """Return the cells that pass the crypt-villus junction of a column, cells/h, over the averaging time."""
        return self.small.crossed / self.small.sheet.columns

    def stool_frequency(self) -> float:
        """Return the stool frequency as remembered, 1/h."""
        return self._frequency

    def constipation(self) -> float:
        """Return the constipation score: the higher, the worse."""
        return self._stool.score(self._frequency)

    def _segment(self, agent: str) -> Segment:
        return self.small if self.populations[agent] is self.small.cells else self.colon

    def _these(self, segment: Segment | None) -> tuple[Segment, ...]:
        return self.segments if segment is None else (segment,)

    @staticmethod
    def _mean(found: list[np.floating]) -> float:
        return float(sum(found) / len(found))

    def _goblets(self, segment: Segment) -> float:
        goblet = segment.kinds(LiningKind.GOBLET)
        differentiated = max(1, goblet + segment.kinds(LiningKind.ENTEROCYTE))
        return goblet / differentiated / segment.lining.anatomy.goblet

    def _read(self, values: Mapping[str, float]) -> None:
        self._stool = Stool.from_values(values)
        self._averaging = values["gut.lattice.averaging"]
        self._fibre = values["gut.microbes.fibre"]
        self._colon_share = values["gut.colon.absorption_share"]

    def _meet_drives(self, values: Mapping[str, float]) -> None:
        self._scalars[: len(DRIVES)] = [values[path] for path in DRIVE_PATHS]
        self._lattice.injure(values["gut.drive.injury"])

    def _start(self, burn_in: float) -> None:
        """Settle the rules, then live under constant surroundings until columns have forgotten how they were filled."""
        for _ in range(SETTLING):
            self.niche.settle(self._lattice.levels, self._scalars)
            self._share_niche()
            for segment in self.segments:
                segment.settle(self._lattice.levels, self._scalars)
            self._live_with_microbes(math.inf)
        for hour in range(1, round(burn_in) + 1):
            self._live(BEFORE_START + hour, 1.0)
        for segment in self.segments:
            segment.label_clones()

    def _live(self, hour: float, hours: float) -> None:
        lattice = self._lattice
        self.niche.advance(lattice.levels, self._scalars, hours)
        self._share_niche()
        for segment in self.segments:
            segment.live(lattice.levels, self._scalars, hour, hours, self._averaging)
        self._live_with_microbes(hours)

    def _live_with_microbes(self, hours: float) -> None:
        self._scalars[GOBLETS] = goblets = self.colon.expected.goblets()
        niche = self._niche = self.niche.means()
        growth = [niche[f"{guild}_growth"] for guild in GUILDS]
        self.microbes.advance(self._fibre, goblets, niche["commensals"], growth, hours)
        self._scalars[FIRST_MICROBE:] = self.microbes.levels
        product = self.microbes.level("pathobionts")
        self._lattice.let_through(*(product * segment.network.large for segment in self.segments))

    def _share_niche(self) -> None:
        self._lattice.show(self.niche.state[self._shown])
        self._lattice.expose()


def _table(library: Library, setting: Setting, cell: str) -> RuleTable:
    traits = TRAITS if cell == "enterocyte" else ()
    return rule_table(library, setting, cell, levels=LEVELS, traits=traits, scalars=SCALARS)


def _osmotic(surroundings: Surroundings) -> float:
    return surroundings.signals.get("osmotic_magnesium", 0.0)
