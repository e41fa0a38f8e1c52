"""Bone: units in order and in place, every osteoblast accounted for, balance in health, direction of each mechanism."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mgcells.cells.osteoblast import Fate, fates
from mgcells.library import library
from mgcells.library.setting import Setting
from mgcells.scenario.settings import reference
from mgcells.streams import Streams
from mgcells.tissues.bone import Bone, Phase
from mgcells.tissues.bone_section import Section, trabeculae
from mgcells.tissues.tissue import Surroundings

KNOWN = library()


def rat(**changes: float) -> Setting:
    values = {path: parameter.value for path, parameter in reference(KNOWN, "rat").items()}
    rules = {
        cell: tuple(rule for rule in KNOWN.rules.values() if rule.cell == cell and rule.status == "on")
        for cell in ("bone", "osteoblast", "osteoclast")
    }
    return Setting("rat", "rat", ("bone",), {**values, **changes}, values, rules, {})


def around(setting: Setting, hour: float = 0.0, ratio: float = 1.0, threonate: float | None = None) -> Surroundings:
    healthy = setting.healthy
    plasma = healthy["body.plasma.threonate"] if threonate is None else threonate
    level = healthy["body.plasma.ionised"] * ratio
    return Surroundings(hour, level, plasma, level, plasma, 0.0, 0.0, setting.values)


def living(setting: Setting, seed: int, days: int, ratio: float = 1.0, step: float = 1.0) -> Bone:
    bone = Bone(KNOWN, setting, Streams(seed, 0), around(setting))
    for index in range(1, round(days * 24 / step) + 1):
        bone.step(around(setting, index * step, ratio), step)
    return bone


def test_a_generated_section_has_its_volume_fraction_and_trabeculae() -> None:
    solid = trabeculae((64, 64), 0.25, 4.0, np.random.default_rng(1))
    assert solid.mean() == pytest.approx(0.25, abs=0.01)
    section = Section(solid, 75.0)
    assert 0.3 < section.surface.sum() / solid.sum() <= 1.0
    rough = Section(np.random.default_rng(1).random((64, 64)) < 0.25, 75.0)
    assert section.surface.sum() < rough.surface.sum()


def test_erosion_and_filling_conserve_bone_and_never_overfill() -> None:
    section = Section(np.ones((4, 4), bool), 75.0)
    sites = np.array([1, 5])
    assert section.erode(sites, np.array([50.0, 90.0])).tolist() == [50.0, 75.0]
    offered = np.zeros(16)
    offered[sites] = [60.0, 30.0]
    assert section.fill(offered)[sites].tolist() == [50.0, 30.0]
    section.mineralise(np.full(16, 0.5))
    assert (section.mineral + section.osteoid + section.cavity).tolist() == [75.0] * 16
    assert section.osteoid[sites].tolist() == [25.0, 15.0]


def test_fates_follow_their_shares() -> None:
    ends = fates(np.linspace(0, 1, 1000, endpoint=False), 0.15, 0.20)
    assert np.bincount(ends).tolist() == [150, 200, 650]


def test_one_unit_passes_its_phases_in_order_and_refills_its_own_cavity() -> None:
    setting = rat()
    bone = Bone(KNOWN, setting, Streams(3, 0), around(setting))
    site = int(bone.osteoclasts.voxel[np.argmin(bone.osteoclasts.trait("age"))])
    seen, depth = [Phase(bone.phase[site])], 0.0
    for hour in range(1, 45 * 24):
        bone.step(around(setting, float(hour)), 1.0)
        if bone.phase[site] != seen[-1]:
            seen.append(Phase(bone.phase[site]))
        depth = max(depth, bone.section.cavity[site])
        if seen[-1] == Phase.REST:
            break
    assert seen == [Phase.RESORPTION, Phase.REVERSAL, Phase.FORMATION, Phase.REST]
    assert depth == pytest.approx(59.4, rel=0.01)
    assert bone.section.mineral[site] + bone.section.osteoid[site] == pytest.approx(75.0, rel=0.01)
    unit = bone.unit
    assert hour / 24 == pytest.approx(unit.cycle / 24, abs=unit.resorption_time / 24)


def test_every_osteoblast_is_alive_or_has_met_its_fate() -> None:
    bone = living(rat(), 1, 30)
    assert bone.recruited == bone.osteoblasts.count + int(bone.fate_counts.sum())
    assert bone.fate_counts[Fate.APOPTOSIS] > bone.fate_counts[Fate.LINING_CELL] > 0


def test_sites_cells_and_phases_agree() -> None:
    bone = living(rat(), 2, 20)
    resorbing = np.flatnonzero(bone.phase == Phase.RESORPTION)
    assert sorted(bone.osteoclasts.voxel[: bone.osteoclasts.count].tolist()) == resorbing.tolist()
    forming = set(np.flatnonzero(bone.phase == Phase.FORMATION).tolist())
    assert set(bone.osteoblasts.voxel[: bone.osteoblasts.count].tolist()) == forming
    total = bone.section.mineral + bone.section.osteoid + bone.section.cavity
    assert np.all(total <= 75.0 + 1e-9)
    assert np.all(bone.section.mineral >= 0.0)


def test_healthy_bone_starts_in_its_stationary_state() -> None:
    start, end, clasts, blasts = [], [], [], []
    for seed in range(6):
        setting = rat()
        bone = Bone(KNOWN, setting, Streams(seed, 0), around(setting))
        start.append(bone.section.volume_fraction)
        for hour in range(1, 60 * 24, 2):
            bone.step(around(setting, float(hour)), 2.0)
        end.append(bone.section.volume_fraction)
        unit = bone.unit
        clasts.append(bone.osteoclasts.count / (bone.start_sites * unit.activation * unit.resorption_time))
        blasts.append(
            bone.osteoblasts.count / (bone.start_sites * unit.activation * unit.formation_time * unit.osteoblasts)
        )
    assert np.mean(end) == pytest.approx(np.mean(start), rel=0.02)
    assert np.mean(clasts) == pytest.approx(1.0, abs=0.2)
    assert np.mean(blasts) == pytest.approx(1.0, abs=0.15)


@pytest.mark.acceptance
def test_healthy_bone_keeps_its_volume_for_five_years() -> None:
    change = []
    for seed in range(20):
        setting = rat()
        bone = Bone(KNOWN, setting, Streams(seed, 0), around(setting))
        before = bone.section.volume_fraction
        for hour in range(1, 5 * 365 * 24):
            bone.step(around(setting, float(hour)), 1.0)
        change.append(bone.section.volume_fraction / before - 1.0)
    assert abs(np.mean(change)) / 5 < 0.005


def test_deficiency_costs_bone_and_a_slight_surplus_does_not() -> None:
    seeds = range(3)
    normal, poor, slight = (
        np.mean([living(rat(), seed, 84, ratio, 2.0).section.volume_fraction for seed in seeds])
        for ratio in (1.0, 0.25, 1.05)
    )
    assert poor / normal < 0.8
    assert slight / normal == pytest.approx(1.0, abs=0.03)


def test_rankl_inhibition_leaves_few_osteoclasts() -> None:
    blocked = replace(rat(), residuals={"RANKL": 0.1})
    assert living(blocked, 1, 40).osteoclasts.count < 0.4 * living(rat(), 1, 40).osteoclasts.count


def test_threonate_slows_resorption_by_a_few_per_cent_only() -> None:
    setting = rat()
    bone = Bone(KNOWN, setting, Streams(1, 0), around(setting))
    for hour in range(1, 24 * 6):
        bone.step(around(setting, float(hour), threonate=setting.healthy["body.plasma.threonate"] + 0.042), 1.0)
    assert 0.90 < bone.osteoclasts.mean("resorption") < 1.0


def test_resorption_releases_magnesium_where_it_happens() -> None:
    bone = living(rat(), 1, 3)
    field = bone.fields["magnesium"].mean.ravel()
    sites = bone.osteoclasts.voxel[: bone.osteoclasts.count]
    assert field[sites].mean() > field.mean() > rat().healthy["body.plasma.ionised"]


def test_same_seed_same_bits_and_other_seed_other_section() -> None:
    first, second, other = (living(rat(), seed, 5) for seed in (1, 1, 2))
    assert np.array_equal(first.section.mineral, second.section.mineral)
    assert np.array_equal(
        first.osteoblasts.uid[: first.osteoblasts.count], second.osteoblasts.uid[: second.osteoblasts.count]
    )
    assert not np.array_equal(first.section.mineral, other.section.mineral)


def test_feedback_is_one_in_health_and_rises_with_activation() -> None:
    setting = rat()
    bone = Bone(KNOWN, setting, Streams(1, 0), around(setting))
    assert bone.feedback().bone_exchange == pytest.approx(1.0, abs=1e-12)
    for hour in range(1, 24 * 20):
        bone.step(around(setting, float(hour), 0.5), 1.0)
    assert bone.feedback().bone_exchange > 1.2
