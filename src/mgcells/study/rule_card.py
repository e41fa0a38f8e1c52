"""The card of a rule: its curve, what the cells of a run meet of its signal, where it enters, and what it carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mgcells.arrays import Floats
from mgcells.cells.population import Population
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Library, Rule
from mgcells.reporting.tables import rows_of
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import find_scenario, shipped_scenarios
from mgcells.study.explain import chosen_strategy
from mgcells.study.players import rules_in_force
from mgcells.subject.subject import Subject

POINTS = 200
# At so many moments, evenly spaced over the run, the cells are asked.
MOMENTS = 6
BEYOND = 1.5
BAND = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class RuleCard:
    """What is known of a rule.

    Attributes
    ----------
    curve : DataFrame
        `signal`, as the rule reads it, and `effect` on the behaviour: a factor, or an addend in the behaviour's unit.
    healthy : float
        The signal in the reference subject in health.
    met : mapping of strategy to (float, float, float)
        What 5, 50 and 95 % of the cells met at most, over a run of virtual subject 0; empty where no cell reads it.
    leads_to : tuple of str
        The rules that read what this one moves.
    carried : DataFrame
        What earlier runs of `mgcells explain` found: scenario, strategy, endpoint, share of the difference.
    """

    rule: Rule
    scenario: Scenario
    curve: pd.DataFrame
    healthy: float
    met: Mapping[str, tuple[float, float, float]]
    leads_to: tuple[str, ...]
    carried: pd.DataFrame


def rule_card(
    name: str, library: Library, scenario: Scenario | None = None, studies: str | Path = "outputs"
) -> RuleCard:
    """Return the card of a rule.

    Parameters
    ----------
    name : str
    library : Library
    scenario : Scenario, optional
        Where its cells are asked; the first shipped one in which it acts when left out.
    studies : path
        The folder in which earlier studies lie.

    Raises
    ------
    InputProblems
        There is no such rule, or it acts in no scenario.
    """
    if name not in library.rules:
        raise InputProblems([Problem(name, 0, f"is not a rule{suggestion(name, library.rules)}")])
    rule = library.rules[name]
    where = scenario or _first_with(name)
    if where is None or name not in rules_in_force(where):
        text = "acts in no scenario that ships" if where is None else f"does not act in '{where.title}'"
        raise InputProblems([Problem(name, 0, f"{text}; see its status with mgcells show {name}")])
    strategy = chosen_strategy(where, None)
    readings, population = {}, None
    for each in dict.fromkeys((where.control, strategy)):
        values, population = _met(where, each, rule)
        if len(values):
            readings[each] = values
    healthy, curve = _curve(population, rule, list(readings.values()))
    met = {each: _band(values) for each, values in readings.items()}
    leads = [other.id for other in library.rules.values() if other.cell == rule.cell and _reads(library, other, rule)]
    return RuleCard(rule, where, curve, healthy, met, tuple(leads), _carried(name, Path(studies)))


def _first_with(name: str) -> Scenario | None:
    scenarios = (find_scenario(stem) for stem in shipped_scenarios())
    return next((scenario for scenario in scenarios if name in rules_in_force(scenario)), None)


def _reads(library: Library, other: Rule, rule: Rule) -> bool:
    """Tell whether a rule senses the behaviour that another moves."""
    return library.cells[rule.cell].record.signals[other.signal].reads == f"own:{rule.behaviour}"


def _populations(subject: Subject, rule: Rule) -> Iterator[Population]:
    for tissue in subject.tissues.values():
        yield from (population for population in tissue.populations.values() if population.name == rule.cell)


def _met(scenario: Scenario, strategy: str, rule: Rule) -> tuple[Floats, Population | None]:
    """Return what the cells of one subject sense of a rule's signal over its run, and their population."""
    subject = Subject(scenario, strategy, 0)
    moments = set(np.linspace(1, scenario.steps, MOMENTS).round().astype(int).tolist())
    found: list[float] = []
    last: Population | None = None
    for step in range(1, scenario.steps + 1):
        subject.step()
        for population in _populations(subject, rule) if step in moments else ():
            last = population
            found += _sensed(population, _place(population, rule))
    return np.array(found), last


def _sensed(population: Population, signal: int) -> Iterator[float]:
    """Yield what each living cell senses of a signal."""
    table, (levels, scalars) = population.table, population.surroundings
    for row in range(population.count):
        voxel = int(population.voxel[row])
        yield float(table.sense(population.state, row, levels, voxel, population.traits, scalars)[signal])


def _place(population: Population, rule: Rule) -> int:
    return [signal.name for signal in population.table.signals].index(rule.signal)


def _curve(population: Population | None, rule: Rule, readings: Sequence[Floats]) -> tuple[float, pd.DataFrame]:
    """Return the healthy signal and the effect over the range of what was met, all other signals being healthy."""
    if population is None:
        return np.nan, pd.DataFrame({"signal": [], "effect": []})
    table = population.table
    place = _place(population, rule)
    healthy = np.array([signal.healthy for signal in table.signals])
    known = np.concatenate([*readings, [healthy[place]]])
    ends = [rule.half_max] if rule.half_max is not None else []
    most = BEYOND * max(float(known.max()), *ends, 0.0)
    signals = np.linspace(min(0.0, float(known.min())), most or 1.0, POINTS)
    effects = []
    for value in signals.tolist():
        sensed = healthy.copy()
        sensed[place] = value
        effects.append(table.contributions(sensed)[rule.id])
    return float(healthy[place]), pd.DataFrame({"signal": signals, "effect": effects})


def _band(values: Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, BAND).tolist()
    return low, middle, high


def _carried(name: str, studies: Path) -> pd.DataFrame:
    """Return what studies in a folder found that a rule carries, the largest share first."""
    found = []
    for path in sorted(studies.glob("*-study/explain/losses.csv")):
        table = pd.read_csv(path)
        own = table[(table["player"] == name) & (table["kind"] == "rule")]
        study = path.parts[-3].removesuffix("-study")
        found += [(study, row["column"], row["share"], row["low"], row["high"], row["n"]) for row in rows_of(own)]
    table = pd.DataFrame(found, columns=["scenario", "endpoint", "share", "low", "high", "n"])
    return table.sort_values("share", key=abs, ascending=False, kind="stable").reset_index(drop=True)
