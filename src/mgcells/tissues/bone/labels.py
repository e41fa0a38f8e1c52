"""What histomorphometry reads from a section: double labels, completed cavities and walls, rates."""

from __future__ import annotations

import math

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.tissues.bone.parameters import Remodelling
from mgcells.tissues.bone.section import Section
from mgcells.tissues.bone.sparse_sites import SparseSites

LAST = 200


class Labels:
    """Fluorescent double labelling, over and over: a label marks where mineral is being laid when it is given.

    Attributes
    ----------
    apposition : float
        Mineral apposition rate (MAR) of the last pair, um/h: distance of the two labels over the time between them.
    surface : float
        Mineralising surface (MS/BS) of the last pair: double-labelled plus half of the single-labelled surface.
    """

    def __init__(self, section: Section, unit: Remodelling) -> None:
        fresh = section.fresh
        rate = section.osteoid[fresh] / unit.mineralisation_lag
        marked = rate > unit.label_threshold
        self.apposition = float(rate[marked].mean()) if marked.any() else 0.0
        self.surface = int(marked.sum()) / max(1, section.surface_sites)
        self._give(fresh[marked], 0.0)

    def cover(self, sites: Integers, mineralised: Floats) -> None:
        """Let mineral be laid on the last label, um of it at some sites, shape (sites,)."""
        self._covered += SparseSites.of(sites, mineralised)[self._sites]

    def read(self, section: Section, fresh: Integers, speed: Floats, unit: Remodelling, hour: float) -> None:
        """Give the next label when its time has come, and read the pair.

        `speed` is the share of the osteoid of each `fresh` site that turns into mineral, 1/h.
        """
        passed = hour - self._at
        if passed < unit.label_interval * (1.0 - 1e-9):
            return
        marked = fresh[section.osteoid[fresh] * speed > unit.label_threshold]
        again = np.isin(self._sites, marked)
        double = int(again.sum())
        single = marked.size + again.size - 2 * double
        if double:
            self.apposition = float(self._covered[again].mean()) / passed
        self.surface = (double + 0.5 * single) / max(1, section.surface_sites)
        self._give(marked, hour)

    @property
    def formation_rate(self) -> float:
        """Bone formation rate per bone surface (BFR/BS), um/h."""
        return self.apposition * self.surface

    def _give(self, marked: Integers, hour: float) -> None:
        self._sites, self._at = marked, hour
        self._covered = np.zeros(self._sites.size)


class RemodellingRecord:
    """Completed cavities and walls (um), and rates of the section averaged exponentially over the readout window."""

    def __init__(self, activated: float, eroded: float, formed: float) -> None:
        self.activated, self.eroded, self.formed = activated, eroded, formed
        self.cavities: list[float] = []
        self.walls: list[float] = []

    def add_rates(self, hours: float, averaging: float, activated: float, eroded: float, formed: float) -> None:
        """Move towards the rates of the last step: sites and um of voxel depth in `hours`."""
        share = -math.expm1(-hours / averaging)
        self.activated += share * (activated / hours - self.activated)
        self.eroded += share * (eroded / hours - self.eroded)
        self.formed += share * (formed / hours - self.formed)

    def add_cavities(self, depth: Floats) -> None:
        """Note cavities that osteoclasts have left."""
        self.cavities = [*self.cavities, *depth.tolist()][-LAST:]

    def add_walls(self, thickness: Floats) -> None:
        """Note walls whose team has finished."""
        self.walls = [*self.walls, *thickness.tolist()][-LAST:]
