"""Everything a scenario uses, with its origin: the content of resolved.json and of the fingerprint."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from mgcells import units
from mgcells.body.routes import SPREAD_ROUTES, SWALLOWED_ROUTES
from mgcells.library import Library, Parameter, Rule, rule_sentence
from mgcells.library.in_force import Layered, layered
from mgcells.scenario.scenario import Scenario, Strategy
from mgcells.scenario.texts import molar_mass, spoken
from mgcells.subject.assembly import deliveries, diet_rate
from mgcells.tissues.registry import recorded, tissue_kinds

HOURS_PER_DAY = 24.0


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Return the scenario as the run understands it; see the README for the keys."""
    library = scenario.library
    base = layered(library, scenario.base)
    arms = {strategy.name: layered(library, strategy) for strategy in scenario.strategies}
    parameters = {
        path: _parameter(parameter, {name: arm.parameters[path] for name, arm in arms.items()})
        for path, parameter in sorted(base.parameters.items())
        if _concerns(path, scenario)
    }
    rule_ids = sorted({name for arm in [base, *arms.values()] for name in arm.rules})
    concerned = [name for name in rule_ids if _concerns(name, scenario)]
    rules = {name: _rule(library, name, base, arms) for name in concerned}
    compounds = sorted({dose.compound for strategy in scenario.strategies for dose in strategy.doses})
    used = _sources(library, parameters, rules, compounds)
    return {
        "scenario": {
            "title": scenario.title,
            "subject": scenario.base.subject,
            "conditions": [activation.name for activation in scenario.base.conditions],
            "duration_days": scenario.hours / HOURS_PER_DAY,
            "replicates": scenario.replicates,
            "seed": scenario.seed,
            "control": scenario.control,
            "tissues": list(scenario.tissues),
            "record_every_hours": scenario.record_hours,
            "step_hours": scenario.step_hours,
        },
        "strategies": [_strategy(library, scenario, strategy) for strategy in scenario.strategies],
        "parameters": parameters,
        "variation": {
            path: _parameter(entry.spread, {}) | {"distribution": entry.distribution}
            for path, entry in sorted(library.subjects[scenario.base.subject].variation.items())
        },
        "rules": rules,
        "endpoints": [asdict(endpoint) for endpoint in scenario.endpoints],
        "observables": {
            item.name: {"unit": item.unit, "label": item.label, "tissue": item.tissue}
            for item in recorded(scenario.tissues)
        },
        "compounds": {name: library.compounds[name].model_dump() for name in compounds},
        "sources": {key: library.sources[key].model_dump(exclude={"tags"}) for key in used},
    }


