"""What can be measured of bone, in the nomenclature of histomorphometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from mgcells.observables.registry import observable

if TYPE_CHECKING:
    from mgcells.model import MagnesiumModel
    from mgcells.tissues.bone import Bone

HOURS_PER_DAY = 24.0
HOURS_PER_YEAR = 8760.0


def _bone(model: MagnesiumModel) -> Bone:
    return cast("Bone", model.tissues["bone"])


@observable("bone.volume_fraction", unit="%", label="bone volume fraction (BV/TV)", tissue="bone")
def volume_fraction(model: MagnesiumModel) -> float:
    """Bone volume over tissue volume, %."""
    return 100.0 * _bone(model).section.volume_fraction


@observable("bone.formation_rate", unit="um/d", label="bone formation rate (BFR/BS)", tissue="bone")
def formation_rate(model: MagnesiumModel) -> float:
    """Matrix laid per bone surface and day, um/d."""
    bone = _bone(model)
    return bone.flows.formed * HOURS_PER_DAY / max(1, int(bone.section.surface.sum()))


@observable("bone.resorption_rate", unit="um/d", label="bone resorption rate per surface", tissue="bone")
def resorption_rate(model: MagnesiumModel) -> float:
    """Bone resorbed per bone surface and day, um/d."""
    bone = _bone(model)
    return bone.flows.eroded * HOURS_PER_DAY / max(1, int(bone.section.surface.sum()))


@observable("bone.osteoclasts", label="osteoclasts of the section", tissue="bone")
def osteoclasts(model: MagnesiumModel) -> float:
    """Osteoclasts relative to what the starting surface holds in health."""
    bone = _bone(model)
    return bone.osteoclasts.count / (bone.start_sites * bone.healthy.activation * bone.healthy.resorption_time)


@observable("bone.osteoblasts", label="osteoblasts of the section", tissue="bone")
def osteoblasts(model: MagnesiumModel) -> float:
    """Osteoblasts relative to what the starting surface holds in health."""
    bone, unit = _bone(model), _bone(model).healthy
    return bone.osteoblasts.count / (bone.start_sites * unit.activation * unit.formation_time * unit.osteoblasts)


@observable("bone.osteoclast_surface", unit="%", label="osteoclast surface (Oc.S/BS)", tissue="bone")
def osteoclast_surface(model: MagnesiumModel) -> float:
    """Share of the bone surface under osteoclasts, %."""
    bone = _bone(model)
    return 100.0 * bone.osteoclasts.count / max(1, int(bone.section.surface.sum()))


@observable("bone.osteoblast_surface", unit="%", label="osteoblast surface (Ob.S/BS)", tissue="bone")
def osteoblast_surface(model: MagnesiumModel) -> float:
    """Share of the bone surface under osteoblasts, %."""
    bone = _bone(model)
    covered = np.unique(bone.osteoblasts.voxel[: bone.osteoblasts.count]).size
    return 100.0 * covered / max(1, int(bone.section.surface.sum()))


@observable("bone.rankl_opg", label="RANKL/OPG ratio", tissue="bone")
def rankl_opg(model: MagnesiumModel) -> float:
    """RANKL over OPG of the stroma, relative to health."""
    niche = _bone(model).niche
    return niche.mean("rankl") / niche.mean("opg")


@observable("bone.mineralisation", label="mineralisation of osteoid", tissue="bone")
def mineralisation(model: MagnesiumModel) -> float:
    """Speed at which osteoid mineralises, relative to health."""
    return _bone(model).niche.mean("mineralisation")


@observable("bone.activation_frequency", unit="1/y", label="activation frequency (Ac.f)", tissue="bone")
def activation_frequency(model: MagnesiumModel) -> float:
    """Remodelling units born per surface site and year."""
    bone = _bone(model)
    return bone.flows.activated * HOURS_PER_YEAR / max(1, int(bone.section.surface.sum()))


@observable("bone.erosion_depth", unit="um", label="erosion depth (E.De)", tissue="bone")
def erosion_depth(model: MagnesiumModel) -> float:
    """Mean depth of the last completed cavities, um; the healthy depth before the first."""
    bone = _bone(model)
    return float(np.mean(bone.cavities)) if bone.cavities else bone.healthy.erosion_depth


@observable("bone.wall_thickness", unit="um", label="wall thickness (W.Th)", tissue="bone")
def wall_thickness(model: MagnesiumModel) -> float:
    """Mean thickness of the last completed walls, um; the healthy thickness before the first."""
    bone = _bone(model)
    return float(np.mean(bone.walls)) if bone.walls else bone.healthy.wall_thickness
