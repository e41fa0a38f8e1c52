"""What can be run but is hardly meant: numbers out of their range, and changes that change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from mgcells.errors import Problem
from mgcells.library import Library, Rule
from mgcells.library.bounds import beyond_range, rule_number_beyond
from mgcells.library.in_force import Changes, layered, reference
from mgcells.library.located import Document
from mgcells.library.targets import drugs
from mgcells.scenario.clock import Address
from mgcells.scenario.phases import phases
from mgcells.scenario.records import Common, ScenarioRecord
from mgcells.scenario.scenario import Strategy
from mgcells.tissues.registry import concerns

Acting = Sequence[Mapping[str, Rule]]


@dataclass(frozen=True)
class _Part:
    """A part of a file: what it says, over what it says it, and the strategies in which that holds."""

    record: Common
    start: Changes
    holders: Sequence[Strategy]
    at: Address


def warnings_on(
    library: Library, record: ScenarioRecord, base: Strategy, strategies: Sequence[Strategy],
    tissues: Sequence[str], end: float, document: Document,
) -> Iterator[Problem]:  # fmt: skip
    """Yield a warning, with its line, for all that a scenario says and that is hardly meant.

    Parameters
    ----------
    strategies : sequence of Strategy
        In the order of the file, all of them.
    tissues : sequence of str
        Those that are simulated.
    end : float
        Of the run, h.
    """
    by_name = {strategy.name: strategy for strategy in strategies}
    parts = [_Part(record, Changes(), strategies, ())]
    for index, entry in enumerate(record.strategy):
        start = by_name[entry.like] if entry.like is not None else base
        parts.append(_Part(entry, start.changes, (by_name[entry.name],), ("strategy", index)))
    for part in parts:
        subject = (part.holders[0] if part.at and part.holders else base).subject
        doubts = [
            *_numbers(library, part.record, subject, tissues),
            *_rule_numbers(library, part, tissues, end),
            *_switched_rules(library, part, tissues, end),
            *_switches(library, part, tissues, end),
            *_drugs(library, part.record, tissues),
            *_conditions(library, base if not part.at else part.holders[0], part.record),
        ]
        for text, address in doubts:
            yield Problem(document.shown, document.line(*part.at, *address), text)


def _numbers(library: Library, record: Common, subject: str, tissues: Sequence[str]) -> Iterator[tuple[str, Address]]:
    # What is in a medium is for the experimenter to choose: its range is that of the usual one.
    known = reference(library, subject)
    for path, text in record.parameters.items():
        if not concerns(path, library, tissues):
            yield f"{path} changes nothing: its tissue is not simulated", ("parameters", path)
            continue
        span = beyond_range(str(text), known[path])
        if span:
            yield f"{path} = {text} lies outside its plausible range, {span}", ("parameters", path)


def _rule_numbers(library: Library, part: _Part, tissues: Sequence[str], end: float) -> Iterator[tuple[str, Address]]:
    for address in part.record.rules.set:
        name, _, column = address.rpartition(".")
        rule, place = library.rules[name], ("rules", "set", address)
        acts = any(name in rules for holder in part.holders for rules in _acting(library, holder, tissues, end))
        if not acts:
            yield f"{address} changes nothing: the rule {_why_idle(library, rule, part.holders, tissues)}", place
            continue
        value = next(value for rule_id, key, value in part.holders[0].changes.rule_values
                     if (rule_id, key) == (name, column))  # fmt: skip
        span = rule_number_beyond(rule, column, float(value))
        if span:
            yield f"{address} lies outside its plausible range, {span}", place


def _switched_rules(library: Library, part: _Part, tissues: Sequence[str], end: float) -> Iterator[tuple[str, Address]]:
    for key, names in (("on", part.record.rules.on), ("off", part.record.rules.off)):
        for name in names:
            rule, changed = library.rules[name], False
            for holder in part.holders:
                changes = holder.changes
                without = replace(
                    changes,
                    rules_on=_as_before(name, changes.rules_on, part.start.rules_on),
                    rules_off=_as_before(name, changes.rules_off, part.start.rules_off),
                )
                before = _acting(library, replace(holder, changes=without), tissues, end)
                changed = changed or before != _acting(library, holder, tissues, end)
            if not changed and part.holders:
                why = _why_idle(library, rule, part.holders, tissues) if key == "on" else "does not act anyway"
                acting = any(name in rules for rules in _acting(library, part.holders[0], tissues, end))
                why = "acts anyway" if acting else why
                yield f"rules.{key} changes nothing: the rule {name} {why}", ("rules", key)


def _as_before(name: str, now: Sequence[str], start: Sequence[str]) -> tuple[str, ...]:
    """Return `now` with one rule as it stood at the start."""
    others = tuple(other for other in now if other != name)
    return (*others, name) if name in start else others


def _switches(library: Library, part: _Part, tissues: Sequence[str], end: float) -> Iterator[tuple[str, Address]]:
    for name in part.record.switches:
        found = [
            [
                _acting(library, replace(holder, changes=holder.changes.merged(Changes(switches=((name, option),)))),
                        tissues, end)
                for option in library.switches[name].options
            ]
            for holder in part.holders
        ]  # fmt: skip
        if found and all(other == options[0] for options in found for other in options):
            yield f"switch {name} changes nothing: no rule that acts here depends on it", ("switches", name)


def _drugs(library: Library, record: Common, tissues: Sequence[str]) -> Iterator[tuple[str, Address]]:
    known = drugs(library)
    for index, entry in enumerate(record.co_medication or ()):
        if not any(concerns(path, library, tissues) for path in known[entry.drug]):
            text = f"drug '{entry.drug}' changes nothing: no tissue that it acts on is simulated"
            yield text, ("co_medication", index)


def _conditions(library: Library, strategy: Strategy, record: Common) -> Iterator[tuple[str, Address]]:
    """Two conditions at once may set one number: the later one in the list holds, which the list should mean."""
    if record.condition is None:
        return
    for first, second in combinations(strategy.conditions, 2):
        if not (first.begin < second.until and second.begin < first.until):
            continue
        one, other = (library.conditions[entry.name].parameters for entry in (first, second))
        for path in one:
            if path in other and one[path].value != other[path].value:
                text = f"conditions '{first.name}' and '{second.name}' both set {path}; that of '{second.name}' holds"
                yield text, ("condition",)


def _acting(library: Library, strategy: Strategy, tissues: Sequence[str], end: float) -> Acting:
    """Return the simulated rules that act in each phase of a run."""
    return [
        {name: rule for name, rule in layered(library, phase.strategy).rules.items()
         if concerns(name, library, tissues)}
        for phase in phases(strategy, end)
    ]  # fmt: skip


def _why_idle(library: Library, rule: Rule, holders: Sequence[Strategy], tissues: Sequence[str]) -> str:
    if not concerns(rule.id, library, tissues):
        return "belongs to a tissue that is not simulated"
    if all(rule.id in holder.changes.rules_off for holder in holders):
        return "is switched off"
    needs = [f"{key} {' or '.join(values)}" for key, values in rule.applies_when]
    if needs:
        return f"acts only with {' and '.join(needs)}"
    return f"is {rule.status} in the library; rules.on switches it on"
