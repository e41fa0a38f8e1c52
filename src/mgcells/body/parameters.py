"""Parameters of n subjects, read once from path -> value mappings into the columns that the kernel uses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Floats
from mgcells.body import layout
from mgcells.body.absorption import AbsorptionLaw
from mgcells.body.equations import carriers, tubular_maximum

Values = Mapping[str, float]
LN2 = math.log(2.0)


@dataclass(frozen=True)
class Baseline:
    """The reference subject in health: what "normal" means. Concentrations in mM, shape (n,)."""

    plasma_magnesium: Floats
    plasma_ionised: Floats
    plasma_threonate: Floats
    csf_magnesium: Floats
    csf_threonate: Floats
    diet: Floats


@dataclass(frozen=True)
class BodyParameters:
    """Numbers of n subjects.

    Attributes
    ----------
    columns : float array (n, PARAMETERS)
        What the kernel uses; see `layout`.
    absorption : AbsorptionLaw
    baseline : Baseline
    ionised_share, plasma_volume, csf_volume, stool_water, water_per_magnesium, burst : float arrays (n,)
    lumen_volume, absorption_sites : float arrays (n, segments)
        Water of each part of the bowel, L, and the share of absorption that takes place there.
    """

    columns: Floats
    absorption: AbsorptionLaw
    baseline: Baseline
    ionised_share: Floats
    plasma_volume: Floats
    csf_volume: Floats
    lumen_volume: Floats
    absorption_sites: Floats
    stool_water: Floats
    water_per_magnesium: Floats
    burst: Floats


class _Reader:
    """Columns of values by path; a missing path names itself and the subject that lacks it."""

    def __init__(self, values: Sequence[Values], prefix: str) -> None:
        self._values = values
        self._prefix = prefix

    def __call__(self, path: str) -> Floats:
        full = self._prefix + path
        try:
            return np.array([float(values[full]) for values in self._values])
        except KeyError:
            raise KeyError(f"the body needs the parameter '{full}'") from None


def absorption_law(values: Sequence[Values]) -> AbsorptionLaw:
    """Return the absorption law of n subjects."""
    read = _Reader(values, "body.gut.magnesium.")
    return AbsorptionLaw(read("proportion"), read("capacity"), read("half"), read("occasions"), read("meal_effect"))


def body_parameters(values: Sequence[Values], reference: Sequence[Values], residual: float = 1.0) -> BodyParameters:
    """Return the parameters of n subjects.

    Parameters
    ----------
    values : sequence of n mappings
        What holds for each subject now.
    reference : sequence of n mappings
        Each subject's reference in health: it defines normal levels and calibrates the kidney, and stays the same
        whatever condition or strategy changes in `values`. Volumes, pools and clearances grow with body weight.
    residual : float
        Share of GLUT1 activity that an inhibitor leaves. Glucose competes for the same carriers [Agus1997].

    Raises
    ------
    KeyError
        A parameter is missing.
    ValueError
        The reference subject's kidney cannot balance its diet.
    """
    own, normal = _Reader(values, "body."), _Reader(reference, "body.")
    size = own("weight") / normal("weight")
    level = normal("plasma.magnesium")
    baseline = Baseline(
        level, normal("plasma.ionised"), normal("plasma.threonate"), normal("csf.magnesium"),
        normal("csf.threonate"), normal("diet.magnesium"),
    )  # fmt: skip
    law = absorption_law(reference)
    defended = _tubular_maximum(normal, law, own("drive.wasting"))
    columns = np.zeros((len(values), layout.PARAMETERS))

    def put(column: int, numbers: Floats | float) -> None:
        columns[:, column] = numbers

    volume = own("plasma.volume") * size
    sensing, splay = own("kidney.sensing"), own("kidney.splay")
    filtration = own("kidney.filterable") * own("kidney.gfr") * size
    reabsorbed = defended * own("kidney.reabsorption") * own("kidney.gfr") * size
    put(layout.DISSOLUTION_RATE, 1.0 / own("gut.magnesium.dissolution_time"))
    put(layout.ABSORPTION_RATE, own("gut.magnesium.rate"))
    put(layout.TRANSIT_RATE, 1.0 / own("gut.transit_time"))
    for segment, share in enumerate(_parts(own, "residence").T):
        put(layout.SEGMENT_RATE + segment, 1.0 / (share * own("gut.transit_time")))
    put(layout.SECRETION, own("gut.endogenous_loss") * size)
    put(layout.FILTRATION, filtration / volume)
    put(layout.SPLAY, splay)
    put(layout.SPLAY_LOG, splay * np.log(filtration * level / reabsorbed))
    put(layout.SENSING_POWER, splay * sensing)
    put(layout.HEALTHY_PLASMA, level * volume)
    put(layout.HEALTHY_INTRACELLULAR, own("intracellular.magnesium") * size)
    put(layout.HEALTHY_SURFACE, own("bone.surface.magnesium") * size)
    put(layout.HEALTHY_DEEP, own("bone.deep.magnesium") * size)
    put(layout.HEALTHY_MUSCLE, own("muscle.magnesium") * size)
    put(layout.INTRACELLULAR_RATE, LN2 / own("intracellular.half_time"))
    put(layout.SURFACE_RATE, LN2 / own("bone.surface.half_time"))
    put(layout.REFILL, own("bone.surface.refill"))
    put(layout.DEEP_RATE, LN2 / own("bone.deep.half_time"))
    put(layout.DEEP_SHARE, own("bone.deep.mobilisable"))
    put(layout.MUSCLE_SHARE, own("muscle.mobilisable"))
    put(layout.MUSCLE_RATE, LN2 / own("muscle.half_time"))
    removal, partition = own("csf.threonate_rate"), own("csf.threonate_partition")
    shared = (
        LN2 / own("injection.intraperitoneal"), LN2 / own("injection.subcutaneous"),
        1.0 / own("scaffold.fast_time"), 1.0 / own("scaffold.slow_time"),
    )  # fmt: skip
    for first, intrathecal in (
        (layout.DEPOT_RATE, LN2 / own("injection.intrathecal")),
        (layout.THREONATE_DEPOT_RATE, removal),
    ):
        for depot, rate in enumerate((*shared[:2], intrathecal, *shared[2:])):
            put(first + depot, rate)
    own_law = absorption_law(values)
    put(layout.CARRIER_CAPACITY, own_law.capacity)
    put(layout.CARRIER_HALF, own_law.half)
    put(layout.WAITING_RATE, 1.0 / _waiting_time(own))
    power = own("gut.magnesium.adaptation_hill")
    put(layout.CARRIER_GAIN, own("gut.magnesium.adaptation_gain"))
    put(layout.CARRIER_HALF_POWER, own("gut.magnesium.adaptation_half") ** power)
    put(layout.CARRIER_POWER, power)
    put(layout.CARRIER_HEALTHY, _carriers(own, 1.0))
    put(layout.CARRIER_RATE, 1.0 / own("gut.magnesium.adaptation_time"))
    put(layout.CSF_RATE, 1.0 / own("csf.tau"))
    put(layout.CSF_SET_POINT, own("csf.magnesium"))
    put(layout.CSF_FLOOR, own("csf.floor"))
    put(layout.CSF_SATURATION, own("csf.saturation"))
    put(layout.CSF_POWER, own("csf.steepness"))
    put(layout.GAIN_RATE, 1.0 / own("csf.tau_gain"))
    half = own("csf.glucose_half")
    carried = residual * (half + normal("plasma.glucose")) / (half + own("plasma.glucose"))
    put(layout.GAIN_MAXIMUM, own("csf.gain_maximum") * carried)
    put(layout.GAIN_HALF, own("csf.gain_half"))
    clearance, threonate_volume = own("threonate.clearance") * size, own("threonate.volume") * size
    put(layout.THREONATE_ABSORPTION_RATE, own("threonate.rate"))
    put(layout.THREONATE_ELIMINATION_RATE, clearance / threonate_volume)
    put(layout.THREONATE_PRODUCTION, clearance * own("plasma.threonate"))
    put(layout.THREONATE_VOLUME, threonate_volume)
    put(layout.THREONATE_HEALTHY, own("plasma.threonate"))
    put(layout.CSF_THREONATE_ENTRY, removal * partition * carried)
    put(layout.CSF_THREONATE_SOURCE, removal * (own("csf.threonate") - partition * own("plasma.threonate")))
    put(layout.CSF_THREONATE_RATE, removal)
    put(layout.TISSUE_ABSORPTION, 1.0)
    put(layout.TISSUE_BONE_EXCHANGE, 1.0)
    put(layout.PARATHYROID_POWER, own("parathyroid.sensitivity"))
    put(layout.PARATHYROID_CEILING, own("parathyroid.ceiling"))
    put(layout.PARATHYROID_SEVERE, own("parathyroid.severe"))
    put(layout.PARATHYROID_SWITCH, own("parathyroid.switch"))
    put(layout.PARATHYROID_WIDTH, own("parathyroid.width"))
    put(layout.PARATHYROID_RATE, 1.0 / own("parathyroid.time"))
    put(layout.CALCITRIOL_POWER, own("calcitriol.sensitivity"))
    put(layout.CALCITRIOL_RATE, 1.0 / own("calcitriol.time"))
    return BodyParameters(
        columns=columns,
        absorption=own_law,
        baseline=baseline,
        ionised_share=baseline.plasma_ionised / level,
        plasma_volume=volume,
        csf_volume=own("csf.volume") * size,
        lumen_volume=_content(normal, law) * (size / normal("gut.lumen_magnesium"))[:, None],
        absorption_sites=_parts(own, "absorption_site"),
        stool_water=own("gut.stool_water"),
        water_per_magnesium=own("gut.water_per_magnesium"),
        burst=own("scaffold.burst"),
    )


def _tubular_maximum(normal: _Reader, law: AbsorptionLaw, level: Floats) -> Floats:
    """Return the tubular maximum (mM of filtrate) with which the diet keeps plasma at `level` times normal."""
    uptake = law.of_rate(normal("diet.magnesium"))
    activity = _carriers(normal, level) / _carriers(normal, 1.0)
    excreted = uptake.in_proportion + uptake.by_carriers * activity - normal("gut.endogenous_loss") * level
    gfr = normal("kidney.gfr")
    filtered = normal("kidney.filterable") * gfr * normal("plasma.magnesium") * level
    share = excreted / filtered
    if np.any((share <= 0.0) | (share >= 1.0)):
        raise ValueError(
            f"the kidney cannot balance the diet: {np.min(share):.3g} to {np.max(share):.3g} of the filtered magnesium "
            "would have to be excreted"
        )
    return tubular_maximum(filtered, excreted, normal("kidney.splay")) / gfr


def _carriers(read: _Reader, level: Floats | float) -> Floats:
    hill = read("gut.magnesium.adaptation_hill")
    return carriers(level**hill, read("gut.magnesium.adaptation_gain"), read("gut.magnesium.adaptation_half") ** hill)


def _parts(read: _Reader, kind: str) -> Floats:
    """Return what each part of the bowel has of `kind`, shape (n, segments); the colon has what the others leave."""
    upper = np.stack([read(f"gut.{kind}.{name}") for name in layout.SEGMENTS[:-1]], axis=1)
    return np.concatenate([upper, 1.0 - upper.sum(axis=1, keepdims=True)], axis=1)


def _waiting_time(read: _Reader) -> Floats:
    """Return how long swallowed magnesium waits to be absorbed, h: it dissolves, then it enters."""
    return np.asarray(read("gut.magnesium.dissolution_time") + 1.0 / read("gut.magnesium.rate"))


def _content(normal: _Reader, law: AbsorptionLaw) -> Floats:
    """Return the magnesium in each part of the reference subject's bowel, mmol, shape (n, segments)."""
    diet = normal("diet.magnesium")
    uptake = law.of_rate(diet)
    absorbed = uptake.in_proportion + uptake.by_carriers
    passing = (diet - absorbed + normal("gut.endogenous_loss")) * normal("gut.transit_time")
    waiting = absorbed * _waiting_time(normal)
    return np.asarray(
        _parts(normal, "residence") * passing[:, None] + _parts(normal, "absorption_site") * waiting[:, None]
    )
