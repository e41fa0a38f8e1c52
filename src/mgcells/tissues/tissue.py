"""What every tissue has: a lattice, fields, a niche, populations of cells, and what it gives back to the body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mgcells.cells.population import Population
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.streams import Streams


@dataclass
class Surroundings:
    """What the body offers a tissue in this hour.

    `ionised_magnesium` and `threonate` are plasma levels, `csf_*` those of cerebrospinal fluid, `lumen_threonate` that
    of the gut's content, all in mM; `lumen_magnesium` are those of duodenum, jejunum, ileum and colon. `values` are the
    parameters in force now (a timed condition changes them). `signals` are plasma mediators relative to health (such
    as "pth") and what other tissues sent in the last step.
    """

    hour: float
    ionised_magnesium: float
    threonate: float
    csf_magnesium: float
    csf_threonate: float
    lumen_magnesium: tuple[float, ...]
    lumen_threonate: float
    values: Mapping[str, float]
    signals: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of_medium(cls, hour: float, values: Mapping[str, float]) -> Surroundings:
        """Return what the medium of a culture offers: the same levels on every side."""
        magnesium, threonate = values["medium.magnesium"], values["medium.threonate"]
        return cls(hour, magnesium, threonate, magnesium, threonate, (magnesium,), threonate, values)


@dataclass(frozen=True)
class Feedback:
    """What a tissue returns to the body: multipliers that are exactly 1 in health.

    `absorption` scales the saturable absorption of magnesium, `bone_exchange` the exchange with the bone surface.
    `signals` are sent to the other tissues, which sense them in the next step; a drive of that name takes their level.
    """

    absorption: float = 1.0
    bone_exchange: float = 1.0
    signals: Mapping[str, float] = field(default_factory=dict)


class Tissue(Protocol):
    """A living tissue on a lattice of `shape` (ny, nx).

    `populations` maps agent type names (Neuron, Osteoblast ...) to populations.
    """

    name: str
    shape: tuple[int, int]
    populations: Mapping[str, Population]
    niche: Population

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        """Build the tissue in equilibrium with its surroundings."""

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells keep their state."""

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: fields, sensing, rules, actions, births and deaths."""

    def feedback(self) -> Feedback:
        """Return what the tissue gives back to the body."""
