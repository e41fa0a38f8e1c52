"""A hole with a scaffold: local release, vessels before nerves before bone, timing of magnesium, denervation."""

from __future__ import annotations

import numpy as np
import pytest
from skeleton import around, bone_of, live, mean, setting

from mgcells.tissues.bone.bone import Bone
from mgcells.tissues.bone.defect import Defect

HOLE = {"bone.defect.radius": 1000.0}
# mmol/h that a scaffold frees to hold about four times the normal level in the hole.
RELEASE = 3.0 * 0.55 * 0.173 * np.pi * 1000.0**2 * 3000.0 * 1e-15


def healed(seed: int, days: int, magnesium_until: float = 0.0, **changes: float) -> list[Bone]:
    """Return the bone of each week; the scaffold frees magnesium until a day."""
    chosen = setting(**HOLE, **changes)
    bone = bone_of(chosen, seed)
    course = []
    for week in range(days // 7):
        for index in range(1, 29):
            hour = week * 168.0 + index * 6.0
            given = RELEASE if hour <= magnesium_until * 24 else 0.0
            bone.step(around(chosen, hour, scaffold_magnesium=given), 6.0)
        course.append(fill(bone))
    return course


def fill(bone: Bone) -> float:
    return float(bone.section.mineral[bone.defect.inside].sum()) / (bone.spacing * bone.defect.area)


def test_a_defect_is_empty_and_without_vessels_and_intact_bone_has_none() -> None:
    bone = bone_of(setting(**HOLE), 1)
    inside = bone.defect.inside
    assert inside.sum() == pytest.approx(np.pi * (1000 / 75) ** 2, rel=0.03)
    assert fill(bone) == 0.0
    assert bone.defect.vessels[inside].max() == 0.0
    assert bone.defect.vessels[~inside].min() == 1.0
    assert not inside[bone.osteoblasts.voxel[: bone.osteoblasts.count]].any()
    assert not bone_of(setting(), 1).defect.present


def test_local_release_reaches_its_level_and_clears_with_its_half_time() -> None:
    values = setting(**HOLE).values
    defect = Defect((40, 40), values)
    for _ in range(20):
        defect.release(RELEASE, 0.0, 6.0)
    assert defect.magnesium == pytest.approx(3.0 * 0.55, rel=0.01)
    defect.release(0.0, 0.0, 4.0)
    assert defect.magnesium == pytest.approx(3.0 * 0.55 / 2, rel=0.02)


def test_vessels_come_before_nerves_and_nerves_before_bone() -> None:
    chosen = setting(**HOLE)
    bone = bone_of(chosen, 1)
    half: dict[str, int] = {}
    for day in range(1, 85):
        live(bone, chosen, 1, begin=(day - 1) * 24.0)
        inside = bone.defect.inside
        levels = {"vessels": bone.defect.vessels[inside].mean(), "nerves": bone.defect.nerves[inside].mean()}
        for name, level in {**levels, "bone": fill(bone) / 0.2}.items():
            if level > 0.5:
                half.setdefault(name, day)
    assert half["vessels"] < half["nerves"] < half["bone"]


def timing(seeds: int) -> dict[str, float]:
    strategies = {"none": 0.0, "early": 10.0, "continuous": 84.0}
    return {name: mean([healed(seed, 84, until)[-1] for seed in range(seeds)]) for name, until in strategies.items()}


def test_magnesium_makes_a_defect_fill_faster() -> None:
    found = [mean([healed(seed, 42, until)[-1] for seed in range(3)]) for until in (0.0, 10.0)]
    assert found[1] > found[0]


@pytest.mark.acceptance
def test_early_magnesium_beats_continuous_magnesium_beats_none() -> None:
    found = timing(20)
    assert found["early"] > found["continuous"] > found["none"]


def test_denervated_bone_feels_no_cgrp() -> None:
    felt = []
    for loss in (0.0, 1.0):
        chosen = setting(**HOLE, **{"bone.drive.denervation": loss})
        bone = live(bone_of(chosen, 1), chosen, 30, scaffold_magnesium=RELEASE)
        felt.append(bone.stroma.sites["cgrp_felt"][bone.defect.inside].mean())
    assert felt[0] > 1.2
    assert felt[1] == pytest.approx(1.0)
