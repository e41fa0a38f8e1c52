"""What can be measured of bone: cells, signals, and the repair of a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from mgcells.observables.registry import observable

if TYPE_CHECKING:
    from mgcells.life import Life
    from mgcells.tissues.bone import Bone


def bone_of(model: Life) -> Bone:
    """Return the bone of a model."""
    return cast("Bone", model.tissues["bone"])


@observable("bone.osteoclasts", label="osteoclasts of the section", tissue="bone")
def osteoclasts(model: Life) -> float:
    """Osteoclasts relative to what the starting surface holds in health."""
    bone = bone_of(model)
    return bone.osteoclasts.count / (bone.start_sites * bone.healthy.activation * bone.healthy.resorption_time)


@observable("bone.osteoblasts", label="osteoblasts of the section", tissue="bone")
def osteoblasts(model: Life) -> float:
    """Mature osteoblasts relative to what the starting surface holds in health."""
    bone, unit = bone_of(model), bone_of(model).healthy
    return bone.mature_osteoblasts.size / (bone.start_sites * unit.activation * unit.formation_time * unit.osteoblasts)


@observable("bone.progenitors", label="progenitors of the marrow", tissue="bone")
def progenitors(model: Life) -> float:
    """Progenitors relative to what the marrow holds in health at the start."""
    bone = bone_of(model)
    return bone.progenitors.count / bone.reservoir.founded


@observable("bone.osteocytes", label="osteocytes of the section", tissue="bone")
def osteocytes(model: Life) -> float:
    """Buried osteocytes relative to the start."""
    bone = bone_of(model)
    return float(bone.osteocytes.sum()) / bone.start_osteocytes


@observable("bone.osteoclast_activity", label="resorption by each osteoclast", tissue="bone")
def osteoclast_activity(model: Life) -> float:
    """Speed at which an osteoclast resorbs, relative to health; 1 while there is none."""
    bone = bone_of(model)
    return bone.osteoclasts.mean("resorption") if bone.osteoclasts.count else 1.0


@observable("bone.rankl_opg", label="RANKL/OPG ratio", tissue="bone")
def rankl_opg(model: Life) -> float:
    """RANKL over OPG of the stroma, relative to health."""
    niche = bone_of(model).niche
    return niche.mean("rankl") / niche.mean("opg")


@observable("bone.dkk1", label="DKK-1", tissue="bone")
def dkk1(model: Life) -> float:
    """DKK-1 of the stroma relative to health; moves only where the contested rules are switched on."""
    return bone_of(model).niche.mean("dkk1")


@observable("bone.mineralisation", label="mineralisation of osteoid", tissue="bone")
def mineralisation(model: Life) -> float:
    """Speed at which osteoid mineralises, relative to health."""
    return bone_of(model).niche.mean("mineralisation")


@observable("bone.vessel_density", label="vessels of the defect or marrow", tissue="bone")
def vessel_density(model: Life) -> float:
    """Vessels where the defect is, relative to intact marrow; 1 without a defect."""
    defect = bone_of(model).defect
    return float(np.mean(defect.vessels[defect.inside])) if defect.present else 1.0


@observable("bone.nerve_density", label="sensory nerves of the defect or marrow", tissue="bone")
def nerve_density(model: Life) -> float:
    """Sensory nerves where the defect is, relative to intact bone, less those that denervation took."""
    bone = bone_of(model)
    grown = float(np.mean(bone.defect.nerves[bone.defect.inside])) if bone.defect.present else 1.0
    return grown * (1.0 - bone.stroma.denervated)


@observable("bone.defect_fill", unit="%", label="mineralised bone in the defect (BV/TV)", tissue="bone")
def defect_fill(model: Life) -> float:
    """Mineralised bone volume over the volume of the defect, %, as X-rays see it; 0 without a defect."""
    bone = bone_of(model)
    mineral = bone.section.mineral[bone.defect.inside]
    return 100.0 * float(mineral.sum()) / (bone.spacing * max(1, bone.defect.area))


@observable("bone.defect_magnesium", unit="mM", label="interstitial magnesium where the defect is", tissue="bone")
def defect_magnesium(model: Life) -> float:
    """Mean interstitial magnesium of the defect, of the whole section without one, mM."""
    bone = bone_of(model)
    return float(bone.stroma.sites["magnesium"][bone.defect.inside if bone.defect.present else slice(None)].mean())
