"""Reading the common part of a scenario and its strategies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mgcells import units
from mgcells.body.routes import ROUTES
from mgcells.errors import Problem, suggestion
from mgcells.library import Library, Rule
from mgcells.library.bounds import LATTICE, fault_of_number, fault_of_rule_number
from mgcells.library.in_force import Changes, reference
from mgcells.library.located import Document
from mgcells.library.rule_rows import EDITABLE_COLUMNS, PARAMETER_DIMENSIONS
from mgcells.library.targets import drugs, inhibitor_targets
from mgcells.scenario import texts
from mgcells.scenario.clock import Address, RunClock
from mgcells.scenario.conditions import named, read_conditions
from mgcells.scenario.diets import read_diets
from mgcells.scenario.records import (
    CoMedicationRecord,
    Common,
    DoseRecord,
    InhibitorRecord,
    Number,
    RuleChanges,
    ScenarioRecord,
)
from mgcells.scenario.scenario import CoMedication, Dose, Strategy


class StrategyReader:
    """Turns records into strategies, collecting problems on the way."""

    def __init__(
        self, library: Library, document: Document, problems: list[Problem], duration: float, step: float
    ) -> None:
        self._library = library
        self._document = document
        self._problems = problems
        self._duration = duration
        self._clock = RunClock(document, problems, duration, step)

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
            changed["doses"] = tuple(self._doses(doses, at))
        if record.inhibitors is not None:
            changed["inhibitors"] = self._inhibitors(record.inhibitors, at)
        if record.co_medication is not None:
            changed["co_medication"] = self._drugs(record.co_medication, at)
        merged = replace(start, **changed)
        self._check_inherited(start, merged, record, at)
        return merged

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

    def _drugs(self, records: Sequence[CoMedicationRecord], at: Address) -> tuple[CoMedication, ...]:
        found = []
        for record in records:
            before, place = len(self._problems), (*at, "co_medication")
            known = drugs(self._library)
            if record.drug not in known:
                self._problem(f"unknown drug '{record.drug}'{suggestion(record.drug, known)}", *place, "drug")
            if record.route not in ROUTES:
                self._problem(f"unknown route '{record.route}'{suggestion(record.route, ROUTES)}", *place, "route")
            plain = record.amount.removesuffix("/kg").strip()
            amount = self._number(plain, "mass", *place, "amount")
            every = self._time(record.every, *place, "every")
            begin = self._time(record.begin, *place, "from")
            until = math.inf if record.until is None else self._time(record.until, *place, "until")
            if every == 0.0:
                self._problem("every = 0: name the interval between doses", *place, "every")
            if until <= begin:
                self._problem("the drug ends before it begins", *place, "until")
            if len(self._problems) == before:
                window = f" from {record.begin}" + (f" until {record.until}" if record.until else "")
                text = f"{record.amount} of {record.drug} every {record.every}{window}, {record.route}"
                text += ", titrated" if record.titrate else ""
                per_kilogram = plain != record.amount.strip()
                found.append(
                    CoMedication(record.drug, amount / every, per_kilogram, begin, until, record.titrate, text)
                )
        return tuple(found)

    def _doses(self, records: Sequence[DoseRecord], at: Address) -> list[Dose]:
        found = []
        for record in records:
            dose = self._dose(record, (*at, "doses"))
            if dose:
                found.append(dose)
        return found

    def _dose(self, record: DoseRecord, at: Address) -> Dose | None:
        before = len(self._problems)
        compound = self._library.compound(record.compound)
        if compound is None:
            names = [
                *self._library.compounds,
                *(alias for c in self._library.compounds.values() for alias in c.aliases),
            ]
            self._problem(f"unknown compound '{record.compound}'{suggestion(record.compound, names)}", *at, "compound")
        if record.route not in ROUTES:
            self._problem(f"unknown route '{record.route}'{suggestion(record.route, ROUTES)}", *at, "route")
        amount, per_kilogram, clamp = 0.0, False, math.nan
        if record.clamp is not None:
            clamp = self._number(record.clamp, "concentration", *at, "clamp")
            if record.amount is not None:
                self._problem("a dose has an amount or a clamp, not both", *at, "clamp")
            if record.route != "intravenous":
                self._problem("a clamp needs route = 'intravenous'", *at, "route")
        elif record.amount is None:
            self._problem(f"the dose of '{record.compound}' has no amount", *at)
        elif record.of is None:
            self._problem("say what the amount is of: of = 'salt', 'magnesium' or 'threonate'", *at)
        elif compound is not None:
            try:
                amount, per_kilogram = texts.amount(record.amount, record.of, compound, self._library)
            except units.UnitProblem as error:
                self._problem(f"amount: {error}", *at, "amount")
        every = math.inf if record.every is None else self._time(record.every, *at, "every")
        begin = self._time(record.begin, *at, "from")
        until = math.inf if record.until is None else self._time(record.until, *at, "until")
        over = 0.0 if record.over is None else self._time(record.over, *at, "over")
        if every == 0.0:
            self._problem("every = 0: name the interval between doses", *at, "every")
        if until <= begin:
            self._problem("the dose ends before it begins", *at, "until")
        if begin >= self._duration:
            self._problem(f"the first dose lies after the end, {texts.spoken(self._duration)}", *at, "from")
        if over > every:
            self._problem("over is longer than the interval between doses", *at, "over")
        if len(self._problems) > before or compound is None:
            return None
        return Dose(
            compound, record.route, amount, per_kilogram, every, begin, until, over, clamp, record.with_meal,
            _sentence(record, compound),
        )  # fmt: skip

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
            tuple(rules.on), tuple(rules.off), tuple(self._rule_values(rules, at)),
            (*self._parameters(record.parameters, subject, (*at, "parameters")),
             *self._parameters(record.medium, subject, (*at, "medium"), "medium.")),
            tuple(record.switches.items()),
        )  # fmt: skip

    def _rule_values(self, rules: RuleChanges, at: Address) -> list[tuple[str, str, float]]:
        found = []
        for address, value in rules.set.items():
            name, _, column = address.rpartition(".")
            rule = self._library.rules.get(name)
            if rule is None:
                self._problem(
                    f"unknown rule '{name}'{suggestion(name, self._library.rules)}", *at, "rules", "set", address
                )
                continue
            columns = (*(EDITABLE_COLUMNS if rule.form == "hill" else ()), *rule.parameters)
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

    def _parameters(
        self, parameters: Mapping[str, Number], subject: str, at: Address, prefix: str = ""
    ) -> list[tuple[str, float, str]]:
        known = reference(self._library, subject)
        found = []
        for key, value in parameters.items():
            path = prefix + key
            if path not in known:
                self._problem(f"subject '{subject}' has no parameter '{path}'{suggestion(path, known)}", *at, key)
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
            return units.parse(text, units.dimension_of(units.split(rule.half_max_text)[1]))
        behaviour = self._library.cells[rule.cell].record.behaviours[rule.behaviour]
        additive = column != "hill" and behaviour.combine == "sum"
        return units.parse(text, units.dimension_of(behaviour.unit) if additive else "dimensionless")

    def _time(self, text: str, *path: str | int) -> float:
        try:
            return texts.hours(text)
        except units.UnitProblem as error:
            self._problem(f"{path[-1]}: {error}", *path)
            return math.nan

    def _number(self, text: str, dimension: str, *path: str | int) -> float:
        try:
            value = units.parse(text, dimension)
        except units.UnitProblem as error:
            self._problem(f"{path[-1]}: {error}", *path)
            return math.nan
        if value < 0:
            self._problem(f"{path[-1]}: '{text}' is negative", *path)
        return value

    def _problem(self, text: str, *path: str | int) -> None:
        self._problems.append(Problem(self._document.shown, self._document.line(*path), text))


def _sentence(record: DoseRecord, compound: str) -> str:
    if record.clamp is not None:
        return f"plasma magnesium held at {record.clamp}, {record.route}"
    rhythm = "once" if record.every is None else f"every {record.every}"
    spread = f", over {record.over}" if record.over else ""
    window = f" from {record.begin}" if record.begin != "0 h" else ""
    window += f" until {record.until}" if record.until else ""
    meal = ", with a meal" if record.with_meal else ""
    return f"{record.amount} of {compound} (as {record.of}) {rhythm}{window}{spread}, {record.route}{meal}"
