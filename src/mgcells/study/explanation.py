"""What an explanation found, as tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mgcells.scenario import Scenario
from mgcells.study.players import Player
from mgcells.study.running import Study


@dataclass(frozen=True)
class ExplanationTables:
    """What carries the difference between a strategy and its control, as tables.

    Attributes
    ----------
    losses : DataFrame
        One row per endpoint and player: the `difference` as it is, `without` the player, the `loss` with its interval
        over subjects, its `share` of the difference, and `alone`: the difference that is left where all other rules
        and mechanisms are taken out (NaN where that was not run).
    shapley : DataFrame
        One row per endpoint and player that was shared out: its Shapley `value`, standard `error` and `share`.
    interactions : DataFrame
        One row per endpoint and two of these players: by how much they do more together than each alone.
    moved : columns of the endpoints that the strategy moved
    players : all that was taken out
    still : those of single parts that change no endpoint by anything
    """

    scenario: Scenario
    strategy: str
    study: Study
    losses: pd.DataFrame
    shapley: pd.DataFrame
    interactions: pd.DataFrame
    moved: tuple[str, ...]
    players: tuple[Player, ...]
    still: tuple[Player, ...]
