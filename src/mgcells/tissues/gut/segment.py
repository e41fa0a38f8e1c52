"""One part of the bowel: a sample of its columns, their edges, and what passed through them lately."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mgcells.arrays import Floats
from mgcells.cells.population import Population
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams
from mgcells.tissues.gut.enterocyte import TRAITS, Anatomy, Clock, LiningKind, Sheet
from mgcells.tissues.gut.junctions import Joint, Network
from mgcells.tissues.gut.lining import Lining

Values = Mapping[str, float]
# Draws before day 0 are keyed by hours that no run reaches.
BEFORE_START = 1_000_000.0


class Segment:
    """The lining of the small bowel or the colon.

    Attributes
    ----------
    cells : Population
        All cells, whatever their kind.
    lining : Lining
    network : Network
    sheet : Sheet
        Its columns on the lattice that it shares with the other segment.
    lost, crossed : float
        Cells lost, and moved over the crypt's mouth, per hour and over all columns, averaged over the last days.
    """

    def __init__(
        self, name: str, table: RuleTable, sheet: Sheet, numbers: tuple[Anatomy, Clock, Joint], streams: Streams
    ) -> None:
        anatomy, clock, joint = numbers
        self.cells = Population("enterocyte", table, TRAITS)
        self.sheet = sheet
        self.lining = Lining(self.cells, sheet, anatomy, clock, streams)
        self.network = Network(self.cells, sheet, int(anatomy.ring), joint)
        self.lost = self.crossed = anatomy.tip_rate * sheet.columns
        self._fill(name, streams)
        self.expected = ExpectedColumn(anatomy, clock, self.cells.means())

    @property
    def length(self) -> float:
        """Cells of a column in health."""
        return self.lining.anatomy.crypt + self.lining.anatomy.villus

    def adopt(self, table: RuleTable, numbers: tuple[Anatomy, Clock, Joint]) -> None:
        """Take over other parameters and rules; cells and edges keep their state."""
        anatomy, clock, joint = numbers
        self.cells.table = table
        self.lining.anatomy = self.expected.anatomy = anatomy
        self.network.ring = int(anatomy.ring)
        self.lining.clock = self.expected.clock = clock
        self.network.joint = joint

    def settle(self, levels: Floats, scalars: Floats) -> None:
        """Bring behaviours and edges into balance with the surroundings."""
        self.cells.settle(levels, scalars)
        self.network.advance(math.inf)

    def live(self, levels: Floats, scalars: Floats, hour: float, hours: float, averaging: float) -> None:
        """Sense, answer, renew and mend for `hours`."""
        self.cells.advance(levels, scalars, hours)
        events = self.lining.turn_over(hour, hours)
        self.network.advance(hours)
        self.expected.advance(self.cells.means(), hours)
        share = -math.expm1(-hours / averaging)
        self.lost += share * (events.lost.size / hours - self.lost)
        self.crossed += share * (events.crossed / hours - self.crossed)

    def kinds(self, *kinds: LiningKind) -> int:
        """Return the number of living cells of these kinds."""
        found = np.bincount(self.cells.trait("kind").astype(np.int64), minlength=len(LiningKind)).tolist()
        return sum(found[kind] for kind in kinds)

    def clones(self) -> float:
        """Return the mean number of clones among the stem cells of a crypt."""
        cells, ring = self.cells, int(self.lining.anatomy.ring)
        base = cells.trait("position") == 0.0
        crypt = self.sheet.column(cells)[base] // ring
        clone = cells.trait("clone")[base].astype(np.int64)
        pairs = np.unique(crypt * self.sheet.columns + clone)
        return float(pairs.size / np.count_nonzero(np.bincount(crypt)))

    def _fill(self, name: str, streams: Streams) -> None:
        (columns, zones, first), length = self.sheet, int(self.length)
        position = np.tile(np.arange(length, dtype=np.float64), columns)
        column = np.repeat(np.arange(columns), length)
        draws = streams.generator(f"gut.{name}.placement")
        uid = draws.integers(0, 2**63, position.size, dtype=np.uint64)
        zone = np.minimum(position * zones / length, zones - 1).astype(np.int64)
        self.cells.add(
            uid, (first + column) * zones + zone, position=position, kind=float(LiningKind.TRANSIT_AMPLIFYING),
            phase=draws.random(position.size), clone=column.astype(np.float64), above=1.0, beside=1.0,
        )  # fmt: skip
        self.lining.prepare(np.arange(position.size), BEFORE_START)

    def label_clones(self) -> None:
        """Give the cells of every column a clone of their own."""
        self.cells.trait("clone")[:] = self.sheet.column(self.cells)


class ExpectedColumn:
    """What the rules make of a column on average: its balance without its chance.

    It carries the absorptive capacity that is handed to the body, which must not flicker with single cells.

    Attributes
    ----------
    dividing : float
        Dividing cells relative to health.
    length : float
        Differentiated cells.
    """

    def __init__(self, anatomy: Anatomy, clock: Clock, means: Values) -> None:
        self.anatomy, self.clock = anatomy, clock
        self.dividing, self.length = 1.0, self.healthy
        self._means = means

    @property
    def healthy(self) -> float:
        """Differentiated cells of a column in health."""
        return self.anatomy.crypt + self.anatomy.villus - self.anatomy.proliferative

    def advance(self, means: Values, hours: float) -> None:
        """Move by births, losses and the shedding that crowding sets; `means` are the cells' behaviours."""
        self._means = means
        shape, clock = self.anatomy, self.clock
        hazard = means["apoptosis"]
        growing = shape.proliferative - shape.stem
        births = clock.division_rate * growing + math.log(2.0) / clock.stem_cycle * shape.stem
        renewal = clock.division_rate * (1.0 - self.dividing) - means["mitotic_death"] - hazard
        least = shape.stem / shape.proliferative
        self.dividing = max(least, self.dividing * math.exp(renewal * hours))
        supply = births * means["proliferation"] * self.dividing
        crowded = math.exp((self.length - self.healthy) / shape.crowding)
        change = supply - births * means["shedding"] * crowded - hazard * self.length
        self.length = max(0.0, self.length + change * hours)

    def absorption(self) -> float:
        """Return absorptive cells x channels relative to health."""
        means = self._means
        goblet = self.anatomy.goblet
        absorptive = (1.0 - goblet * means["goblet_fate"]) / (1.0 - goblet)
        return self.length / self.healthy * absorptive * means["trpm6"]

    def goblets(self) -> float:
        """Return goblet cells relative to health."""
        return self.length / self.healthy * self._means["goblet_fate"]
