"""Contracts over everything registered: a new entry is judged here without anyone writing a test for it."""

from __future__ import annotations

import math
import re
from functools import lru_cache

import pytest

from mgcells import units
from mgcells.library import load_library, rule_sentence
from mgcells.library.cross_checks import all_parameters
from mgcells.library.in_force import reference
from mgcells.library.signals import row_of
from mgcells.model import MagnesiumModel
from mgcells.rules import respond
from mgcells.rules.response import RuleRow, normalise
from mgcells.scenario import read_scenario
from mgcells.scenario.shipped import load_named, shipped_scenarios
from mgcells.tissues.registry import is_culture, observables, tissues_of

KNOWN = load_library()
ATOMS = {
    "Mg": 24.305,
    "C": 12.011,
    "H": 1.008,
    "O": 15.999,
    "Cl": 35.45,
    "S": 32.06,
    "N": 14.007,
    "Na": 22.990,
    "Ca": 40.078,
}
NON_NEGATIVE = re.compile(r"concentration|threonate|magnesium|neurons|osteo|volume|thickness|surface|teer|threshold")


def formula_mass(formula: str) -> float:
    """Return g/mol of a formula with nested parentheses."""
    tokens = re.findall(r"[A-Z][a-z]?|\d+|\(|\)", formula)
    assert "".join(tokens) == formula

    def group(position: int) -> tuple[float, int]:
        total = last = 0.0
        while position < len(tokens) and tokens[position] != ")":
            token = tokens[position]
            if token == "(":
                last, position = group(position + 1)
                total += last
            elif token.isdigit():
                total += last * (int(token) - 1)
            else:
                last = ATOMS[token]
                total += last
            position += 1
        return total, position

    return group(0)[0]


@pytest.mark.parametrize("name", KNOWN.compounds)
def test_compound(name: str) -> None:
    compound = KNOWN.compounds[name]
    stated = units.parse(compound.molar_mass, "molar mass") * 1000
    assert stated == pytest.approx(formula_mass(compound.formula), abs=0.05)
    for substance, count in (("magnesium", compound.magnesium), ("threonate", compound.threonate)):
        assert 0 <= count * KNOWN.parameters[f"constant.{substance}.molar_mass"].value * 1000 <= stated
    assert (compound.threonate > 0) == (compound.threonate_absorbed is not None)
    assert 0 < float(compound.available.value) <= 1.2


@pytest.mark.parametrize("name", KNOWN.rules)
def test_rule(name: str) -> None:
    rule = KNOWN.rules[name]
    cell = KNOWN.cells[rule.cell].record
    sentence = rule_sentence(rule, KNOWN.cells)
    assert rule.effect in sentence
    assert sentence.endswith(".")
    assert rule.claims or rule.sources or rule.basis == "assumed"
    for subject, kind in KNOWN.subjects.items():
        if not set(tissues_of(kind)) & set(cell.tissue):
            continue
        values = {path: parameter.value for path, parameter in reference(KNOWN, subject).items()}
        signal = cell.signals[rule.signal]
        reads, _, quantity = signal.reads.partition(":")
        path = f"{rule.cell}.{quantity}.baseline" if reads == "own" else str(signal.healthy)
        healthy = values[path] if signal.measure == "level" else float(signal.measure == "ratio")
        additive = cell.behaviours[rule.behaviour].combine == "sum"
        response = normalise(row_of(rule), healthy, additive=additive, healthy_potential=-65.0)
        assert isinstance(row_of(rule), RuleRow)
        if not additive:
            assert respond(response, healthy, -65.0) == pytest.approx(1.0, rel=1e-9)
        levels = [respond(response, max(healthy, 0.01) * step, -65.0) for step in (0.2, 0.5, 1.0, 2.0, 5.0)]
        assert all(math.isfinite(level) for level in levels)
        assert levels == sorted(levels, reverse=rule.effect == "decreases")


def test_every_parameter_has_an_origin_and_assumed_ones_say_so() -> None:
    for parameter in all_parameters(KNOWN):
        assert parameter.line > 0, parameter.path
        if parameter.basis == "assumed":
            assert parameter.note, parameter.path


def test_every_claim_is_answered_and_every_source_says_how_it_was_seen() -> None:
    assert len(KNOWN.claims) > 100
    for claim in KNOWN.claims.values():
        assert claim.statement
        assert claim.verdict in {"supported", "partly", "contested", "contradicted", "unsupported", "not-tested"}
        assert claim.grade in set("ABCD")
    for key, source in KNOWN.sources.items():
        assert source.seen in {"abstract", "opening", "code", "secondary", "recalled"}, key


@lru_cache(maxsize=1)
def short_model(culture: bool) -> MagnesiumModel:
    scenario, strategy = ("gut_barrier_culture", "TNF 10 ng/mL") if culture else ("brain_salts_rat", "L-TAMS")
    model = MagnesiumModel(scenario, strategy=strategy, collect=False)
    for _ in range(6):
        model.step()
    return model


@pytest.mark.smoke
@pytest.mark.parametrize("name", observables())
def test_observable(name: str) -> None:
    observable = observables()[name]
    assert observable.label
    if observable.unit:
        units.dimension_of(observable.unit)
    value = observable.of(short_model(is_culture([observable.tissue] if observable.tissue else [])))
    assert isinstance(value, float)
    assert math.isfinite(value)
    if NON_NEGATIVE.search(name):
        assert value >= 0.0


def scenario_for(condition: str, subject: str) -> str:
    return (
        f'title = "x"\nsubject = "{subject}"\ncondition = "{condition}"\nduration = "12 h"\nreplicates = 1\n'
        'control = "c"\n[[strategy]]\nname = "c"\n'
    )


@pytest.mark.parametrize("subject", KNOWN.subjects)
def test_subject(subject: str) -> None:
    text = scenario_for("x", subject).replace('condition = "x"\n', "")
    model = MagnesiumModel(read_scenario(text, "test.toml"), collect=False)
    model.step()
    assert all(math.isfinite(value) for value in model.measure())


@pytest.mark.parametrize("condition", KNOWN.conditions)
def test_condition(condition: str) -> None:
    allowed = KNOWN.conditions[condition].species
    bodies = {name: kind.species for name, kind in KNOWN.subjects.items() if not kind.in_vitro}
    subject = next(name for name, species in bodies.items() if not allowed or species in allowed)
    model = MagnesiumModel(read_scenario(scenario_for(condition, subject), "test.toml"), collect=False)
    model.step()
    assert all(math.isfinite(value) for value in model.measure())


@pytest.mark.smoke
@pytest.mark.parametrize("name", shipped_scenarios())
def test_scenario(name: str) -> None:
    scenario, stem = load_named(name)
    assert stem == name
    assert scenario.replicates >= 10
    assert len(scenario.strategies) >= 3
    assert scenario.endpoints
    for strategy in scenario.strategies:
        model = MagnesiumModel(scenario, strategy.name, collect=False)
        for _ in range(3):
            model.step()
        assert all(math.isfinite(value) for value in model.measure()), strategy.name
