"""Stroma of bone, the fields it feeds, and the levels that all cells of the section sense."""

from __future__ import annotations

from typing import Any

import numpy as np

from mgcells.arrays import Floats, Integers
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.rules.compiled_table import RuleTable
from mgcells.tissues.bone.defect import Defect
from mgcells.tissues.bone.signals import HOLE_LEVELS, LEVELS, SCALARS, bone_fields
from mgcells.tissues.tissue import Surroundings

SETTLING = 4
HEALING = HOLE_LEVELS[1:]
SECRETED = {"rankl": "field_rankl", "opg": "field_opg"}


class StromaPatch:
    """Pieces of stroma and the levels that are sensed there, the last of which are what stroma does: one array.

    Attributes
    ----------
    names : tuple of str
    levels : float array, shape (levels, pieces)
    scalars : float array, shape (scalars,)
        What is alike at all of them.
    stroma : Population
    """

    def __init__(self, names: tuple[str, ...], table: RuleTable, pieces: int) -> None:
        self.names = names
        self.levels = np.ones((len(names), pieces))
        self.scalars = np.ones(len(SCALARS))
        self.stroma = Population("bone stroma", table, capacity=pieces, named=False)
        self._link()
        self.stroma.add(None, np.arange(pieces))

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a copy's parts, in which stroma and levels are one array again."""
        self.__dict__.update(state)
        self._link()

    def __getitem__(self, name: str) -> Floats:
        """Return a level as a view, shape (pieces,)."""
        level: Floats = self.levels[self.names.index(name)]
        return level

    def __setitem__(self, name: str, values: Floats | float) -> None:
        self.levels[self.names.index(name)] = values

    def meet(self, hormones: Floats, threonate: float) -> None:
        """Take what hormones and threonate (mM) tell all pieces alike."""
        self.scalars = np.array([*hormones, threonate, *(0.0 for _ in HEALING)])

    def widen(self, names: tuple[str, ...], place: int, added: int) -> None:
        """Add levels of 0 before the one at `place`, after which all are called `names`."""
        self.names, self.levels = names, np.insert(self.levels, [place] * added, 0.0, axis=0)
        self._link()

    def _link(self) -> None:
        self.stroma.state = self.levels[-len(self.stroma.behaviour_row) :]


