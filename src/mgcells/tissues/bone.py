"""Bone: remodelling units that move along a trabecular surface, coupled by RANKL, OPG and the TGF-beta they free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mgcells.cells import osteoblast, osteoclast
from mgcells.cells.osteoblast import MATURE, Fate, fates, lay_matrix, mature
from mgcells.cells.osteoclast import resorb
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.library import Library
from mgcells.library.setting import Setting
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams, daughters
from mgcells.tissues.bone_defect import Defect
from mgcells.tissues.bone_labels import Labels, Record
from mgcells.tissues.bone_parameters import Remodelling
from mgcells.tissues.bone_reservoir import Reservoir
from mgcells.tissues.bone_section import Section, trabeculae
from mgcells.tissues.bone_signals import (
    HOLE_LEVELS,
    LEVELS,
    SCALARS,
    Hormones,
    bone_fields,
    parathyroid,
)
from mgcells.tissues.bone_teams import Recruitment
from mgcells.tissues.bone_units import Phase, Units, site_names
from mgcells.tissues.sparse import Sites, Sparse
from mgcells.tissues.tissue import Feedback, Surroundings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Uids = NDArray[np.uint64]
SETTLING = 4


class Bone:
    """A trabecular section with osteoclasts, the osteoblast line from its progenitors on, and stroma.

    Hormones act every step. Cells and fields, which change over days, act once per `interval` with the mean of what
    plasma offered meanwhile.

    Attributes
    ----------
    section : Section
    units : Units
    record, labels
        What histomorphometry reads.
    fate_counts : integer array
        Osteoblasts that ended as osteocyte, lining cell, by apoptosis.
    reservoir : Reservoir
        Progenitors of the marrow.
    recruited : int
        Progenitors that ever committed, those of the osteoblasts of the start included, less what a drill took.
    osteocytes : float array, shape (voxels,)
        Buried cells; resorption frees them with their matrix.
    defect : Defect
    """

    name = "bone"

    def __init__(self, library: Library, setting: Setting, streams: Streams, surroundings: Surroundings) -> None:
        values = setting.values
        self.shape = (round(values["bone.lattice.rows"]), round(values["bone.lattice.columns"]))
        self.spacing = values["bone.lattice.spacing"]
        self.healthy = Remodelling.from_values(setting.healthy)
        self._streams = streams
        self._normal = setting.healthy["body.plasma.ionised"]
        generator = streams.generator("bone.geometry")
        thickness = values["bone.lattice.trabecular_thickness"] / self.spacing
        solid = trabeculae(self.shape, values["bone.lattice.volume_fraction"], thickness, generator)
        self.section = Section(solid, self.spacing)
        self.start_sites = self.section.surface_sites
        self.units = Units(self.shape, streams)
        self._recruitment = Recruitment()
        self.defect = Defect(self.shape, values)
        self._behaviours = tuple(library.cells["bone"].record.behaviours)
        # The last column is not a site: stroma that meets plasma alone, from which the body hears.
        self.levels = np.ones((len(self._level_names), solid.size + 1))
        self.niche = Population(
            "bone stroma", self._table(library, setting, "bone"), capacity=solid.size + 1, named=False
        )
        self._show_stroma()
        self.niche.add(None, np.arange(solid.size + 1))
        self.osteoclasts = Population("osteoclast", self._table(library, setting, "osteoclast"), osteoclast.TRAITS)
        self.osteoblasts = Population("osteoblast", self._table(library, setting, "osteoblast"), osteoblast.TRAITS)
        table = self._table(library, setting, "progenitor")
        self.reservoir = Reservoir(table, self.shape, setting.values, streams)
        self.progenitors = self.reservoir.cells
        self.populations: Mapping[str, Population] = {
            "Osteoclast": self.osteoclasts, "Osteoblast": self.osteoblasts, "Progenitor": self.progenitors,
        }  # fmt: skip
        receptor = rule_table(library, setting, "bone_receptor", scalars=("pth",))
        self.hormones = Hormones(Population("bone receptor", receptor))
        self._read(setting)
        bath = (surroundings.ionised_magnesium, surroundings.threonate)
        self.fields = bone_fields(self.shape, values, bath, self._means())
        self._freed = np.zeros(0, np.int64), np.zeros(0)
        self._bath = np.zeros(4)
        self._waited = 0.0
        self.fate_counts = np.zeros(len(Fate), np.int64)
        self.recruited = 0
        self._built = Sparse(np.float64)
        self._settle(surroundings)
        self._begin(streams.generator("bone.units"))
        per_depth = self.unit.osteoblasts * self.unit.osteocyte_share / self.unit.wall_thickness
        self.osteocytes = self.section.mineral * per_depth
        self.start_osteocytes = float(self.osteocytes.sum())
        self.start_volume = self.section.volume_fraction
        self._drill()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a copy's parts, in which stroma, means of fields and levels are one array again."""
        self.__dict__.update(state)
        self._show_stroma()
        self._show_fields()

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells and section keep their state."""
        had = self.defect.present
        if had:
            self.defect.adopt(setting.values)
        else:
            self.defect = Defect(self.shape, setting.values)
            if self.defect.present:
                self._make_room_for_hole()
        self.niche.table = self._table(library, setting, "bone")
        self.osteoclasts.table = self._table(library, setting, "osteoclast")
        self.osteoblasts.table = self._table(library, setting, "osteoblast")
        self.progenitors.table = self._table(library, setting, "progenitor")
        self.reservoir.adopt(setting.values)
        self.hormones.receptor.table = rule_table(library, setting, "bone_receptor", scalars=("pth",))
        self._read(setting)
        if not had:
            self._drill()

    def step(self, surroundings: Surroundings, hours: float) -> None:
        """Live for `hours`: hormones now, everything else when an interval has passed."""
        self.hormones.advance(parathyroid(surroundings, hours), hours)
        given = surroundings.signals
        self._bath += hours * np.array([
            surroundings.ionised_magnesium, surroundings.threonate,
            given.get("scaffold_magnesium", 0.0), given.get("scaffold_threonate", 0.0),
        ])  # fmt: skip
        self._waited += hours
        if self._waited >= self.interval * (1.0 - 1e-9):
            waited, bath = self._waited, self._bath / self._waited
            self._waited, self._bath = 0.0, np.zeros(4)
            self._act(surroundings, bath, waited)

    def feedback(self) -> Feedback:
        """Return the exchange of bone surface relative to health: as many surfaces are open as units are born."""
        return Feedback(bone_exchange=float(self._niche("activation")[-1]))

    @property
    def mature_osteoblasts(self) -> Integers:
        """Sites of the osteoblasts that lay matrix, one entry for each cell."""
        cells = self.osteoblasts
        return np.asarray(cells.voxel[: cells.count][cells.trait("stage") == MATURE])

    def _act(self, surroundings: Surroundings, bath: Floats, hours: float) -> None:
        hour, size = surroundings.hour, self.units.phase.size
        self.defect.release(float(bath[2]), float(bath[3]), hours)
        self._sense(bath, hours)
        scalars = self.hormones.scalars(surroundings, self.start_volume / max(self.section.volume_fraction, 1e-9))
        for cells in (self.osteoclasts, self.osteoblasts, self.progenitors, self.niche):
            cells.advance(self.levels, scalars, hours)
        self.units.clock.values += hours
        eroded = self._resorb(hour, hours)
        self._reverse()
        formed = self._form(hour, hours)
        speed = self._niche("mineralisation")[:size] / self.unit.mineralisation_lag
        self.labels.read(self.section, self.section.osteoid * speed, self.unit, hour)
        self.labels.cover(self.section.mineralise(-np.expm1(-hours * speed)))
        self.section.find_surface()
        self._repair(hour, hours)
        activated = self._activate(hour, hours)
        self.reservoir.live(self.section.marrow * self.defect.vessels, hour, hours)
        self.record.add_rates(hours, self.unit.averaging, activated, eroded, formed)

    def _means(self) -> dict[str, Floats]:
        """Return where the lattice shows the mean of fields: name -> view of its level, the bath left out."""
        rows = {"magnesium": "magnesium", "rankl": "field_rankl", "opg": "field_opg"}
        return {name: self.levels[self._level_names.index(row), :-1].reshape(self.shape) for name, row in rows.items()}

    def _show_stroma(self) -> None:
        """Let what stroma does be what the lattice shows: one array for both."""
        self.niche.state = self.levels[-len(self._behaviours) :]

    def _show_fields(self) -> None:
        for name, mean in self._means().items():
            self.fields[name].mean = mean

    def _make_room_for_hole(self) -> None:
        """Add the levels that differ from place to place once there is a hole."""
        place = len(LEVELS)
        self.levels = np.insert(self.levels, [place] * len(HOLE_LEVELS), 0.0, axis=0)
        self._show_stroma()
        self._show_fields()

    @property
    def _level_names(self) -> tuple[str, ...]:
        return (*LEVELS, *(HOLE_LEVELS if self.defect.present else ()), *self._behaviours)

    def _niche(self, behaviour: str) -> Floats:
        return self.niche.behaviour(behaviour)

    def _table(self, library: Library, setting: Setting, cell: str) -> RuleTable:
        return rule_table(library, setting, cell, levels=self._level_names, scalars=SCALARS)

    def _read(self, setting: Setting) -> None:
        self.unit = Remodelling.from_values(setting.values)
        self.interval = setting.values["bone.lattice.interval"]
        self._restraint = setting.values["bone.turnover.restraint"]
        self.denervated = setting.values["bone.drive.denervation"]
        self._tgf_decay = setting.values["bone.cytokine.tgf_beta_decay"]

    def _sense(self, bath: Floats, hours: float) -> None:
        """Advance the fields and write what each site and, last, the bath offers into `levels`."""
        levels, row, inside = self.levels, self._level_names.index, self.defect.inside
        source = self.fields["magnesium"].source
        source[:] = 0.0
        sites, freed = self._freed
        source.ravel()[sites] = freed
        for index, name in enumerate(("magnesium", "threonate")):
            field = self.fields[name]
            field.bath = float(bath[index])
            field.step(hours)
            levels[index, -1] = bath[index]
        levels[1, :-1] = self.fields["threonate"].mean[0, 0]
        if self.defect.present:
            levels[0, :-1] += self.defect.magnesium * inside
            levels[1, :-1] += self.defect.threonate * inside
            surplus = np.maximum(0.0, levels[0, :-1] / self._normal - 1.0) * inside
            levels[row("early_magnesium"), :-1] = surplus * self.defect.early
            levels[row("late_magnesium"), :-1] = surplus * (1.0 - self.defect.early)
        levels[row("restraint")] = (levels[0] / self._normal) ** self._restraint
        felt = (1.0 - self.denervated) * self.defect.nerves
        levels[row("cgrp_felt"), :-1] = 1.0 + felt * (self._niche("cgrp")[:-1] - 1.0)
        for name in ("rankl", "opg"):
            field, made = self.fields[name], self._niche(name)
            np.multiply(made[:-1].reshape(self.shape), field.medium.decay, out=field.source)
            field.step(hours)
            levels[row(f"field_{name}"), -1] = made[-1]
        self.defect.grow(self._niche("angiogenesis")[:-1], self._niche("cgrp")[:-1], hours)

    def _settle(self, surroundings: Surroundings) -> None:
        """Bring stroma, hormones and cytokines to the equilibrium of a constant bath, alike everywhere."""
        levels, row = self.levels, self._level_names.index
        levels[0], levels[1] = surroundings.ionised_magnesium, surroundings.threonate
        levels[row("restraint")] = (levels[0] / self._normal) ** self._restraint
        levels[len(LEVELS) : -len(self._behaviours)] = 0.0
        self.hormones.settle(surroundings.signals.get("pth", 1.0) + surroundings.values["bone.drive.pth_infusion"])
        self._scalars = self.hormones.scalars(surroundings, 1.0)
        for _ in range(SETTLING):
            self.niche.settle(levels, self._scalars)
            for name in ("rankl", "opg"):
                levels[row(f"field_{name}")] = self._niche(name)
                self.fields[name].values[:] = self.fields[name].mean[:] = self._niche(name)[0]

    def _begin(self, generator: np.random.Generator) -> None:
        """Put the surface sites into the phases of a remodelling that has always gone on."""
        unit, section, units = self.unit, self.section, self.units
        rate = unit.activation * float(self._niche("activation")[-1])
        sites = np.flatnonzero(section.surface)
        time = generator.random(sites.size) / rate
        busy = time < unit.cycle
        sites, time = sites[busy], time[busy]
        starts = np.cumsum([0.0, unit.resorption_time, unit.reversal_time])
        phase = np.searchsorted(starts, time, side="right")
        units.phase[sites], units.clock[sites] = phase, time - starts[phase - 1]
        units.unit[sites] = site_names(sites)
        section.erode(sites, unit.erosion_depth * np.minimum(1.0, time / unit.resorption_time))
        eaten, forming = sites[phase == Phase.RESORPTION], sites[phase == Phase.FORMATION]
        self.osteoclasts.add(site_names(eaten), eaten, age=units.clock[eaten])
        units.lead(eaten[units.clock[eaten] < unit.crossing], 0.0, np.full(1, unit.persistence))
        self._recruitment.begin(sites, generator.random(sites.size))
        waiting = sites[phase != Phase.FORMATION]
        dose = section.cavity[waiting] / unit.erosion_depth
        self._recruitment.receive(waiting, dose, np.ones(waiting.size), unit)
        self._recruitment.due[forming] = round(unit.osteoblasts)
        # Founders committed where they were called; the marrow that is left has made up for them.
        due = self._recruitment.due
        homes = np.repeat(due.sites, due.values)
        self._join(self.reservoir.earlier(homes.size), homes)
        due.values[:] = 0
        self.reservoir.found(np.flatnonzero(section.marrow), unit.activation * self.start_sites * unit.osteoblasts)
        rows = mature(self.osteoblasts, units.phase == Phase.FORMATION)
        self.osteoblasts.trait("age")[rows] = units.clock[self.osteoblasts.voxel[rows]]
        laid = unit.wall_thickness * units.clock[forming] / unit.formation_time
        self._built[forming] = section.fill(forming, laid)
        # Osteoid of the last lag is not yet mineral; older matrix is.
        speed = unit.wall_thickness / unit.formation_time
        fresh = speed * unit.mineralisation_lag * -np.expm1(-units.clock.values / unit.mineralisation_lag)
        share = np.ones(section.osteoid.size)
        share[sites] = np.clip(1.0 - fresh / np.maximum(section.osteoid[sites], 1e-9), 0.0, 1.0)
        section.mineralise(share)
        self.osteoclasts.settle(self.levels, self._scalars)
        self.osteoblasts.settle(self.levels, self._scalars)
        self.progenitors.settle(self.levels, self._scalars)
        self.labels = Labels(section, unit)
        rate *= self.start_sites
        self.record = Record(rate, rate * unit.erosion_depth, rate * unit.wall_thickness)

    def _drill(self) -> None:
        """Take bone and cells out of the hole."""
        if not self.defect.present:
            return
        inside, section = self.defect.inside, self.section
        for column in (section.mineral, section.osteoid, self.osteocytes):
            column[inside] = 0.0
        for cells in (self.osteoclasts, self.osteoblasts):
            cells.remove(np.flatnonzero(inside[cells.voxel[: cells.count]]))
        self.reservoir.clear(inside)
        self.recruited = self.osteoblasts.count + int(self.fate_counts.sum())
        self._rest(np.flatnonzero(inside))
        section.find_surface()

    def _resorb(self, hour: float, hours: float) -> float:
        cells, unit, fields = self.osteoclasts, self.unit, self.fields
        depth, finished = resorb(cells, hours, unit.resorption_time, unit.erosion_depth)
        sites = cells.voxel[: cells.count].astype(np.int64)
        content = self.section.mineral[sites] + self.section.osteoid[sites]
        taken = self.section.erode(sites, depth)
        self.osteocytes[sites] *= 1.0 - taken / np.maximum(content, 1e-9)
        self._freed = sites, taken / self.spacing * unit.mineral_magnesium / hours
        healthy_speed = unit.erosion_depth / unit.resorption_time
        tgf_beta = fields["tgf_beta"]
        tgf_beta.source[:] = 0.0
        tgf_beta.source.ravel()[sites] = taken / hours / healthy_speed * self._tgf_decay
        tgf_beta.step(hours)
        left = sites[finished]
        self.units.enter(left, Phase.REVERSAL)
        self.record.add_cavities(self.section.cavity[left])
        cells.remove(finished)
        called = np.flatnonzero((self.units.phase == Phase.RESORPTION) | (self.units.phase == Phase.REVERSAL))
        dose = tgf_beta.mean.ravel()[called] * hours / unit.resorption_time
        self._recruitment.receive(called, dose, self._niche("recruitment")[called], unit)
        self._call()
        return float(taken.sum())

    def _call(self) -> None:
        """Let progenitors follow all open calls; who comes to a site that already forms joins in at once."""
        due, phase = self._recruitment.due, self.units.phase
        sites = due.sites[due.values > 0].astype(np.int64)
        if sites.size == 0:
            return
        names, homes = self.reservoir.commit(sites, due[sites])
        came, number = np.unique(homes, return_counts=True)
        due[came] -= number
        self._join(names, homes)
        if (phase[homes] == Phase.FORMATION).any():
            mature(self.osteoblasts, phase == Phase.FORMATION)

    def _join(self, names: Uids, homes: Integers | Sites) -> None:
        self.osteoblasts.add(names, homes)
        self.recruited += names.size

    def _reverse(self) -> None:
        units = self.units
        reversing = np.flatnonzero(units.phase == Phase.REVERSAL)
        sites = reversing[units.clock[reversing] >= self.unit.reversal_time]
        if sites.size:
            ready = np.zeros(units.phase.size, bool)
            ready[sites] = True
            rows = mature(self.osteoblasts, ready)
            with_team = np.unique(self.osteoblasts.voxel[rows]).astype(np.int64)
            self._rest(np.setdiff1d(sites, with_team))
            units.enter(with_team, Phase.FORMATION)
            self._built[with_team] = 0.0

    def _rest(self, sites: Integers) -> None:
        """Let sites rest, as far as units, calls and cavities go."""
        self.units.rest(sites)
        self._recruitment.end(sites)
        self.section.cavity.forget(sites)
        self._built.forget(sites)

    def _form(self, hour: float, hours: float) -> float:
        cells, unit = self.osteoblasts, self.unit
        share = unit.wall_thickness / unit.osteoblasts
        offered, finished = lay_matrix(cells, hours, unit.formation_time, share)
        per_site: Floats = np.bincount(cells.voxel[: cells.count], offered, minlength=self.osteocytes.size).astype(
            np.float64
        )
        sites = np.flatnonzero(per_site)
        laid = self.section.fill(sites, per_site[sites])
        self._built[sites] += laid
        if finished.size:
            draws = self._streams.uniform("bone.osteoblast.fate", hour, cells.uid[finished])
            ends = fates(draws, unit.osteocyte_share, unit.lining_share)
            self.fate_counts += np.bincount(ends, minlength=len(Fate))
            np.add.at(self.osteocytes, cells.voxel[finished[ends == Fate.OSTEOCYTE]], 1.0)
            homes = np.unique(cells.voxel[finished]).astype(np.int64)
            cells.remove(finished)
            rested = homes[~np.isin(homes, self.mature_osteoblasts)]
            self.record.add_walls(self._built[rested])
            self._rest(rested)
        return float(laid.sum())

    def _activate(self, hour: float, hours: float) -> int:
        units, unit, activation = self.units, self.unit, self._niche("activation")
        chance = -np.expm1(-hours * unit.birth * activation[:-1])
        surface = self.section.surface
        moved = units.advance_fronts(surface, unit.crossing)
        born = units.originate(surface, hour, chance)
        both = np.concatenate([moved, born])
        if both.size:
            units.enter(both, Phase.RESORPTION)
            # Fronts fail when osteoclasts are not supplied; more than enough of them does not lengthen a unit.
            units.lead(both, hour, unit.persistence * np.minimum(1.0, activation[both]))
            draws = self._streams.uniform("bone.osteoblast.recruitment", hour, both.astype(np.uint64))
            self._recruitment.begin(both, draws)
            self.osteoclasts.add(daughters(both.astype(np.uint64), hour), both)
        return int(both.size)

    def _repair(self, hour: float, hours: float) -> None:
        """Let osteoblasts begin at marrow sites of a defect without resorption before."""
        sites = self.defect.sites_to_fill(self.section.solid(), self.units.phase == Phase.REST)
        if sites.size == 0:
            return
        commitment = self._niche("recruitment")[:-1]
        draws = self._streams.uniform("bone.defect.repair", hour, sites.astype(np.uint64))
        begun = sites[draws < self.defect.repair_chance(sites, commitment, hours)]
        if begun.size:
            teams = self.unit.osteoblasts * self.spacing / self.unit.wall_thickness
            self._recruitment.due[begun] = round(teams)
            self.units.enter(begun, Phase.FORMATION)
            self._built[begun] = 0.0
            self._call()
            self._rest(np.setdiff1d(begun, self.mature_osteoblasts))
