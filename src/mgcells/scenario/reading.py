"""From a scenario file to a checked Scenario, or to the list of everything that is wrong with it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from mgcells import units
from mgcells.errors import InputProblems, Problem, nearest, steers, suggestion
from mgcells.library import Library, load_library
from mgcells.library.checking import check, place_in
from mgcells.library.located import Document, parse, read_text
from mgcells.library.own import is_installed
from mgcells.scenario.contrasts import read_contrasts
from mgcells.scenario.doubts import warnings_on
from mgcells.scenario.edits import edit_faults
from mgcells.scenario.endpoints import Grid, read_endpoints
from mgcells.scenario.naming import name_faults
from mgcells.scenario.readable import ENDLESS_HOURS, readable_part
from mgcells.scenario.records import ScenarioRecord
from mgcells.scenario.scenario import Scenario
from mgcells.scenario.strategies import StrategyReader
from mgcells.scenario.sweeps import read_design, tried
from mgcells.scenario.texts import hours
from mgcells.scenario.tissues import check_links, check_strategies, read_tissues

LIBRARY_COPIES = "library"
SHORTEST_STEP_HOURS, LONGEST_STEP_HOURS = 0.25, 1.0
MOST_REPLICATES = 100_000
MOST_STEPS = 2_000_000
LARGEST_SEED = 2**63


def read_file(
    path: Path, *, libraries: Sequence[str | Path] = (), replicates: int | None = None, seed: int | None = None
) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
    libraries : folders
        Own libraries beside those that the file names.
    replicates, seed : int, optional
        Instead of what the file says.

    Raises
    ------
    InputProblems
        All that is wrong, each with file, line and the nearest valid name.
    """
    text = read_text(path, str(path))
    return read_scenario(text, str(path), source=path, libraries=libraries, replicates=replicates, seed=seed)


def read_scenario(
    text: str,
    shown: str,
    *,
    source: Path | None = None,
    libraries: Sequence[str | Path] = (),
    library: Library | None = None,
    replicates: int | None = None,
    seed: int | None = None,
) -> Scenario:
    """Check scenario text; see read_document."""
    document = parse(text, shown)
    return read_document(
        document, source=source, libraries=libraries, library=library, replicates=replicates, seed=seed
    )


def read_document(
    document: Document,
    *,
    source: Path | None = None,
    libraries: Sequence[str | Path] = (),
    library: Library | None = None,
    replicates: int | None = None,
    seed: int | None = None,
) -> Scenario:
    """Check a parsed scenario; see read_file.

    Parameters
    ----------
    source : Path, optional
        Where it was read; the libraries that it names lie relative to this file.
    library : Library, optional
        What it draws on, in place of the libraries that it names.
    """
    given = {"replicates": replicates, "seed": seed}
    data: dict[str, Any] = document.data | {key: value for key, value in given.items() if value is not None}
    problems: list[Problem] = []
    formed = check(ScenarioRecord, data, place_in(document), problems, "")
    record = formed or readable_part(data)
    if record and library is None:
        try:
            library = _library(record, source, libraries)
        except InputProblems as error:
            raise InputProblems([*problems, *_naming(error.problems, record, document, source)]) from None
    scenario = _build(record, document, library, problems, source) if record and library else None
    sweep, faults = None, list[Problem]()
    if formed and formed.sweep:
        sweep = read_design(formed.sweep, document, faults)
        if scenario is not None and not problems:
            read = partial(read_document, source=source, library=library, replicates=replicates, seed=seed)
            sweep = tried(sweep, scenario, document, faults, read)
    if problems or faults or scenario is None:
        raise InputProblems([*problems, *faults])
    return replace(scenario, sweep=sweep)


def _library(record: ScenarioRecord, source: Path | None, further: Sequence[str | Path]) -> Library:
    beside = source.parent if source else Path()
    folders = [_folder(beside, library) for library in _named(record) if not is_installed(library, beside)]
    return load_library(*folders, *further)


def _named(record: ScenarioRecord) -> list[str]:
    return [record.library] if isinstance(record.library, str) else record.library


