"""Whether rules still work with the numbers that a scenario gives them, and whether anybody could eat its diets."""

from __future__ import annotations

from collections.abc import Sequence

from mgcells.errors import Problem
from mgcells.library import Library
from mgcells.library.bounds import fault_of_number, near, range_text
from mgcells.library.in_force import edited, reference
from mgcells.library.located import Document
from mgcells.library.signals import fault_of
from mgcells.scenario.records import Common, ScenarioRecord
from mgcells.scenario.scenario import Strategy


def edit_faults(
    library: Library, record: ScenarioRecord, base: Strategy, strategies: Sequence[Strategy], document: Document
) -> list[Problem]:
    """Return a problem for every number of a rule with which it cannot work, and for every diet beyond eating."""
    found = _faults(library, record, base, document)
    by_name = {strategy.name: strategy for strategy in strategies}
    for index, entry in enumerate(record.strategy):
        if entry.name in by_name:
            found += _faults(library, entry, by_name[entry.name], document, "strategy", index)
    found += _inherited_faults(library, record, base, strategies, document)
    return found + _diet_faults(library, record, base, strategies, document)


def _inherited_faults(
    library: Library, record: ScenarioRecord, base: Strategy, strategies: Sequence[Strategy], document: Document
) -> list[Problem]:
    """A number that a strategy takes over must be one of its own subject, and near what that subject has."""
    places = {entry.name: index for index, entry in reversed(list(enumerate(record.strategy)))}
    found = []
    for strategy in strategies:
        known = reference(library, strategy.subject)
        own = record.strategy[places[strategy.name]]
        for path, _, text in strategy.changes.parameters if strategy.subject != base.subject else ():
            if path in own.parameters or path.removeprefix("medium.") in own.medium:
                continue
            fault = fault_of_number(path, text, known[path]) if path in known else "which it has not"
            if fault:
                said = f"subject '{strategy.subject}' takes over {path} = {text}: {fault}; give the strategy its own"
                found.append(Problem(document.shown, document.line("strategy", places[strategy.name], "subject"), said))
    return found


def _diet_faults(
    library: Library, record: ScenarioRecord, base: Strategy, strategies: Sequence[Strategy], document: Document
) -> list[Problem]:
    by_name = {strategy.name: (strategy, ("strategy", index)) for index, strategy in enumerate(strategies)}
    found = []
    for strategy, at in ((base, ()), *(by_name[entry.name] for entry in record.strategy if entry.diet is not None)):
        known = reference(library, strategy.subject)
        usual = known.get("body.diet.magnesium")
        if usual is None:
            continue
        for diet in strategy.diets:
            rate = diet.amount * known["body.diet.food"].value if diet.per_gram else diet.amount
            if not near(max(rate, usual.value), usual):
                text = f"diet '{diet.text}' is far from what can be eaten; usual is {range_text(usual)}"
                found.append(Problem(document.shown, document.line(*at, "diet"), text))
    return found


def _faults(library: Library, record: Common, strategy: Strategy, document: Document, *at: str | int) -> list[Problem]:
    healthy = {path: parameter.value for path, parameter in reference(library, strategy.subject).items()}
    found = []
    for address in record.rules.set:
        rule = library.rules.get(address.rpartition(".")[0])
        if rule is None:
            continue
        for name, column, value in strategy.changes.rule_values:
            if name == rule.id:
                rule = edited(rule, column, value)
        fault = fault_of(rule, library.cells[rule.cell], healthy)
        if fault:
            line = document.line(*at, "rules", "set", address)
            found.append(Problem(document.shown, line, f"{address}: with this number the rule cannot work: {fault}"))
    return found