def fingerprint(scenario: Scenario) -> str:
    """Return a hash of the meaning of a scenario; widening it by more replicates leaves it unchanged."""
    meaning = resolved(replace(scenario, replicates=1))
    meaning.pop("sources")
    text = json.dumps(meaning, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _concerns(path: str, scenario: Scenario) -> bool:
    """Tell whether a parameter or rule belongs to the body or to a simulated tissue."""
    owner = path.split(".", 1)[0]
    cell = scenario.library.cells.get(owner)
    if cell is not None:
        return any(tissue in scenario.tissues for tissue in cell.record.tissue)
    return all(kind.section != owner or kind.name in scenario.tissues for kind in tissue_kinds().values())


def _parameter(parameter: Parameter, arms: Mapping[str, Parameter]) -> dict[str, Any]:
    return {
        "value": parameter.value,
        "unit": units.INTERNAL[parameter.dimension],
        "text": parameter.text,
        "low": parameter.low,
        "high": parameter.high,
        "basis": parameter.basis,
        "sources": list(parameter.sources),
        "claims": list(parameter.claims),
        "note": parameter.note,
        "origin": parameter.origin,
        "changed_by": {name: arm.text for name, arm in arms.items() if arm.value != parameter.value},
    }


def _rule(library: Library, name: str, base: Layered, arms: Mapping[str, Layered]) -> dict[str, Any]:
    rule = base.rules.get(name) or next(arm.rules[name] for arm in arms.values() if name in arm.rules)
    changed: dict[str, str] = {}
    for arm_name, arm in arms.items():
        acting: Rule | None = arm.rules.get(name)
        if acting is None or name not in base.rules:
            if (acting is None) != (name not in base.rules):
                changed[arm_name] = "off" if acting is None else "on"
        elif acting != base.rules[name]:
            changed[arm_name] = rule_sentence(acting, library.cells)
    return {
        "sentence": rule_sentence(rule, library.cells),
        "status": rule.status,
        "basis": rule.basis,
        "grade": rule.grade,
        "sources": list(rule.sources),
        "claims": list(rule.claims),
        "note": rule.note,
        "origin": rule.origin,
        "changed_by": changed,
    }


def _strategy(library: Library, scenario: Scenario, strategy: Strategy) -> dict[str, Any]:
    layers = layered(library, strategy)
    values = {path: parameter.value for path, parameter in layers.parameters.items()}
    given = deliveries(library, strategy, values)
    per_day = {"magnesium": 0.0, "threonate": 0.0}
    supplemental = 0.0
    for delivery in given:
        # A single dose counts as spread over the run.
        interval = delivery.every if math.isfinite(delivery.every) else scenario.hours
        for substance in per_day:
            per_day[substance] += getattr(delivery, substance) * HOURS_PER_DAY / interval
        if math.isfinite(delivery.every) and delivery.route in SWALLOWED_ROUTES - {"diet"}:
            supplemental += delivery.magnesium / delivery.every
    return {
        "name": strategy.name,
        "like": strategy.like,
        "doses": [dose.text for dose in strategy.doses],
        "co_medication": [drug.text for drug in strategy.co_medication],
        "magnesium_mmol_per_day": per_day["magnesium"],
        "threonate_mmol_per_day": per_day["threonate"],
        "diet_mmol_per_day": diet_rate(library, strategy, values) * HOURS_PER_DAY,
        "dosing": dosing_spans(scenario, strategy),
        "changes": _changes(library, scenario, strategy),
        "warnings": _warnings(library, strategy, values, supplemental),
    }


def dosing_spans(scenario: Scenario, strategy: Strategy) -> list[list[float]]:
    """Return [from, until] in days of everything given; the two are equal for what is given at a moment."""
    spans: set[tuple[float, float]] = set()
    for dose in strategy.doses:
        end = min(dose.until, scenario.hours)
        if dose.route in SPREAD_ROUTES or math.isfinite(dose.clamp):
            spans.add((dose.begin, end))
            continue
        count = 1 if math.isinf(dose.every) else math.ceil((end - dose.begin) / dose.every)
        moments = [dose.begin + number * dose.every if number else dose.begin for number in range(count)]
        spans |= {(moment, min(moment + dose.over, end)) for moment in moments}
    return [[begin / HOURS_PER_DAY, until / HOURS_PER_DAY] for begin, until in sorted(spans)]


def _changes(library: Library, scenario: Scenario, strategy: Strategy) -> list[str]:
    base = scenario.base
    found = []
    if strategy.subject != base.subject:
        found.append(f"subject {strategy.subject}")
    if strategy.conditions != base.conditions:
        words = []
        for activation in strategy.conditions:
            begin = f" from {spoken(activation.begin)}" if activation.begin > 0 else ""
            until = f" until {spoken(activation.until)}" if math.isfinite(activation.until) else ""
            words.append(f"{activation.name}{begin}{until}")
        found.append(f"condition {', '.join(words) or 'none'}")
    if strategy.diet != base.diet and strategy.diet is not None:
        found.append(f"diet magnesium {strategy.diet.text}")
    found += [f"{target} blocked to {residual:g} of its activity" for target, residual in strategy.inhibitors]
    common = base.changes
    found += [f"rule {name} on" for name in strategy.changes.rules_on if name not in common.rules_on]
    found += [f"rule {name} off" for name in strategy.changes.rules_off if name not in common.rules_off]
    found += [f"{entry[0]}.{entry[1]} = {entry[2]:g}" for entry in strategy.changes.rule_values
              if entry not in common.rule_values]  # fmt: skip
    found += [f"{entry[0]} = {entry[2]}" for entry in strategy.changes.parameters if entry not in common.parameters]
    found += [f"{entry[0]}: {library.switches[entry[0]].options[entry[1]]}" for entry in strategy.changes.switches
              if entry not in common.switches]  # fmt: skip
    return found


def _warnings(library: Library, strategy: Strategy, values: Mapping[str, float], supplemental: float) -> list[str]:
    """Return safety lines for people: more supplemental magnesium than the tolerable upper intake."""
    limit = values.get("body.limit.supplemental_magnesium")
    if limit is None or library.subjects[strategy.subject].species != "human":
        return []
    if supplemental <= limit:
        return []
    to_mg = molar_mass("magnesium", library) * 1000.0 * HOURS_PER_DAY
    upper = f"the tolerable upper intake of {limit * to_mg:.0f} mg/d"
    return [f"{supplemental * to_mg:.0f} mg/d of supplemental magnesium is above {upper}"]


def _sources(
    library: Library, parameters: Mapping[str, Any], rules: Mapping[str, Any], compounds: Iterable[str]
) -> list[str]:
    keys = {key for entry in (*parameters.values(), *rules.values()) for key in entry["sources"]}
    for name in compounds:
        compound = library.compounds[name]
        for quantity in (compound.available, compound.osmotic, compound.threonate_absorbed):
            keys |= set(quantity.sources) if quantity else set()
    return sorted(keys)
