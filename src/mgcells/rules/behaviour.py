"""What a rule table may speak of: the behaviours a cell type has and the signals it senses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class SignalSource(IntEnum):
    """Where a signal's level is read."""

    LEVEL = 0  # a quantity of the tissue lattice, at the cell's own voxel
    OWN = 1  # another behaviour of the same cell, before this step
    TRAIT = 2  # a fixed property of the cell
    SCALAR = 3  # one number for the whole tissue


@dataclass(frozen=True)
class Signal:
    """What a cell senses: `max(0, (level - offset) * scale)` of a named quantity.

    `healthy` is the sensed value in the reference subject in health, in the sensed unit.
    """

    name: str
    source: SignalSource
    quantity: str
    healthy: float
    offset: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class Behaviour:
    """What a cell does: healthy value, first-order time constant (h; 0 follows at once) and way to combine.

    `maximum` caps the target (infinite when there is no cap).
    """

    name: str
    baseline: float
    time_constant: float
    additive: bool = False
    maximum: float = float("inf")
