"""Tables of what carries a difference: losses of what is taken out, and the shares of what carries most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from mgcells.analysis.endpoints import column_of, unit_of
from mgcells.analysis.resampling import paired_interval
from mgcells.arrays import Floats
from mgcells.scenario import Scenario
from mgcells.study.differences import mean_of_subjects
from mgcells.study.players import Player
from mgcells.study.shapley import Coalition, coalitions, exact, interaction, joined, orders, sampled
from mgcells.tissues.registry import observables

RESAMPLES = 2000
# What carries this share of a difference is named; so many of those share it out exactly, all coalitions being run.
SHARE = 0.1
MOST_EXACT, MOST_SHARED, ORDERS = 5, 8, 12
VALUE_COLUMNS = ["column", "player", "kind", "organ", "grade", "value", "error", "share"]
PAIR_COLUMNS = ["column", "first", "second", "value", "share"]
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
    parts, means = [], mean_of_subjects(whole[None])[0]
    for place, endpoint in enumerate(scenario.endpoints):
        losses = (whole[None, :, place] - lacking[:, :, place]).T
        found = paired_interval(losses, seed=scenario.seed, resamples=RESAMPLES)
        total = float(means[place])
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


def carrying(singles: Sequence[Player], losses: pd.DataFrame, moved: Sequence[str]) -> dict[str, list[Player]]:
    """Return for each moved endpoint the single players that carry at least `SHARE` of it, those of most first."""
    found = {}
    for column in moved:
        own = losses[losses["column"] == column].iloc[: len(singles)]
        order = own["share"].abs().to_numpy().argsort(kind="stable")[::-1]
        found[column] = [singles[place] for place in order if abs(own["share"].iloc[place]) >= SHARE][:MOST_SHARED]
    return found


def shared_out(
    scenario: Scenario, main: Mapping[str, Sequence[Player]], differences: Differences
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the Shapley values of what carries each endpoint, and the interactions between any two of these.

    All coalitions of up to `MOST_EXACT` players are run, of more those of `ORDERS` random orders.
    """
    drawn = {column: _drawn(len(players), scenario.seed) for column, players in main.items() if players}
    outs = dict.fromkeys(
        _out(main[column], coalition)
        for column, orders_of in drawn.items()
        for coalition in sorted(_wanted(len(main[column]), orders_of), key=sorted)
    )
    columns = [column_of(endpoint) for endpoint in scenario.endpoints]
    known: dict[frozenset[str], Floats] = {}
    if outs:
        means = mean_of_subjects(differences(list(outs), "what carries most, together and apart"))
        known = dict(zip(outs, means, strict=True))
    values, pairs = [], []
    for column, orders_of in drawn.items():
        players, place, count = main[column], columns.index(column), len(main[column])

        def worth(coalition: Coalition, players: Sequence[Player] = players, place: int = place) -> Floats:
            return known[_out(players, coalition)][place, None]

        total = float(worth(frozenset(range(count)))[0])
        found = sampled(count, orders_of, worth) if orders_of else exact(count, worth)
        values += [
            (column, player.name, player.kind, player.organ, player.grade, value, error, value / total)
            for player, value, error in zip(players, found.means[:, 0], found.errors[:, 0], strict=True)
        ]
        for one, other in combinations(range(count), 2):
            value = float(interaction(one, other, count, worth)[0])
            pairs.append((column, players[one].name, players[other].name, value, value / total))
    return pd.DataFrame(values, columns=VALUE_COLUMNS), pd.DataFrame(pairs, columns=PAIR_COLUMNS)


def _drawn(count: int, seed: int) -> list[tuple[int, ...]]:
    """Return the orders in which players join, none where all coalitions are run."""
    return [] if count <= MOST_EXACT else orders(count, ORDERS, seed)


def _wanted(count: int, drawn: Sequence[Sequence[int]]) -> set[Coalition]:
    """Return the coalitions to run, those of the interactions included."""
    everyone = frozenset(range(count))
    wanted = {coalition for order in drawn for coalition in joined(order)} if drawn else set(coalitions(count))
    return wanted | {everyone - {one, other} for one in everyone for other in everyone} | {everyone}


def _out(players: Sequence[Player], coalition: Coalition) -> frozenset[str]:
    """Return the parts that are taken out where only a coalition of the players stays."""
    return frozenset(part for place, player in enumerate(players) if place not in coalition for part in player.parts)
