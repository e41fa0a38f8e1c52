"""One row of a rule table as numbers, and the plain evaluator that every kernel is tested against.

A Hill row is `g(s) = (A + B x)/(1 + x)` with `x = (s/half_max)^hill`. The row states A (`at_zero`) or B
(`at_saturation`); the other follows from `g(healthy) = 1`, so a row that is switched off is exactly the factor 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

HILL, POWER, LINEAR, BLOCK = range(4)
FORMS: Mapping[str, int] = {"hill": HILL, "power": POWER, "linear": LINEAR, "nmda block": BLOCK}
FORM_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "hill": (),
    "power": ("exponent",),
    "linear": ("slope",),
    "nmda block": ("constant", "voltage_factor"),
}


class RuleError(ValueError):
    """A row that contradicts itself or cannot be normalised to 1 in the healthy subject."""


@dataclass(frozen=True)
class Response:
    """How one signal changes one behaviour, normalised to 1 (product) or in the behaviour's unit (sum).

    `first` and `second` depend on the form: A and B of a Hill row; the reference level and the exponent of a power
    row; the reference level and the slope of a linear row; the healthy unblocked weight and 1/K0 of a block row
    (whose `half_max` holds the voltage factor).
    """

    rule: str
    signal: str
    behaviour: str
    form: int
    first: float
    second: float
    half_max: float = 1.0
    hill: float = 1.0
    additive: bool = False


@dataclass(frozen=True)
class RuleRow:
    """The numbers of one row, in internal units, before normalisation; `None` for an empty cell."""

    rule: str
    signal: str
    behaviour: str
    effect: str
    form: str = "hill"
    at_zero: float | None = None
    at_saturation: float | None = None
    half_max: float | None = None
    hill: float = 1.0
    parameters: Mapping[str, float] = field(default_factory=dict)


def check_row(row: RuleRow, *, additive: bool = False) -> None:
    """Raise RuleError for a row that could not work at any level: a number is missing, impossible or contradicted."""
    if row.form == "hill":
        if row.half_max is None or not row.half_max > 0:
            raise RuleError("half_max must be above zero")
        if not row.hill > 0:
            raise RuleError("hill must be above zero")
        if (row.at_zero is None) == (row.at_saturation is None):
            raise RuleError("give at_zero or at_saturation, and leave the other empty")
        if additive and row.at_saturation is None:
            raise RuleError("a behaviour that combines by sum needs at_saturation")
        return
    for name in FORM_PARAMETERS[row.form]:
        _parameter(row, name)
    if row.form == "nmda block":
        if not row.parameters["constant"] > 0:
            raise RuleError("constant must be above zero")
        _agree(row, -1.0)
    else:
        _agree(row, _parameter(row, FORM_PARAMETERS[row.form][0]))
    if additive and row.form != "linear":
        raise RuleError("only Hill and linear rows can add to a behaviour that combines by sum")


def normalise(row: RuleRow, healthy: float, *, additive: bool = False, healthy_potential: float = 0.0) -> Response:
    """Turn a row into a response that is exactly 1 at the healthy signal.

    Parameters
    ----------
    row : RuleRow
    healthy : float
        The signal in the healthy reference subject, in the signal's internal unit.
    additive : bool
        The behaviour combines by sum: the row contributes `at_saturation * H(s)` and is not normalised.
    healthy_potential : float
        Membrane potential of the reference cell, mV; only the NMDA block uses it.

    Raises
    ------
    RuleError
        The row states neither or both ends, contradicts its `effect`, or would need a negative response.

    Examples
    --------
    >>> row = RuleRow("block", "magnesium", "current", "decreases", at_saturation=0.5, half_max=1.0, hill=2.0)
    >>> response = normalise(row, healthy=1.0)
    >>> [respond(response, magnesium) for magnesium in (0.0, 1.0, 3.0)]
    [1.5, 1.0, 0.6]
    """
    check_row(row, additive=additive)
    if row.form == "hill":
        return _hill(row, healthy, additive)
    if row.form == "power":
        if healthy <= 0:
            raise RuleError("a power law needs a healthy signal above zero")
        exponent = _parameter(row, "exponent")
        return Response(row.rule, row.signal, row.behaviour, POWER, healthy, exponent, additive=additive)
    if row.form == "linear":
        slope = _parameter(row, "slope")
        return Response(row.rule, row.signal, row.behaviour, LINEAR, healthy, slope, additive=additive)
    constant, voltage = _parameter(row, "constant"), _parameter(row, "voltage_factor")
    weight = 1.0 + healthy / constant * math.exp(-voltage * healthy_potential)
    return Response(row.rule, row.signal, row.behaviour, BLOCK, weight, 1.0 / constant, half_max=voltage)


def _hill(row: RuleRow, healthy: float, additive: bool) -> Response:
    assert row.half_max is not None
    if additive:
        assert row.at_saturation is not None
        _agree(row, row.at_saturation)
        zero, full = 0.0, row.at_saturation
    else:
        x = (healthy / row.half_max) ** row.hill
        if row.at_zero is None:
            assert row.at_saturation is not None
            full = row.at_saturation
            zero = 1.0 + x * (1.0 - full)
        else:
            zero = row.at_zero
            if x == 0.0 and zero != 1.0:
                raise RuleError("the healthy signal is zero, so at_zero can only be 1; give at_saturation")
            full = 1.0 + (1.0 - zero) / x if x else 1.0
        if zero < 0.0 or full < 0.0:
            end = "at_zero" if zero < 0.0 else "at_saturation"
            raise RuleError(f"normalised to 1 in health the response would be negative ({end} = {min(zero, full):.3g})")
        _agree(row, full - zero)
    return Response(row.rule, row.signal, row.behaviour, HILL, zero, full, row.half_max, row.hill, additive)


def _parameter(row: RuleRow, name: str) -> float:
    if name not in row.parameters:
        raise RuleError(f"form '{row.form}' needs {name} in the column parameters")
    return row.parameters[name]


def _agree(row: RuleRow, direction: float) -> None:
    stated = 1.0 if row.effect == "increases" else -1.0
    if direction * stated < 0:
        raise RuleError(f"the row says '{row.effect}' but its numbers do the opposite")


def respond(response: Response, signal: float, potential: float = 0.0) -> float:
    """Evaluate one response at one signal level: the reference for every faster evaluator."""
    if response.form == HILL:
        x: float = (signal / response.half_max) ** response.hill
        return (response.first + response.second * x) / (1.0 + x)
    if response.form == POWER:
        return float((signal / response.first) ** response.second)
    if response.form == LINEAR:
        change = response.second * (signal - response.first)
        return change if response.additive else max(0.0, 1.0 + change)
    return response.first / (1.0 + signal * response.second * math.exp(-response.half_max * potential))
