"""The small texts of a scenario: times, windows, amounts, diets."""

from __future__ import annotations

import math
import re

from mgcells import units
from mgcells.arrays import HOURS_PER_DAY
from mgcells.library import Library
from mgcells.scenario.scenario import Diet
from mgcells.units import UnitProblem

CHARGES = {"magnesium": 2, "threonate": 1}
MILLIEQUIVALENT = re.compile(r"mEq\b")
LONGEST_IN_MINUTES = 2.0


def hours(text: str) -> float:
    """Return a time that is not negative, in hours; UnitProblem for other text."""
    value = units.parse(text, "time")
    if value < 0:
        raise UnitProblem(f"'{text}' is negative")
    return value


def amount(text: str, of: str, name: str, library: Library) -> tuple[float, bool]:
    """Return (mmol of the compound, per kilogram of body weight?) for text such as "604 mg/kg".

    Raises
    ------
    UnitProblem
        Not a mass or an amount, negative, or the compound does not contain what the amount is of.
    """
    compound = library.compounds[name]
    plain, per_kilogram = units.per_kilogram(text)
    content = {"salt": 1.0, "magnesium": float(compound.magnesium), "threonate": float(compound.threonate)}[of]
    if content == 0.0:
        raise UnitProblem(f"the compound contains no {of}")
    value, dimension = _of_ion(plain, of)
    if dimension == "mass":
        value /= units.parse(compound.molar_mass, "molar mass") if of == "salt" else molar_mass(of, library)
    elif dimension != "amount":
        raise UnitProblem(
            f"'{text}' {units.described(dimension)}; a dose is a mass or an amount, such as '50 mg/kg' or '6 mmol'"
        )
    if value < 0:
        raise UnitProblem(f"'{text}' is negative")
    return value / content, per_kilogram


def molar_mass(substance: str, library: Library) -> float:
    """Return g/mmol of "magnesium" or "threonate"."""
    return library.parameters[f"constant.{substance}.molar_mass"].value


def diet(text: str, species: str, library: Library) -> Diet:
    """Return the magnesium of a diet given as "300 mg/d", "12 mmol/d" or, for animals, "0.5 g/kg" of chow.

    Raises
    ------
    UnitProblem
        Not an amount or mass per time or a content of chow, negative, or chow for people.
    """
    per_mole = molar_mass("magnesium", library)
    content, per_gram = units.per_kilogram(text)
    if per_gram and species == "human":
        raise UnitProblem(f"'{text}' is a content of chow; give people's diets as '300 mg/d'")
    if per_gram:
        value = units.parse(content, "mass") / per_mole / units.parse("1 kg", "mass")
    else:
        value, dimension = _of_ion(content, "magnesium")
        if dimension == "mass rate":
            value /= per_mole
        elif dimension != "amount rate":
            raise UnitProblem(
                f"'{text}' {units.described(dimension)}; a diet reads like '300 mg/d' or '0.5 g/kg' of chow"
            )
    if value < 0:
        raise UnitProblem(f"'{text}' is negative")
    return Diet(value, per_gram, text.strip())


def _of_ion(text: str, ion: str) -> tuple[float, str]:
    """Return (internal value, dimension) of text in which mEq are those of an ion; UnitProblem for other text."""
    value, unit = units.split(text)
    if not MILLIEQUIVALENT.match(unit):
        return units.parse_any(text)
    if ion not in CHARGES:
        raise UnitProblem(
            f"'{text}': mEq count the charges of one ion; say of = 'magnesium', of which 2 mEq are 1 mmol"
        )
    return units.parse_any(f"{value / CHARGES[ion]!r} {MILLIEQUIVALENT.sub('mmol', unit)}")


def spoken(value: float) -> str:
    """Return hours in the largest unit that keeps them whole; minutes only of short times.

    >>> spoken(48.0), spoken(6.0), spoken(0.5), spoken(217.5)
    ('2 d', '6 h', '30 min', '217.5 h')
    """
    for name, size in (("d", HOURS_PER_DAY), ("h", 1.0), ("min", 1 / 60), ("s", 1 / 3600)):
        count = value / size
        small = name in ("d", "h") or value <= LONGEST_IN_MINUTES
        if small and math.isfinite(count) and math.isclose(count, round(count), abs_tol=1e-9) and count >= 1:
            return f"{round(count)} {name}"
    return f"{value:.10g} h"
