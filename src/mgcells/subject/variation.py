"""How virtual subjects of one kind differ."""

from __future__ import annotations

import math

import numpy as np


def draw(distribution: str, variation: float, generator: np.random.Generator) -> float:
    """Return a positive factor with mean 1 by which a virtual subject multiplies a value of its kind.

    Parameters
    ----------
    distribution : {"lognormal", "normal"}
        A normal draw that is not positive is repeated.
    variation : float
        Coefficient of variation.
    generator : numpy.random.Generator
        Used for this one path only, so that another varied path changes no draw.

    Raises
    ------
    ValueError
        Another distribution, or a negative coefficient.
    """
    if variation < 0:
        raise ValueError(f"a coefficient of variation of {variation} is negative")
    if distribution == "lognormal":
        spread = math.sqrt(math.log1p(variation**2))
        return math.exp(spread * float(generator.standard_normal()) - 0.5 * spread**2)
    if distribution == "normal":
        factor = 0.0
        while factor <= 0.0:
            factor = 1.0 + variation * float(generator.standard_normal())
        return factor
    raise ValueError(f"unknown distribution '{distribution}'; valid: lognormal, normal")
