"""Which mechanism carries a difference: every part of a scenario is taken out in turn, with the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mgcells.analysis.endpoints import column_of
from mgcells.arrays import Floats
from mgcells.batch.batch import Progress
from mgcells.errors import InputProblems, Problem
from mgcells.identity import digest
from mgcells.scenario import Scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.study.carrying import carrying, loss_table, moved_endpoints, shared_out
from mgcells.study.differences import differences_of, mean_of_subjects
from mgcells.study.explanation import ExplanationTables
from mgcells.study.mechanism_map import mechanism_map
from mgcells.study.players import Player, groups, silent, single_players, without
from mgcells.study.running import Study, run_study
from mgcells.study.telling import told

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WHOLE = "as it is"
SUBJECTS = 4
LONGEST_NAME = 3
Watch = Callable[[str, Progress], None]


class Explanation(ExplanationTables):
    """What carries the difference between a strategy and its control: tables, sentences and maps."""

    def figure(self, column: str | None = None) -> Figure | None:
        """Return the map of an endpoint, of the first that was moved when none is named; None where nothing carries."""
        chosen = column or next(iter(self.moved), None)
        drawn = None if chosen is None else mechanism_map(self, chosen)
        return None if drawn is None else drawn[0]

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(line)}</li>" for line in told(self))
        return f"<h4>{escape(self.scenario.title)}</h4><ul>{lines}</ul>"


class _Runs:
    """Variants of a scenario of two strategies that lack parts, run when they are asked for."""

    def __init__(self, scenario: Scenario, folder: Path, workers: int | None, watch: Watch | None) -> None:
        self._scenario, self._folder, self._workers, self._watch = scenario, folder, workers, watch
        self._variants: dict[str, Scenario] = {}

    def study(self) -> Study:
        """Return one study of all that was asked for, whose lives are there."""
        return self._run(self._variants, "all parts")

    def _run(self, variants: Mapping[str, Scenario], stage: str) -> Study:
        watch = self._watch
        progress = None if watch is None else partial(watch, stage)
        return run_study(variants, self._folder, workers=self._workers, progress=progress)

    def differences(self, outs: Sequence[frozenset[str]], stage: str) -> Floats:
        """Return strategy minus control where these parts are gone, shape (variants, subjects, endpoints)."""
        named = {variant_name(parts): parts for parts in outs}
        for name, parts in named.items():
            if name not in self._variants:
                self._variants[name] = without(self._scenario, parts)
        control, strategy = (entry.name for entry in self._scenario.strategies)
        columns = [column_of(endpoint) for endpoint in self._scenario.endpoints]
        study = self._run({name: self._variants[name] for name in named}, stage)
        found = differences_of(study, columns, list(named), strategy, control, self._scenario.replicates)
        place = {name: row for row, name in enumerate(named)}
        return found[[place[variant_name(parts)] for parts in outs]]


def variant_name(parts: Collection[str]) -> str:
    """Return what the variant is called that lacks these parts."""
    if not parts:
        return WHOLE
    named = sorted(parts)
    if len(named) <= LONGEST_NAME:
        return f"without {', '.join(named)}"
    return f"without {len(named)} parts, {digest(named)[:8]}"


def explain(
    scenario: Scenario | str | Path,
    strategy: str | None = None,
    *,
    out: str | Path | None = None,
    replicates: int | None = None,
    workers: int | None = None,
    progress: Watch | None = None,
) -> Explanation:
    """Find which mechanism carries the difference between a strategy and control.

    Parameters
    ----------
    scenario : Scenario, path or name of a shipped scenario
    strategy : str, optional
        The first that is given something and is not control, when left out.
    out : path, optional
        Folder of the study; `outputs/` and the name of the scenario's file with `-study` when left out.
    replicates : int, optional
        Virtual subjects; `SUBJECTS`, or as many as the scenario has, when left out.
    workers : int, optional
    progress : callable, optional
        Called with what is run and how far that is.

    Raises
    ------
    InputProblems
        The scenario cannot be read or has no such strategy, or the folder cannot be used.
    """
    scenario = find_scenario(scenario)
    chosen = chosen_strategy(scenario, strategy)
    pair = (scenario.strategy(scenario.control), scenario.strategy(chosen))
    count = replicates or min(SUBJECTS, scenario.replicates)
    reduced = replace(scenario, strategies=pair, contrasts=(), replicates=count)
    runs = _Runs(reduced, Path(out) if out is not None else study_folder(scenario), workers, progress)

    singles = single_players(reduced)
    outside = tuple(silent(reduced, singles))
    acting = [player for player in singles if player not in outside]
    players = (*acting, *groups(reduced, acting))
    found = runs.differences([frozenset(), *(player.parts for player in players)], "each part taken out")
    whole, lacking = found[0], found[1:]
    moved = moved_endpoints(reduced, whole)
    losses = loss_table(reduced, players, whole, lacking)
    main = carrying(acting, losses, moved)
    named = list(dict.fromkeys(player for players in main.values() for player in players))
    kept = [player for player in singles if player.kind != "link"]
    rest = [frozenset(part for other in kept if other != player for part in other.parts) for player in named]
    alone = runs.differences(rest, "each part alone") if named else np.empty((0, *whole.shape))
    losses["alone"] = _alone(losses, named, alone)
    shapley, interactions = shared_out(reduced, main, runs.differences)
    still = [player for player, own in zip(acting, lacking, strict=False) if np.array_equal(own, whole, equal_nan=True)]
    return Explanation(reduced, chosen, runs.study(), losses, shapley, interactions, moved, players, (*outside, *still))


def study_folder(scenario: Scenario) -> Path:
    """Return where the studies of a scenario are kept where no folder is named."""
    return Path("outputs") / f"{(scenario.source or Path(scenario.title)).stem}-study"


def chosen_strategy(scenario: Scenario, strategy: str | None) -> str:
    """Return the strategy that is explained; InputProblems where there is none, or it is the control."""
    others = [entry for entry in scenario.strategies if entry.name != scenario.control]
    if strategy is None and others:
        # What a supplement does is asked first, where one is given.
        return next((entry.name for entry in others if any(dose.gives for dose in entry.doses)), others[0].name)
    if strategy is None or strategy == scenario.control:
        text = f"'{scenario.control}' is the control; name a strategy that is compared with it"
        raise InputProblems([Problem(scenario.shown or scenario.title, 0, text)])
    return scenario.strategy(strategy).name


def _alone(losses: pd.DataFrame, main: Sequence[Player], alone: Floats) -> list[float]:
    """Return what each player does alone for each row of the table, NaN where it was not run."""
    endpoints = list(dict.fromkeys(losses["column"]))
    means = mean_of_subjects(alone)
    known = {
        (player.name, column): float(means[row, place])
        for row, player in enumerate(main)
        for place, column in enumerate(endpoints)
    }
    return [known.get((name, column), np.nan) for name, column in zip(losses["player"], losses["column"], strict=True)]
