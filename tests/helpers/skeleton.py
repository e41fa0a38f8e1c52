"""A bone without a body, for tests: settings, surroundings and runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mgcells.library import load_library
from mgcells.library.in_force import Setting, reference
from mgcells.streams import Streams
from mgcells.tissues.bone.bone import Bone
from mgcells.tissues.tissue import Surroundings

KNOWN = load_library()
CELLS = ("bone", "osteoblast", "osteoclast", "progenitor", "bone_receptor")
STEP = 6.0


def setting(subject: str = "rat", residuals: Mapping[str, float] | None = None, **changes: float) -> Setting:
    values = {path: parameter.value for path, parameter in reference(KNOWN, subject).items()}
    rules = {
        cell: tuple(rule for rule in KNOWN.rules.values() if rule.cell == cell and rule.status == "on")
        for cell in CELLS
    }
    species = KNOWN.subjects[subject].species
    return Setting(subject, species, ("bone",), {**values, **changes}, values, rules, dict(residuals or {}))


def around(
    chosen: Setting, hour: float = 0.0, ratio: float = 1.0, threonate: float | None = None, **signals: float
) -> Surroundings:
    healthy = chosen.healthy
    plasma = healthy["body.plasma.threonate"] if threonate is None else threonate
    level = healthy["body.plasma.ionised"] * ratio
    return Surroundings(hour, level, plasma, level, plasma, (), 0.0, chosen.values, signals)


def bone_of(chosen: Setting, seed: int) -> Bone:
    return Bone(KNOWN, chosen, Streams(seed, 0), around(chosen))


def live(
    bone: Bone, chosen: Setting, days: float, begin: float = 0.0, step: float = STEP, ratio: float = 1.0,
    threonate: float | None = None, **signals: float,
) -> Bone:  # fmt: skip
    """Let `bone` live for `days` from hour `begin` on; return it."""
    for index in range(1, round(days * 24 / step) + 1):
        bone.step(around(chosen, begin + index * step, ratio, threonate, **signals), step)
    return bone


def mature_count(bone: Bone) -> int:
    return bone.mature_osteoblasts.size


def gain(bone: Bone) -> float:
    """Return the change of bone volume since the start, a fraction."""
    return bone.section.volume_fraction / bone.start_volume - 1.0


def mean(values: list[float]) -> float:
    return float(np.mean(values))
