"""Whether rules still work with the numbers that a scenario gives them."""

from __future__ import annotations

from collections.abc import Sequence

from mgcells.errors import Problem
from mgcells.library import Library
from mgcells.library.in_force import edited, reference
from mgcells.library.located import Document
from mgcells.library.signals import fault_of
from mgcells.scenario.records import Common, ScenarioRecord
from mgcells.scenario.scenario import Strategy


def edit_faults(
    library: Library, record: ScenarioRecord, base: Strategy, strategies: Sequence[Strategy], document: Document
) -> list[Problem]:
    """Return a problem for every number of a rule with which the rule contradicts itself or cannot be normalised."""
    found = _faults(library, record, base, document)
    by_name = {strategy.name: strategy for strategy in strategies}
    for index, entry in enumerate(record.strategy):
        if entry.name in by_name:
            found += _faults(library, entry, by_name[entry.name], document, "strategy", index)
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
