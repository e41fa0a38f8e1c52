"""Tables of what carries a difference: losses of what is taken out, and the shares of what carries most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from mgcells.analysis.endpoints import column_of, unit_of
from mgcells.analysis.resampling import paired_interval
from mgcells.arrays import Floats
from mgcells.scenario import Scenario
from mgcells.study.players import Player
from mgcells.study.shapley import Coalition, Values, coalitions, exact, interaction, joined, orders, sampled
from mgcells.tissues.registry import observables

RESAMPLES = 2000
# What carries this share of a difference is named; so many of those share it out exactly, all coalitions being run.
SHARE = 0.1
MOST_EXACT, MOST_SHARED, ORDERS = 6, 10, 24
Differences = Callable[[Sequence[frozenset[str]], str], Floats]


def moved_endpoints(scenario: Scenario, whole: Floats) -> tuple[str, ...]:
    """Return the columns of the endpoints that the strategy moved: their interval over subjects is without zero.

    `whole` has the shape (subjects, endpoints).
    """
    found = paired_interval(whole, seed=scenario.seed, resamples=RESAMPLES)
    clear = (found.low > 0.0) | (found.high < 0.0)
    return tuple(column_of(endpoint) for endpoint, is_clear in zip(scenario.endpoints, clear, strict=True) if is_clear)


def loss_table(scenario: Scenario, players: Sequence[Player], whole: Floats, lacking: Floats) -> pd.DataFrame:
    """Return one row per endpoint and player.

    Parameters
    ----------
    whole : shape (subjects, endpoints)
        The difference in each subject.
    lacking : shape (players, subjects, endpoints)
        The same without each player.
    """
    parts = []
    for place, endpoint in enumerate(scenario.endpoints):
        losses = (whole[None, :, place] - lacking[:, :, place]).T
        found = paired_interval(losses, seed=scenario.seed, resamples=RESAMPLES)
        total = float(np.nanmean(whole[:, place])) if np.isfinite(whole[:, place]).any() else np.nan
        parts.append(
            pd.DataFrame(
                {
                    "observable": endpoint.observable,
                    "endpoint": endpoint.label,
                    "column": column_of(endpoint),
                    "kind": [player.kind for player in players],
                    "player": [player.name for player in players],
                    "organ": [player.organ for player in players],
                    "grade": [player.grade for player in players],
                    "difference": total,
                    "without": total - found.mean,
                    "loss": found.mean,
                    "low": found.low,
                    "high": found.high,
                    "share": found.mean / total if total else np.nan,
                    "n": found.n.astype(int),
                    "unit": unit_of(endpoint, observables()[endpoint.observable].unit),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def carrying(singles: Sequence[Player], losses: pd.DataFrame, moved: Sequence[str]) -> list[Player]:
    """Return the single players that carry at least `SHARE` of a moved endpoint, those that carry most first."""
    by_name = {player.name: player for player in singles}
    own = losses[losses["column"].isin(list(moved)) & losses["player"].isin(list(by_name))]
    own = own[own["kind"].isin(["rule", "link", "mechanism"])]
    most = own.assign(size=own["share"].abs()).groupby("player", sort=False)["size"].max()
    named = most[most >= SHARE].sort_values(ascending=False, kind="stable").index[:MOST_SHARED]
    return [by_name[str(name)] for name in named]


def shared_out(
    scenario: Scenario, players: Sequence[Player], moved: Sequence[str], differences: Differences
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the Shapley values of players and the interactions between any two of them, one row per moved endpoint.

    All coalitions of up to `MOST_EXACT` players are run, of more those of `ORDERS` random orders.
    """
    columns = ["column", "player", "kind", "organ", "grade", "value", "error", "share"]
    if not players or not moved:
        return pd.DataFrame(columns=columns), pd.DataFrame(columns=["column", "first", "second", "value", "share"])
    count = len(players)
    drawn = [] if count <= MOST_EXACT else orders(count, ORDERS, scenario.seed)
    wanted = set(coalitions(count)) if not drawn else {coalition for order in drawn for coalition in joined(order)}
    pairs = list(combinations(range(count), 2))
    everyone = frozenset(range(count))
    wanted |= {everyone, *(everyone - {one} for one in everyone), *(everyone - set(pair) for pair in pairs)}
    ordered = sorted(wanted, key=sorted)
    outs = [_out(players, coalition) for coalition in ordered]
    means = np.nanmean(differences(outs, "what carries most, together and apart"), axis=1)
    known = dict(zip(ordered, means, strict=True))
    worth: Callable[[Coalition], Floats] = known.__getitem__
    found: Values = exact(count, worth) if not drawn else sampled(count, drawn, worth)
    return _value_table(scenario, players, moved, found, known[everyone]), pd.DataFrame(
        [
            (column, players[one].name, players[other].name, value[place], value[place] / known[everyone][place])
            for one, other in pairs
            for value in [interaction(one, other, count, worth)]
            for place, column in _places(scenario, moved)
        ],
        columns=["column", "first", "second", "value", "share"],
    )


def _value_table(
    scenario: Scenario, players: Sequence[Player], moved: Sequence[str], found: Values, total: Floats
) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "column": column, "player": player.name, "kind": player.kind, "organ": player.organ,
                "grade": player.grade, "value": found.means[row, place], "error": found.errors[row, place],
                "share": found.means[row, place] / total[place],
            }
            for place, column in _places(scenario, moved)
            for row, player in enumerate(players)
        ]
    )  # fmt: skip


def _places(scenario: Scenario, moved: Sequence[str]) -> list[tuple[int, str]]:
    columns = [column_of(endpoint) for endpoint in scenario.endpoints]
    return [(place, column) for place, column in enumerate(columns) if column in moved]


def _out(players: Sequence[Player], coalition: Coalition) -> frozenset[str]:
    """Return the parts that are taken out where only a coalition of the players stays."""
    return frozenset(part for place, player in enumerate(players) if place not in coalition for part in player.parts)
