"""What can be seen of nervous tissue: regions side by side, neurons by their potential and sensitisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from mgcells.tissues.nervous.nervous_tissue import NervousTissue
from mgcells.tissues.view import Trait, View


class NervousView(View[NervousTissue]):
    """A patch of brain or spinal cord, its surface at the upper edge."""

    traits: ClassVar[Mapping[str, Trait]] = {
        "potential": Trait("membrane potential", "mV"),
        "sensitisation": Trait("sensitisation (0 to 1)", bounds=(0.0, 1.0)),
    }

    def parts(self) -> dict[str, int]:
        """Return the regions that have a column, and the first of each."""
        regions = self.tissue.regions
        row = regions.place[: self.tissue.shape[1]]
        found = {name: np.flatnonzero(row == place) for place, name in enumerate(regions.names)}
        return {name: int(columns[0]) for name, columns in found.items() if columns.size}
