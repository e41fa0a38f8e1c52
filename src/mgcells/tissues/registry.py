"""The tissues by name, imported when a scenario asks for them."""

from __future__ import annotations

import importlib
from typing import cast

from mgcells.tissues.tissue import Tissue

CLASSES = {"brain": "Brain", "spinal cord": "SpinalCord", "bone": "Bone", "gut": "Gut", "monolayer": "Monolayer"}


def tissue_class(name: str) -> type[Tissue]:
    """Return the class of the tissue with this name."""
    module = importlib.import_module(f"mgcells.tissues.{name.replace(' ', '_')}")
    return cast("type[Tissue]", getattr(module, CLASSES[name]))