class Stroma:
    """One piece of stroma for every site, and one that meets plasma alone and is what the body hears from.

    Attributes
    ----------
    sites, plasma : StromaPatch
    fields : dict
    """

    def __init__(
        self, library: Library, setting: Setting, shape: tuple[int, int], defect: Defect, surroundings: Surroundings
    ) -> None:
        self._shape, self._defect = shape, defect
        self._behaviours = tuple(library.cells["bone"].record.behaviours)
        self._normal = setting.healthy["body.plasma.ionised"]
        table = self.table(library, setting, "bone")
        self.sites, self.plasma = (StromaPatch(self._names, table, pieces) for pieces in (defect.inside.size, 1))
        bath = (surroundings.ionised_magnesium, surroundings.threonate)
        self.fields = bone_fields(shape, setting.values, bath, self._means())
        self._freed = np.zeros(0, np.int64), np.zeros(0)
        self._read(setting)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a copy's parts, in which means of fields and levels are one array again."""
        self.__dict__.update(state)
        self._link()

    def adopt(self, library: Library, setting: Setting, defect: Defect) -> None:
        """Take over other parameters, rules and inhibitors, and a hole where there was none."""
        holed, self._defect = self._defect.present, defect
        if defect.present and not holed:
            for patch in (self.sites, self.plasma):
                patch.widen(self._names, len(LEVELS), len(HOLE_LEVELS))
            self._link()
        self.sites.stroma.table = self.plasma.stroma.table = self.table(library, setting, "bone")
        self._read(setting)

    def table(self, library: Library, setting: Setting, cell: str) -> RuleTable:
        """Return the rules of a cell that senses these levels and scalars."""
        return rule_table(library, setting, cell, levels=self._names, scalars=SCALARS)

    def free(self, sites: Integers, magnesium: Floats) -> None:
        """Let resorption free magnesium (mM/h) at some sites during the next step."""
        self._freed = sites, magnesium

    def spread(self, magnesium: float, threonate: float, hormones: Floats, hours: float) -> None:
        """Advance the fields in a bath (mM) and write what is sensed."""
        source = self.fields["magnesium"].source
        source[:] = 0.0
        sites, freed = self._freed
        source.ravel()[sites] = freed
        for name, level in (("magnesium", magnesium), ("threonate", threonate)):
            self.fields[name].bath = level
            self.fields[name].step(hours)
        for name in SECRETED:
            field = self.fields[name]
            np.multiply(self.sites[name].reshape(self._shape), field.medium.decay, out=field.source)
            field.step(hours)
        here = float(self.fields["threonate"].mean[0, 0])
        if self._defect.present:
            self._write_hole(here)
        self._restrain(self.sites)
        felt = (1.0 - self.denervated) * self._defect.nerves
        self.sites["cgrp_felt"] = 1.0 + felt * (self.sites["cgrp"] - 1.0)
        self.sites.meet(hormones, here)
        self._bathe_plasma(magnesium, threonate, hormones)

    def advance(self, hours: float) -> None:
        """Let stroma answer to what it senses."""
        for patch in (self.sites, self.plasma):
            patch.stroma.advance(patch.levels, patch.scalars, hours)

    def settle(self, magnesium: float, threonate: float, hormones: Floats) -> None:
        """Bring stroma and cytokines to the equilibrium of a constant bath, alike everywhere."""
        self.sites["magnesium"] = magnesium
        if self._defect.present:
            self.sites["threonate"] = threonate
            for patch in (self.sites, self.plasma):
                for name in HEALING:
                    patch[name] = 0.0
        self._restrain(self.sites)
        self.sites.meet(hormones, threonate)
        self._bathe_plasma(magnesium, threonate, hormones)
        for _ in range(SETTLING):
            for patch in (self.sites, self.plasma):
                patch.stroma.settle(patch.levels, patch.scalars)
                for name, level in SECRETED.items():
                    patch[level] = patch[name]
        for name in SECRETED:
            self.fields[name].values[:] = self.sites[name][0]

    @property
    def _names(self) -> tuple[str, ...]:
        return (*LEVELS, *(HOLE_LEVELS if self._defect.present else ()), *self._behaviours)

    def _read(self, setting: Setting) -> None:
        self._restraint = setting.values["bone.turnover.restraint"]
        self.denervated = setting.values["bone.drive.denervation"]

    def _means(self) -> dict[str, Floats]:
        """Return where the lattice shows the mean of fields: name -> view of its level."""
        shown = {"magnesium": "magnesium", **SECRETED}
        return {name: self.sites[level].reshape(self._shape) for name, level in shown.items()}

    def _link(self) -> None:
        for name, mean in self._means().items():
            self.fields[name].mean = mean

    def _restrain(self, patch: StromaPatch) -> None:
        patch["restraint"] = (patch["magnesium"] / self._normal) ** self._restraint

    def _bathe_plasma(self, magnesium: float, threonate: float, hormones: Floats) -> None:
        self.plasma.meet(hormones, threonate)
        self.plasma["magnesium"] = magnesium
        if self._defect.present:
            self.plasma["threonate"] = threonate
        self._restrain(self.plasma)
        for name, level in SECRETED.items():
            self.plasma[level] = self.plasma[name]

    def _write_hole(self, threonate: float) -> None:
        """Add what the scaffold frees to the levels of the hole; `threonate` (mM) is that of the section."""
        defect, sites = self._defect, self.sites
        sites["magnesium"] += defect.magnesium * defect.inside
        sites["threonate"] = np.asarray(threonate + defect.threonate * defect.inside)
        surplus = np.maximum(0.0, sites["magnesium"] / self._normal - 1.0) * defect.inside
        sites["early_magnesium"] = surplus * defect.early
        sites["late_magnesium"] = surplus * (1.0 - defect.early)
