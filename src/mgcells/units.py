"""Text with a unit becomes a float in the one internal unit of its dimension, and back.

The registry is closed: it knows only the units of this field, so that `Mg` is magnesium's symbol and never a
megagram. Inside the program numbers are plain floats: h, mmol, g, L, mM, um, mV.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mgcells.errors import suggestion

if TYPE_CHECKING:
    import pint

DEFINITIONS = """
second = [time] = s
minute = 60 second = min
hour = 60 minute = h
day = 24 hour = d
week = 7 day = wk
year = 365 day = y
mole = [substance] = mol
millimole = 1e-3 mole = mmol
micromole = 1e-6 mole = umol
nanomole = 1e-9 mole = nmol
picomole = 1e-12 mole = pmol
gram = [mass] = g
kilogram = 1e3 gram = kg
milligram = 1e-3 gram = mg
microgram = 1e-6 gram = ug = mcg
nanogram = 1e-9 gram = ng
picogram = 1e-12 gram = pg
metre = [length] = m
centimetre = 1e-2 metre = cm
millimetre = 1e-3 metre = mm
micrometre = 1e-6 metre = um
litre = 1e-3 metre ** 3 = L
decilitre = 0.1 litre = dL
millilitre = 1e-3 litre = mL
microlitre = 1e-6 litre = uL
molar = mole / litre = M
millimolar = 1e-3 molar = mM
micromolar = 1e-6 molar = uM
nanomolar = 1e-9 molar = nM
picomolar = 1e-12 molar = pM
volt = [potential] = V
millivolt = 1e-3 volt = mV
kelvin = [temperature] = K
ohm = [resistance]
score = [score]
decade = [decade] = decades
cell = [cell] = cells
percent = 0.01
"""

# dimension -> internal unit. The first name of a dimensionality is the one used in messages.
INTERNAL = {
    "dimensionless": "",
    "time": "h",
    "amount": "mmol",
    "mass": "g",
    "volume": "L",
    "length": "um",
    "concentration": "mM",
    "mass concentration": "ng/mL",
    "potential": "mV",
    "inverse potential": "1/mV",
    "rate": "1/h",
    "amount rate": "mmol/h",
    "mass rate": "g/h",
    "volume rate": "L/h",
    "concentration rate": "mM/h",
    "mass concentration rate": "ng/mL/h",
    "speed": "um/h",
    "area": "um^2",
    "diffusivity": "um^2/h",
    "molar mass": "g/mmol",
    "amount per mass": "mmol/g",
    "inverse concentration": "1/mM",
    "resistance": "ohm",
    "resistance times area": "ohm um^2",
    "score": "score",
    "powers of ten": "decade",
    "count": "cell",
    "count rate": "cell/h",
}

UNIT_PATTERN = re.compile(r"(?:%|[A-Za-z]+|1(?=/))(?:\^-?[1-9])?(?:[*/][A-Za-z]+(?:\^-?[1-9])?)*")
QUANTITY_PATTERN = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(.*?)\s*")
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+\b")
THOUSANDS = re.compile(r"\s*[+-]?[0-9]{1,3}(,[0-9]{3})+\b")
JOINT = re.compile(r"\s*([*/])\s*|\s+")
PER_KILOGRAM = re.compile(r"\s*/\s*kg\s*$")
LENGTH_SPELLING = {"µ": "u", "μ": "u", "²": "^2", "³": "^3", "·": " "}
# Longer ones are no quantities, and to read them as such would take long.
LONGEST_TEXT = 80
PLAIN_UNITS = ("", "%")
EQUIVALENTS = ("eq", "meq")


class UnitProblem(ValueError):
    """A text that is not a number with a known unit of the expected dimension."""


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[float]:
    """Return the closed registry, built on first use."""
    import pint

    closed: pint.UnitRegistry[float] = pint.UnitRegistry(None, cache_folder=None)
    for line in filter(None, DEFINITIONS.splitlines()):
        closed.define(line)
    return closed


@lru_cache(maxsize=1)
def known_units() -> tuple[str, ...]:
    """Return the spellings a user may write, for messages."""
    names: list[str] = ["%"]
    for line in filter(None, DEFINITIONS.splitlines()):
        parts = [part.strip() for part in line.split("=")]
        names += [parts[0], *(part for part in parts[2:] if re.fullmatch(r"[A-Za-z]+", part))]
    return tuple(dict.fromkeys(names))


def _plain(text: str) -> str:
    """Return a unit without spaces and in plain letters, as in "mg/kg"; UnitProblem when it cannot be one."""
    _bounded(text)
    plain = text.strip()
    for odd, letter in LENGTH_SPELLING.items():
        plain = plain.replace(odd, letter)
    plain = JOINT.sub(lambda joint: joint[1] or "*", plain)
    if plain and not UNIT_PATTERN.fullmatch(plain):
        raise UnitProblem(f"'{text}' is not a unit")
    return plain


def _bounded(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise UnitProblem(f"'{text[:20]}...' is too long for a number with a unit")


@lru_cache(maxsize=512)
def _unit(text: str) -> pint.Unit:
    plain = _plain(text)
    if not plain:
        return registry().dimensionless
    known = set(known_units())
    for name in re.findall(r"[A-Za-z]+|%", plain):
        if name.casefold() in EQUIVALENTS:
            raise UnitProblem(f"'{name}' counts charges and not moles; 2 mEq of magnesium are 1 mmol")
        if name not in known:
            raise UnitProblem(f"unknown unit '{name}'{suggestion(name, known)}")
    return registry().parse_units(plain.replace("%", "percent").replace("^", "**"))


@lru_cache(maxsize=512)
def dimension_of(unit: str) -> str:
    """Return the name of the dimension of a unit such as "mM" or "mmol/d"; UnitProblem for what is no unit here."""
    wanted = _unit(unit).dimensionality
    for name, internal in INTERNAL.items():
        if _unit(internal).dimensionality == wanted:
            return name
    raise UnitProblem(f"'{unit}' is a unit, but no quantity here has its dimension")


@lru_cache(maxsize=512)
def factor(unit: str) -> float:
    """Return the factor from `unit` to the internal unit of its dimension; UnitProblem for what is no unit here."""
    internal = INTERNAL[dimension_of(unit)]
    return float(registry().convert(1.0, _unit(unit), _unit(internal)))


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """Convert a number between two units of one dimension; UnitProblem when the dimensions differ.

    >>> convert(12.0, "mmol/d", "mmol/h")
    0.5
    """
    if dimension_of(from_unit) != dimension_of(to_unit):
        raise UnitProblem(f"'{from_unit}' is {dimension_of(from_unit)}, '{to_unit}' is {dimension_of(to_unit)}")
    return value * factor(from_unit) / factor(to_unit)


def split(text: str) -> tuple[float, str]:
    """Split "1.2 mM" into 1.2 and "mM"; UnitProblem when it does not begin with a finite number.

    >>> split("1.2 mM")
    (1.2, 'mM')
    """
    _bounded(text)
    match = QUANTITY_PATTERN.fullmatch(text)
    if DECIMAL_COMMA.match(text.strip()):
        with_point = text.strip().replace(",", ".", 1)
        # Three digits after a comma may as well be thousands, and the one is a thousand times the other.
        thousands = f", or {text.strip().replace(',', '')} if it stands for thousands" if THOUSANDS.match(text) else ""
        raise UnitProblem(f"'{text}' has a comma; write {with_point}{thousands}")
    if not match:
        raise UnitProblem(f"'{text}' is not a number with a unit, such as '1.2 mM'")
    value = float(match[1])
    if not math.isfinite(value):
        raise UnitProblem(f"'{text}' is not a finite number")
    return value, match[2]


def described(dimension: str) -> str:
    """Return what is said of a quantity of a dimension.

    >>> described("mass"), described("dimensionless")
    ('is a mass', 'has no unit')
    """
    return "has no unit" if dimension == "dimensionless" else f"is a {dimension}"


def per_kilogram(text: str) -> tuple[str, bool]:
    """Return a text without "/kg" at its end, and whether it had it.

    >>> per_kilogram("604 mg / kg")
    ('604 mg', True)
    """
    plain = PER_KILOGRAM.sub("", text.strip())
    return plain, plain != text.strip()


def parse(text: str, dimension: str) -> float:
    """Turn text such as "604 mg" into a float in the internal unit of `dimension`.

    Raises
    ------
    UnitProblem
        The text has no number, an unknown unit (the nearest one is named) or a unit of another dimension.

    Examples
    --------
    >>> parse("604 mg", "mass")
    0.604
    >>> parse("2 d", "time")
    48.0
    """
    value, unit = split(text)
    found = dimension_of(unit)
    if found != dimension:
        wanted = INTERNAL[dimension] or "no unit"
        raise UnitProblem(f"'{text}' {described(found)}, expected a {dimension} (such as {wanted})")
    if dimension == "dimensionless" and unit not in PLAIN_UNITS:
        raise UnitProblem(f"'{text}': this number takes no unit, and '{unit}' would change it")
    return _scaled(text, value, unit)


def parse_any(text: str) -> tuple[float, str]:
    """Turn text with any known unit into (value in the internal unit, dimension); UnitProblem for other text.

    >>> parse_any("30 min")
    (0.5, 'time')
    """
    value, unit = split(text)
    return _scaled(text, value, unit), dimension_of(unit)


def _scaled(text: str, value: float, unit: str) -> float:
    scaled = value * factor(unit)
    if not math.isfinite(scaled):
        raise UnitProblem(f"'{text}' is too large")
    return scaled
