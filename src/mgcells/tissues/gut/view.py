"""What can be seen of the lining: columns side by side, their cells one above the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.cells.population import Population
from mgcells.tissues.gut.enterocyte import LiningKind
from mgcells.tissues.gut.gut import Gut
from mgcells.tissues.view import Trait, View

# Columns may grow longer than in health.
ROOM_ABOVE = 1.25
KIND_NAMES = {
    LiningKind.STEM: "stem cell",
    LiningKind.TRANSIT_AMPLIFYING: "transit-amplifying cell",
    LiningKind.ENTEROCYTE: "absorptive cell",
    LiningKind.GOBLET: "goblet cell",
}


class GutView(View[Gut]):
    """Small bowel and colon: crypt bases at the lower edge, tips and surface above."""

    kinds: ClassVar[tuple[str, ...]] = tuple(KIND_NAMES[kind] for kind in LiningKind)
    traits: ClassVar[Mapping[str, Trait]] = {"position": Trait("position above the crypt base", "cells")}

    def __init__(self, tissue: Gut) -> None:
        super().__init__(tissue)
        self.sites = (round(ROOM_ABOVE * max(part.length for part in tissue.segments)), tissue.shape[0])

    def parts(self) -> dict[str, int]:
        """Return the two segments and the column where each begins."""
        return {"small bowel": self.tissue.small.sheet.first, "colon": self.tissue.colon.sheet.first}

    def kind_of(self, population: Population) -> Floats:
        """Return what every cell has become."""
        return population.trait("kind")

    def places(self, population: Population) -> tuple[Integers, Integers]:
        """Return every cell's height from the top of the grid, and its column."""
        sites = population.voxel[: population.count].astype(np.int64)
        height = np.minimum(population.trait("position").astype(np.int64), self.sites[0] - 1)
        return self.sites[0] - 1 - height, sites // self.tissue.shape[1]

    def ground(self, key: str) -> Floats:
        """Return a level along the columns, the zones of each stretched over its healthy length."""
        values, (columns, zones), segments = super().ground(key), self.tissue.shape, self.tissue.segments
        length = np.repeat([part.length for part in segments], [part.sheet.columns for part in segments])
        zone = np.minimum(np.arange(self.sites[0])[:, None] * zones // length, zones - 1)
        along: Floats = values[np.arange(columns), zone.astype(np.intp)]
        return along[::-1]
