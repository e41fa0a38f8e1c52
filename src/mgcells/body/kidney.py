"""Urinary magnesium: filtration, reabsorption up to a maximum with splay, sensing of plasma magnesium [Rude1980].

`U = F - (F^-k + T^-k)^(-1/k)` with filtered load `F`, tubular maximum `T` and splay exponent `k`. With a sensing
exponent `s` the maximum falls as `T (C/C0)^-s` while plasma is above normal: less is reclaimed of a surplus. Below
normal the maximum stays what it is.
"""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats


def excretion(filtered: Floats, maximum: Floats, splay: Floats) -> Floats:
    """Return urinary magnesium in the unit of `filtered` and `maximum`."""
    return -filtered * np.expm1(-np.log1p((filtered / maximum) ** splay) / splay)


def maximum_for(filtered: Floats, excreted: Floats, splay: Floats) -> Floats:
    """Return the tubular maximum at which `excreted` leaves with the urine.

    Raises
    ------
    ValueError
        Less than nothing or more than is filtered would have to be excreted.
    """
    share = excreted / filtered
    if np.any((share <= 0.0) | (share >= 1.0)):
        raise ValueError(
            f"the kidney cannot balance the diet: {np.min(share):.3g} to {np.max(share):.3g} of the filtered magnesium "
            "would have to be excreted"
        )
    return np.asarray(filtered * np.expm1(-splay * np.log1p(-share)) ** (-1.0 / splay))
