"""Everything a scenario uses, with its origin: the content of resolved.json."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mgcells import units
from mgcells.arrays import HOURS_PER_DAY, MILLIGRAMS_PER_GRAM
from mgcells.batch.claims_touched import claims_touched
from mgcells.batch.drawn_on import layers_drawn_on, packages_drawn_on
from mgcells.body.delivery import Delivery
from mgcells.body.given import SUBSTANCES, Amounts, Substance, given
from mgcells.body.routes import ROUTES, SWALLOWED_ROUTES
from mgcells.library import Library, Parameter, Rule, rule_number, rule_range, rule_sentence
from mgcells.library.entries import Variation
from mgcells.library.in_force import Layered, edited, layered, variation
from mgcells.library.layers import Layer
from mgcells.scenario.phases import StrategyPhase, phases, spoken_conditions, spoken_course, spoken_diets
from mgcells.scenario.scenario import Scenario, Strategy
from mgcells.scenario.texts import molar_mass
from mgcells.subject.assembly import deliveries, diet_rate
from mgcells.tissues.registry import concerns, recorded

Course = list[tuple[StrategyPhase, Layered]]
SUPPLEMENTS = SWALLOWED_ROUTES - {"diet"}
UPPER_INTAKE = "tolerable upper intake of supplements"


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Return the scenario as the run understands it; see the README for the keys."""
    library = scenario.library
    base = layered(library, scenario.base)
    courses = {strategy.name: _course(library, scenario, strategy) for strategy in scenario.strategies}
    everything = [base, *(layers for course in courses.values() for _, layers in course)]
    # A strategy of another species may have numbers that the scenario's own subject lacks; its own come first.
    numbers = {path: entry for layers in reversed(everything) for path, entry in layers.parameters.items()}
    parameters = {
        path: _parameter(library, parameter, courses)
        for path, parameter in sorted(numbers.items())
        if concerns(path, library, scenario.tissues)
    }
    rule_ids = sorted({name for layers in everything for name in layers.rules})
    concerned = [name for name in rule_ids if concerns(name, library, scenario.tissues)]
    rules = {name: _rule(library, name, base, courses) for name in concerned}
    compounds = sorted({dose.compound for strategy in scenario.strategies for dose in strategy.doses})
    used = _sources(library, parameters, rules, compounds)
    return {
        "scenario": {
            "title": scenario.title,
            "subject": scenario.base.subject,
            "conditions": spoken_conditions(scenario.base.conditions),
            "diet": spoken_diets(scenario.base.diets),
            "duration_days": scenario.hours / HOURS_PER_DAY,
            "replicates": scenario.replicates,
            "seed": scenario.seed,
            "control": scenario.control,
            "tissues": list(scenario.tissues),
            "record_every_hours": scenario.record_hours,
            "step_hours": scenario.step_hours,
        },
        "strategies": [
            _strategy(library, scenario, strategy, courses[strategy.name]) for strategy in scenario.strategies
        ],
        "parameters": parameters,
        "variation": {
            path: _spread(scenario, entry) for path, entry in sorted(variation(library, scenario.base).items())
        },
        "rules": rules,
        "claims": claims_touched(library, rules),
        "endpoints": [asdict(endpoint) for endpoint in scenario.endpoints],
        "contrasts": [asdict(contrast) for contrast in scenario.contrasts],
        "observables": {
            item.name: {"unit": item.unit, "label": item.label, "tissue": item.tissue}
            for item in recorded(scenario.tissues)
        },
        "compounds": {
            name: library.compounds[name].model_dump(exclude={"replaces"})
            | {"origin": library.origin_text("compounds", name)}
            for name in compounds
        },
        "origins": _origins(library, scenario),
        "library": [own_library(library, layer) for layer in layers_drawn_on(scenario)],
        "packages": packages_drawn_on(scenario),
        "warnings": [f"{Path(entry.file).name}:{entry.line}  {entry.text}" for entry in scenario.warnings],
        "sources": {key: library.sources[key].model_dump(exclude={"tags"}) for key in used},
    }


