"""What a credible remodelling model reproduces: balance, histomorphometry, drugs, hormones, magnesium."""

from __future__ import annotations

import numpy as np
import pytest
from skeleton import KNOWN, bone_of, gain, live, mature_count, mean, setting

from mgcells.tissues.bone.bone import Bone


def rates(chosen: str, seeds: int, days: int) -> dict[str, float]:
    """Return what histomorphometry reads, averaged over seeds and the last half of the run, with the exact rates."""
    rows = []
    for seed in range(seeds):
        bone = bone_of(setting(chosen), seed)
        for month in range(days // 30):
            live(bone, setting(chosen), 30, begin=month * 720.0)
            if month >= days // 60:
                surface = bone.section.surface_sites
                rows.append([
                    bone.labels.apposition * 24, bone.labels.surface, bone.labels.formation_rate * 8760,
                    bone.record.activated * 8760 / surface, bone.osteoclasts.count / surface,
                    mean(bone.record.cavities), mean(bone.record.walls),
                ])  # fmt: skip
    names = ("MAR", "MS/BS", "BFR/BS", "Ac.f", "Oc.S/BS", "E.De", "W.Th")
    return dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True))


def check_histomorphometry(found: dict[str, float], scatter: float) -> None:
    """Human trabecular values [TrabecularWall1983, Agerbaek1991]; a wall within 5 % of its cavity."""
    assert found["W.Th"] == pytest.approx(59.4, rel=0.15)
    assert 40 <= found["E.De"] <= 80
    assert found["W.Th"] == pytest.approx(found["E.De"], rel=0.05)
    assert found["MAR"] == pytest.approx(0.63, rel=0.15)
    read = found["BFR/BS"] / found["W.Th"]
    assert read == pytest.approx(0.93, rel=0.15)
    # Reading labels gives what was truly born, and surface is activation times duration.
    assert found["Ac.f"] == pytest.approx(read, rel=scatter)
    assert found["Oc.S/BS"] == pytest.approx(read * 27 / 365, rel=scatter)


def test_histomorphometry_of_healthy_human_bone() -> None:
    check_histomorphometry(rates("human-adult", 3, 720), 0.25)


@pytest.mark.acceptance
def test_histomorphometry_of_healthy_human_bone_over_twenty_seeds() -> None:
    check_histomorphometry(rates("human-adult", 20, 1080), 0.10)


def test_healthy_bone_keeps_its_volume_for_a_year() -> None:
    assert abs(mean([gain(treated(365, seed)) for seed in range(4)])) < 0.04


@pytest.mark.acceptance
def test_healthy_bone_keeps_its_volume_for_five_years() -> None:
    assert abs(mean([gain(treated(5 * 365, seed)) for seed in range(20)])) / 5 < 0.005


def treated(days: float, seed: int, step: float = 6.0, **changes: float) -> Bone:
    """Return a human bone that begins in health and then lives under `changes`."""
    return live(bone_of(setting("human-adult"), seed), setting("human-adult", **changes), days, step=step)


def check_rankl_inhibition(seeds: int) -> None:
    plain, blocked = setting("human-adult"), setting("human-adult", {"RANKL": 0.03})
    clasts, blasts = [], []
    for seed in range(seeds):
        bone = bone_of(plain, seed)
        bone.adopt(KNOWN, blocked)
        before = bone.osteoclasts.count, mature_count(bone)
        course = []
        for begin, end, chosen in ((0, 7, blocked), (7, 180, blocked), (180, 420, plain)):
            if chosen is plain:
                bone.adopt(KNOWN, plain)
            live(bone, chosen, end - begin, begin=begin * 24.0)
            course.append((bone.osteoclasts.count / before[0], mature_count(bone) / before[1]))
        clasts.append([a for a, _ in course])
        blasts.append([b for _, b in course])
    osteoclasts, osteoblasts = np.mean(clasts, axis=0), np.mean(blasts, axis=0)
    assert osteoclasts[0] < 0.2 < 0.7 < osteoblasts[0]
    assert osteoblasts[1] < 0.3
    assert osteoclasts[2] > 3 * osteoclasts[1]


def test_rankl_inhibition_takes_osteoclasts_within_days_and_osteoblasts_within_months() -> None:
    check_rankl_inhibition(2)


@pytest.mark.acceptance
def test_rankl_inhibition_over_twenty_seeds() -> None:
    check_rankl_inhibition(20)


def check_parathyroid_hormone(seeds: int) -> None:
    infused, injected, turnover = [], [], []
    for seed in range(seeds):
        control = treated(365, seed)
        constant = treated(365, seed, **{"bone.drive.pth_infusion": 4.0})
        pulses = treated(365, seed, step=1.0, **{"bone.drive.pth_injection": 8.0})
        infused.append(gain(constant) - gain(control))
        injected.append(gain(pulses) - gain(control))
        turnover.append(float(constant.niche.behaviour("activation")[-1]))
    assert mean(infused) < 0.0 < mean(injected)
    assert mean(turnover) > 1.2


def test_constant_hormone_costs_bone_and_daily_pulses_build_it() -> None:
    check_parathyroid_hormone(2)


