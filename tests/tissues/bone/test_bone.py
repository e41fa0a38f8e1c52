"""Bone: section and cells; units in order and in place; every osteoblast accounted for."""

from __future__ import annotations

import numpy as np
import pytest
from skeleton import KNOWN, around, bone_of, live, setting

from mgcells.tissues.bone.osteoblast import MATURE, Fate, fates
from mgcells.tissues.bone.section import Section, plate_thickness, trabeculae
from mgcells.tissues.bone.units import Phase


@pytest.mark.parametrize(("fraction", "thickness"), [(0.15, 2.0), (0.25, 2.0), (0.25, 3.0), (0.35, 2.5)])
def test_a_generated_section_has_its_volume_fraction_and_thickness(fraction: float, thickness: float) -> None:
    sections = [trabeculae((64, 64), fraction, thickness, np.random.default_rng(seed)) for seed in range(4)]
    assert np.mean([solid.mean() for solid in sections]) == pytest.approx(fraction, abs=0.01)
    assert np.mean([plate_thickness(solid) for solid in sections]) == pytest.approx(thickness, rel=0.06)


def test_plate_thickness_of_a_plate_is_its_thickness() -> None:
    solid = np.zeros((12, 12), bool)
    solid[4:7] = True
    assert plate_thickness(solid) == pytest.approx(3.0)


def test_erosion_and_filling_conserve_bone() -> None:
    solid = np.zeros((4, 4), bool)
    solid[1:3] = True
    section = Section(solid, 75.0)
    sites = np.array([4, 5])
    assert section.erode(sites, np.array([50.0, 90.0])).tolist() == [50.0, 75.0]
    assert section.fill(sites, np.array([60.0, 30.0])).tolist() == [60.0, 30.0]
    # Ten of the sixty did not fit and lie on the marrow beside.
    assert section.osteoid[4] == pytest.approx(50.0)
    assert section.osteoid[~solid.ravel()].sum() == pytest.approx(10.0)
    mineralised = section.mineralise(section.fresh, np.full(section.fresh.size, 0.5))
    assert section.mineral.sum() + section.osteoid.sum() == pytest.approx(8 * 75.0 - 125.0 + 90.0)
    assert mineralised.sum() == pytest.approx(45.0)


def test_filling_stops_where_no_marrow_is_left() -> None:
    section = Section(np.ones((4, 4), bool), 75.0)
    assert section.fill(np.array([3]), np.array([5.0])).tolist() == [0.0]
    assert section.volume_fraction == pytest.approx(1.0)


def test_fates_follow_their_shares() -> None:
    ends = fates(np.linspace(0, 1, 1000, endpoint=False), 0.15, 0.20)
    assert np.bincount(ends).tolist() == [150, 200, 650]


def test_one_site_passes_its_phases_in_order_and_refills_its_own_cavity() -> None:
    chosen = setting()
    bone = bone_of(chosen, 3)
    site = int(bone.osteoclasts.voxel[np.argmin(bone.osteoclasts.trait("age"))])
    seen, depth, waiting = [Phase(bone.units.phase[site])], 0.0, []
    for index in range(1, 60 * 4):
        live(bone, chosen, 0.25, begin=(index - 1) * 6.0)
        cells = bone.osteoblasts
        team = cells.trait("stage")[cells.voxel[: cells.count] == site]
        if bone.units.phase[site] != seen[-1]:
            seen.append(Phase(bone.units.phase[site]))
        if seen[-1] in (Phase.RESORPTION, Phase.REVERSAL):
            waiting.append(team.size)
            assert not (team == MATURE).any()
        depth = max(depth, bone.section.cavity[site])
        if seen[-1] == Phase.REST:
            break
    assert seen == [Phase.RESORPTION, Phase.REVERSAL, Phase.FORMATION, Phase.REST]
    # Pre-osteoblasts come one by one while bone is resorbed.
    assert waiting == sorted(waiting)
    assert waiting[-1] in (3, 4, 5)
    assert depth == pytest.approx(59.4, rel=0.02)
    assert index / 4 == pytest.approx(bone.unit.cycle / 24, abs=bone.unit.resorption_time / 24)


def test_every_cell_of_the_osteoblast_line_is_alive_or_has_met_its_fate() -> None:
    bone = live(bone_of(setting(), 1), setting(), 60)
    assert bone.recruited == bone.osteoblasts.count + int(bone.fate_counts.sum())
    assert bone.fate_counts[Fate.APOPTOSIS] > bone.fate_counts[Fate.LINING_CELL] > bone.fate_counts[Fate.OSTEOCYTE] > 0


