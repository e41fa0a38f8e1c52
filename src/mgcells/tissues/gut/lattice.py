"""Magnesium and threonate along the axis from crypt base to villus tip, in the lumen and under the epithelium.

The lumen differs along the bowel: columns of the small bowel stand in duodenum, jejunum or ileum, and every column
meets the magnesium of its own part.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mgcells.arrays import Floats
from mgcells.fields import Axes
from mgcells.tissues.tissue import Surroundings

LEVELS = (
    "luminal_magnesium", "luminal_threonate", "magnesium", "threonate",
    "tnf", "oxidative_stress", "butyrate", "commensals", "mucus", "leak", "injury", "exposure",
)  # fmt: skip
ROW = {name: row for row, name in enumerate(LEVELS)}
IN_PLASMA = ("magnesium", "threonate")
SHARED = slice(ROW["luminal_threonate"], ROW["threonate"] + 1)
DUODENUM, JEJUNUM, ILEUM, COLON = PARTS = range(4)
NICHE_ROWS = slice(ROW["tnf"], ROW["mucus"] + 1)
NICHE_LEVELS = LEVELS[NICHE_ROWS]
SPREADING = (ROW["tnf"],)


class GutLattice:
    """What cells sense at their own site: levels along the axis, shared by columns, and each column's own niche.

    Columns of the small bowel come first, from duodenum to ileum, then those of the colon.

    Attributes
    ----------
    levels : float array, shape (quantities, columns * zones)
    content : list of float
        Magnesium of the content of each part of the bowel, mM.
    part : integer array, shape (columns,)
        The part of the bowel in which each column stands: 0 duodenum, 1 jejunum, 2 ileum, 3 colon.
    """

    def __init__(self, values: Mapping[str, float], surroundings: Surroundings) -> None:
        self.small, self.zones = int(values["gut.lattice.columns"]), int(values["gut.lattice.zones"])
        self.columns = self.small + int(values["gut.lattice.colon_columns"])
        self.levels = np.ones((len(LEVELS), self.columns * self.zones))
        ring, colon = int(values["gut.crypt.ring"]), self.columns - self.small
        self._crypts = np.concatenate([np.arange(0, self.small, ring), self.small + np.arange(0, colon, ring)])
        self._crypt_sizes = np.diff(self._crypts, append=self.columns)
        self._shared_part = values["gut.niche.spread"]
        self._least = values["gut.lumen.secreted_share"] * values["body.gut.lumen_magnesium"]
        spacing = values["gut.lattice.spacing"]
        crypt = values["gut.crypt.length"] / (values["gut.crypt.length"] + values["gut.villus.length"])
        in_crypt = (np.arange(self.zones) + 0.5) / self.zones < crypt
        mixing = np.where(in_crypt, values["gut.lumen.mixing_crypt"], values["gut.lumen.mixing_villus"])
        supply = np.full(self.zones, values["gut.interstitium.exchange"])
        outside, inside = len(PARTS) + 1, len(IN_PLASMA)
        exchange = np.stack([*[mixing] * outside, *[supply] * inside])
        diffusivity = [values["gut.lumen.diffusivity"]] * outside + [values["gut.interstitium.diffusivity"]] * inside
        self.part = np.full(self.columns, COLON)
        place = (np.arange(self.small) + 0.5) / self.small
        ends = np.cumsum([values["gut.lumen.duodenum_share"], values["gut.lumen.jejunum_share"]])
        self.part[: self.small] = np.searchsorted(ends, place, side="right")
        self.content = self._content(surroundings)
        self._axes = Axes(spacing, diffusivity, exchange, self._baths(surroundings))
        self._write_axes()
        for name in ("injury", "exposure"):
            self._sheets[ROW[name]] = 0.0
        self._injury, self._exposed = 0.0, False

    @property
    def _sheets(self) -> Floats:
        # Not an attribute: a copy of it and a copy of `levels` would be two arrays.
        return self.levels.reshape(len(LEVELS), self.columns, self.zones)

    @property
    def colonic_magnesium(self) -> float:
        """Magnesium at the surface of the colon, mM."""
        return float(self._axes.mean[COLON, -1])

    def meet(self, surroundings: Surroundings, hours: float) -> None:
        """Let the axes exchange with bowel content and plasma for `hours`."""
        self.content = self._content(surroundings)
        self._axes.step(self._baths(surroundings), hours)
        self._write_axes()

    def show(self, niche: Floats) -> None:
        """Let all sites of the columns sense their niche, shape (len(NICHE_LEVELS), columns).

        What spreads is shared out among the columns around one crypt.
        """
        self._sheets[NICHE_ROWS] = niche[:, :, None]
        for row in SPREADING:
            values = niche[row - NICHE_ROWS.start]
            mean = np.add.reduceat(values, self._crypts) / self._crypt_sizes
            spread = values + self._shared_part * (mean.repeat(self._crypt_sizes) - values)
            self._sheets[row] = spread[:, None]

    def let_through(self, small: Floats, colon: Floats) -> None:
        """Let all sites of the columns of both segments sense what leaks through their edges."""
        leak = self._sheets[ROW["leak"]]
        leak[: self.small], leak[self.small :] = small[:, None], colon[:, None]

    def injure(self, injury: float) -> None:
        """Flood the colon with what injures; the small bowel has none of it."""
        if injury != self._injury:
            self._sheets[ROW["injury"], self.small :] = self._injury = injury
            self._exposed = True

    def expose(self) -> None:
        """Let what injures from the lumen through where mucus is thin."""
        if not self._exposed:
            return
        injury, mucus = self._sheets[ROW["injury"], :, :1], self._sheets[ROW["mucus"], :, :1]
        self._sheets[ROW["exposure"]] = injury * np.maximum(0.0, 1.0 - mucus)
        self._exposed = self._injury != 0.0

    def _content(self, surroundings: Surroundings) -> list[float]:
        return [max(level, self._least) for level in surroundings.lumen_magnesium]

    def _baths(self, surroundings: Surroundings) -> list[float]:
        """Return magnesium of the parts' content and threonate of all of it, then both of plasma, mM."""
        plasma = surroundings.ionised_magnesium, surroundings.threonate
        return [*self.content, surroundings.lumen_threonate, *plasma]

    def _write_axes(self) -> None:
        along = self._axes.mean
        self._sheets[ROW["luminal_magnesium"]] = along[self.part]
        self._sheets[SHARED] = along[len(PARTS) :, None, :]
