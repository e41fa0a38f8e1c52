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
    """What a tissue must have. Its kind is declared as a TissueKind in `TISSUES`, whose `place` names the class.

    A class with this constructor, these methods and these attributes; no base class is asked for, and
    `mgcells.tissues.patch.Patch` is a ready one.

    - `name`: that of its kind, on the class.
    - `shape`: rows and columns of its lattice, which never change.
    - `populations`: at least one, each under the name of its agents (Neuron, Osteoblast ...), a kind registered with
      `mgcells.cells.kinds.cell_kind`. A population has the name of its cell type in the library, its cells have names
      of their own (`uid`), and their `voxel` is a site of the lattice.
    - Equal settings, streams and surroundings make equal tissues, and a copy (`copy.deepcopy`) lives on as the original
      would: chance is drawn from `streams` alone, and no array is a view of another that a copy would separate.

    It may have a method `lose(agent, rows)`, which lets cells of a population die at once; without it they are taken
    out of their population, and nothing else follows. Where some cells cannot be missed, `keeps(agent, rows)` says why,
    and returns None otherwise.

    It may have a class method `problems(library)`, which returns a list of Problem: what its data lack. It is asked
    when a scenario with the tissue is checked. Observables and the tissue's view read whatever else there is.
    """

    @property
    def name(self) -> str:
        """The name of its kind."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the lattice."""

    @property
    def populations(self) -> Mapping[str, Population]:
        """The living cells by the name of their agents."""

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        """Build the tissue in equilibrium with its surroundings."""

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells keep their state.

        Raises
        ------
        ValueError
            The setting asks for what a living tissue cannot become, such as a lattice of another size.
        """

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: fields, sensing, rules, actions, births and deaths."""

    def feedback(self) -> Feedback:
        """Return what the tissue gives back to the body."""