def test_every_osteoblast_that_ever_lived_ends_in_one_of_three_ways() -> None:
    """Followed by name; at last no unit is born any more, so that the last cell meets its fate too."""
    plain, blocked = setting(), setting(residuals={"RANKL": 0.0})
    bone = bone_of(plain, 1)
    alive = {int(uid) for uid in bone.osteoblasts.uid[: bone.osteoblasts.count]}
    ever, ended, buried = set(alive), 0, 0.0
    for index in range(1, 100 * 4 + 1):
        if index == 40 * 4:
            bone.adopt(KNOWN, blocked)
        before, counted, held = alive, bone.fate_counts.copy(), float(bone.osteocytes.sum())
        stage = bone.osteoblasts.trait("stage")
        mature = {int(uid) for uid in bone.osteoblasts.uid[: stage.size][stage == MATURE]}
        without_clasts = bone.osteoclasts.count == 0
        live(bone, plain, 0.25, begin=(index - 1) * 6.0)
        alive = {int(uid) for uid in bone.osteoblasts.uid[: bone.osteoblasts.count]}
        gone, come = before - alive, alive - before
        ended += len(gone)
        assert not come & ever
        ever |= come
        new = bone.fate_counts - counted
        assert int(new.sum()) == len(gone)
        assert gone <= mature
        if without_clasts:
            buried += float(new[Fate.OSTEOCYTE])
            assert float(bone.osteocytes.sum()) == pytest.approx(held + new[Fate.OSTEOCYTE])
    assert alive == set()
    assert buried > 0
    assert ended == len(ever) == bone.recruited == int(bone.fate_counts.sum())


def test_sites_cells_and_phases_agree() -> None:
    bone = live(bone_of(setting(), 2), setting(), 40)
    phase = bone.units.phase
    assert sorted(bone.osteoclasts.voxel[: bone.osteoclasts.count].tolist()) == np.flatnonzero(phase == 1).tolist()
    cells = bone.osteoblasts
    homes, stage = cells.voxel[: cells.count], cells.trait("stage")
    assert set(homes[stage == MATURE].tolist()) == set(np.flatnonzero(phase == Phase.FORMATION).tolist())
    assert set(phase[homes[stage != MATURE]].tolist()) <= {Phase.RESORPTION, Phase.REVERSAL}
    assert np.all(bone.section.mineral + bone.section.osteoid <= 75.0 + 1e-9)
    assert np.all(bone.section.mineral >= 0.0)
    assert np.all(bone.osteocytes >= 0.0)


def test_a_unit_moves_on_in_one_piece_at_its_speed() -> None:
    chosen = setting("human-adult")
    speeds, spread = [], []
    for seed in range(3):
        bone = bone_of(chosen, seed)
        entered: dict[tuple[int, int], tuple[float, int]] = {}
        for index in range(1, 150 * 4):
            live(bone, chosen, 0.25, begin=(index - 1) * 6.0)
            resorbed = np.flatnonzero(bone.units.phase == Phase.RESORPTION)
            work = bone.units.work[resorbed]
            for site, unit, step in zip(resorbed, work["unit"].tolist(), work["step"].tolist(), strict=True):
                if bone.units.work[site]["clock"] == 0.0:
                    entered.setdefault((unit, step), (index * 0.25, site))
        for (unit, step), (day, site) in entered.items():
            before = entered.get((unit, step - 1))
            if before is None:
                continue
            away = np.abs(np.subtract(np.divmod(site, 40), np.divmod(before[1], 40)))
            away = np.minimum(away, 40 - away)
            spread.append(int(away.max()))
            speeds.append(75.0 / (day - before[0]))
    assert set(spread) == {1}
    assert 20 <= np.mean(speeds) <= 40
    assert len(speeds) > 30


def test_units_stop_when_osteoclasts_are_not_supplied() -> None:
    supplied, starved = setting("human-adult"), setting("human-adult", {"RANKL": 0.02})
    longest = []
    for chosen in (supplied, starved):
        steps = [0]
        for seed in range(3):
            bone = bone_of(chosen, seed)
            for index in range(60):
                live(bone, chosen, 1, begin=index * 24.0)
                steps.append(int(bone.units.work.values["step"].max(initial=0)))
        longest.append(max(steps))
    assert longest[1] < longest[0] / 2


def test_resorption_frees_magnesium_and_tgf_beta_where_it_happens() -> None:
    bone = live(bone_of(setting(), 1), setting(), 3)
    sites = bone.osteoclasts.voxel[: bone.osteoclasts.count]
    for name, floor in (("magnesium", setting().healthy["body.plasma.ionised"]), ("tgf_beta", 0.0)):
        field = bone.fields[name].mean.ravel()
        assert field[sites].mean() > field.mean() > floor


def test_same_seed_same_bits_and_other_seed_other_section() -> None:
    first, second, other = (live(bone_of(setting(), seed), setting(), 5) for seed in (1, 1, 2))
    assert np.array_equal(first.section.mineral, second.section.mineral)
    count = first.osteoblasts.count
    assert np.array_equal(first.osteoblasts.uid[:count], second.osteoblasts.uid[:count])
    assert not np.array_equal(first.section.mineral, other.section.mineral)


def test_what_the_body_hears_is_one_in_health_and_rises_with_deficiency() -> None:
    chosen = setting()
    bone = live(bone_of(chosen, 1), chosen, 10)
    assert bone.feedback().bone_exchange == pytest.approx(1.0, abs=1e-12)
    assert live(bone, chosen, 20, begin=240.0, ratio=0.5).feedback().bone_exchange > 1.2


def test_the_step_may_be_shorter_than_the_interval() -> None:
    chosen = setting()
    hourly, by_interval = (live(bone_of(chosen, 1), chosen, 5, step=step) for step in (1.0, 6.0))
    assert hourly.section.mineral == pytest.approx(by_interval.section.mineral)
    assert around(chosen).hour == 0.0
