"""Histomorphometry of the section, in its standard nomenclature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mgcells.arrays import HOURS_PER_DAY
from mgcells.observables import observable

if TYPE_CHECKING:
    from mgcells.tissues.bone.bone import Bone

HOURS_PER_YEAR = 8760.0


def _share(bone: Bone, sites: int) -> float:
    """Return a number of sites as a share of the bone surface, %."""
    return 100.0 * sites / max(1, bone.section.surface_sites)


@observable("bone.volume_fraction", unit="%", label="bone volume fraction (BV/TV)", tissue="bone")
def volume_fraction(bone: Bone) -> float:
    """Bone volume over tissue volume, osteoid included, %."""
    return 100.0 * bone.section.volume_fraction


@observable("bone.trabecular_thickness", unit="um", label="trabecular thickness (Tb.Th)", tissue="bone")
def trabecular_thickness(bone: Bone) -> float:
    """Mean thickness by the plate model, um."""
    return bone.section.thickness


@observable("bone.osteoid_volume", unit="%", label="osteoid volume (OV/BV)", tissue="bone")
def osteoid_volume(bone: Bone) -> float:
    """Unmineralised matrix over bone volume, %."""
    section = bone.section
    osteoid = float(section.osteoid.sum())
    return 100.0 * osteoid / max(1e-9, osteoid + float(section.mineral.sum()))


@observable("bone.osteoclast_surface", unit="%", label="osteoclast surface (Oc.S/BS)", tissue="bone")
def osteoclast_surface(bone: Bone) -> float:
    """Share of the bone surface under osteoclasts, %."""
    return _share(bone, bone.osteoclasts.count)


@observable("bone.eroded_surface", unit="%", label="eroded surface (ES/BS)", tissue="bone")
def eroded_surface(bone: Bone) -> float:
    """Share of the bone surface in resorption or reversal, %."""
    return _share(bone, bone.units.eroded_sites)


@observable("bone.osteoblast_surface", unit="%", label="osteoblast surface (Ob.S/BS)", tissue="bone")
def osteoblast_surface(bone: Bone) -> float:
    """Share of the bone surface under mature osteoblasts, %."""
    return _share(bone, np.unique(bone.mature_osteoblasts).size)


@observable("bone.mineral_apposition_rate", unit="um/d", label="mineral apposition rate (MAR)", tissue="bone")
def mineral_apposition_rate(bone: Bone) -> float:
    """Distance between the last two labels over the time between them, um/d."""
    return bone.labels.apposition * HOURS_PER_DAY


@observable("bone.mineralising_surface", unit="%", label="mineralising surface (MS/BS)", tissue="bone")
def mineralising_surface(bone: Bone) -> float:
    """Double-labelled plus half of the single-labelled surface, % of the bone surface."""
    return 100.0 * bone.labels.surface


@observable("bone.formation_rate", unit="um/d", label="bone formation rate (BFR/BS)", tissue="bone")
def formation_rate(bone: Bone) -> float:
    """Mineral apposition rate times mineralising surface, um/d."""
    return bone.labels.formation_rate * HOURS_PER_DAY


@observable("bone.resorption_rate", unit="um/d", label="bone resorption rate (BRs.R/BS)", tissue="bone")
def resorption_rate(bone: Bone) -> float:
    """Bone that osteoclasts took per bone surface and day, um/d."""
    return bone.record.eroded * HOURS_PER_DAY / max(1, bone.section.surface_sites)


@observable("bone.erosion_depth", unit="um", label="erosion depth (E.De)", tissue="bone")
def erosion_depth(bone: Bone) -> float:
    """Mean depth of the last completed cavities, um; the healthy depth before the first."""
    return float(np.mean(bone.record.cavities)) if bone.record.cavities else bone.healthy.erosion_depth


@observable("bone.wall_thickness", unit="um", label="wall thickness (W.Th)", tissue="bone")
def wall_thickness(bone: Bone) -> float:
    """Mean thickness of the last completed walls, um; the healthy thickness before the first."""
    return float(np.mean(bone.record.walls)) if bone.record.walls else bone.healthy.wall_thickness


@observable("bone.activation_frequency", unit="1/y", label="activation frequency (Ac.f)", tissue="bone")
def activation_frequency(bone: Bone) -> float:
    """Bone formation rate over wall thickness: how often a year a unit passes a point of the surface."""
    return bone.labels.formation_rate * HOURS_PER_YEAR / wall_thickness(bone)
