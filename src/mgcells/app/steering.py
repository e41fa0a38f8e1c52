"""What a viewer sets while the tissues live, written as one more strategy of the scenario file.

The page has no other way to change a model: settings become scenario text, the text is checked as every scenario is,
and the model adopts the strategy that was read. What is exported is therefore what is on screen.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace

from mgcells import units
from mgcells.arrays import GRAMS_PER_KILOGRAM, HOURS_PER_DAY, MILLIGRAMS_PER_GRAM
from mgcells.body.routes import SPREAD_ROUTES
from mgcells.library import Library
from mgcells.library.in_force import layered
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario.phases import phases
from mgcells.scenario.scenario import Dose, Strategy
from mgcells.scenario.texts import molar_mass
from mgcells.subject.assembly import diet_rate

GLUT = ("GLUT1", "GLUT3")
# A scenario's own subject stands before every table, so the first such line is the one.
SUBJECT = re.compile(r"^(subject\s*=\s*)(\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)


@dataclass(frozen=True)
class Steering:
    """Departures from a strategy.

    Attributes
    ----------
    dose, diet : float
        Multiples of what the strategy gives.
    times_per_day : int
        Into how many doses a day's amount is divided; 0 leaves the strategy's rhythm.
    glut : float
        Share of GLUT transport that is left, 0 to 1; 1 leaves the strategy's inhibitors.
    condition : str
        "" leaves the strategy's.
    rules_off, rules_on : tuple of str
    """

    dose: float = 1.0
    times_per_day: int = 0
    glut: float = 1.0
    diet: float = 1.0
    condition: str = ""
    rules_off: tuple[str, ...] = ()
    rules_on: tuple[str, ...] = ()


def in_subject(scenario: Scenario, subject: str) -> Scenario:
    """Return the same scenario in another kind of subject.

    Raises
    ------
    InputProblems
        The scenario asks for what that subject does not have, such as a tissue or a condition.
    """
    text = SUBJECT.sub(lambda line: line[1] + json.dumps(subject), scenario.text, count=1)
    return read_scenario(text, "the scenario", source=scenario.source, library=scenario.library)


def foreign_doses(scenario: Scenario, strategy: Strategy, home: str) -> list[str]:
    """Return a sentence for every dose per kg of body weight that was meant for another species than now gets it.

    Parameters
    ----------
    home : str
        The species that the scenario was written for. The sentence says what a day amounts to, and
        how many times the tolerable upper intake that is, where there is one.
    """
    library = scenario.library
    kind = library.subjects[strategy.subject]
    if kind.species == home:
        return []
    values = {path: entry.value for path, entry in layered(library, strategy).parameters.items()}
    weight, limit = values["body.weight"] / GRAMS_PER_KILOGRAM, values.get("body.limit.supplemental_magnesium")
    found = []
    for dose in strategy.doses:
        if not dose.per_kilogram or dose.amount == 0.0:
            continue
        often = HOURS_PER_DAY / dose.every if math.isfinite(dose.every) else 1.0
        compound = library.compounds[dose.compound]
        grams = dose.amount * weight * often * units.parse(compound.molar_mass, "molar mass")
        when = "a day" if math.isfinite(dose.every) else "at once"
        text = f"{dose.text} was written for another species ({home}): {grams:.3g} g {when} for {kind.title}"
        magnesium = dose.amount * weight * often * compound.magnesium / HOURS_PER_DAY
        if limit and magnesium > limit:
            text += f", {magnesium / limit:.3g} times the tolerable upper intake of supplemental magnesium"
        found.append(f"{text}. Set the dose, or write one for this subject into a scenario.")
    return found


def steered_name(scenario: Scenario, strategy: str) -> str:
    """Return a name for the steered strategy that the scenario does not use yet."""
    name, used = f"{strategy}, steered", {entry.name for entry in scenario.strategies}
    number = 2
    while name in used:
        name, number = f"{strategy}, steered {number}", number + 1
    return name


def steered(scenario: Scenario, strategy: str, steering: Steering) -> Strategy:
    """Return the strategy that the settings make; the strategy itself when nothing was set.

    Raises
    ------
    InputProblems
        The settings contradict the scenario, such as a condition that another species has.
    """
    if steering == Steering():
        return scenario.strategy(strategy)
    text = scenario_text(scenario, strategy, steering)
    return read_scenario(text, "the settings", library=scenario.library).strategy(steered_name(scenario, strategy))


def scenario_text(scenario: Scenario, strategy: str, steering: Steering) -> str:
    """Return the scenario file with the settings as one more strategy, in force from day 0 on."""
    if steering == Steering():
        return scenario.text
    library, start = scenario.library, scenario.strategy(strategy)
    entries: dict[str, str] = {"name": json.dumps(steered_name(scenario, strategy), ensure_ascii=False)}
    entries["like"] = json.dumps(strategy, ensure_ascii=False)
    if steering.condition:
        entries["condition"] = json.dumps(steering.condition)
    if (steering.dose != 1.0 or steering.times_per_day) and start.doses:
        doses = [_changed(dose, steering) for dose in start.doses]
        entries["doses"] = "[\n" + "".join(f"  {dose_text(library, dose)},\n" for dose in doses) + "]"
    if steering.diet != 1.0:
        entries["diet"] = _diets_of(library, scenario, start, steering)
    if steering.glut != 1.0:
        kept = {target: residual for target, residual in start.inhibitors if target not in GLUT}
        blocked = [f'{{ target = "{target}", residual = {left:g} }}' for target, left in kept.items()]
        entries["inhibitors"] = f"[{', '.join([*blocked, _glut(steering.glut)])}]"
    if steering.rules_off or steering.rules_on:
        entries["rules"] = f"{{ off = {_names(steering.rules_off)}, on = {_names(steering.rules_on)} }}"
    lines = [f"{key} = {value}" for key, value in entries.items()]
    return "\n".join([scenario.text.rstrip("\n"), "", "[[strategy]]", *lines, ""])


def dose_text(library: Library, dose: Dose) -> str:
    """Return a dose as a scenario file writes it, the amount in mg of the salt."""
    entries: dict[str, str] = {"compound": dose.compound}
    if math.isfinite(dose.clamp):
        entries["clamp"] = f"{dose.clamp:.6g} mM"
    else:
        grams = dose.amount * units.parse(library.compounds[dose.compound].molar_mass, "molar mass")
        entries |= {"amount": f"{grams * MILLIGRAMS_PER_GRAM:.6g} mg{'/kg' if dose.per_kilogram else ''}", "of": "salt"}
    if math.isfinite(dose.every):
        entries["every"] = f"{dose.every:.15g} h"
    entries["route"] = dose.route
    if dose.begin:
        entries["from"] = f"{dose.begin:.15g} h"
    if math.isfinite(dose.until):
        entries["until"] = f"{dose.until:.15g} h"
    if dose.over:
        entries["over"] = f"{dose.over:.15g} h"
    meal = ", with_meal = true" if dose.with_meal else ""
    return f"{{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in entries.items())}{meal} }}"


def dividable(strategy: Strategy) -> bool:
    """Tell whether a day's amount can be divided into more or fewer doses."""
    return any(_has_rhythm(dose) for dose in strategy.doses)


