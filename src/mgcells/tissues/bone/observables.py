"""What can be measured in bone: cells, signals, and the repair of a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mgcells.observables import observable

if TYPE_CHECKING:
    from mgcells.tissues.bone.bone import Bone


@observable("bone.osteoclasts", label="osteoclasts of the section", tissue="bone")
def osteoclasts(bone: Bone) -> float:
    """Osteoclasts relative to what the starting surface holds in health."""
    return bone.osteoclasts.count / (bone.start_sites * bone.healthy.activation * bone.healthy.resorption_time)


@observable("bone.osteoblasts", label="osteoblasts of the section", tissue="bone")
def osteoblasts(bone: Bone) -> float:
    """Mature osteoblasts relative to what the starting surface holds in health."""
    unit = bone.healthy
    return bone.mature_osteoblasts.size / (bone.start_sites * unit.activation * unit.formation_time * unit.osteoblasts)


@observable("bone.progenitors", label="progenitors of the marrow", tissue="bone")
def progenitors(bone: Bone) -> float:
    """Progenitors relative to what the marrow holds in health at the start."""
    return bone.progenitors.count / bone.reservoir.founded


@observable("bone.osteocytes", label="osteocytes of the section", tissue="bone")
def osteocytes(bone: Bone) -> float:
    """Buried osteocytes relative to the start."""
    return float(bone.osteocytes.sum()) / bone.start_osteocytes


@observable("bone.osteoclast_activity", label="resorption by each osteoclast", tissue="bone")
def osteoclast_activity(bone: Bone) -> float:
    """Speed at which an osteoclast resorbs, relative to health; 1 while there is none."""
    return bone.osteoclasts.mean("resorption") if bone.osteoclasts.count else 1.0


@observable("bone.rankl_opg", label="RANKL/OPG ratio", tissue="bone")
def rankl_opg(bone: Bone) -> float:
    """RANKL over OPG of the stroma, relative to health."""
    niche = bone.niche
    return niche.mean("rankl") / niche.mean("opg")


@observable("bone.dkk1", label="DKK-1", tissue="bone")
def dkk1(bone: Bone) -> float:
    """DKK-1 of the stroma relative to health; moves only where the contested rules are switched on."""
    return bone.niche.mean("dkk1")


@observable("bone.mineralisation", label="mineralisation of osteoid", tissue="bone")
def mineralisation(bone: Bone) -> float:
    """Speed at which osteoid mineralises, relative to health."""
    return bone.niche.mean("mineralisation")


@observable("bone.vessel_density", label="vessels of the defect or marrow", tissue="bone")
def vessel_density(bone: Bone) -> float:
    """Vessels where the defect is, relative to intact marrow; 1 without a defect."""
    defect = bone.defect
    return float(np.mean(defect.vessels[defect.inside])) if defect.present else 1.0


@observable("bone.nerve_density", label="sensory nerves of the defect or marrow", tissue="bone")
def nerve_density(bone: Bone) -> float:
    """Sensory nerves where the defect is, relative to intact bone, less those that denervation took."""
    grown = float(np.mean(bone.defect.nerves[bone.defect.inside])) if bone.defect.present else 1.0
    return grown * (1.0 - bone.stroma.denervated)


@observable("bone.defect_fill", unit="%", label="mineralised bone in the defect (BV/TV)", tissue="bone")
def defect_fill(bone: Bone) -> float:
    """Mineralised bone volume over the volume of the defect, %, as X-rays see it; 0 without a defect."""
    mineral = bone.section.mineral[bone.defect.inside]
    return 100.0 * float(mineral.sum()) / (bone.spacing * max(1, bone.defect.area))


@observable("bone.defect_magnesium", unit="mM", label="interstitial magnesium where the defect is", tissue="bone")
def defect_magnesium(bone: Bone) -> float:
    """Mean interstitial magnesium of the defect, of the whole section without one, mM."""
    return float(bone.stroma.sites["magnesium"][bone.defect.inside if bone.defect.present else slice(None)].mean())
