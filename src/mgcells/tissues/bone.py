"""Bone: remodelling units on a trabecular section, coupled by RANKL and OPG, releasing magnesium where they resorb."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mgcells.cells import osteoblast, osteoclast
from mgcells.cells.osteoblast import Fate, fates, lay_matrix
from mgcells.cells.osteoclast import resorb
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.fields import Field, Medium
from mgcells.library import Library
from mgcells.library.setting import Setting
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams, daughters
from mgcells.tissues.bone_parameters import Remodelling
from mgcells.tissues.bone_section import Section, trabeculae
from mgcells.tissues.tissue import Feedback, Surroundings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SUBSTANCES = ("magnesium", "threonate")
SCALARS = ("oestrogen_loss",)
DRIVE = "bone.drive.oestrogen_loss"
HOURS_BETWEEN_SURVEYS = 24.0


class Phase(IntEnum):
    """Where a site stands in its remodelling unit."""

    REST = 0
    RESORPTION = 1
    REVERSAL = 2
    FORMATION = 3


class Flows:
    """Rates of the section, averaged exponentially over the readout window. Volumes in um of voxel depth per hour."""

    def __init__(self, activated: float, eroded: float, formed: float) -> None:
        self.activated, self.eroded, self.formed = activated, eroded, formed

    def add(self, share: float, activated: float, eroded: float, formed: float) -> None:
        """Move by `share` towards the rates of the last step."""
        self.activated += share * (activated - self.activated)
        self.eroded += share * (eroded - self.eroded)
        self.formed += share * (formed - self.formed)


class Bone:
    """A trabecular section with osteoclasts, osteoblasts and stroma.

    Attributes
    ----------
    section : Section
    phase, clock : arrays, shape (voxels,)
        Where each site's remodelling unit stands, and for how long (h).
    fate_counts : integer array
        Osteoblasts that ended as osteocyte, lining cell, by apoptosis.
    recruited : int
        Osteoblasts that ever came, those of the start included.
    flows : Flows
    cavities, walls : lists of float
        Depth (um) of the last completed cavities and walls.
    """

    name = "bone"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        values = setting.values
        self.shape = (round(values["bone.lattice.rows"]), round(values["bone.lattice.columns"]))
        self.spacing = values["bone.lattice.spacing"]
        self.healthy = Remodelling.from_values(setting.healthy)
        self._streams = streams
        length = values["bone.lattice.trabecular_length"] / self.spacing
        generator = streams.generator("bone.geometry")
        solid = trabeculae(self.shape, values["bone.lattice.volume_fraction"], length, generator)
        self.section = Section(solid, self.spacing)
        self.start_sites = int(self.section.surface.sum())
        voxels = np.arange(solid.size)
        niche_names = tuple(library.cells["bone"].record.behaviours)
        self._level_names = (*SUBSTANCES, *niche_names)
        self.levels = np.empty((len(self._level_names), voxels.size))
        self._scalars = np.array([surroundings.values[DRIVE]])
        self.niche = Population("bone stroma", self._table(library, setting, "bone"), capacity=voxels.size)
        self.niche.add(voxels.astype(np.uint64), voxels)
        self.osteoclasts = Population("osteoclast", self._table(library, setting, "osteoclast"), osteoclast.TRAITS)
        self.osteoblasts = Population("osteoblast", self._table(library, setting, "osteoblast"), osteoblast.TRAITS)
        self.populations: Mapping[str, Population] = {"Osteoclast": self.osteoclasts, "Osteoblast": self.osteoblasts}
        self._read(setting)
        levels = (surroundings.ionised_magnesium, surroundings.threonate)
        self.fields = {name: self._field(name, values, level) for name, level in zip(SUBSTANCES, levels, strict=True)}
        self.levels[0], self.levels[1] = levels
        self.niche.settle(self.levels, self._scalars)
        self.levels[len(SUBSTANCES) :] = self.niche.state[:, : voxels.size]
        self.phase = np.zeros(voxels.size, np.int64)
        self.clock = np.zeros(voxels.size)
        self.fate_counts = np.zeros(len(Fate), np.int64)
        self.recruited = 0
        self.cavities: list[float] = []
        self.walls: list[float] = []
        self._built = np.zeros(voxels.size)
        self._begin(streams.generator("bone.units"))

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells and section keep their state."""
        self.niche.table = self._table(library, setting, "bone")
        self.osteoclasts.table = self._table(library, setting, "osteoclast")
        self.osteoblasts.table = self._table(library, setting, "osteoblast")
        self._read(setting)

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: fields, sensing, then resorption, reversal, formation, mineralisation, activation."""
        self._scalars[0] = surroundings.values[DRIVE]
        for row, bath in enumerate((surroundings.ionised_magnesium, surroundings.threonate)):
            field = self.fields[SUBSTANCES[row]]
            field.bath = bath
            field.step(hours)
            self.levels[row] = field.mean.ravel()
        self.niche.advance(self.levels, self._scalars, hours)
        self.levels[len(SUBSTANCES) :] = self.niche.state[:, : self.phase.size]
        self.osteoclasts.advance(self.levels, self._scalars, hours)
        self.osteoblasts.advance(self.levels, self._scalars, hours)
        self.clock += hours
        eroded = self._resorb(hours)
        self._reverse(surroundings.hour)
        formed = self._form(surroundings.hour, hours)
        share = -np.expm1(-hours / self.unit.mineralisation_lag * self._niche("mineralisation"))
        self.section.mineralise(share)
        if surroundings.hour % HOURS_BETWEEN_SURVEYS < hours:
            self.section.find_surface()
        activated = self._activate(surroundings.hour, hours)
        self.flows.add(-math.expm1(-hours / self.unit.averaging), activated / hours, eroded / hours, formed / hours)

    def feedback(self) -> Feedback:
        """Return the exchange of bone surface relative to health: as many surfaces are open as units are born."""
        return Feedback(bone_exchange=float(self._niche("activation").mean()))

    def _niche(self, behaviour: str) -> Floats:
        return self.niche.behaviour(behaviour)

    def _table(self, library: Library, setting: Setting, cell: str) -> RuleTable:
        return rule_table(library, setting, cell, levels=self._level_names, traits=("age",), scalars=SCALARS)

    def _read(self, setting: Setting) -> None:
        self.unit = Remodelling.from_values(setting.values)

    def _field(self, substance: str, values: Mapping[str, float], level: float) -> Field:
        rate = values[
            "bone.interstitium.exchange" if substance == "magnesium" else "bone.interstitium.threonate_exchange"
        ]
        medium = Medium(diffusivity=values["bone.interstitium.diffusivity"], decay=0.0, half=math.inf)
        field = Field(substance, self.shape, self.spacing, medium, exchange=np.full(self.shape, rate), initial=level)
        field.bath = level
        return field

    def _begin(self, generator: np.random.Generator) -> None:
        """Put the surface sites into the phases of a remodelling that has always gone on."""
        unit, sites = self.unit, np.flatnonzero(self.section.surface)
        time = generator.random(sites.size) / unit.activation
        busy = time < unit.cycle
        sites, time = sites[busy], time[busy]
        in_resorption = time < unit.resorption_time
        in_reversal = ~in_resorption & (time < unit.resorption_time + unit.reversal_time)
        forming = ~in_resorption & ~in_reversal
        depth = unit.erosion_depth * np.minimum(1.0, time / unit.resorption_time)
        self.section.erode(sites, depth)
        self.phase[sites] = np.select([in_resorption, in_reversal], [Phase.RESORPTION, Phase.REVERSAL], Phase.FORMATION)
        begun = np.select(
            [in_resorption, in_reversal], [0.0, unit.resorption_time], unit.resorption_time + unit.reversal_time
        )
        self.clock[sites] = time - begun
        eaten = sites[in_resorption]
        self.osteoclasts.add(eaten.astype(np.uint64) + np.uint64(1), eaten, age=time[in_resorption])
        laid = np.zeros(self.phase.size)
        laid[sites[forming]] = unit.wall_thickness * self.clock[sites[forming]] / unit.formation_time
        self._built += self.section.fill(laid)
        # Osteoid of the last lag is not yet mineral; older matrix is.
        fresh = unit.wall_thickness / unit.formation_time * unit.mineralisation_lag
        self.section.mineralise(np.clip(1.0 - fresh / np.maximum(self.section.osteoid, fresh), 0.0, 1.0))
        self._recruit(sites[forming], np.full(int(forming.sum()), 0.0), self.clock[sites[forming]], 0.0)
        self.osteoclasts.settle(self.levels, self._scalars)
        self.osteoblasts.settle(self.levels, self._scalars)
        rate = self.start_sites * unit.activation
        self.flows = Flows(rate, rate * unit.erosion_depth, rate * unit.wall_thickness)

    def _resorb(self, hours: float) -> float:
        cells, unit = self.osteoclasts, self.unit
        source = self.fields["magnesium"].source
        if cells.count == 0:
            source[:] = 0.0
            return 0.0
        depth, finished = resorb(cells, hours, unit.resorption_time, unit.erosion_depth)
        sites = cells.voxel[: cells.count]
        taken = self.section.erode(sites, depth)
        source[:] = 0.0
        source.ravel()[sites] = taken / self.spacing * unit.mineral_magnesium / hours
        left = sites[finished].copy()
        self.phase[left], self.clock[left] = Phase.REVERSAL, 0.0
        self.cavities = [*self.cavities, *self.section.cavity[left].tolist()][-200:]
        cells.remove(finished)
        return float(taken.sum())

    def _reverse(self, hour: float) -> None:
        ready = np.flatnonzero((self.phase == Phase.REVERSAL) & (self.clock >= self.unit.reversal_time))
        if ready.size:
            self.phase[ready], self.clock[ready], self._built[ready] = Phase.FORMATION, 0.0, 0.0
            draws = self._streams.uniform("bone.osteoblast.recruitment", hour, ready.astype(np.uint64))
            self._recruit(ready, draws, np.zeros(ready.size), hour)

    def _recruit(self, sites: Integers, draws: Floats, age: Floats, hour: float) -> None:
        teams = np.floor(self.unit.osteoblasts * self._niche("recruitment")[sites] + draws + 1e-9).astype(np.int64)
        self.phase[sites[teams == 0]] = Phase.REST
        member = np.concatenate([np.arange(size) for size in teams]) if teams.size else np.empty(0, np.int64)
        home = np.repeat(sites, teams)
        mothers = (home * 64 + member).astype(np.uint64)
        self.osteoblasts.add(daughters(mothers, hour), home, age=np.repeat(age, teams))
        self.recruited += home.size

    def _form(self, hour: float, hours: float) -> float:
        cells, unit = self.osteoblasts, self.unit
        if cells.count == 0:
            return 0.0
        share = unit.wall_thickness / unit.osteoblasts
        offered, finished = lay_matrix(cells, hours, unit.formation_time, share)
        sites = cells.voxel[: cells.count]
        laid = self.section.fill(np.asarray(np.bincount(sites, offered, minlength=self.phase.size), np.float64))
        self._built += laid
        if finished.size:
            draws = self._streams.uniform("bone.osteoblast.fate", hour, cells.uid[finished])
            ends = fates(draws, unit.osteocyte_share, unit.lining_share)
            self.fate_counts += np.bincount(ends, minlength=len(Fate))
            homes = np.unique(sites[finished])
            cells.remove(finished)
            busy = np.zeros(self.phase.size, bool)
            busy[cells.voxel[: cells.count]] = True
            rested = homes[~busy[homes]]
            self.walls = [*self.walls, *self._built[rested].tolist()][-200:]
            self.phase[rested], self.section.cavity[rested] = Phase.REST, 0.0
        return float(laid.sum())

    def _activate(self, hour: float, hours: float) -> int:
        quiet = np.flatnonzero(self.section.surface & (self.phase == Phase.REST))
        if quiet.size == 0:
            return 0
        chance = -np.expm1(-hours * self.unit.quiet_activation * self._niche("activation")[quiet])
        draws = self._streams.uniform("bone.activation", hour, quiet.astype(np.uint64))
        born = quiet[draws < chance]
        if born.size:
            self.phase[born], self.clock[born] = Phase.RESORPTION, 0.0
            self.osteoclasts.add(daughters(born.astype(np.uint64), hour), born)
        return int(born.size)
