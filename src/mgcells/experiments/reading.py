"""From an experiment's file to a scenario and what is expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.experiments.judging import START, Expectation, Moment
from mgcells.library import Experiment, Library
from mgcells.library.records import ExpectRecord
from mgcells.scenario import Scenario, read_document
from mgcells.scenario.texts import hours, spoken, window
from mgcells.tissues.registry import recorded
from mgcells.units import UnitProblem

HOURS_PER_DAY = 24.0


def chosen_experiments(library: Library, names: Sequence[str], *, full: bool) -> list[str]:
    """Return the ids to run: those named by id or key (in any case), or all, long ones only when `full`.

    A name also stands for every experiment whose id or key begins with it and a hyphen: Slutsky2010 for all of that
    paper, K10 for K10-acetate and K10-meal.

    Raises
    ------
    InputProblems
        A name is no experiment.
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
    """Return the scenario of an experiment and its expectations.

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
        moments = []
        for text in (entry.at, entry.against_at or entry.at):
            try:
                moments.append(_moment(text, scenario.hours))
            except UnitProblem as error:
                faults.append(str(error))
        problems += [Problem(document.shown, document.line("expect", index), f"expect: {text}") for text in faults]
        if not faults:
            strategies = (entry.strategy,) if isinstance(entry.strategy, str) else tuple(entry.strategy)
            found.append(
                Expectation(
                    entry.kind or record.kind, entry.observable, strategies, entry.against, entry.above, moments[0],
                    moments[1], entry.measure, entry.value, entry.low, entry.high, entry.note,
                )
            )  # fmt: skip
    if problems:
        raise InputProblems(problems)
    return scenario, tuple(found)


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
        known = "takes no" if entry.against is not None else "needs"
        found.append(f"measure = '{entry.measure}' {known} 'against'")
    if entry.measure == "sign" and entry.value not in (1, -1):
        found.append("measure = 'sign' needs value = 1 or -1")
    if entry.measure not in ("sign", "order") and entry.low is None and entry.high is None:
        found.append("give low or high: the interval in which a prediction agrees")
    if entry.low is not None and entry.high is not None and entry.low > entry.high:
        found.append(f"low = {entry.low} is above high = {entry.high}")
    return found


def _moment(text: str | None, duration: float) -> Moment:
    """Return the moment of "24 d", "last 3 d", "3 d to 4 d", "highest 0 h to 4 h", "lowest last 2 d"."""
    end = duration / HOURS_PER_DAY
    if text is None:
        return Moment("at", end, end, f"at {spoken(duration)}")
    words = text.strip()
    kind: Literal["mean", "highest", "lowest"] = "mean"
    for extreme in ("highest", "lowest"):
        if words.startswith(f"{extreme} "):
            kind = "highest" if extreme == "highest" else "lowest"
            words = words.removeprefix(f"{extreme} ").strip()
    if words.startswith("last "):
        begin, until = duration - window(words), duration
    elif " to " in words:
        first, _, last = words.partition(" to ")
        begin, until = hours(first), hours(last)
    else:
        if kind != "mean":
            raise UnitProblem(f"'{text}': {kind} of what? Name a window such as '{kind} last 3 d'")
        moment = hours(words)
        if moment > duration:
            raise UnitProblem(f"'{text}' lies after the end, {spoken(duration)}")
        return Moment("at", moment / HOURS_PER_DAY, moment / HOURS_PER_DAY, f"at {words}")
    if not 0 <= begin < until <= duration:
        raise UnitProblem(f"'{text}' should be a window within the duration, {spoken(duration)}")
    label = f"{kind} of {words}"
    return Moment(kind, begin / HOURS_PER_DAY, until / HOURS_PER_DAY, label)
