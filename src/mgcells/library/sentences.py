"""A rule as a sentence a biologist can check against the paper."""

from __future__ import annotations

from collections.abc import Mapping

from mgcells import units
from mgcells.library.entries import CellType, Rule

GRADES = {"A": "human trial", "B": "animal in vivo", "C": "in vitro", "D": "inference"}
MEASURES = {
    "level": "",
    "ratio": " relative to healthy",
    "excess": " above its healthy level",
    "surplus": " above healthy, as a share of healthy",
    "deficit": " below healthy, as a share of healthy",
}


def rule_sentence(rule: Rule, cells: Mapping[str, CellType]) -> str:
    """Return the rule in one sentence with claims, grade, basis and sources."""
    cell = cells[rule.cell].record
    behaviour, signal = cell.behaviours[rule.behaviour], cell.signals[rule.signal]
    sensed = f"{signal.label}{MEASURES[signal.measure]}"
    begin = f"In {cell.title.lower()}, {sensed} {rule.effect} {behaviour.label}"
    return f"{begin} {_size(rule, behaviour.combine == 'sum')} {rule_evidence(rule)}."


def rule_evidence(rule: Rule) -> str:
    """Return claims, grade and basis in brackets, then the sources in square brackets."""
    evidence = [", ".join(rule.claims), GRADES[rule.grade], rule.basis.replace("-", " ")]
    cited = f" [{', '.join(rule.sources)}]" if rule.sources else ""
    return f"({'; '.join(part for part in evidence if part)}){cited}"


def rule_range(rule: Rule, cells: Mapping[str, CellType]) -> str:
    """Return the range in which the numbers of a rule are plausible, "" when the row states none."""
    behaviour = cells[rule.cell].record.behaviours[rule.behaviour]
    effect_unit = behaviour.unit if behaviour.combine == "sum" else ""
    spans = [
        ("effect", _span(rule.effect_low, rule.effect_high, effect_unit)),
        ("half-max", _span(rule.half_low, rule.half_high, rule.half_max_unit)),
    ]
    return ", ".join(f"{name} {span}" for name, span in spans if span)


def rule_number(rule: Rule, column: str, cells: Mapping[str, CellType]) -> str:
    """Return one of the numbers that can be changed of a rule, as it is in force and with its unit."""
    if column == "half_max":
        return rule.half_max_text
    if column in rule.parameters:
        return f"{rule.parameters[column]:.6g}"
    behaviour = cells[rule.cell].record.behaviours[rule.behaviour]
    unit = behaviour.unit if behaviour.combine == "sum" and column != "hill" else ""
    number = {"at_zero": rule.at_zero, "at_saturation": rule.at_saturation, "hill": rule.hill}[column]
    return "none" if number is None else f"{number / units.factor(unit):.6g} {unit}".strip()


def _span(low: float | None, high: float | None, unit: str) -> str:
    ends = ["" if end is None else f"{end / units.factor(unit):g}" for end in (low, high)]
    if not any(ends):
        return ""
    text = " to ".join(ends) if all(ends) else f"at least {ends[0]}" if ends[0] else f"at most {ends[1]}"
    return f"{text} {unit}".strip()


def _size(rule: Rule, additive: bool) -> str:
    if rule.form == "power":
        return f"as its power {rule.parameters['exponent']:g}"
    if rule.form == "linear":
        return f"in proportion, by {rule.parameters['slope']:g} for each unit"
    if rule.form == "nmda block":
        constant, voltage = rule.parameters["constant"], rule.parameters["voltage_factor"]
        return f"by the voltage-dependent block 1/(1 + [Mg]/{constant:g} mM exp(-{voltage:g} V))"
    power = f"half-max {rule.half_max_text} and Hill power {rule.hill:g}"
    if additive:
        return f"by up to {rule.at_saturation:g}, with {power}"
    if rule.at_saturation is not None:
        return f"towards {rule.at_saturation:g} times its healthy value, with {power}"
    return f"from {rule.at_zero:g} times its healthy value when it is absent, with {power}"
