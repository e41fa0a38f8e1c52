"""Progenitors of bone: whole cells that divide, commit, run short and return; the books close."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from skeleton import KNOWN, bone_of, live, mature_count, setting

from mgcells.tissues.bone.bone import Bone

HOLE = {"bone.defect.radius": 1000.0}


def names(bone: Bone, kind: str) -> set[int]:
    cells = bone.populations[kind]
    return {int(uid) for uid in cells.uid[: cells.count]}


def books_close(bone: Bone) -> bool:
    reservoir = bone.reservoir
    return reservoir.born == reservoir.cells.count + reservoir.committed + reservoir.died


def test_every_osteoblast_was_a_progenitor_and_the_books_close() -> None:
    chosen = setting()
    bone = bone_of(chosen, 1)
    assert bone.reservoir.committed == bone.osteoblasts.count
    ever, osteoblasts, born = names(bone, "Progenitor"), names(bone, "Osteoblast"), bone.reservoir.born
    for index in range(60 * 4):
        live(bone, chosen, 0.25, begin=index * 6.0)
        come = names(bone, "Osteoblast") - osteoblasts
        assert come <= ever
        assert not come & names(bone, "Progenitor")
        ever |= names(bone, "Progenitor")
        osteoblasts |= come
        assert books_close(bone)
    assert bone.reservoir.committed == bone.recruited == len(osteoblasts)
    assert bone.reservoir.born > born
    assert bone.reservoir.died == 0


def test_progenitors_live_in_marrow_and_healthy_marrow_keeps_them() -> None:
    chosen = setting()
    for seed in range(2):
        bone = live(bone_of(chosen, seed), chosen, 365)
        cells = bone.progenitors
        assert bone.section.marrow[cells.voxel[: cells.count]].all()
        assert cells.count / bone.reservoir.founded == pytest.approx(1.0, abs=0.15)


def test_a_drained_reservoir_sends_fewer_osteoblasts_and_refills() -> None:
    chosen = setting()
    full, drained = bone_of(chosen, 1), bone_of(chosen, 1)
    some = np.arange(drained.section.marrow.size) % 50 != 0
    drained.reservoir.clear(some)
    begin = drained.progenitors.count
    assert begin < 0.05 * drained.reservoir.founded
    counts = []
    for month in range(12):
        for bone in (full, drained):
            live(bone, chosen, 14, begin=month * 336.0)
        waiting = int(drained._recruitment.waiting()[1].sum())
        counts.append((drained.progenitors.count, mature_count(drained) / mature_count(full), waiting))
    present, share, due = zip(*counts, strict=True)
    assert min(share[:6]) < 0.8
    assert max(due[:4]) > 20 > 10 > due[-1]
    assert present[-1] > 0.8 * drained.reservoir.founded > begin
    assert books_close(drained)
    assert drained.section.volume_fraction < full.section.volume_fraction


def test_who_could_not_come_stays_due_until_the_unit_ends() -> None:
    chosen = setting()
    bone = bone_of(chosen, 1)
    bone.reservoir.clear(np.ones(bone.section.marrow.size, bool))
    cells = bone.osteoblasts.count
    live(bone, chosen, 10)
    assert bone._recruitment.waiting()[1].sum() > 0
    assert bone.osteoblasts.count < cells
    assert bone.progenitors.count == 0
    live(bone, chosen, 100, begin=240.0)
    assert bone.osteoblasts.count == 0
    assert (bone.units.phase[bone._recruitment.waiting()[0]] != 0).all()


def test_the_nearest_progenitors_come_and_none_from_beyond_reach() -> None:
    chosen = setting()
    bone = bone_of(chosen, 2)
    site = int(np.flatnonzero(bone.section.surface)[0])
    width = bone.shape[1]

    def away(places: np.ndarray) -> np.ndarray:
        steps = np.abs(np.stack(np.divmod(places, width)) - np.array(divmod(site, width))[:, None])
        return np.hypot(*np.minimum(steps, np.array(bone.shape)[:, None] - steps)) * bone.spacing

    cells = bone.progenitors
    before = dict(zip(cells.uid[: cells.count].tolist(), away(cells.voxel[: cells.count]).tolist(), strict=True))
    called, homes = bone.reservoir.commit(np.array([site]), np.array([6]))
    distance = [before[int(uid)] for uid in called]
    left = [before[int(uid)] for uid in cells.uid[: cells.count]]
    assert homes.tolist() == [site] * 6
    assert max(distance) <= min(left)
    called, _ = bone.reservoir.commit(np.array([site]), np.array([1000]))
    within = sum(value <= 300.0 for value in before.values())
    assert called.size == within - 6


def test_the_order_of_rows_does_not_matter() -> None:
    chosen = setting()
    first, second = bone_of(chosen, 1), bone_of(chosen, 1)
    cells = second.progenitors
    order = np.random.default_rng(1).permutation(cells.count)
    for column in (cells.state, cells.traits):
        column[:, : cells.count] = column[:, order]
    for row in (cells.voxel, cells.uid):
        row[: cells.count] = row[order]
    for bone in (first, second):
        live(bone, chosen, 20)
    assert np.array_equal(first.section.mineral, second.section.mineral)
    for kind in ("Progenitor", "Osteoblast"):
        assert names(first, kind) == names(second, kind)


def test_an_adopted_setting_goes_on_with_the_same_cells() -> None:
    chosen = setting()
    first, second = bone_of(chosen, 1), bone_of(chosen, 1)
    second.adopt(KNOWN, chosen)
    for bone in (first, second):
        live(bone, chosen, 10)
    assert names(first, "Progenitor") == names(second, "Progenitor")


def test_a_copy_goes_on_as_its_original() -> None:
    chosen = setting()
    first = live(bone_of(chosen, 1), chosen, 5)
    copies = copy.deepcopy(first), pickle.loads(pickle.dumps(first))
    live(first, chosen, 15, begin=120.0, ratio=0.5)
    for other in copies:
        live(other, chosen, 15, begin=120.0, ratio=0.5)
        assert np.array_equal(other.stroma.sites.levels, first.stroma.sites.levels)
        assert np.array_equal(other.section.mineral, first.section.mineral)
        for kind in ("Progenitor", "Osteoblast"):
            assert names(other, kind) == names(first, kind)


def test_a_hole_loses_its_progenitors_and_regains_them_from_the_rim() -> None:
    chosen = setting(**HOLE)
    bone = bone_of(chosen, 1)
    inside, cells, reservoir = bone.defect.inside, bone.progenitors, bone.reservoir
    assert reservoir.died > 0
    assert not inside[cells.voxel[: cells.count]].any()
    row, column = np.divmod(np.arange(inside.size), bone.shape[1])
    middle = np.hypot(row - 19.5, column - 19.5) * bone.spacing < 400.0
    rim = inside & ~middle
    found = []
    for week in range(6):
        live(bone, chosen, 7, begin=week * 168.0)
        places = cells.voxel[: cells.count]
        found.append((rim[places].mean() / rim.sum(), middle[places].mean() / middle.sum()))
    assert found[0][0] > found[0][1]
    assert found[-1][1] > found[0][1]
    assert found[-1][0] > found[0][0]
    assert books_close(bone)


def test_marrow_that_turns_to_bone_pushes_its_progenitors_out() -> None:
    chosen = setting()
    bone = bone_of(chosen, 1)
    reservoir, cells = bone.reservoir, bone.progenitors
    place = int(cells.voxel[0])
    marrow = bone.section.marrow.astype(float)
    marrow[place] = 0.0
    reservoir.live(marrow, 6.0, 6.0)
    assert place not in cells.voxel[: cells.count]
    assert reservoir.died == 0
    reservoir.live(np.zeros(marrow.size), 12.0, 6.0)
    assert cells.count == 0
    assert books_close(bone)
