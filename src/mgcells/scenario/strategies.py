"""Reading the common part of a scenario and its strategies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mgcells import units
from mgcells.errors import Problem, nearest, suggestion
from mgcells.library import Library, Rule
from mgcells.library.bounds import LATTICE, fault_of_number, fault_of_rule_number
from mgcells.library.in_force import Changes, reference
from mgcells.library.located import Document
from mgcells.library.rule_rows import PARAMETER_DIMENSIONS, editable_columns
from mgcells.library.targets import inhibitor_targets
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.conditions import named, read_conditions
from mgcells.scenario.diets import read_diets
from mgcells.scenario.doses import read_doses
from mgcells.scenario.drugs import read_drugs
from mgcells.scenario.given import check_given
from mgcells.scenario.records import Common, DoseRecord, InhibitorRecord, Number, RuleChanges, ScenarioRecord
from mgcells.scenario.scenario import Strategy
from mgcells.scenario.variation import read_variation


class StrategyReader:
    """Turns records into strategies, collecting problems on the way."""

    def __init__(
        self, library: Library, document: Document, problems: list[Problem], duration: float, step: float
    ) -> None:
        self._library = library
        self._document = document
        self._problems = problems
        self._clock = RunClock(document, problems, duration, step)

    @property
    def doubts(self) -> tuple[Problem, ...]:
        """What was read that can be run but is hardly meant."""
        return tuple(self._clock.doubts)

    def strategies(self, record: ScenarioRecord) -> tuple[Strategy, list[Strategy]]:
        """Return the common part and the strategies in the file's order."""
        self._begun: tuple[str, ...] = ()
        base = self._merge(Strategy("", record.subject), record, (), "", None)
        self._begun = tuple(entry.name for entry in base.conditions if entry.begin == -math.inf)
        found: dict[str, Strategy] = {}
        for index, entry in enumerate(record.strategy):
            at: Address = ("strategy", index)
            if not entry.name.strip():
                self._problem("the name of a strategy is empty", *at, "name")
            if entry.name in found:
                self._problem(f"strategy '{entry.name}' stands twice", *at, "name")
            start = base
            if entry.like is not None:
                if entry.like in found:
                    start = found[entry.like]
                else:
                    known = suggestion(entry.like, found)
                    self._problem(f"like = '{entry.like}' is not a strategy above this one{known}", *at, "like")
            merged = self._merge(
                replace(start, name=entry.name, like=entry.like or ""), entry, at, entry.name, entry.doses
            )
            found.setdefault(entry.name, merged)
        return base, list(found.values())

    def _merge(
        self, start: Strategy, record: Common, at: Address, name: str, doses: Sequence[DoseRecord] | None
    ) -> Strategy:
        subject = record.subject or start.subject
        if subject not in self._library.subjects:
            self._problem(f"unknown subject '{subject}'{suggestion(subject, self._library.subjects)}", *at, "subject")
            subject = start.subject
        self._check_bath(start, record, subject, doses, at)
        species = self._library.subjects[subject].species
        changed: dict[str, Any] = {
            "name": name,
            "subject": subject,
            "changes": start.changes.merged(self._changes(record, subject, at)),
        }
        if record.condition is not None:
            changed["conditions"] = read_conditions(
                record.condition, species, self._begun, self._library, self._clock, at
            )
        if record.diet is not None:
            changed["diets"] = read_diets(record.diet, species, self._library, self._clock, at)
        if doses is not None:
            changed["doses"] = read_doses(doses, self._library, self._clock, at)
        if record.inhibitors is not None:
            changed["inhibitors"] = self._inhibitors(record.inhibitors, at)
        if record.co_medication is not None:
            changed["co_medication"] = read_drugs(record.co_medication, self._library, self._clock, at)
        merged = replace(start, **changed)
        self._check_inherited(start, merged, record, at)
        if not self._library.subjects[subject].in_vitro:
            self._check_given(start, merged, doses is not None, record.co_medication is not None, at)
        return merged

    def _check_given(self, start: Strategy, merged: Strategy, doses: bool, drugs: bool, at: Address) -> None:
        """Check what a strategy gives unless it is what was given before, to the same subject."""
        given = ("subject", "conditions", "diets", "doses", "co_medication", "changes")
        if all(getattr(start, name) == getattr(merged, name) for name in given):
            return
        inherited = (*at, "like") if at else ()
        places = ((*at, key) if own else inherited for key, own in (("doses", doses), ("co_medication", drugs)))
        check_given(merged, self._library, self._clock, *places)

    def _check_inherited(self, start: Strategy, merged: Strategy, record: Common, at: Address) -> None:
        """What a strategy takes over, and suits the subject it was said for, must suit its own subject too."""
        before, species = (self._library.subjects[one.subject].species for one in (start, merged))
        if species == "human" and record.diet is None and any(diet.per_gram for diet in merged.diets):
            text = "takes over a diet of chow, which people do not eat; give it a diet such as '300 mg/d'"
            self._problem(f"subject '{merged.subject}' {text}", *at, "subject")
        for entry in () if record.condition is not None else merged.conditions:
            allowed = self._library.conditions[entry.name].species
            if before in allowed and species not in allowed:
                text = f"takes over condition '{entry.name}', which is described for {', '.join(allowed)} only"
                self._problem(f"subject '{merged.subject}' {text}; name its conditions", *at, "subject")

    def _check_bath(
        self, start: Strategy, record: Common, subject: str, doses: Sequence[DoseRecord] | None, at: Address
    ) -> None:
        """A body is dosed and fed, a culture has a medium, and one scenario holds one kind of the two."""
        culture = self._library.subjects[subject].in_vitro
        if culture != self._library.subjects[start.subject].in_vitro:
            self._problem("a culture and a body cannot be compared in one scenario", *at, "subject")
        given = {
            "condition": named(record.condition), "diet": record.diet, "co_medication": record.co_medication,
            "doses": doses,
        }  # fmt: skip
        for key, value in given.items():
            if culture and value:
                self._problem(f"subject '{subject}' is a culture: it takes no {key}, it has a medium", *at, key)
        if record.medium and not culture:
            self._problem(f"subject '{subject}' has a body and no medium", *at, "medium")

    def _inhibitors(self, records: Sequence[InhibitorRecord], at: Address) -> tuple[tuple[str, float], ...]:
        found: dict[str, float] = {}
        targets = inhibitor_targets(self._library)
        for record in records:
            if record.target not in targets:
                known = suggestion(record.target, targets)
                self._problem(f"unknown inhibitor target '{record.target}'{known}", *at, "inhibitors", "target")
            if not 0 <= record.residual <= 1:
                self._problem(f"residual = {record.residual} should lie between 0 and 1", *at, "inhibitors", "residual")
                continue
            for target in targets.get(record.target, ()):
                found[target] = found.get(target, 1.0) * float(record.residual)
        return tuple(found.items())

    def _changes(self, record: Common, subject: str, at: Address) -> Changes:
        rules, library = record.rules, self._library
        for key, names in (("on", rules.on), ("off", rules.off)):
            for name in names:
                if name not in library.rules:
                    self._problem(f"unknown rule '{name}'{suggestion(name, library.rules)}", *at, "rules", key)
        for name in set(rules.on) & set(rules.off):
            self._problem(f"rule '{name}' is switched on and off", *at, "rules")
        for name, option in record.switches.items():
            if name not in library.switches:
                self._problem(f"unknown switch '{name}'{suggestion(name, library.switches)}", *at, "switches", name)
            elif option not in library.switches[name].options:
                options = suggestion(option, library.switches[name].options)
                self._problem(f"switch {name} has no option '{option}'{options}", *at, "switches", name)
        return Changes(
            tuple(rules.on), tuple(rules.off), tuple(self._rule_values(rules, subject, at)),
            (*self._parameters(record.parameters, subject, (*at, "parameters")),
             *self._parameters(record.medium, subject, (*at, "medium"), "medium.")),
            tuple(record.switches.items()),
            tuple(read_variation(record.variation, subject, library, self._document, self._problems, at)),
            tuple(record.links.off),
        )  # fmt: skip

    def _rule_values(self, rules: RuleChanges, subject: str, at: Address) -> list[tuple[str, str, float]]:
        found = []
        for address, value in rules.set.items():
            name, _, column = address.rpartition(".")
            rule = self._library.rules.get(name)
            if rule is None:
                self._problem(self._unknown_number(address, subject), *at, "rules", "set", address)
                continue
            columns = editable_columns(rule)
            if column not in columns:
                known = suggestion(column, columns)
                self._problem(f"rule {name} has no number '{column}'{known}", *at, "rules", "set", address)
                continue
            try:
                number = self._rule_number(rule, column, value)
            except units.UnitProblem as error:
                self._problem(f"{address}: {error}", *at, "rules", "set", address)
                continue
            fault = fault_of_rule_number(rule, column, number)
            if fault:
                self._problem(f"{address} = {value} {fault}", *at, "rules", "set", address)
            else:
                found.append((name, column, number))
        return found

    def _unknown_number(self, address: str, subject: str) -> str:
        """Return what is wrong with an address under rules.set that names no rule before its last dot."""
        rules, parameters = self._library.rules, reference(self._library, subject)
        if address in rules:
            columns = ", ".join(editable_columns(rules[address]))
            return f"'{address}' is a rule; add which of its numbers is set, {columns}, after a dot"
        addresses = [f"{name}.{column}" for name, rule in rules.items() for column in editable_columns(rule)]
        meant = nearest(address, [*addresses, *parameters])
        if meant in parameters:
            return f"'{address}' is no number of a rule; did you mean the parameter '{meant}', under parameters?"
        known = f"; did you mean '{meant}'?" if meant else ""
        return f"unknown rule '{address.rpartition('.')[0] or address}'{known}"

    def _parameters(
        self, parameters: Mapping[str, Number], subject: str, at: Address, prefix: str = ""
    ) -> list[tuple[str, float, str]]:
        known = reference(self._library, subject)
        found = []
        for key, value in parameters.items():
            path = prefix + key
            if path not in known:
                text = f"subject '{subject}' has no parameter '{path}'"
                if path.rpartition(".")[0] in self._library.rules:
                    text += ", it is a number of a rule; write it under rules.set"
                else:
                    text += suggestion(path, known)
                self._problem(text, *at, key)
                continue
            fault = fault_of_number(path, str(value), known[path])
            if fault:
                self._problem(f"{path}: {fault}", *at, key)
                continue
            if LATTICE in path and at[0] == "strategy":
                self._problem(
                    f"{path}: living tissue cannot change its lattice; set it for the whole scenario", *at, key
                )
                continue
            found.append((path, units.parse(str(value), known[path].dimension), str(value)))
        return found

    def _rule_number(self, rule: Rule, column: str, value: Number) -> float:
        """Return the internal value of a number of a rule, in the dimension that it has in the table."""
        text = str(value)
        if column in rule.parameters:
            return units.parse(text, PARAMETER_DIMENSIONS[column])
        if column == "half_max":
            return units.parse(text, units.dimension_of(rule.half_max_unit))
        behaviour = self._library.cells[rule.cell].record.behaviours[rule.behaviour]
        additive = column != "hill" and behaviour.combine == "sum"
        return units.parse(text, units.dimension_of(behaviour.unit) if additive else "dimensionless")

    def _problem(self, text: str, *path: str | int) -> None:
        self._problems.append(Problem(self._document.shown, self._document.line(*path), text))