def reported(scenario: Scenario) -> str:
    """Return a hash of all that is said of a scenario: what is simulated, what is compared, and in which words."""
    text = json.dumps(resolved(scenario), sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def own_library(library: Library, layer: Layer) -> dict[str, Any]:
    """Return what an own library adds to what lies below it, and what it replaces."""
    own = {key: place for key, place in library.places.items() if place.layer == layer.name}
    adds: dict[str, list[str]] = {}
    for (kind, name), place in own.items():
        if not place.replaces:
            adds.setdefault(kind, []).append(name)
    return {
        "name": layer.name,
        "digest": layer.digest,
        "installed": layer.installed,
        "adds": adds,
        "replaces": [
            {"kind": kind, "name": name, "origin": place.origin, "replaced": place.replaces}
            for (kind, name), place in own.items()
            if place.replaces
        ],
    }


def replaced(library: Library, parameter: Parameter) -> str:
    """Return the origin of the number that a number of an own library stands in for, "" when there is none."""
    place = library.number_place(parameter)
    return place.replaces if place is not None else ""


def _origins(library: Library, scenario: Scenario) -> dict[str, str]:
    """Return where the subjects, conditions and switches stand that the scenario names."""
    everyone = (scenario.base, *scenario.strategies)
    used = {("subjects", strategy.subject) for strategy in everyone}
    used |= {("conditions", entry.name) for strategy in everyone for entry in strategy.conditions}
    used |= {("switches", name) for strategy in everyone for name, _ in strategy.changes.switches}
    return {name: library.origin_text(kind, name) for kind, name in sorted(used)}


def _course(library: Library, scenario: Scenario, strategy: Strategy) -> Course:
    """Return what is in force in each phase of a strategy."""
    return [(phase, layered(library, phase.strategy)) for phase in phases(strategy, scenario.hours)]


def _when(texts: Iterable[tuple[StrategyPhase, str | None]], end: float) -> str | None:
    """Return the texts of a strategy's phases with their times; None when there is none in any phase."""
    joined: list[tuple[str, float, float]] = []
    for phase, text in texts:
        if text is None:
            continue
        begin, until = phase.begin, phase.until if phase.until < end else math.inf
        if joined and joined[-1][0] == text and joined[-1][2] == begin:
            begin = joined.pop()[1]
        joined.append((text, begin, until))
    return spoken_course(joined) or None


def _parameter(library: Library, parameter: Parameter, courses: Mapping[str, Course]) -> dict[str, Any]:
    changed, set_by = dict[str, str](), dict[Parameter, list[str]]()
    for name, course in courses.items():
        now = [(phase, layers.parameters.get(parameter.path)) for phase, layers in course]
        text = _when(((phase, _number_text(parameter, entry)) for phase, entry in now), course[-1][0].until)
        if text is not None:
            changed[name] = text
        for phase, entry in now:
            # What a strategy itself says in place of a number has no provenance but the scenario.
            own = any(path == parameter.path for path, _, _ in phase.strategy.changes.parameters)
            if entry is None or own or entry.value == parameter.value:
                continue
            if name not in set_by.setdefault(entry, []):
                set_by[entry].append(name)
    return _written(library, parameter) | {
        "changed_by": changed,
        "set_by": [_written(library, entry) | {"strategies": names} for entry, names in set_by.items()],
    }


def _spread(scenario: Scenario, entry: Variation) -> dict[str, Any]:
    spreads = {strategy.name: variation(scenario.library, strategy).get(entry.path) for strategy in scenario.strategies}
    changed = {name: _number_text(entry.spread, now.spread if now else None) for name, now in spreads.items()}
    return _parameter(scenario.library, entry.spread, {}) | {
        "distribution": entry.distribution,
        "changed_by": {name: text for name, text in changed.items() if text is not None},
    }


def _number_text(before: Parameter, now: Parameter | None) -> str | None:
    """Return how a number of a strategy reads, "none" where its subject has none; None when it does not differ."""
    if now is None:
        return "none"
    return None if now.value == before.value else now.text


def _written(library: Library, parameter: Parameter) -> dict[str, Any]:
    """Return a number with all that a reader needs to judge it."""
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
        "replaces": replaced(library, parameter),
    }


