"""A trial of signals that own libraries give to cells: what a tissue offers is known only once it is built."""

from __future__ import annotations

from mgcells.errors import InputProblems, Problem
from mgcells.library import Library
from mgcells.scenario import Scenario, read_scenario
from mgcells.subject.subject import Subject
from mgcells.tissues.registry import tissue_kinds

TRIAL = """title = "Trial"
subject = "{subject}"
duration = "1 h"
control = "none"
tissues = ["{tissue}"]
[[strategy]]
name = "none"
"""


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
