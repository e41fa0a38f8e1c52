"""Which numbers may stand in the place of another: of its dimension, of its sign, and whole where it counts."""

from __future__ import annotations

from collections.abc import Collection

from mgcells import units
from mgcells.library.entries import Parameter
from mgcells.units import INTERNAL, UnitProblem

LATTICE = ".lattice."
MOST_SITES_A_SIDE = 10_000


def fault_of_number(path: str, text: str, original: Parameter) -> str:
    """Return why a number written as `text` cannot stand in the place of `original`, "" when it can."""
    try:
        value = units.parse(text, original.dimension)
    except UnitProblem as error:
        return str(error)
    return fault_of_value(path, value, original.dimension, original)


def fault_of_value(path: str, value: float, dimension: str, original: Parameter) -> str:
    """Return why a value (internal unit of `dimension`) cannot stand in the place of `original`, "" when it can."""
    if dimension != original.dimension:
        wanted = INTERNAL[original.dimension] or "no unit"
        return f"is a {dimension}, but it is a {original.dimension} (such as {wanted})"
    least = original.value if original.low is None else min(original.low, original.value)
    if value < 0.0 <= least:
        return "is negative, which it cannot be"
    if LATTICE in path:
        return _lattice_fault(value, original)
    return ""


def _lattice_fault(value: float, original: Parameter) -> str:
    if original.value > 0.0 and value <= 0.0:
        return "should be above zero: a tissue has to have some room"
    counts = original.dimension == "dimensionless" and original.value >= 1.0 and original.value == round(original.value)
    if counts and value != round(value):
        return "counts sites and should be a whole number"
    if counts and value > MOST_SITES_A_SIDE:
        return f"should be at most {MOST_SITES_A_SIDE} sites"
    return ""


def diet_fault(text: str, species: Collection[str]) -> str:
    """Return why a text is no magnesium of a diet, "" when it is; chow is for conditions of animals only.

    Parameters
    ----------
    species : collection of str
        Those that the diet is meant for; empty for all.
    """
    plain = text.strip()
    chow = plain.endswith("/kg")
    try:
        value, dimension = units.parse_any(plain.removesuffix("/kg").strip() if chow else plain)
    except UnitProblem as error:
        return str(error)
    if dimension not in (("mass",) if chow else ("mass rate", "amount rate")):
        return f"'{text}' is a {dimension}; a diet is such as '300 mg/d' or '0.5 g/kg' of chow"
    if value < 0.0:
        return f"'{text}' is negative"
    if chow and (not species or "human" in species):
        return f"'{text}' is a content of chow; say species = [...] without people, or give it as '300 mg/d'"
    return ""
