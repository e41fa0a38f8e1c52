"""What can be measured in the body: levels in plasma and cerebrospinal fluid, flows of the last day, stores.

Each function takes a body and returns one value per subject, shape (n,).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mgcells.arrays import HOURS_PER_DAY, Floats
from mgcells.observables import observable

if TYPE_CHECKING:
    from mgcells.body.body import Body


MICROMOLAR_PER_MILLIMOLAR = 1000.0
# They move within a step: what they do in it, `Body.swift`, is measured by the same functions.
SWIFT = ("plasma.magnesium", "plasma.magnesium_ionised", "plasma.threonate", "csf.magnesium", "csf.threonate")


@observable("plasma.magnesium", unit="mM", label="plasma magnesium, total")
def plasma_magnesium(body: Body) -> Floats:
    """Total magnesium of plasma, mM."""
    return body.plasma_magnesium


@observable("plasma.magnesium_ionised", unit="mM", label="plasma magnesium, ionised")
def plasma_magnesium_ionised(body: Body) -> Floats:
    """Ionised magnesium of plasma, mM."""
    return body.plasma_ionised


@observable("plasma.threonate", unit="uM", label="plasma threonate")
def plasma_threonate(body: Body) -> Floats:
    """Threonate of plasma, uM."""
    return np.asarray(body.plasma_threonate * MICROMOLAR_PER_MILLIMOLAR)


@observable("csf.magnesium", unit="mM", label="CSF magnesium, ionised")
def csf_magnesium(body: Body) -> Floats:
    """Ionised magnesium of cerebrospinal fluid, mM."""
    return body.csf_magnesium


@observable("csf.threonate", unit="uM", label="CSF threonate")
def csf_threonate(body: Body) -> Floats:
    """Threonate of cerebrospinal fluid, uM."""
    return np.asarray(body.csf_threonate * MICROMOLAR_PER_MILLIMOLAR)


@observable("absorbed.magnesium", unit="mmol/d", label="magnesium absorbed, last 24 h")
def absorbed_magnesium(body: Body) -> Floats:
    """Magnesium absorbed from the gut in the last 24 h, mmol/d."""
    return np.asarray(body.absorbed * HOURS_PER_DAY)


@observable("urine.magnesium", unit="mmol/d", label="magnesium in urine, last 24 h")
def urine_magnesium(body: Body) -> Floats:
    """Magnesium of the last 24 h of urine, mmol/d."""
    return np.asarray(body.urine * HOURS_PER_DAY)


@observable("faeces.magnesium", unit="mmol/d", label="magnesium in faeces, last 24 h")
def faeces_magnesium(body: Body) -> Floats:
    """Magnesium of the last 24 h of faeces, mmol/d."""
    return np.asarray(body.faeces * HOURS_PER_DAY)


@observable("balance.magnesium", unit="mmol/d", label="magnesium balance, last 24 h")
def magnesium_balance(body: Body) -> Floats:
    """Magnesium received minus magnesium lost in the last 24 h, mmol/d."""
    return np.asarray(body.balance * HOURS_PER_DAY)


@observable("body.magnesium", unit="mmol", label="magnesium of the body")
def body_magnesium(body: Body) -> Floats:
    """Magnesium of all pools of the body, mmol."""
    return body.body_magnesium


@observable("bone.magnesium", unit="mmol", label="magnesium of bone")
def bone_magnesium(body: Body) -> Floats:
    """Magnesium of bone, surface and deep, mmol."""
    return body.bone_magnesium


@observable("muscle.magnesium", unit="mmol", label="magnesium of muscle")
def muscle_magnesium(body: Body) -> Floats:
    """Magnesium of muscle and other soft tissue that exchanges slowly, mmol."""
    return body.muscle_magnesium


@observable("stool.mass", unit="g/d", label="stool, last 24 h")
def stool_mass(body: Body) -> Floats:
    """Usual stool and the water that unabsorbed supplements of the last 24 h hold, g/d [Fine1991b]."""
    return np.asarray(body.stool_water * HOURS_PER_DAY)


@observable("plasma.pth", label="parathyroid hormone, as magnesium sets it")
def plasma_pth(body: Body) -> Floats:
    """Parathyroid hormone of the glands relative to health, without what a condition of bone adds to it."""
    return body.plasma_pth


@observable("plasma.calcitriol", label="active vitamin D in plasma")
def plasma_calcitriol(body: Body) -> Floats:
    """1,25-dihydroxyvitamin D relative to health."""
    return body.plasma_calcitriol
