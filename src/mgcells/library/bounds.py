"""Which numbers may stand in the place of another: of its dimension and sign, whole where it counts, near its range."""

from __future__ import annotations

import math
from collections.abc import Collection

from mgcells import units
from mgcells.library.entries import Parameter, Rule
from mgcells.units import INTERNAL, UnitProblem

LATTICE, CONSTANT = ".lattice.", "constant."
SHARE = "share"
# How far outside its plausible range a number is still a model of something, by its factor.
WIDE = 1000.0
LEVELS = ("concentration", "mass concentration")
# The highest power of a response: above it, numbers leave what a computer can hold.
STEEPEST = 50.0
# Internal units; the bound of numbers that are zero and state no range.
LARGEST = 1e6
MOST_SITES_A_SIDE = 10_000


def fault_of_number(path: str, text: str, original: Parameter) -> str:
    """Return why a number written as `text` cannot stand in the place of `original`, "" when it can."""
    if path.startswith(CONSTANT):
        return "is a constant of nature, by which texts are read; it cannot be set"
    try:
        value = units.parse(text, original.dimension)
    except UnitProblem as error:
        return str(error)
    fault = fault_of_value(path, value, original.dimension, original)
    return fault or ("" if near(value, original) else f"is far from what can be; plausible is {range_text(original)}")


def fault_of_value(path: str, value: float, dimension: str, original: Parameter) -> str:
    """Return why a value (internal unit of `dimension`) cannot stand in the place of `original`, "" when it can."""
    if dimension != original.dimension:
        wanted = INTERNAL[original.dimension] or "no unit"
        return f"{units.described(dimension)}, but it is a {original.dimension} (such as {wanted})"
    low, _ = _range(original)
    if value < 0.0 <= low:
        return "is negative, which it cannot be"
    if LATTICE in path:
        fault = _lattice_fault(value, original)
        if fault:
            return fault
    if value <= 0.0 < low:
        return "should be above zero"
    most = _most(path, original)
    if value > most:
        return f"should be at most {most / _factor(original):g}{_unit(original)}"
    return ""


def near(value: float, original: Parameter) -> bool:
    """Tell whether a value (internal unit) is anywhere near the plausible range of a number."""
    low, high = _range(original)
    size = max(abs(low), abs(high)) or LARGEST / WIDE
    # A level may be next to nothing; a time, a volume or a pool may not, for something is divided by it.
    least = -WIDE * size if low < 0.0 else 0.0 if original.dimension in LEVELS else low / WIDE
    return least <= value <= WIDE * size


def beyond_range(text: str, original: Parameter) -> str:
    """Return the plausible range of a number when that of `text`, in its dimension, lies outside it, else ""."""
    value, low, high = units.parse(text, original.dimension), original.low, original.high
    outside = (low is not None and value < low) or (high is not None and value > high)
    return range_text(original) if outside else ""


def range_text(parameter: Parameter) -> str:
    """Return the plausible range of a number in the unit of its text, its value alone where it states none."""
    ends = [end for end in (parameter.low, parameter.high) if end is not None] or [parameter.value]
    return f"{' to '.join(f'{end / _factor(parameter):g}' for end in ends)}{_unit(parameter)}"


def fault_of_rule_number(rule: Rule, column: str, value: float) -> str:
    """Return why a value (internal unit) cannot be this number of a rule, whatever its others are; "" when it can."""
    if column == "half_max" and value <= 0.0:
        return "should be above zero"
    if column in ("hill", "exponent"):
        if column == "hill" and value <= 0.0:
            return "should be above zero"
        return f"should be at most {STEEPEST:g}" if abs(value) > STEEPEST else ""
    stated = [abs(end) for end in (*span_of_rule(rule, column), own_of_rule(rule, column)) if end]
    far = bool(stated) and abs(value) > WIDE * max(stated)
    if not far and not (column == "half_max" and stated and value < min(stated) / WIDE):
        return ""
    return f"is far from what can be; the library has {max(stated):g}"


def rule_number_beyond(rule: Rule, column: str, value: float) -> str:
    """Return the plausible range of a number of a rule when a value lies outside it, else ""."""
    low, high = span_of_rule(rule, column)
    if (low is None or value >= low) and (high is None or value <= high):
        return ""
    scale = units.factor(rule.half_max_unit) if column == "half_max" else 1.0
    return " to ".join(f"{end / scale:g}" for end in (low, high) if end is not None)


def span_of_rule(rule: Rule, column: str) -> tuple[float | None, float | None]:
    """Return what a row states as the range of one of its numbers; the effect's is that of the end it states."""
    if column == "half_max":
        return rule.half_low, rule.half_high
    return (
        (None, None) if own_of_rule(rule, column) is None or column == "hill" else (rule.effect_low, rule.effect_high)
    )


def own_of_rule(rule: Rule, column: str) -> float | None:
    if column in rule.parameters:
        return rule.parameters[column]
    numbers = {"at_zero": rule.at_zero, "at_saturation": rule.at_saturation, "half_max": rule.half_max,
               "hill": rule.hill}  # fmt: skip
    return numbers[column]


def _range(original: Parameter) -> tuple[float, float]:
    """Return the plausible range, widened to the value itself, which need not lie in it where nothing is stated."""
    ends = [end for end in (original.low, original.high, original.value) if end is not None]
    return min(ends), max(ends)


def _most(path: str, original: Parameter) -> float:
    """Return the highest value that has a meaning: as the data state it, and 1 of what is called a share."""
    if original.most is not None:
        return original.most
    share = path.rpartition(".")[2].endswith(SHARE) and original.dimension == "dimensionless"
    return 1.0 if share and _range(original)[1] <= 1.0 else math.inf


def _factor(parameter: Parameter) -> float:
    return units.factor(units.split(parameter.text)[1])


def _unit(parameter: Parameter) -> str:
    unit = units.split(parameter.text)[1]
    return f" {unit}" if unit else ""


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
    plain, chow = units.per_kilogram(text)
    try:
        value, dimension = units.parse_any(plain)
    except UnitProblem as error:
        return str(error)
    if dimension not in (("mass",) if chow else ("mass rate", "amount rate")):
        return f"'{text}' {units.described(dimension)}; a diet is such as '300 mg/d' or '0.5 g/kg' of chow"
    if value < 0.0:
        return f"'{text}' is negative"
    if chow and (not species or "human" in species):
        return f"'{text}' is a content of chow; say species = [...] without people, or give it as '300 mg/d'"
    return ""
