"""What is in force: the numbers and rules of the library under the choices of one strategy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from mgcells.library.entries import Parameter, Rule, Variation
from mgcells.library.library import Library

HEALTHY = "healthy"


@dataclass(frozen=True)
class Setting:
    """Everything that a virtual subject under one strategy is made of, in internal units.

    Attributes
    ----------
    subject, species
        Names of the kind of subject.
    tissues
        Names of the tissues that are simulated.
    values : path -> float
        The parameters in force: library, subject, condition, strategy, then the virtual subject's own draw.
    healthy : path -> float
        The reference subject's values in health; rules are normalised to these and nothing ever changes them.
    rules : cell -> rows that are in force
    residuals : inhibitor target -> share of activity left (1 when it is not inhibited)
    """

    subject: str
    species: str
    tissues: tuple[str, ...]
    values: Mapping[str, float]
    healthy: Mapping[str, float]
    rules: Mapping[str, tuple[Rule, ...]]
    residuals: Mapping[str, float]


@dataclass(frozen=True)
class Changes:
    """What a scenario or a strategy changes in the library's numbers, rules and structural switches.

    `parameters` are of the kind of subject and so the mean of its virtual subjects, who differ by `variation`: both
    name path, value and what was written. `links_off` are links between organs that are cut.
    """

    rules_on: tuple[str, ...] = ()
    rules_off: tuple[str, ...] = ()
    rule_values: tuple[tuple[str, str, float | str], ...] = ()
    parameters: tuple[tuple[str, float, str], ...] = ()
    switches: tuple[tuple[str, str], ...] = ()
    variation: tuple[tuple[str, float, str], ...] = ()
    links_off: tuple[str, ...] = ()

    def merged(self, later: Changes) -> Changes:
        """Return these changes with `later` ones added; a later word on the same thing wins."""
        return Changes(
            tuple(dict.fromkeys((*(r for r in self.rules_on if r not in later.rules_off), *later.rules_on))),
            tuple(dict.fromkeys((*(r for r in self.rules_off if r not in later.rules_on), *later.rules_off))),
            tuple({(rule, column): (rule, column, value)
                   for rule, column, value in (*self.rule_values, *later.rule_values)}.values()),
            tuple({path: (path, value, text) for path, value, text in (*self.parameters, *later.parameters)}.values()),
            tuple(dict((*self.switches, *later.switches)).items()),
            tuple({path: (path, value, text) for path, value, text in (*self.variation, *later.variation)}.values()),
            tuple(dict.fromkeys((*self.links_off, *later.links_off))),
        )  # fmt: skip


@dataclass(frozen=True)
class Activation:
    """A condition and when it holds: hours from the start, [begin, until)."""

    name: str
    begin: float
    until: float

    @property
    def timed(self) -> bool:
        """Whether it begins or ends during the run."""
        return self.begin > 0 or self.until != float("inf")


class Choices(Protocol):
    """What decides which numbers and rules are in force; a strategy of a scenario is such a choice."""

    @property
    def subject(self) -> str:
        """The kind of subject."""

    @property
    def conditions(self) -> tuple[Activation, ...]:
        """The conditions of the subject."""

    @property
    def changes(self) -> Changes:
        """What differs from the library."""

    @property
    def inhibitors(self) -> tuple[tuple[str, float], ...]:
        """Blocked targets and the share of activity that is left."""


@dataclass(frozen=True)
class Layered:
    """The effective parameters and rules of a choice before a virtual subject is drawn."""

    parameters: Mapping[str, Parameter]
    healthy: Mapping[str, Parameter]
    rules: Mapping[str, Rule]


def layered(library: Library, choices: Choices) -> Layered:
    """Lay the chosen conditions and changes over its subject; conditions that begin or end are left to the clock."""
    healthy = reference(library, choices.subject)
    parameters = dict(healthy)
    for activation in choices.conditions:
        if not activation.timed:
            parameters |= library.conditions[activation.name].parameters
    for path, value, text in choices.changes.parameters:
        parameters[path] = replace(parameters[path], value=value, text=text)
    return Layered(parameters, healthy, _rules(library, choices))


def variation(library: Library, choices: Choices) -> dict[str, Variation]:
    """Return how the virtual subjects of a choice differ, by path: their kind's spread, or the one that was chosen."""
    found = dict(library.subjects[choices.subject].variation)
    for path, value, text in choices.changes.variation:
        if path in found:
            found[path] = replace(found[path], spread=replace(found[path].spread, value=value, text=text))
    return found


def reference(library: Library, subject: str) -> dict[str, Parameter]:
    """Return the reference subject's parameters in health."""
    entry = library.subjects[subject]
    return {**library.parameters, **library.species.get(entry.species, {}), **entry.parameters}


def setting(library: Library, choices: Choices, tissues: tuple[str, ...]) -> Setting:
    """Return the numbers and rules in force under some choices, before a virtual subject is drawn."""
    layers = layered(library, choices)
    values = {path: parameter.value for path, parameter in layers.parameters.items()}
    by_cell: dict[str, list[Rule]] = {}
    for rule in layers.rules.values():
        by_cell.setdefault(rule.cell, []).append(rule)
    return Setting(
        choices.subject,
        library.subjects[choices.subject].species,
        tissues,
        values,
        {path: parameter.value for path, parameter in layers.healthy.items()},
        {cell: tuple(rules) for cell, rules in by_cell.items()},
        dict(choices.inhibitors),
    )


def in_force(library: Library, rule: Rule, choices: Choices, changes: Changes) -> bool:
    """Tell whether a rule acts: its status, its circumstances, and what `changes` switch on or off."""
    if rule.id in changes.rules_off:
        return False
    options = {name: switch.default for name, switch in library.switches.items()} | dict(changes.switches)
    facts = {
        "subject": {choices.subject},
        "species": {library.subjects[choices.subject].species},
        "condition": {entry.name for entry in choices.conditions if not entry.timed} or {HEALTHY},
        "switch": {f"{name}:{option}" for name, option in options.items()},
    }
    if not all(facts[key] & set(values) for key, values in rule.applies_when):
        return False
    return rule.id in changes.rules_on or rule.status == "on" or _chosen(rule)


def _chosen(rule: Rule) -> bool:
    return rule.status == "switch" and any(key == "switch" for key, _ in rule.applies_when)


def _rules(library: Library, choices: Choices) -> dict[str, Rule]:
    switched_on: set[str] = set()
    switched_off: set[str] = set()
    for activation in choices.conditions:
        if not activation.timed:
            switched_on |= set(library.conditions[activation.name].rules_on)
            switched_off |= set(library.conditions[activation.name].rules_off)
    changes = replace(
        choices.changes,
        rules_on=tuple({*choices.changes.rules_on, *switched_on} - set(choices.changes.rules_off)),
        rules_off=tuple({*choices.changes.rules_off, *switched_off} - set(choices.changes.rules_on)),
    )
    found = {name: rule for name, rule in library.rules.items() if in_force(library, rule, choices, changes)}
    for name, column, value in choices.changes.rule_values:
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