def _naming(
    found: Iterable[Problem], record: ScenarioRecord, document: Document, source: Path | None
) -> Iterator[Problem]:
    """Yield problems of libraries; what is wrong with one as a whole stands where the scenario names it."""
    beside = source.parent if source else Path()
    lines = {_folder(beside, name): document.line("library", at) for at, name in enumerate(_named(record))}
    for problem in found:
        line = lines.get(problem.file)
        if line is None:
            yield problem
        else:
            yield Problem(document.shown, line, f"library '{problem.file}' {problem.text}")


def _folder(beside: Path, library: str) -> str:
    """Return where a library lies that a file names; an output folder holds copies of those of its scenario."""
    named, copy = beside / library, beside / LIBRARY_COPIES / Path(library).name
    return os.path.normpath(copy if copy.is_dir() and not named.exists() else named)


def _build(
    record: ScenarioRecord, document: Document, library: Library, problems: list[Problem], source: Path | None
) -> Scenario | None:
    def problem(text: str, *path: str | int) -> None:
        problems.append(Problem(document.shown, document.line(*path), text))

    def time(value: str, *path: str | int) -> float:
        try:
            return hours(value)
        except units.UnitProblem as error:
            problem(f"{path[-1]}: {error}", *path)
            return math.nan

    for name, count, least, most in (
        ("replicates", record.replicates, 1, MOST_REPLICATES), ("seed", record.seed, 0, LARGEST_SEED),
    ):  # fmt: skip
        if count < least:
            problem(f"{name} = {count} should be at least {least}", name)
        elif count > most:
            problem(f"{name} = {count} should be at most {most}", name)
    if steers(record.title):
        problem("title holds control characters; leave them out", "title")
    duration, step = time(record.duration, "duration"), time(record.step, "step")
    every = time(record.record_every, "record_every")
    if not SHORTEST_STEP_HOURS <= step <= LONGEST_STEP_HOURS or not _whole(1.0 / step):
        problem(f"step = '{record.step}' should be 1 h, 30 min, 20 min or 15 min", "step")
        # What depends on the step is not judged by one that cannot be.
        step = math.nan
    for name, value in (("duration", duration), ("record_every", every)):
        if value == 0 or (math.isfinite(value / step) and not _whole(value / step)):
            text = record.duration if name == "duration" else record.record_every
            problem(f"{name} = '{text}' should be a whole number of steps of {record.step}, at least one", name)
    if duration / step > MOST_STEPS and duration != ENDLESS_HOURS:
        problem(f"duration = '{record.duration}' is more than {MOST_STEPS} steps of {record.step}", "duration")
    if record.subject not in library.subjects:
        problem(f"unknown subject '{record.subject}'{suggestion(record.subject, library.subjects)}", "subject")
        meant = nearest(record.subject, library.subjects)
        if meant is None:
            return None
        record = record.model_copy(update={"subject": meant})
    tissues = read_tissues(record, library, document, problems)
    # With a duration that cannot be read the rest is still checked, against an end that nothing passes.
    horizon = duration if math.isfinite(duration) else ENDLESS_HOURS
    reader = StrategyReader(library, document, problems, horizon, step)
    base, strategies = reader.strategies(record)
    check_strategies(tissues, base.subject, strategies, library, document, problems)
    check_links(record, tissues, document, problems)
    problems += edit_faults(library, record, base, strategies, document)
    problems += name_faults(record, document)
    names = [strategy.name for strategy in strategies]
    if not names:
        problem("there is no [[strategy]]; a scenario compares at least one with its control")
    if record.control not in names:
        problem(f"control = '{record.control}' is not a strategy{suggestion(record.control, names)}", "control")
    endpoints = read_endpoints(record.endpoints, tissues, Grid(horizon, step, every), document, problems)
    contrasts = read_contrasts(record.compare, names, record.control, document, problems)
    # What cannot be run needs no warning.
    warnings = () if problems else (
        *reader.doubts, *warnings_on(library, record, base, strategies, tissues, horizon, document)
    )  # fmt: skip
    lines = {entry.name: document.line("strategy", index) for index, entry in enumerate(record.strategy)}
    return Scenario(
        record.title, base, tuple(strategies), record.control, record.replicates, record.seed, duration, step,
        every, tissues, endpoints, contrasts, document.text, source.resolve() if source else None, library,
        document.shown, lines, warnings,
    )  # fmt: skip


def _whole(value: float) -> bool:
    return math.isfinite(value) and math.isclose(value, round(value), abs_tol=1e-9)