@pytest.mark.acceptance
def test_constant_hormone_costs_bone_and_daily_pulses_build_it_over_twenty_seeds() -> None:
    check_parathyroid_hormone(20)


@pytest.mark.acceptance
def test_oestrogen_loss_is_fast_then_slower_and_stops_with_replacement() -> None:
    healthy, lost = setting("human-adult"), setting("human-adult", **{"bone.drive.oestrogen_loss": 1.0})
    early, late, replaced, clasts, blasts = [], [], [], [], []
    for seed in range(20):
        bones = [bone_of(healthy, seed) for _ in range(3)]
        live(bones[0], healthy, 365)
        for bone in bones[1:]:
            live(bone, lost, 365)
        first = [gain(bone) for bone in bones]
        clasts.append(bones[1].osteoclasts.count / bones[0].osteoclasts.count)
        blasts.append(mature_count(bones[1]) / mature_count(bones[0]))
        for bone, chosen in zip(bones, (healthy, lost, healthy), strict=True):
            live(bone, chosen, 3 * 365, begin=8760.0)
        last = [gain(bone) for bone in bones]
        early.append(first[1] - first[0])
        late.append((last[1] - last[0] - first[1] + first[0]) / 3)
        replaced.append(last[2] - last[1])
    assert mean(clasts) > mean(blasts) > 1.0
    assert mean(early) < mean(late) < 0.0
    assert mean(replaced) > 0.0


def check_magnesium(seeds: int, low: float, high: float) -> None:
    chosen = setting()
    change = {
        ratio: mean([gain(live(bone_of(chosen, seed), chosen, 84, ratio=ratio)) for seed in range(seeds)])
        for ratio in (1.0, 0.25)
    }
    assert low < (1 + change[0.25]) / (1 + change[1.0]) < high


def test_deficiency_costs_a_rat_its_bone() -> None:
    check_magnesium(3, 0.40, 0.75)


@pytest.mark.acceptance
def test_deficiency_costs_a_rat_its_bone_over_twenty_seeds() -> None:
    check_magnesium(20, 0.45, 0.70)


def test_little_magnesium_means_more_osteoclasts_and_fewer_osteoblasts() -> None:
    """Counted in mice on almost no magnesium: osteoclasts +135 %, osteoblasts clearly fewer [Rude2003]."""
    chosen = setting()
    clasts, blasts = [], []
    for seed in range(3):
        normal, little = (live(bone_of(chosen, seed), chosen, 42, ratio=ratio) for ratio in (1.0, 0.3))
        clasts.append(little.osteoclasts.count / normal.osteoclasts.count)
        blasts.append(mature_count(little) / mature_count(normal))
    assert mean(clasts) > 1.5
    assert mean(blasts) < 0.85


@pytest.mark.acceptance
def test_a_slight_surplus_changes_little() -> None:
    chosen = setting()
    found = [
        gain(live(bone_of(chosen, seed), chosen, 30, ratio=1.05)) - gain(live(bone_of(chosen, seed), chosen, 30))
        for seed in range(20)
    ]
    assert abs(mean(found)) < 0.02


def test_much_magnesium_hinders_mineralisation() -> None:
    chosen = setting()
    normal, much = (live(bone_of(chosen, 1), chosen, 20, ratio=ratio) for ratio in (1.0, 5.8 / 0.8))
    assert much.niche.mean("mineralisation") < 0.6 * normal.niche.mean("mineralisation")
    assert much.section.osteoid.sum() > normal.section.osteoid.sum()


def test_who_does_not_heed_magnesium_keeps_its_osteoclasts() -> None:
    found = []
    for restraint in (1.0, 0.0, -0.4):
        chosen = setting(**{"bone.turnover.restraint": restraint})
        bone = live(bone_of(chosen, 1), chosen, 60, ratio=0.3)
        found.append(float(bone.stroma.plasma["activation"][0]))
    assert found[0] > 1.5
    assert found[1] == pytest.approx(1.0, abs=0.05)
    assert found[2] < 1.0


def test_threonate_slows_resorption_by_a_few_per_cent_only_above_its_own_level() -> None:
    chosen = setting()
    own = chosen.healthy["body.plasma.threonate"]
    activity = [
        live(bone_of(chosen, 1), chosen, 8, threonate=level).osteoclasts.mean("resorption")
        for level in (1e-6, 1e-5, own, own + 0.042)
    ]
    assert activity == sorted(activity, reverse=True)
    assert 0.90 < activity[3] < 1.0 == pytest.approx(activity[2])
    assert activity[0] > 1.3


def test_vitamin_d_speeds_mineralisation_and_parathyroid_hormone_raises_rankl() -> None:
    chosen = setting()
    plain = live(bone_of(chosen, 1), chosen, 20)
    moved = live(bone_of(chosen, 1), chosen, 20, pth=1.5, calcitriol=0.5)
    assert moved.niche.mean("mineralisation") < plain.niche.mean("mineralisation")
    assert moved.niche.mean("rankl") > plain.niche.mean("rankl")
    assert moved.niche.mean("opg") < plain.niche.mean("opg")