def _rule(library: Library, name: str, base: Layered, courses: Mapping[str, Course]) -> dict[str, Any]:
    acting = [layers.rules[name] for course in courses.values() for _, layers in course if name in layers.rules]
    rule = base.rules.get(name) or acting[0]
    changed = {}
    for strategy, course in courses.items():
        now = ((phase, _difference(library, base.rules.get(name), layers.rules.get(name))) for phase, layers in course)
        text = _when(now, course[-1][0].until)
        if text is not None:
            changed[strategy] = text
    return {
        "sentence": rule_sentence(rule, library.cells),
        "status": rule.status,
        "basis": rule.basis,
        "grade": rule.grade,
        "sources": list(rule.sources),
        "claims": list(rule.claims),
        "note": rule.note,
        "range": rule_range(rule, library.cells),
        "origin": rule.origin,
        "replaces": library.place("rules", name).replaces,
        "changed_by": changed,
    }


def _difference(library: Library, before: Rule | None, acting: Rule | None) -> str | None:
    """Return how a rule of a strategy differs from that of the scenario; None when it does not."""
    if acting == before:
        return None
    if acting is None:
        return "off"
    return "on" if before is None else rule_sentence(acting, library.cells)


def _strategy(library: Library, scenario: Scenario, strategy: Strategy, course: Course) -> dict[str, Any]:
    origin, parts = scenario.start(strategy), [_phase(library, phase, layers) for phase, layers in course]
    doses = [(phase, deliveries(library, phase.strategy, _values(layers))) for phase, layers in course]
    magnesium, threonate = (_given(doses, substance) for substance in SUBSTANCES)
    days = scenario.hours / HOURS_PER_DAY
    return {
        "name": strategy.name,
        "like": strategy.like,
        "subject": strategy.subject,
        "compounds": sorted({dose.compound for dose in strategy.doses}),
        "doses": [dose.text for dose in strategy.doses],
        "co_medication": [drug.text for drug in strategy.co_medication],
        "clamped": any(math.isfinite(dose.clamp) for dose in strategy.doses),
        "magnesium_mmol_per_day": magnesium.total / days,
        "highest_magnesium_mmol_in_a_day": magnesium.most_within(HOURS_PER_DAY),
        "threonate_mmol_per_day": threonate.total / days,
        "highest_threonate_mmol_in_a_day": threonate.most_within(HOURS_PER_DAY),
        "diet_mmol_per_day": _mean(
            [(part["diet_mmol_per_day"], part["until_day"] - part["from_day"]) for part in parts]
        ),
        "start": {
            "conditions": spoken_conditions(origin.conditions),
            "diet_mmol_per_day": _diet(library, origin, layered(library, origin)),
        },
        "phases": parts,
        "dosing": dosing_spans(scenario, strategy),
        "changes": _changes(library, scenario, strategy),
        "beyond": _beyond(library, strategy, _values(course[0][1]), _given(doses, "magnesium", SUPPLEMENTS), days),
    }


def _given(
    doses: Iterable[tuple[StrategyPhase, Sequence[Delivery]]],
    substance: Substance,
    routes: Collection[str] = ROUTES,
) -> Amounts:
    """Return what is given in all phases by some routes."""
    parts = (
        given([dose for dose in held if dose.route in routes], substance, phase.begin, phase.until)
        for phase, held in doses
    )
    return sum(parts, start=Amounts())


def _phase(library: Library, phase: StrategyPhase, layers: Layered) -> dict[str, Any]:
    return {
        "from_day": phase.begin / HOURS_PER_DAY,
        "until_day": phase.until / HOURS_PER_DAY,
        "conditions": spoken_conditions(phase.strategy.conditions),
        "diet": _diet_text(library, phase.strategy),
        "diet_mmol_per_day": _diet(library, phase.strategy, layers),
    }


def _diet(library: Library, strategy: Strategy, layers: Layered) -> float:
    """Return the diet of a strategy that does not change, mmol of magnesium a day."""
    return diet_rate(library, strategy, _values(layers)) * HOURS_PER_DAY


def _values(layers: Layered) -> dict[str, float]:
    return {path: parameter.value for path, parameter in layers.parameters.items()}


