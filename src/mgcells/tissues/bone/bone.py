"""Bone: remodelling units that move along a trabecular surface, coupled by RANKL, OPG and the TGF-beta they free."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mgcells.arrays import Floats, Integers, Uids
from mgcells.cells.population import Population
from mgcells.cells.tables import rule_table
from mgcells.fields import Field
from mgcells.library import Library
from mgcells.library.in_force import Setting
from mgcells.streams import Streams, daughters
from mgcells.tissues.bone import osteoblast, osteoclast
from mgcells.tissues.bone.defect import Defect
from mgcells.tissues.bone.labels import Labels, RemodellingRecord
from mgcells.tissues.bone.osteoblast import MATURE, Fate, fates, lay_matrix, mature
from mgcells.tissues.bone.osteoclast import resorb
from mgcells.tissues.bone.parameters import Remodelling
from mgcells.tissues.bone.recruitment import Recruitment
from mgcells.tissues.bone.reservoir import Reservoir
from mgcells.tissues.bone.section import Section, trabeculae
from mgcells.tissues.bone.signals import Hormones, parathyroid
from mgcells.tissues.bone.sparse_sites import SparseSites
from mgcells.tissues.bone.stroma import Stroma
from mgcells.tissues.bone.units import FORMATION, RESORPTION, REST, REVERSAL, Units, site_names
from mgcells.tissues.tissue import Feedback, Surroundings


class Bone:
    """A trabecular section with osteoclasts, the osteoblast line from its progenitors on, and stroma.

    Hormones act every step. Cells and fields, which change over days, act once per `interval` with the mean of what
    plasma offered meanwhile.

    Attributes
    ----------
    section : Section
    stroma : Stroma
    units : Units
    record, labels
        What histomorphometry reads.
    fate_counts : integer array
        Osteoblasts that ended as osteocyte, lining cell, by apoptosis.
    reservoir : Reservoir
        Progenitors of the marrow.
    recruited : int
        Progenitors that ever committed, those of the first osteoblasts included, minus those that a drill took.
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
        generator = streams.generator("bone.geometry")
        thickness = values["bone.lattice.trabecular_thickness"] / self.spacing
        solid = trabeculae(self.shape, values["bone.lattice.volume_fraction"], thickness, generator)
        self.section = Section(solid, self.spacing)
        self.start_sites = self.section.surface_sites
        self.units = Units(self.shape, streams)
        self._recruitment = Recruitment()
        self.defect = Defect(self.shape, values)
        self.stroma = Stroma(library, setting, self.shape, self.defect, surroundings)
        self.niche = self.stroma.sites.stroma
        self.osteoclasts, self.osteoblasts = (
            Population(cell, self.stroma.table(library, setting, cell), traits)
            for cell, traits in (("osteoclast", osteoclast.TRAITS), ("osteoblast", osteoblast.TRAITS))
        )
        table = self.stroma.table(library, setting, "progenitor")
        self.reservoir = Reservoir(table, self.shape, values, streams)
        self.progenitors = self.reservoir.cells
        self.populations: Mapping[str, Population] = {
            "Osteoclast": self.osteoclasts, "Osteoblast": self.osteoblasts, "Progenitor": self.progenitors,
        }  # fmt: skip
        receptor = rule_table(library, setting, "bone_receptor", scalars=("pth",))
        self.hormones = Hormones(Population("bone receptor", receptor))
        self._read(setting)
        self._bath = np.zeros(4)
        self._waited = 0.0
        self.fate_counts = np.zeros(len(Fate), np.int64)
        self.recruited = 0
        self._built = SparseSites(np.float64)
        self.hormones.settle(surroundings.signals.get("pth", 1.0) + values["bone.drive.pth_infusion"])
        hormones = self.hormones.scalars(surroundings, 1.0)
        self.stroma.settle(surroundings.ionised_magnesium, surroundings.threonate, hormones)
        self._begin(streams.generator("bone.units"))
        per_depth = self.unit.osteoblasts * self.unit.osteocyte_share / self.unit.wall_thickness
        self.osteocytes = self.section.mineral * per_depth
        self.start_osteocytes = float(self.osteocytes.sum())
        self.start_volume = self.section.volume_fraction
        self._drill()

    def adopt(self, library: Library, setting: Setting) -> None:
        """Take over other parameters, rules and inhibitors from now on; cells and section keep their state."""
        had = self.defect.present
        if had:
            self.defect.adopt(setting.values)
        else:
            self.defect = Defect(self.shape, setting.values)
        self.stroma.adopt(library, setting, self.defect)
        for population in (self.osteoclasts, self.osteoblasts, self.progenitors):
            population.table = self.stroma.table(library, setting, population.name)
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
        return Feedback(bone_exchange=float(self.stroma.plasma["activation"][0]))

    def lose(self, agent: str, rows: Integers) -> None:
        """Let cells die: an osteoclast leaves its cavity as it is, a site whose team is gone stays as it is."""
        if agent == "Osteoclast":
            self._end_resorption(rows)
        elif agent == "Osteoblast":
            self._end_formation(rows, np.full(rows.size, Fate.APOPTOSIS))
        else:
            self.reservoir.die(rows)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields of the section."""
        return self.stroma.fields

    @property
    def mature_osteoblasts(self) -> Integers:
        """Sites of the osteoblasts that lay matrix, one entry for each cell."""
        cells = self.osteoblasts
        return np.asarray(cells.voxel[: cells.count][cells.trait("stage") == MATURE])

    def _act(self, surroundings: Surroundings, bath: Floats, hours: float) -> None:
        hour, sites = surroundings.hour, self.stroma.sites
        self.defect.release(float(bath[2]), float(bath[3]), hours)
        hormones = self.hormones.scalars(surroundings, self.start_volume / max(self.section.volume_fraction, 1e-9))
        self.stroma.spread(float(bath[0]), float(bath[1]), hormones, hours)
        self.defect.grow(sites["angiogenesis"], sites["cgrp"], hours)
        for cells in (self.osteoclasts, self.osteoblasts, self.progenitors):
            cells.advance(sites.levels, sites.scalars, hours)
        self.stroma.advance(hours)
        self.units.work.values["clock"] += hours
        eroded = self._resorb(hour, hours)
        self._reverse()
        formed = self._form(hour, hours)
        fresh = self.section.fresh
        speed = sites["mineralisation"][fresh] / self.unit.mineralisation_lag
        self.labels.read(self.section, fresh, speed, self.unit, hour)
        self.labels.cover(fresh, self.section.mineralise(fresh, -np.expm1(-hours * speed)))
        self.section.find_surface()
        self._repair(hour, hours)
        activated = self._activate(hour, hours)
        self.reservoir.live(self.section.marrow * self.defect.vessels, hour, hours)
        self.record.add_rates(hours, self.unit.averaging, activated, eroded, formed)

    def _read(self, setting: Setting) -> None:
        self.unit = Remodelling.from_values(setting.values)
        self.interval = setting.values["bone.lattice.interval"]
        self._tgf_decay = setting.values["bone.cytokine.tgf_beta_decay"]

    def _begin(self, generator: np.random.Generator) -> None:
        """Put the surface sites into the phases of a remodelling that has always gone on."""
        unit, section, units = self.unit, self.section, self.units
        rate = unit.activation * float(self.stroma.plasma["activation"][0])
        sites = np.flatnonzero(section.surface)
        time = generator.random(sites.size) / rate
        busy = time < unit.cycle
        sites, time = sites[busy], time[busy]
        starts = np.cumsum([0.0, unit.resorption_time, unit.reversal_time])
        phase = np.searchsorted(starts, time, side="right")
        clock = time - starts[phase - 1]
        units.enter(sites, phase.astype(np.int8), clock, unit=site_names(sites))
        section.erode(sites, unit.erosion_depth * np.minimum(1.0, time / unit.resorption_time))
        eating, laying = phase == RESORPTION, phase == FORMATION
        eaten, forming = sites[eating], sites[laying]
        self.osteoclasts.add(site_names(eaten), eaten, age=clock[eating])
        units.lead(eaten[clock[eating] < unit.crossing], 0.0, np.full(1, unit.persistence))
        self._recruitment.begin(sites, generator.random(sites.size))
        waiting = sites[~laying]
        self._recruitment.receive(waiting, section.cavity[waiting] / unit.erosion_depth, unit)
        self._recruitment.call(forming, round(unit.osteoblasts))
        # Founders committed where they were called; the marrow that is left has made up for them.
        homes = np.repeat(*self._recruitment.waiting())
        self._join(self.reservoir.earlier(homes.size), homes)
        self._recruitment.arrive(homes)
        self.reservoir.found(np.flatnonzero(section.marrow), unit.activation * self.start_sites * unit.osteoblasts)
        rows = mature(self.osteoblasts, units.phase == FORMATION)
        self.osteoblasts.trait("age")[rows] = units.work[self.osteoblasts.voxel[rows]]["clock"]
        laid = unit.wall_thickness * clock[laying] / unit.formation_time
        self._built[forming] = section.fill(forming, laid)
        # Osteoid of the last lag is not yet mineral; older matrix is.
        speed = unit.wall_thickness / unit.formation_time
        fresh = speed * unit.mineralisation_lag * -np.expm1(-clock / unit.mineralisation_lag)
        share = np.ones(section.osteoid.size)
        share[sites] = np.clip(1.0 - fresh / np.maximum(section.osteoid[sites], 1e-9), 0.0, 1.0)
        with_osteoid = section.fresh
        section.mineralise(with_osteoid, share[with_osteoid])
        for cells in (self.osteoclasts, self.osteoblasts, self.progenitors):
            cells.settle(self.stroma.sites.levels, self.stroma.sites.scalars)
        self.labels = Labels(section, unit)
        rate *= self.start_sites
        self.record = RemodellingRecord(rate, rate * unit.erosion_depth, rate * unit.wall_thickness)

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
        self.stroma.free(sites, taken / self.spacing * unit.mineral_magnesium / hours)
        healthy_speed = unit.erosion_depth / unit.resorption_time
        tgf_beta = fields["tgf_beta"]
        tgf_beta.source[:] = 0.0
        tgf_beta.source.ravel()[sites] = taken / hours / healthy_speed * self._tgf_decay
        tgf_beta.step(hours)
        self._end_resorption(finished)
        called = np.flatnonzero(self.units.eroded)
        dose = tgf_beta.mean.ravel()[called] * hours / unit.resorption_time
        self._recruitment.receive(called, dose * self.stroma.sites["recruitment"][called], unit)
        self._call()
        return float(taken.sum())

    def _end_resorption(self, rows: Integers) -> None:
        """Let osteoclasts go; what they eroded is the cavity."""
        left = self.osteoclasts.voxel[rows].astype(np.int64)
        self.units.enter(left, REVERSAL)
        self.record.add_cavities(self.section.cavity[left])
        self.osteoclasts.remove(rows)

    def _call(self) -> None:
        """Let progenitors follow all open calls; who comes to a site that already forms joins in at once."""
        phase = self.units.phase
        sites, due = self._recruitment.waiting()
        if sites.size == 0:
            return
        names, homes = self.reservoir.commit(sites, due)
        self._recruitment.arrive(homes)
        self._join(names, homes)
        if (phase[homes] == FORMATION).any():
            mature(self.osteoblasts, phase == FORMATION)

    def _join(self, names: Uids, homes: Integers) -> None:
        self.osteoblasts.add(names, homes)
        self.recruited += names.size

    def _reverse(self) -> None:
        units = self.units
        sites = units.due(REVERSAL, self.unit.reversal_time)
        if sites.size:
            ready, staffed = np.zeros((2, units.phase.size), bool)
            ready[sites] = True
            staffed[self.osteoblasts.voxel[mature(self.osteoblasts, ready)]] = True
            with_team = sites[staffed[sites]]
            self._rest(sites[~staffed[sites]])
            units.enter(with_team, FORMATION)
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
        self._built.add(sites, laid)
        if finished.size:
            draws = self._streams.uniform("bone.osteoblast.fate", hour, cells.uid[finished])
            ends = fates(draws, unit.osteocyte_share, unit.lining_share)
            self._end_formation(finished, ends)
        return float(laid.sum())

    def _end_formation(self, rows: Integers, ends: Integers) -> None:
        """Let osteoblasts meet their fate; a site rests when the last of its team has gone."""
        cells, left = self.osteoblasts, np.zeros(self.osteocytes.size, bool)
        self.fate_counts += np.bincount(ends, minlength=len(Fate))
        np.add.at(self.osteocytes, cells.voxel[rows[ends == Fate.OSTEOCYTE]], 1.0)
        left[cells.voxel[rows]] = True
        cells.remove(rows)
        left[self.mature_osteoblasts] = False
        rested = np.flatnonzero(left & (self.units.phase == FORMATION))
        self.record.add_walls(self._built[rested])
        self._rest(rested)

    def _activate(self, hour: float, hours: float) -> int:
        units, unit, activation = self.units, self.unit, self.stroma.sites["activation"]
        surface = self.section.surface
        moved = units.advance_fronts(surface, unit.crossing)
        born = units.originate(surface, hour, hours * unit.birth * activation)
        both = np.concatenate([moved, born])
        if both.size:
            # Fronts fail when osteoclasts are not supplied; more than enough of them does not lengthen a unit.
            units.lead(both, hour, unit.persistence * np.minimum(1.0, activation[both]))
            draws = self._streams.uniform("bone.osteoblast.recruitment", hour, both.astype(np.uint64))
            self._recruitment.begin(both, draws)
            self.osteoclasts.add(daughters(both.astype(np.uint64), hour), both)
        return int(both.size)

    def _repair(self, hour: float, hours: float) -> None:
        """Let osteoblasts begin at marrow sites of a defect without prior resorption."""
        if not self.defect.present:
            return
        sites = self.defect.sites_to_fill(self.section.solid(), self.units.phase == REST)
        if sites.size == 0:
            return
        commitment = self.stroma.sites["recruitment"]
        draws = self._streams.uniform("bone.defect.repair", hour, sites.astype(np.uint64))
        begun = sites[draws < self.defect.repair_chance(sites, commitment, hours)]
        if begun.size:
            team = self.unit.osteoblasts * self.spacing / self.unit.wall_thickness
            self._recruitment.call(begun, round(team))
            self.units.enter(begun, FORMATION)
            self._built[begun] = 0.0
            self._call()
            self._rest(np.setdiff1d(begun, self.mature_osteoblasts))
