"""The cells and rule tables that every engine of the suite is given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Floats, Sites
from mgcells.rules import Behaviour, Response, Signal
from mgcells.rules.behaviour import SignalSource
from mgcells.rules.compiled_table import RuleTable
from mgcells.rules.response import RuleRow, normalise

VOXELS = 40_000
ROWS_PER_BEHAVIOUR = (1, 2, 3, 2, 1, 4, 2, 3, 1, 2, 2, 1)
OWN_SIGNALS = (0, 3, 6, 9)
FIELDS = 4
POWERS = {
    "whole": (1.0, 2.0, 4.0, 2.0, 3.0, 1.0, 2.0, 4.0),
    "mixed": (1.0, 2.0, 4.0, 1.5, 3.0, 1.0, 2.7, 4.0),
    "real": (1.3, 2.2, 3.7, 1.6, 2.9, 0.9, 2.7, 4.4),
}


@dataclass
class Cells:
    """What a step reads and writes: `state` (behaviours, n), `levels` (fields, voxels), `voxel` (n,)."""

    state: Floats
    levels: Floats
    voxel: Sites

    def advance(self, table: RuleTable, hours: float = 1.0) -> None:
        """Let the rule engine advance all cells."""
        none = np.empty((0, 0))
        table.advance(self.state, self.voxel.size, self.levels, self.voxel, none, none[0:0, 0:0].ravel(), hours)

    def copy(self) -> Cells:
        """Return cells that can be advanced apart from these."""
        return Cells(self.state.copy(), self.levels, self.voxel)


def tissue_table(powers: str = "whole") -> RuleTable:
    """Return 24 rows on 12 behaviours: four fields at the cell's voxel and four of its own behaviours are sensed.

    Row r reads signal (3 r + 1) mod 8 with half-max 0.3 + 0.1 (r mod 7); the second row of a behaviour decreases it,
    the others increase it; every row changes its behaviour by half at one end and is 1 at a signal of 1.
    """
    behaviours = [Behaviour(f"b{b}", 0.2 + 0.05 * b, 2.0 + b) for b in range(len(ROWS_PER_BEHAVIOUR))]
    signals = [Signal(f"field{j}", SignalSource.LEVEL, f"field{j}", 1.0) for j in range(FIELDS)]
    signals += [Signal(f"own{b}", SignalSource.OWN, f"b{b}", 1.0) for b in OWN_SIGNALS]
    responses: list[Response] = []
    for b, count in enumerate(ROWS_PER_BEHAVIOUR):
        for k in range(count):
            r = len(responses)
            half, hill = 0.3 + 0.1 * (r % 7), POWERS[powers][r % 8]
            sign = -0.5 if k == 1 else 0.5
            stated_at_zero = half**-hill >= 1.0
            row = RuleRow(
                f"r{r:02d}", signals[(3 * r + 1) % len(signals)].name, f"b{b}", "decreases" if k == 1 else "increases",
                at_zero=1.0 - sign if stated_at_zero else None, at_saturation=None if stated_at_zero else 1.0 + sign,
                half_max=half, hill=hill,
            )  # fmt: skip
            responses.append(normalise(row, 1.0))
    return RuleTable(behaviours, signals, responses, levels=[f"field{j}" for j in range(FIELDS)])


def tissue_cells(table: RuleTable, count: int) -> Cells:
    """Return `count` cells on VOXELS voxels, cell k in voxel k mod VOXELS, fields uniform in 0 to 2 mM."""
    levels = np.random.default_rng(1).uniform(0.0, 2.0, (FIELDS, VOXELS))
    baseline = np.array([behaviour.baseline for behaviour in table.behaviours])
    return Cells(np.repeat(baseline[:, None], count, axis=1), levels, np.arange(count, dtype=np.int32) % VOXELS)


def unit_table(unit: str, hill: float = 4.0) -> RuleTable:
    """Return PhysiCell's work unit A (10 increasing rows on 10 behaviours) or B (5 with one row up and one down).

    Same signals, half-maxima and powers; the combination is the product of normalised rows, and values are on target
    at once, as there.
    """
    pairs = [(i, 1.0) for i in range(10)] if unit == "A" else [(i, sign) for i in range(5) for sign in (1.0, -1.0)]
    behaviours = [Behaviour(f"b{i}", 1.0, 0.0) for i in dict(pairs)]
    signals = [Signal(f"field{j}", SignalSource.LEVEL, f"field{j}", 1.0) for j in range(2)]
    responses = []
    for i, sign in pairs:
        half, signal = 0.8 + 0.01 * i, i % 2 if unit == "A" else int(sign < 0)
        x = half**-hill
        # 1 and 2 (or 1 and 0.1) at the ends, as a response relative to that at a signal of 1
        healthy = (1.0 + (2.0 if sign > 0 else 0.1) * x) / (1.0 + x)
        row = RuleRow(
            f"r{i}{'u' if sign > 0 else 'd'}", f"field{signal}", f"b{i}", "increases" if sign > 0 else "decreases",
            at_zero=1.0 / healthy, half_max=half, hill=hill,
        )  # fmt: skip
        responses.append(normalise(row, 1.0))
    return RuleTable(behaviours, signals, responses, levels=["field0", "field1"])


def unit_cells(table: RuleTable) -> Cells:
    """Return the 100 000 cells and two fields of 200 x 200 voxels of PhysiCell's work units."""
    i, j = np.arange(VOXELS), np.arange(2)[:, None]
    levels = 0.3 + 1.2 * ((7919 * i + 104729 * j) % 10007) / 10007
    return Cells(np.ones((len(table.behaviours), 100_000)), levels, np.arange(100_000, dtype=np.int32) % VOXELS)
