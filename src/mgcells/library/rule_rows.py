"""Reading the rule tables: one CSV per cell type, one row per rule."""

from __future__ import annotations

from collections.abc import Mapping

from mgcells import units
from mgcells.errors import Problem, suggestion
from mgcells.library.bounds import fault_of_rule_number
from mgcells.library.entries import CellType, Rule
from mgcells.library.sheets import is_yes, read_table
from mgcells.library.signals import row_of
from mgcells.rules.response import FORM_PARAMETERS, FORMS, RuleError, check_row

COLUMNS = (
    "id", "signal", "effect", "behaviour", "at_zero", "at_saturation", "half_max", "hill", "effect_low",
    "effect_high", "half_low", "half_high", "applies_when", "claims", "basis", "grade", "sources", "status", "note",
)  # fmt: skip
OPTIONAL_COLUMNS = ("form", "parameters", "replaces")
EDITABLE_COLUMNS = ("at_zero", "at_saturation", "half_max", "hill")
ALLOWED = {
    "effect": ("increases", "decreases"),
    "basis": ("measured", "derived", "fitted", "assumed", "review-statement"),
    "grade": ("A", "B", "C", "D"),
    "status": ("on", "off", "switch"),
    "form": tuple(FORMS),
}
CONDITION_KEYS = ("subject", "species", "switch", "condition")
PARAMETER_DIMENSIONS = {
    "exponent": "dimensionless", "slope": "dimensionless", "constant": "concentration",
    "voltage_factor": "inverse potential",
}  # fmt: skip
DIMENSIONLESS_MEASURES = ("ratio", "surplus", "deficit")


def editable_columns(rule: Rule) -> tuple[str, ...]:
    """Return the numbers of a rule that a scenario can set."""
    return (*(EDITABLE_COLUMNS if rule.form == "hill" else ()), *rule.parameters)


def read_rules(text: str, shown: str, cell: CellType, problems: list[Problem]) -> dict[str, Rule]:
    """Read one table; every fault becomes a problem with its line, and the sound rows are returned by id."""
    rules: dict[str, Rule] = {}
    for line, cells in read_table(text, shown, COLUMNS, OPTIONAL_COLUMNS, problems):
        rule = _rule(cells, cell, shown, line, problems)
        if rule is None:
            continue
        if rule.id in rules:
            problems.append(
                Problem(shown, line, f"rule '{rule.id}' stands twice; the first is on line {rules[rule.id].line}")
            )
        rules[rule.id] = rule
    return rules


def _rule(cells: Mapping[str, str], cell: CellType, shown: str, line: int, problems: list[Problem]) -> Rule | None:
    faults: list[str] = []
    name = cells["id"]
    parts = name.split(".")
    behaviour, signal = cells["behaviour"], cells["signal"]
    if behaviour not in cell.record.behaviours:
        faults.append(f"unknown behaviour '{behaviour}'{suggestion(behaviour, cell.record.behaviours)}")
    if signal not in cell.record.signals:
        faults.append(f"unknown signal '{signal}'{suggestion(signal, cell.record.signals)}")
    if not 3 <= len(parts) <= 4 or parts[:3] != [cell.name, behaviour, signal]:
        faults.append(f"id '{name}' should read {cell.name}.{behaviour}.{signal}, with a tag after it if need be")
    form = cells.get("form") or "hill"
    for column, allowed in ALLOWED.items():
        value = form if column == "form" else cells[column]
        if value not in allowed:
            faults.append(f"{column} = '{value}'{suggestion(value, allowed)}")
    if faults:
        problems += [Problem(shown, line, f"rule {name}: {fault}") for fault in faults]
        return None
    record = cell.record.signals[signal]
    dimension = "dimensionless" if record.measure in DIMENSIONLESS_MEASURES else units.dimension_of(record.unit)

    def read(column: str, wanted: str) -> float | None:
        text = cells[column]
        if not text:
            return None
        try:
            return units.parse(text, wanted)
        except units.UnitProblem as error:
            faults.append(f"{column}: {error}")
            return None

    def unit_of(text: str) -> str:
        try:
            return units.split(text)[1] if text else ""
        except units.UnitProblem:
            return ""

    plain = "dimensionless"
    effect_unit = _effect_dimension(cell, behaviour)
    parameters = _parameters(cells.get("parameters", ""), form, faults)
    rule = Rule(
        id=name, cell=cell.name, behaviour=behaviour, signal=signal, effect=cells["effect"],
        at_zero=read("at_zero", effect_unit), at_saturation=read("at_saturation", effect_unit),
        half_max=read("half_max", dimension), half_max_unit=unit_of(cells["half_max"]),
        hill=1.0 if (hill := read("hill", plain)) is None else hill,
        effect_low=read("effect_low", effect_unit), effect_high=read("effect_high", effect_unit),
        half_low=read("half_low", dimension), half_high=read("half_high", dimension),
        applies_when=_applies_when(cells["applies_when"], faults),
        claims=_list(cells["claims"]), basis=cells["basis"], grade=cells["grade"], sources=_list(cells["sources"]),
        status=cells["status"], note=cells["note"], form=form, parameters=parameters, file=shown, line=line,
        replaces=is_yes(cells.get("replaces", "")),
    )  # fmt: skip
    for low, number, high, label in (
        (rule.half_low, rule.half_max, rule.half_high, "half_max"),
        (rule.effect_low, _free_effect(rule), rule.effect_high, "effect"),
    ):
        if number is not None and ((low is not None and number < low) or (high is not None and number > high)):
            faults.append(f"{label} {number:g} lies outside its range")
    for column, number in (("hill", rule.hill), *parameters.items()):
        fault = fault_of_rule_number(rule, column, number)
        if fault:
            faults.append(f"{column} = {number:g} {fault}")
    try:
        check_row(row_of(rule), additive=cell.record.behaviours[behaviour].combine == "sum")
    except RuleError as error:
        faults.append(str(error))
    if rule.status != "on" and not rule.note:
        faults.append(f"status '{rule.status}' needs its reason in the column note")
    if rule.basis == "fitted" and not rule.note:
        faults.append("a fitted row names its calibration target in the column note")
    problems += [Problem(shown, line, f"rule {name}: {fault}") for fault in faults]
    return None if faults else rule


def _free_effect(rule: Rule) -> float | None:
    if rule.form in ("power", "linear"):
        return next(iter(rule.parameters.values()), None)
    return rule.at_saturation if rule.at_saturation is not None else rule.at_zero


def _effect_dimension(cell: CellType, behaviour: str) -> str:
    record = cell.record.behaviours[behaviour]
    return units.dimension_of(record.unit) if record.combine == "sum" else "dimensionless"


def _parameters(text: str, form: str, faults: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in FORM_PARAMETERS[form]:
            faults.append(f"form '{form}' has no parameter '{name}'{suggestion(name, FORM_PARAMETERS[form])}")
            continue
        try:
            found[name] = units.parse(value, PARAMETER_DIMENSIONS[name])
        except units.UnitProblem as error:
            faults.append(f"parameter {name}: {error}")
    return found


def _applies_when(text: str, faults: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read "species=rat|mouse; switch=basal_nr2b:raised" into pairs of key and accepted values."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        key, separator, values = (piece.strip() for piece in part.partition("="))
        if not separator or key not in CONDITION_KEYS:
            faults.append(f"applies_when '{part}' should read key=value{suggestion(key, CONDITION_KEYS)}")
            continue
        found.append((key, tuple(value.strip() for value in values.split("|"))))
    return tuple(found)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
