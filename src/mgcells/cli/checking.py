"""What `mgcells check` finds: in scenarios, experiments and libraries."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mgcells.cli.additions.projects import project_at
from mgcells.errors import InputProblems, Problem
from mgcells.experiments.reading import read_experiment
from mgcells.library import Library, load_library
from mgcells.library.layers import Layer
from mgcells.library.loading import read_library
from mgcells.library.located import parse, read_text
from mgcells.library.own import placed
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import load_named, scenario_path
from mgcells.subject.trial import refuse_failing, unreadable
from mgcells.tissues.checks import cell_faults, foreign_faults, subject_faults
from mgcells.tissues.registry import tissue_kinds

EXPECTATIONS = "expect"


class Found(NamedTuple):
    """What is wrong, and what can be run but is hardly meant."""

    problems: Sequence[Problem]
    warnings: Sequence[Problem] = ()


def found_in(path: Path, libraries: Sequence[Path]) -> Found:
    """Return all that is wrong with a scenario, an experiment, a library, or a package that brings one."""
    try:
        if os.path.isdir(path):
            project = project_at(path)
            folders = [path] if project is None else project.data_folders()
            return Found(problems_of_library(load_library(*libraries, *folders)))
        found = scenario_path(path)
        if found.is_file() and EXPECTATIONS in parse(read_text(found, str(found)), str(found)).data:
            scenario = _experiment(found, libraries)
        else:
            scenario = load_named(path, libraries=libraries)[0]
            refuse_failing(scenario)
    except InputProblems as error:
        return Found(error.problems)
    return Found((), (*scenario.warnings, *(scenario.sweep.warnings if scenario.sweep else ())))


def problems_of_library(library: Library) -> list[Problem]:
    """Return what is wrong beyond single data files: experiments, tissues, and the subjects and cells that name them.

    All else was refused when the library was read.
    """
    problems = [problem for name in tissue_kinds() for problem in foreign_faults(name, library)]
    for subject in library.subjects.values():
        problems += subject_faults(subject)
    for cell in library.cells.values():
        problems += cell_faults(cell, library)
    problems = problems or unreadable(library)
    for experiment in library.experiments.values():
        try:
            read_experiment(experiment, library)
        except InputProblems as error:
            problems += error.problems
    return [placed(problem, library.own) for problem in problems]


def _experiment(path: Path, libraries: Sequence[Path]) -> Scenario:
    library, text = load_library(*libraries), read_text(path, str(path))
    known = library.experiments.get(path.stem)
    if known is None or known.document.text != text:
        layer = Layer(str(path.parent), ((f"experiments/{path.name}", text),))
        try:
            library = read_library((*library.own, layer))
        except InputProblems as error:
            inner = f"{path.parent}/experiments/{path.name}"
            raise InputProblems(
                [Problem(str(path), p.line, p.text) if p.file == inner else p for p in error.problems]
            ) from None
    try:
        scenario, _ = read_experiment(library.experiments[path.stem], library)
        refuse_failing(scenario)
    except InputProblems as error:
        raise InputProblems([Problem(str(path), problem.line, problem.text) for problem in error.problems]) from None
    warnings = tuple(Problem(str(path), warning.line, warning.text) for warning in scenario.warnings)
    return replace(scenario, warnings=warnings)