def _diet_text(library: Library, strategy: Strategy) -> str:
    """Return the diet of a strategy that does not change as its file states it; "" for the subject's own."""
    stated = [library.conditions[entry.name].diet or "" for entry in strategy.conditions]
    return spoken_diets(strategy.diets) or next((text for text in reversed(stated) if text), "")


def _mean(parts: Sequence[tuple[float, float]]) -> float:
    """Return the mean of values that hold for some time each."""
    first = parts[0][0]
    if all(value == first for value, _ in parts):
        return first
    return math.fsum(value * time for value, time in parts) / math.fsum(time for _, time in parts)


def dosing_spans(scenario: Scenario, strategy: Strategy) -> list[list[float]]:
    """Return [from, until] in days of everything given; the two are equal for what is given at a moment."""
    spans = {span for dose in strategy.doses if dose.gives for span in dose.timing.spans(scenario.hours)}
    return [[begin / HOURS_PER_DAY, until / HOURS_PER_DAY] for begin, until in sorted(spans)]


def _changes(library: Library, scenario: Scenario, strategy: Strategy) -> list[str]:
    base = scenario.base
    found = []
    if strategy.subject != base.subject:
        found.append(f"subject {strategy.subject}")
    if strategy.conditions != base.conditions:
        found.append(f"condition {', '.join(spoken_conditions(strategy.conditions))}")
    if strategy.diets != base.diets:
        stated = spoken_diets(strategy.diets)
        found.append(f"diet magnesium {stated}" if stated else "the diet of its conditions or its subject")
    found += [f"{target} blocked to {residual:g} of its activity" for target, residual in strategy.inhibitors]
    common = base.changes
    found += [f"rule {name} on" for name in strategy.changes.rules_on if name not in common.rules_on]
    found += [f"rule {name} off" for name in strategy.changes.rules_off if name not in common.rules_off]
    found += [f"link {name} cut" for name in strategy.changes.links_off if name not in common.links_off]
    found += [f"{name}.{column} = {rule_number(edited(library.rules[name], column, value), column, library.cells)}"
              for name, column, value in strategy.changes.rule_values
              if (name, column, value) not in common.rule_values]  # fmt: skip
    found += [f"{entry[0]} = {entry[2]}" for entry in strategy.changes.parameters if entry not in common.parameters]
    found += [f"variation of {entry[0]} = {entry[2]}" for entry in strategy.changes.variation
              if entry not in common.variation]  # fmt: skip
    found += [f"{entry[0]}: {library.switches[entry[0]].options[entry[1]]}" for entry in strategy.changes.switches
              if entry not in common.switches]  # fmt: skip
    return found


def _beyond(
    library: Library, strategy: Strategy, values: Mapping[str, float], supplements: Amounts, days: float
) -> list[dict[str, Any]]:
    """Return the limits of intake that people pass: more supplemental magnesium in a day than the tolerable."""
    limit = values.get("body.limit.supplemental_magnesium")
    if limit is None or library.subjects[strategy.subject].species != "human":
        return []
    to_mg = molar_mass("magnesium", library) * MILLIGRAMS_PER_GRAM
    # Whole milligrams, as they are said: the limit is a round number of them, and 350 mg is not above 350 mg.
    highest, mean, allowed = (
        round(amount * to_mg)
        for amount in (supplements.most_within(HOURS_PER_DAY), supplements.total / days, limit * HOURS_PER_DAY)
    )
    if highest <= allowed:
        return []
    when = " on the highest day" if highest > mean else ""
    text = f"{highest} mg/d of supplemental magnesium{when} is above the tolerable upper intake of {allowed} mg/d"
    return [{"line": UPPER_INTAKE, "limit": allowed, "unit": "mg/d", "highest": highest, "text": text}]


def _sources(
    library: Library, parameters: Mapping[str, Any], rules: Mapping[str, Any], compounds: Iterable[str]
) -> list[str]:
    set_by = (entry for parameter in parameters.values() for entry in parameter["set_by"])
    keys = {key for entry in (*parameters.values(), *set_by, *rules.values()) for key in entry["sources"]}
    for name in compounds:
        compound = library.compounds[name]
        for quantity in (compound.available, compound.osmotic, compound.threonate_absorbed):
            keys |= set(quantity.sources) if quantity else set()
    return sorted(keys)