def _has_rhythm(dose: Dose) -> bool:
    return math.isfinite(dose.every) and dose.route not in SPREAD_ROUTES and not math.isfinite(dose.clamp)


def _changed(dose: Dose, steering: Steering) -> Dose:
    amount, every = dose.amount * steering.dose, dose.every
    if steering.times_per_day and _has_rhythm(dose):
        every = HOURS_PER_DAY / steering.times_per_day
        amount *= every / dose.every
    return replace(dose, amount=amount, every=every, over=min(dose.over, every))


def _diets_of(library: Library, scenario: Scenario, strategy: Strategy, steering: Steering) -> str:
    """Return the diet as a scenario file writes it, with an entry for each part of the run in which it differs."""
    if steering.condition:
        strategy = read_scenario(
            scenario_text(scenario, strategy.name, replace(steering, diet=1.0)), "the settings", library=library
        ).strategy(steered_name(scenario, strategy.name))
    parts: list[tuple[str, float]] = []
    for phase in phases(strategy, scenario.hours):
        values = {path: entry.value for path, entry in layered(library, phase.strategy).parameters.items()}
        rate = diet_rate(library, phase.strategy, values) * steering.diet
        text = f"{rate * molar_mass('magnesium', library) * MILLIGRAMS_PER_GRAM * HOURS_PER_DAY:.6g} mg/d"
        if parts and parts[-1][0] == text:
            parts.pop()
        parts.append((text, phase.until))
    entries = [f'{{ magnesium = "{text}", until = "{until:.6g} h" }}' for text, until in parts[:-1]]
    last = f'{{ magnesium = "{parts[-1][0]}" }}'
    return f"[{', '.join([*entries, last])}]" if entries else last


def _glut(residual: float) -> str:
    return f'{{ target = "GLUT", residual = {residual:g} }}'


def _names(names: tuple[str, ...]) -> str:
    return json.dumps(list(names))
