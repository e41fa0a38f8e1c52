"""From an experiment's file to a scenario and what is expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.experiments.judging import START, Expectation
from mgcells.library import Experiment, Library
from mgcells.library.records import ExpectRecord
from mgcells.scenario import Endpoint, Scenario, read_document
from mgcells.scenario.endpoint_grammar import at_hour, read_endpoint
from mgcells.scenario.endpoints import Grid
from mgcells.tissues.registry import recorded
from mgcells.units import UnitProblem


def chosen_experiments(library: Library, names: Sequence[str], *, full: bool) -> list[str]:
    """Return the ids to run: those named by id or key (in any case), or all, long ones only when `full`.

    A name also stands for every experiment whose id or key begins with it and a hyphen: Slutsky2010 for all of that
    paper, K10 for K10-acetate and K10-meal.

    Raises
    ------
    InputProblems
        A name belongs to no experiment.
    """
    if not names:
        return [name for name, entry in library.experiments.items() if full or not entry.record.full]
    answers = {
        entry: [text for text in (entry, experiment.record.key) if text]
        for entry, experiment in library.experiments.items()
    }
    found: dict[str, None] = {}
    problems = []
    for name in names:
        # A hyphen after both makes the whole name one of its own beginnings.
        beginning = f"{name}-".casefold()
        meant = [
            entry
            for entry, texts in answers.items()
            if any(f"{text}-".casefold().startswith(beginning) for text in texts)
        ]
        if not meant:
            valid = [text for texts in answers.values() for text in texts]
            problems.append(Problem(name, 0, f"is not an experiment{suggestion(name, valid)}"))
        found |= dict.fromkeys(meant)
    if problems:
        raise InputProblems(problems)
    return list(found)


def read_experiment(experiment: Experiment, library: Library) -> tuple[Scenario, tuple[Expectation, ...]]:
    """Return the scenario of an experiment, whose endpoints are what is expected of it, and its expectations.

    Raises
    ------
    InputProblems
        Everything that is wrong with it, each with file and line.
    """
    document, record = experiment.document, experiment.record
    scenario = read_document(document.part("scenario", title=record.title), library=library)
    names = [strategy.name for strategy in scenario.strategies]
    observables = [observable.name for observable in recorded(scenario.tissues)]
    problems: list[Problem] = []
    found = []
    for index, entry in enumerate(record.expect):
        faults = _faults(entry, names, observables)
        endpoints = []
        for text in (entry.at, entry.against_at or entry.at):
            try:
                endpoints.append(_endpoint(entry.observable, text, scenario, known=entry.observable in observables))
            except UnitProblem as error:
                faults.append(str(error))
        problems += [Problem(document.shown, document.line("expect", index), f"expect: {text}") for text in faults]
        if not faults:
            strategies = (entry.strategy,) if isinstance(entry.strategy, str) else tuple(entry.strategy)
            found.append(
                Expectation(
                    entry.kind or record.kind, strategies, entry.against, entry.above, endpoints[0], endpoints[1],
                    entry.measure, entry.value, entry.low, entry.high, entry.note,
                )
            )  # fmt: skip
    if problems:
        raise InputProblems(problems)
    read = (endpoint for entry in found for endpoint in entry.endpoints)
    return replace(scenario, endpoints=tuple(dict.fromkeys(read))), tuple(found)


def _endpoint(observable: str, text: str | None, scenario: Scenario, *, known: bool) -> Endpoint:
    if text is None:
        return at_hour(observable, scenario.hours)
    endpoint = read_endpoint(observable, text, scenario.hours)
    if known:
        Grid(scenario.hours, scenario.step_hours, scenario.record_hours).refuse(endpoint, text)
    return endpoint


def _faults(entry: ExpectRecord, strategies: Sequence[str], observables: Sequence[str]) -> list[str]:
    found = []
    if entry.observable not in observables:
        found.append(f"unknown observable '{entry.observable}'{suggestion(entry.observable, observables)}")
    named = [entry.strategy] if isinstance(entry.strategy, str) else list(entry.strategy)
    others = [name for name in (entry.against, entry.above) if name is not None]
    for name in (*named, *others):
        if name not in strategies and not (name == START and name == entry.against):
            found.append(f"unknown strategy '{name}'{suggestion(name, strategies)}")
    if (entry.measure == "order") != (len(named) > 1):
        found.append("a list of strategies, lowest first, belongs to measure = 'order' and to no other")
    if (entry.measure in ("value", "order")) == (entry.against is not None):
        verb = "takes no" if entry.against is not None else "needs"
        found.append(f"measure = '{entry.measure}' {verb} 'against'")
    if entry.measure == "sign" and entry.value not in (1, -1):
        found.append("measure = 'sign' needs value = 1 or -1")
    if entry.measure not in ("sign", "order") and entry.low is None and entry.high is None:
        found.append("give low or high: the interval in which a prediction agrees")
    if entry.low is not None and entry.high is not None and entry.low > entry.high:
        found.append(f"low = {entry.low} is above high = {entry.high}")
    return found
