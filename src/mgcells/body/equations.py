"""The laws of the body, each stated once.

A law has no branch, so that it serves one subject at a time within the kernel, arrays of subjects in the equilibrium
and symbols in the SBML export. Plasma magnesium comes as `ratio`, relative to the subject's normal level, as the
`logarithm` of that ratio, or as a `power` of it whose exponent is the Hill power of the law.
"""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats
from mgcells.compiled import formula


@formula
def absorbable(in_proportion: Floats, by_carriers: Floats, swallowed: Floats) -> Floats:
    """Return what is absorbed of what is `swallowed`, by either way and in the same unit: never more than all of it."""
    absorbed: Floats = np.minimum(in_proportion + by_carriers, swallowed)
    return absorbed


@formula
def carried(amount: Floats, capacity: Floats, half: Floats) -> Floats:
    """Return what carriers take up of an `amount` in the bowel, in the unit of `capacity`; half of it at `half`."""
    taken: Floats = capacity * amount / (half + amount)
    return taken


@formula
def carried_on_top(flow: Floats, present: Floats, capacity: Floats, half: Floats) -> Floats:
    """Return what carriers take up of a `flow` (mmol/h) on top of what is `present`: a slope of `carried`."""
    taken: Floats = flow * capacity * half / ((half + present) * (half + present))
    return taken


@formula
def carriers(power: Floats, gain: Floats, half_power: Floats) -> Floats:
    """Return the carriers' activity that settles: 1 with plenty of magnesium, 1 + `gain` with none [Trapani2018].

    `half_power` is the ratio of half the gain to the Hill power. Relative to health once it is divided by the activity
    at a ratio of 1.
    """
    activity: Floats = 1.0 + gain * half_power / (half_power + power)
    return activity


@formula
def excretion(filtered: Floats, logarithm: Floats, splay: Floats, splay_log: Floats, sensing: Floats) -> Floats:
    """Return urinary magnesium, in the unit of `filtered`: what reabsorption up to a maximum leaves [Rude1980].

    `U = F - (F^-k + T^-k)^(-1/k)` with filtered load `F`, tubular maximum `T` and `splay` exponent `k`. With a sensing
    exponent `s` the maximum falls as `T (C/C0)^-s` while plasma is above normal: less is reclaimed of a surplus. Below
    normal the maximum stays what it is. `splay_log` is `k log(F/T)` at normal plasma, `sensing` is `k s`.
    """
    load = np.exp(splay_log + splay * logarithm + sensing * np.maximum(logarithm, 0.0))
    urine: Floats = -filtered * np.expm1(-np.log1p(load) / splay)
    return urine


def tubular_maximum(filtered: Floats, excreted: Floats, splay: Floats) -> Floats:
    """Return the maximum at which `excretion` is `excreted`, which is more than nothing and less than `filtered`."""
    maximum: Floats = filtered * np.expm1(-splay * np.log1p(-(excreted / filtered))) ** (-1.0 / splay)
    return maximum


@formula
def slow_store(healthy: Floats, mobilisable: Floats, ratio: Floats) -> Floats:
    """Return what deep bone or muscle holds in balance with plasma, mmol: a share of it follows [BodyMagnesium1988]."""
    held: Floats = healthy * (1.0 + mobilisable * (ratio - 1.0))
    return held


@formula
def onto_bone_surface(gap: Floats, rate: Floats, refill: Floats) -> Floats:
    """Return what the surface of bone takes up, mmol/h, that lacks `gap` mmol for its balance with plasma.

    It gives at `rate` (1/h) and takes at `refill` times that.
    """
    taken: Floats = rate * (np.minimum(gap, 0.0) + refill * np.maximum(gap, 0.0))
    return taken


@formula
def csf_influx(power: Floats, floor: Floats, saturation: Floats) -> Floats:
    """Return the influx of magnesium to cerebrospinal fluid relative to health.

    The share `floor` remains when plasma has none [Allsop1985]; the rest saturates, so that high plasma adds at most
    the share `saturation` of it [McKee2005].
    """
    influx: Floats = floor + (1.0 - floor) * (1.0 + saturation) * power / (saturation + power)
    return influx


@formula
def csf_gain(threonate: Floats, healthy: Floats, maximum: Floats, half: Floats) -> Floats:
    """Return the share that plasma `threonate` (mM) above its `healthy` level adds to that influx in time.

    Half of the `maximum` is added at `half` mM above it [Slutsky2010].
    """
    excess = np.maximum(threonate - healthy, 0.0)
    gain: Floats = maximum * excess / (excess + half)
    return gain


@formula
def parathyroid(
    logarithm: Floats, sensitivity: Floats, ceiling: Floats, severe: Floats, switch: Floats, width: Floats
) -> Floats:
    """Return the parathyroid hormone that settles, relative to health.

    Mild lack raises it, with the exponent `sensitivity`, up to a `ceiling`; severe lack silences the gland down to
    `severe`, over a `width` around the ratio `switch` [Rude1998].
    """
    awake = 1.0 / (1.0 + np.exp((switch - np.exp(logarithm)) / width))
    healthy = 1.0 / (1.0 + np.exp((switch - 1.0) / width))
    mild = np.minimum(np.exp(-sensitivity * logarithm), ceiling)
    hormone: Floats = (severe + (mild - severe) * awake) / (severe + (1.0 - severe) * healthy)
    return hormone


@formula
def calcitriol(logarithm: Floats, sensitivity: Floats) -> Floats:
    """Return the active vitamin D that settles, relative to health: a power of plasma magnesium."""
    vitamin: Floats = np.exp(sensitivity * logarithm)
    return vitamin
