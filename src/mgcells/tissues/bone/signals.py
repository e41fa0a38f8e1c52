"""What bone cells sense: hormones through their receptor, levels of the lattice, fields of cytokines."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from mgcells.arrays import HOURS_PER_DAY, Floats
from mgcells.cells.population import Population
from mgcells.fields import Field, Medium
from mgcells.tissues.tissue import Surroundings

SUBSTANCES = ("magnesium", "threonate")
CYTOKINES = ("rankl", "opg", "tgf_beta")
LEVELS = ("magnesium", "restraint", "cgrp_felt", "field_rankl", "field_opg")
# Alike at all sites, the last two 0, unless there is a hole.
HOLE_LEVELS = ("threonate", "early_magnesium", "late_magnesium")
SCALARS = ("oestrogen_loss", "dht", "calcitriol", "anabolic", "catabolic", "load", *HOLE_LEVELS)


def parathyroid(surroundings: Surroundings, hours: float) -> float:
    """Return PTH relative to health over the step that ends now: the body's own, an infusion and daily injections.

    An injected dose falls with one half-life; the mean over the step is exact.
    """
    values = surroundings.values
    level = surroundings.signals.get("pth", 1.0) + values["bone.drive.pth_infusion"]
    height = values["bone.drive.pth_injection"]
    if height > 0.0:
        rate = math.log(2.0) / values["bone.hormone.pth_half_life"]
        since = (surroundings.hour - hours) % HOURS_PER_DAY
        level += height * math.exp(-rate * since) * -math.expm1(-rate * hours) / (rate * hours)
    return level


def bone_fields(
    shape: tuple[int, int], values: Mapping[str, float], levels: tuple[float, ...], means: Mapping[str, Floats]
) -> dict[str, Field]:
    """Return the fields of bone.

    Magnesium and threonate are in equilibrium with plasma at `levels` (mM), RANKL and OPG at 1, their level in health,
    and TGF-beta at 0. No cell secretes threonate: it is alike everywhere, and one voxel stands for all. The others
    read what cells secrete from one array, to be filled for each just before its step; those named in `means` write
    their mean there, shape `shape`, TGF-beta to where it read.
    """
    spacing = values["bone.lattice.spacing"]
    source = np.zeros(shape)
    ion = Medium(values["bone.interstitium.diffusivity"])
    fields: dict[str, Field] = {}
    for name, key, size, level in zip(
        SUBSTANCES, ("exchange", "threonate_exchange"), (shape, (1, 1)), levels, strict=True
    ):
        exchange = np.full(size, values[f"bone.interstitium.{key}"])
        given = source if size == shape else None
        fields[name] = Field(
            name, size, spacing, ion, exchange=exchange, initial=level, source=given, mean=means.get(name)
        )
        fields[name].bath = level
    for name in CYTOKINES:
        medium = Medium(values[f"bone.cytokine.{name}_diffusivity"], values[f"bone.cytokine.{name}_decay"])
        fields[name] = Field(
            name, shape, spacing, medium, initial=0.0 if name == "tgf_beta" else 1.0, source=source,
            mean=means.get(name, source), beside=fields["magnesium"],
        )  # fmt: skip
    return fields


class Hormones:
    """The answer of the whole tissue to PTH: one receptor, advanced every step because pulses last an hour."""

    def __init__(self, receptor: Population) -> None:
        self.receptor = receptor
        receptor.add(np.zeros(1, np.uint64), np.zeros(1, np.int64))
        self._scalars = np.ones(1)
        self._levels = np.empty((0, 1))

    def settle(self, pth: float) -> None:
        """Bring the receptor to equilibrium with a constant level."""
        self._scalars[0] = pth
        self.receptor.settle(self._levels, self._scalars)

    def advance(self, pth: float, hours: float) -> None:
        """Let the receptor answer for `hours`."""
        self._scalars[0] = pth
        self.receptor.advance(self._levels, self._scalars, hours)

    def scalars(self, surroundings: Surroundings, load: float) -> Floats:
        """Return what every cell senses alike, in the order of SCALARS, those of a hole left out."""
        values = surroundings.values
        return np.array(
            [
                values["bone.drive.oestrogen_loss"],
                values["bone.drive.dht"],
                surroundings.signals.get("calcitriol", 1.0),
                self.receptor.mean("anabolic"),
                self.receptor.mean("catabolic"),
                load,
            ]
        )
