"""A drilled hole with a scaffold: what the scaffold frees, vessels that grow in, nerves that follow, sites to fill."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mgcells.arrays import Flags, Floats, Integers
from mgcells.tissues.bone.section import AROUND, EDGEWISE, neighbours

LITRES_PER_CUBIC_UM = 1e-15


class Defect:
    """A round hole in the middle of the section; without one (`radius` 0) nothing is inside.

    Attributes
    ----------
    inside : bool array, shape (voxels,)
    vessels, nerves : float arrays, shape (voxels,)
        Density relative to intact marrow: 1 outside, 0 inside at first.
    magnesium, threonate : float
        What the scaffold adds to interstitial levels inside, mM. The hole is far deeper than the section, so that its
        content is well mixed and clears at one rate.
    age : float
        Time since the hole was made, h.
    """

    def __init__(self, shape: tuple[int, int], values: Mapping[str, float]) -> None:
        spacing, radius = values["bone.lattice.spacing"], values["bone.defect.radius"]
        y, x = np.indices(shape)
        middle = (shape[0] - 1) / 2.0, (shape[1] - 1) / 2.0
        away = np.hypot(y - middle[0], x - middle[1]).ravel() * spacing
        self.inside: Flags = away < radius
        self.present = bool(self.inside.any())
        self._sites = np.flatnonzero(self.inside)
        self.area = self._sites.size
        intact = (~self.inside).astype(np.float64) if self.present else np.broadcast_to(1.0, away.shape)
        self.vessels: Floats = intact
        self.nerves: Floats = intact.copy() if self.present else intact
        self.magnesium = self.threonate = self.age = 0.0
        self._volume = math.pi * radius**2 * values["bone.defect.depth"] * LITRES_PER_CUBIC_UM
        self._around, self._beside = (neighbours(self._sites, shape, steps) for steps in (AROUND, EDGEWISE))
        self.adopt(values)

    def adopt(self, values: Mapping[str, float]) -> None:
        """Take over the rates in force."""
        self._clearance = values["bone.defect.clearance"]
        self._vessel_rate = values["bone.defect.vessel_rate"]
        self._nerve_rate = values["bone.defect.nerve_rate"]
        self._repair_rate = values["bone.defect.repair_rate"]
        self._densest = values["bone.defect.densest"]
        self._early = values["bone.defect.early_phase"]

    def release(self, magnesium: float, threonate: float, hours: float) -> None:
        """Let the scaffold free `magnesium` and `threonate` (mmol/h) into the hole for `hours`."""
        if not self.present:
            return
        kept = math.exp(-self._clearance * hours)
        reach = (1.0 - kept) / (self._clearance * self._volume)
        self.magnesium = self.magnesium * kept + magnesium * reach
        self.threonate = self.threonate * kept + threonate * reach
        self.age += hours

    @property
    def early(self) -> float:
        """Share of the first, inflammatory phase of healing that is left: 1 at once, 0 when there is no hole."""
        return math.exp(-((self.age / self._early) ** 2)) if self.present else 0.0

    def grow(self, angiogenesis: Floats, nerve_growth: Floats, hours: float) -> None:
        """Let vessels grow in from vessels beside them, and nerves from nerves along vessels.

        Parameters
        ----------
        angiogenesis, nerve_growth : float arrays, shape (voxels,)
            Speed relative to health.
        """
        if not self.present:
            return
        sites = self._sites
        for density, rate, along in (
            (self.vessels, self._vessel_rate * angiogenesis, None),
            (self.nerves, self._nerve_rate * nerve_growth, self.vessels),
        ):
            supply = 1.0 if along is None else along[sites]
            gain = -np.expm1(-hours * rate[sites] * density[self._beside].mean(axis=1) * supply)
            density[sites] += (1.0 - density[sites]) * gain

    def sites_to_fill(self, solid: Flags, resting: Flags) -> Integers:
        """Return marrow sites of the hole beside bone where repair may begin: not where bone is already dense."""
        sites = self._sites
        bone = solid[self._around].sum(axis=1) + solid[sites]
        crowded = bone / (len(AROUND) + 1) >= self._densest
        return np.asarray(sites[~solid[sites] & resting[sites] & solid[self._beside].any(axis=1) & ~crowded])

    def repair_chance(self, sites: Integers, commitment: Floats, hours: float) -> Floats:
        """Return the chance that repair begins at each of `sites` within `hours`; it needs vessels."""
        return -np.expm1(-hours * self._repair_rate * self.vessels[sites] * commitment[sites])
