"""What can be seen of bone: its cells on the section, over its matrix or over what they sense."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

from mgcells.arrays import Floats
from mgcells.tissues.bone.bone import Bone
from mgcells.tissues.view import Choice, Trait, View


class BoneView(View[Bone]):
    """The trabecular section."""

    traits: ClassVar[Mapping[str, Trait]] = {"age": Trait("time at work", "h")}

    def grounds(self) -> tuple[Choice, ...]:
        """Return the matrix with and without mineral."""
        return (
            Choice("mineral", "mineral", "um", math.nan),
            Choice("osteoid", "osteoid (matrix without mineral)", "um", math.nan),
        )

    def ground(self, key: str) -> Floats:
        """Return matrix, or a level as the stroma holds it: cells may not yet have sensed one that a hole has added."""
        matrix = {"mineral": self.tissue.section.mineral, "osteoid": self.tissue.section.osteoid}
        values = matrix[key] if key in matrix else self.tissue.stroma.sites[key]
        return values.reshape(self.tissue.shape)
