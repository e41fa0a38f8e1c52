"""From a strategy to the numbers and rules in force: library, species, subject, condition, scenario, strategy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mgcells.library import Library, Parameter, Rule
from mgcells.library.setting import Setting
from mgcells.scenario.scenario import Strategy


@dataclass(frozen=True)
class Layered:
    """The effective parameters and rules of a strategy before a virtual subject is drawn."""

    parameters: Mapping[str, Parameter]
    healthy: Mapping[str, Parameter]
    rules: Mapping[str, Rule]


def layered(library: Library, strategy: Strategy) -> Layered:
    """Lay the strategy's conditions and changes over its subject; timed conditions are left to the clock."""
    healthy = reference(library, strategy.subject)
    parameters = dict(healthy)
    for activation in strategy.conditions:
        if activation.begin <= 0 and activation.until == float("inf"):
            parameters |= library.conditions[activation.name].parameters
    for path, value, text in strategy.changes.parameters:
        parameters[path] = replace(parameters[path], value=value, text=text)
    return Layered(parameters, healthy, _rules(library, strategy))


def reference(library: Library, subject: str) -> dict[str, Parameter]:
    """Return the reference subject's parameters in health."""
    entry = library.subjects[subject]
    return {**library.parameters, **library.species.get(entry.species, {}), **entry.parameters}


def setting(
    library: Library, strategy: Strategy, tissues: tuple[str, ...], drawn: Mapping[str, float] | None = None
) -> Setting:
    """Return the plain numbers for one strategy.

    Parameters
    ----------
    drawn : path -> factor, optional
        What the virtual subject multiplies the values of its kind with.
    """
    layers = layered(library, strategy)
    values = {path: parameter.value for path, parameter in layers.parameters.items()}
    for path, multiplier in (drawn or {}).items():
        values[path] *= multiplier
    by_cell: dict[str, list[Rule]] = {}
    for rule in layers.rules.values():
        by_cell.setdefault(rule.cell, []).append(rule)
    return Setting(
        strategy.subject,
        library.subjects[strategy.subject].species,
        tissues,
        values,
        {path: parameter.value for path, parameter in layers.healthy.items()},
        {cell: tuple(rules) for cell, rules in by_cell.items()},
        dict(strategy.inhibitors),
    )


def in_force(library: Library, rule: Rule, strategy: Strategy) -> bool:
    """Tell whether a rule acts: its status, its circumstances, and what the strategy switches on or off."""
    if rule.id in strategy.changes.rules_off:
        return False
    options = {name: switch.default for name, switch in library.switches.items()} | dict(strategy.changes.switches)
    facts = {
        "subject": {strategy.subject},
        "species": {library.subjects[strategy.subject].species},
        "condition": {activation.name for activation in strategy.conditions},
        "switch": {f"{name}:{option}" for name, option in options.items()},
    }
    if not all(facts[key] & set(values) for key, values in rule.applies_when):
        return False
    return rule.id in strategy.changes.rules_on or rule.status == "on" or _chosen(rule)


def _chosen(rule: Rule) -> bool:
    return rule.status == "switch" and any(key == "switch" for key, _ in rule.applies_when)


def _rules(library: Library, strategy: Strategy) -> dict[str, Rule]:
    switched_on: set[str] = set()
    switched_off: set[str] = set()
    for activation in strategy.conditions:
        switched_on |= set(library.conditions[activation.name].rules_on)
        switched_off |= set(library.conditions[activation.name].rules_off)
    changes = replace(
        strategy.changes,
        rules_on=tuple({*strategy.changes.rules_on, *switched_on} - set(strategy.changes.rules_off)),
        rules_off=tuple({*strategy.changes.rules_off, *switched_off} - set(strategy.changes.rules_on)),
    )
    acting = replace(strategy, changes=changes)
    found = {name: rule for name, rule in library.rules.items() if in_force(library, rule, acting)}
    for name, column, value in strategy.changes.rule_values:
        if name in found:
            found[name] = edited(found[name], column, value)
    return found


def edited(rule: Rule, column: str, value: float | str) -> Rule:
    """Return the rule with one of its numbers replaced; setting one end of a Hill row leaves the other to be solved."""
    number = float(value)
    if column in rule.parameters:
        return replace(rule, parameters={**rule.parameters, column: number})
    if column == "at_zero":
        return replace(rule, at_zero=number, at_saturation=None)
    if column == "at_saturation":
        return replace(rule, at_saturation=number, at_zero=None)
    return replace(rule, half_max=number) if column == "half_max" else replace(rule, hill=number)
