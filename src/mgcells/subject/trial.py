"""A trial of what shows only once it is built: bodies in balance, and what a tissue offers to own cells.

`check` and every run ask the same, so that what the one passes the other does not fail.
"""

from __future__ import annotations

import numpy as np

from mgcells.errors import InputProblems, Problem
from mgcells.library import Library
from mgcells.scenario import Scenario, Strategy, read_scenario
from mgcells.streams import Streams
from mgcells.subject.assembly import Assembly
from mgcells.subject.guard import refuse_state
from mgcells.subject.subject import Subject
from mgcells.tissues.registry import tissue_kinds

MOST_TRIED = 20
TRIAL = """title = "Trial"
subject = "{subject}"
duration = "1 h"
control = "none"
tissues = ["{tissue}"]
[[strategy]]
name = "none"
"""


def refuse_failing(scenario: Scenario) -> None:
    """Raise InputProblems for every strategy whose subjects cannot be built or live, and as refuse_unreadable does.

    The bodies of the first subjects are built as the run builds them, in the state in which they start and in every
    phase, and live a step; tissues are not.
    """
    problems = []
    for strategy in scenario.strategies:
        fault = _fault_of_bodies(scenario, strategy)
        if fault:
            problems.append(Problem(scenario.shown, scenario.lines.get(strategy.name, 1), fault))
    if problems:
        raise InputProblems(problems)
    refuse_unreadable(scenario)


def _fault_of_bodies(scenario: Scenario, strategy: Strategy) -> str:
    streams = [Streams(scenario.seed, number) for number in range(min(scenario.replicates, MOST_TRIED))]
    try:
        with np.errstate(all="ignore"):
            subjects = Assembly(scenario.library, scenario.start(strategy), streams, scenario.tissues)
            subjects.adopt(strategy, 0.0)
            if subjects.body is None:
                return ""
            subjects.meet(0.0)
            subjects.body.advance(0.0, scenario.step_hours)
            refuse_state(subjects.body.state, scenario.step_hours)
            for edge in strategy.edges():
                if edge < scenario.hours:
                    subjects.meet(edge)
    except (ArithmeticError, LookupError, ValueError) as error:
        reason = error.args[0] if error.args else type(error).__name__
        return f"strategy '{strategy.name}' cannot be run: {reason}"
    return ""


def refuse_unreadable(scenario: Scenario) -> None:
    """Raise InputProblems when a signal of an own library reads what its tissue in the scenario does not offer.

    A subject is built only if there are such signals.
    """
    if any(_gets_signals(scenario.library, tissue) for tissue in scenario.tissues):
        Subject(scenario)


def unreadable(library: Library) -> list[Problem]:
    """Return a problem for every signal of an own library that reads what a tissue of its cell does not offer."""
    found: list[Problem] = []
    for name, kind in tissue_kinds().items():
        subjects = (
            subject.name for subject in library.subjects.values()
            if subject.in_vitro == kind.culture and (subject.tissues is None or name in subject.tissues)
        )  # fmt: skip
        subject = next(subjects, None)
        if subject is None or not _gets_signals(library, name):
            continue
        try:
            Subject(read_scenario(TRIAL.format(subject=subject, tissue=name), "trial", library=library))
        except InputProblems as error:
            found += error.problems
    return list(dict.fromkeys(found))


def _gets_signals(library: Library, tissue: str) -> bool:
    """Tell whether own libraries give signals to cells of a tissue."""
    own = {layer.name for layer in library.own}
    cells = (name.partition(".")[0] for (kind, name), place in library.places.items()
             if kind == "signals" and place.layer in own)  # fmt: skip
    return any(tissue in library.cells[cell].record.tissue for cell in cells)
