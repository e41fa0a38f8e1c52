"""What can be measured of the body: levels in plasma and cerebrospinal fluid, flows of the last day, stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mgcells.observables.registry import observable

if TYPE_CHECKING:
    from mgcells.model import MagnesiumModel

HOURS_PER_DAY = 24.0
MICROMOLAR_PER_MILLIMOLAR = 1000.0


@observable("plasma.magnesium", unit="mM", label="plasma magnesium, total")
def plasma_magnesium(model: MagnesiumModel) -> float:
    """Total magnesium of plasma, mM."""
    return float(model.body.plasma_magnesium[0])


@observable("plasma.magnesium_ionised", unit="mM", label="plasma magnesium, ionised")
def plasma_magnesium_ionised(model: MagnesiumModel) -> float:
    """Ionised magnesium of plasma, mM."""
    return float(model.body.plasma_ionised[0])


@observable("plasma.threonate", unit="uM", label="plasma threonate")
def plasma_threonate(model: MagnesiumModel) -> float:
    """Threonate of plasma, uM."""
    return float(model.body.plasma_threonate[0]) * MICROMOLAR_PER_MILLIMOLAR


@observable("csf.magnesium", unit="mM", label="CSF magnesium, ionised")
def csf_magnesium(model: MagnesiumModel) -> float:
    """Ionised magnesium of cerebrospinal fluid, mM."""
    return float(model.body.csf_magnesium[0])


@observable("csf.threonate", unit="uM", label="CSF threonate")
def csf_threonate(model: MagnesiumModel) -> float:
    """Threonate of cerebrospinal fluid, uM."""
    return float(model.body.csf_threonate[0]) * MICROMOLAR_PER_MILLIMOLAR


@observable("absorbed.magnesium", unit="mmol/d", label="magnesium absorbed, last 24 h")
def absorbed_magnesium(model: MagnesiumModel) -> float:
    """Magnesium absorbed from the gut in the last 24 h, mmol/d."""
    return float(model.body.absorbed[0]) * HOURS_PER_DAY


@observable("urine.magnesium", unit="mmol/d", label="magnesium in urine, last 24 h")
def urine_magnesium(model: MagnesiumModel) -> float:
    """Magnesium of the last 24 h of urine, mmol/d."""
    return float(model.body.urine[0]) * HOURS_PER_DAY


@observable("faeces.magnesium", unit="mmol/d", label="magnesium in faeces, last 24 h")
def faeces_magnesium(model: MagnesiumModel) -> float:
    """Magnesium of the last 24 h of faeces, mmol/d."""
    return float(model.body.faeces[0]) * HOURS_PER_DAY


@observable("balance.magnesium", unit="mmol/d", label="magnesium balance, last 24 h")
def magnesium_balance(model: MagnesiumModel) -> float:
    """Magnesium received less magnesium lost in the last 24 h, mmol/d."""
    return float(model.body.balance[0]) * HOURS_PER_DAY


@observable("body.magnesium", unit="mmol", label="magnesium of the body")
def body_magnesium(model: MagnesiumModel) -> float:
    """Magnesium of all pools of the body, mmol."""
    return float(model.body.body_magnesium[0])


@observable("bone.magnesium", unit="mmol", label="magnesium of bone")
def bone_magnesium(model: MagnesiumModel) -> float:
    """Magnesium of bone, surface and deep, mmol."""
    return float(model.body.bone_magnesium[0])
