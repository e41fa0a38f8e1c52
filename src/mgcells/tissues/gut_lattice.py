"""Magnesium and threonate along the axis from crypt base to villus tip, in the lumen and under the epithelium."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mgcells.fields import Field, Medium
from mgcells.tissues.tissue import Surroundings

Floats = NDArray[np.float64]
LEVELS = (
    "luminal_magnesium", "luminal_threonate", "magnesium", "threonate",
    "tnf", "oxidative_stress", "butyrate", "commensals", "mucus", "leak", "injury", "exposure",
    "goblets", "butyrate_producers", "mucus_symbionts", "pathobionts",
)  # fmt: skip
ROW = {name: row for row, name in enumerate(LEVELS)}
FIELDS = LEVELS[:4]
NICHE_LEVELS = LEVELS[4:9]


class GutLattice:
    """What cells sense at their own site: fields of the axis, shared by all columns, and each column's own niche.

    Columns of the small bowel come first, then those of the colon.

    Attributes
    ----------
    levels : float array, shape (quantities, columns * zones)
    """

    def __init__(self, values: Mapping[str, float], surroundings: Surroundings) -> None:
        self.small, self.zones = int(values["gut.lattice.columns"]), int(values["gut.lattice.zones"])
        self.columns = self.small + int(values["gut.lattice.colon_columns"])
        self.levels = np.ones((len(LEVELS), self.columns * self.zones))
        self._sheets = self.levels.reshape(len(LEVELS), self.columns, self.zones)
        self._least = values["gut.lumen.secreted_share"] * values["body.gut.lumen_magnesium"]
        spacing = values["gut.lattice.spacing"]
        crypt = values["gut.crypt.length"] / (values["gut.crypt.length"] + values["gut.villus.length"])
        in_crypt = (np.arange(self.zones) + 0.5) / self.zones < crypt
        mixing = np.where(in_crypt, values["gut.lumen.mixing_crypt"], values["gut.lumen.mixing_villus"])[None, :]
        supply = np.full((1, self.zones), values["gut.interstitium.exchange"])
        lumen = Medium(values["gut.lumen.diffusivity"], 0.0, float("inf"))
        interstitium = Medium(values["gut.interstitium.diffusivity"], 0.0, float("inf"))
        baths = self._baths(surroundings)
        self.fields = [
            Field(name, (1, self.zones), spacing, medium, exchange=exchange, initial=bath)
            for name, medium, exchange, bath in zip(
                FIELDS, (lumen, lumen, interstitium, interstitium), (mixing, mixing, supply, supply), baths, strict=True
            )
        ]
        self._write_fields(baths)
        self.flood("injury", 0.0)
        self.flood("exposure", 0.0)

    def meet(self, surroundings: Surroundings, hours: float) -> None:
        """Let the fields exchange with bowel content and plasma for `hours`."""
        for field, bath in zip(self.fields, self._baths(surroundings), strict=True):
            field.bath = bath
            field.step(hours)
        for index, field in enumerate(self.fields):
            self._sheets[index] = field.mean.reshape(1, self.zones)

    def write(self, name: str, values: Floats) -> None:
        """Write one value per column, shape (columns,), to all sites of the columns."""
        self._sheets[ROW[name]] = values[:, None]

    def flood_colon(self, name: str, value: float) -> None:
        """Write one value to all sites of the colon and nothing to the small bowel."""
        self._sheets[ROW[name], self.small :] = value

    def expose(self) -> None:
        """Let what injures from the lumen through where mucus is thin."""
        self._sheets[ROW["exposure"]] = self._sheets[ROW["injury"]] * np.maximum(0.0, 1.0 - self._sheets[ROW["mucus"]])

    def flood(self, name: str, value: float) -> None:
        """Write one value to all sites."""
        self._sheets[ROW[name]] = value

    def _baths(self, surroundings: Surroundings) -> tuple[float, float, float, float]:
        return (
            max(surroundings.lumen_magnesium, self._least),
            surroundings.lumen_threonate,
            surroundings.ionised_magnesium,
            surroundings.threonate,
        )

    def _write_fields(self, baths: tuple[float, float, float, float]) -> None:
        for index, bath in enumerate(baths):
            self._sheets[index] = bath
