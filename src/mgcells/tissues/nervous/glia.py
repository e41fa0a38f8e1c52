"""Glia of a nervous tissue: where it sits, and the cytokines that spread from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Floats
from mgcells.fields import Field, Medium
from mgcells.streams import Streams
from mgcells.tissues.nervous.regions import Places

CYTOKINES = ("tnf", "il1b")
SECRETION = {"tnf": "tnf_secretion", "il1b": "il1b_secretion"}
LONG = 1e6
MOST_SOLVES = 50


def place_glia(values: Mapping[str, float], section: str, name: str, region: Places, streams: Streams) -> Floats:
    """Return how much of the tissue's secretion each site holds, shape (sites,): 0 without glia, 1 on average.

    Parameters
    ----------
    region : 8-bit integer array, shape (sites,)
        Every region gets the same share of sites with glia, at least one.
    """
    lot = streams.uniform(f"{name}.glia", 0.0, np.arange(region.size, dtype=np.uint64))
    density = np.zeros(region.size)
    for number in range(int(region.max()) + 1):
        here = np.flatnonzero(region == number)
        wanted = max(1, round(values[f"{section}.glia.share"] * here.size))
        density[here[np.argsort(lot[here], kind="stable")[:wanted]]] = here.size / wanted
    return density


@dataclass(frozen=True)
class Cytokines:
    """What glia secretes, as fields relative to the mean of the tissue in health.

    With the decay k of a cytokine and the density w of glia, sites where secretion relative to health is s gain k w s,
    so that the tissue holds 1 on average in health, more beside glia. Cells live with what they have at their place:
    they sense 1 plus what the concentration there exceeds its own level in health by.

    Attributes
    ----------
    fields : dict
        One for every name in CYTOKINES.
    resting : dict
        The same in health, flat.
    """

    fields: dict[str, Field]
    resting: dict[str, Floats]

    @classmethod
    def build(cls, values: Mapping[str, float], section: str, shape: tuple[int, int], density: Floats) -> Cytokines:
        """Return the fields in the equilibrium of health."""
        fields: dict[str, Field] = {}
        # What is secreted is written just before a step, and the mean read just after it.
        meanwhile = np.zeros(shape)
        for name in CYTOKINES:
            medium = Medium(
                values[f"{section}.{name}.diffusivity"], math.log(2.0) / values[f"{section}.{name}.half_life"]
            )
            fields[name] = Field(
                name, shape, values[f"{section}.lattice.spacing"], medium, initial=1.0, source=meanwhile,
                mean=meanwhile, beside=next(iter(fields.values()), None),
            )  # fmt: skip
        made = cls(fields, {})
        for name, field in fields.items():
            made._settle(field, density)
            made.resting[name] = field.values.flatten()
        return made

    def settle(self, name: str, secretion: Floats, sensed: Floats) -> None:
        """Bring one field to equilibrium with what glia secretes and write what is sensed, shapes (sites,)."""
        self._settle(self.fields[name], secretion)
        self._show(name, sensed)

    def spread(self, name: str, secretion: Floats, hours: float, sensed: Floats) -> None:
        """Advance one field by `hours` and write what is sensed on average meanwhile, shapes (sites,)."""
        field = self.fields[name]
        _secrete(field, secretion)
        field.step(hours)
        self._show(name, sensed)

    def _settle(self, field: Field, secretion: Floats) -> None:
        for _ in range(MOST_SOLVES):
            solves = field.solves
            _secrete(field, secretion)
            field.step(LONG)
            if field.solves == solves:
                return

    def _show(self, name: str, sensed: Floats) -> None:
        np.subtract(self.fields[name].mean.ravel(), self.resting[name], out=sensed)
        sensed += 1.0
        # Where the field has no sources left, a site far above the mean in health would sense less than nothing.
        np.maximum(sensed, 0.0, out=sensed)


def _secrete(field: Field, secretion: Floats) -> None:
    np.multiply(field.medium.decay, secretion.reshape(field.source.shape), out=field.source)
