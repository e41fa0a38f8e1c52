"""Shapley values of players whose worth is known for every coalition, or of as many as there was time to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np

from mgcells.arrays import Floats

Coalition = frozenset[int]
# A value for each of several outcomes, shape (outcomes,).
Worth = Callable[[Coalition], Floats]


class Values(NamedTuple):
    """Shapley values and their standard errors, shape (players, outcomes); errors are 0 where all coalitions ran."""

    means: Floats
    errors: Floats


def coalitions(players: int) -> Iterator[Coalition]:
    """Yield every coalition of players that are counted from 0, the empty one first."""
    for size in range(players + 1):
        yield from map(frozenset, combinations(range(players), size))


def exact(players: int, worth: Worth) -> Values:
    """Return the Shapley values from the worth of all 2^players coalitions [Shapley1953]."""
    outcomes = worth(frozenset()).shape[0]
    found = np.zeros((players, outcomes))
    for player in range(players):
        for coalition in coalitions(players):
            if player in coalition:
                continue
            size = len(coalition)
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            found[player] += weight * (worth(coalition | {player}) - worth(coalition))
    return Values(found, np.zeros_like(found))


def orders(players: int, count: int, seed: int) -> list[tuple[int, ...]]:
    """Return orders in which players join, drawn at random, each followed by its reverse."""
    chance = np.random.default_rng([seed, players])
    found: list[tuple[int, ...]] = []
    while len(found) < count:
        order = tuple(chance.permutation(players).tolist())
        found += [order, order[::-1]]
    return found[:count]


def joined(order: Sequence[int]) -> list[Coalition]:
    """Return the coalitions that come about when players join in this order, the empty one first."""
    return [frozenset(order[:size]) for size in range(len(order) + 1)]


def sampled(players: int, drawn: Sequence[Sequence[int]], worth: Worth) -> Values:
    """Return Shapley values as means of what players add when they join in the drawn orders, with standard errors.

    An order and its reverse count as one draw, so that the error is that of independent draws [Castro2009].
    """
    outcomes = worth(frozenset()).shape[0]
    added = np.zeros((len(drawn), players, outcomes))
    for place, order in enumerate(drawn):
        steps = joined(order)
        for player, before, after in zip(order, steps, steps[1:], strict=False):
            added[place, player] = worth(after) - worth(before)
    pairs = np.array([added[first : first + 2].mean(axis=0) for first in range(0, len(drawn), 2)])
    spread = pairs.std(axis=0, ddof=1) if len(pairs) > 1 else np.full((players, outcomes), np.nan)
    return Values(added.mean(axis=0), spread / np.sqrt(len(pairs)))


def interaction(first: int, second: int, players: int, worth: Worth) -> Floats:
    """Return by how much two players do more together than each alone where all others stay, shape (outcomes,)."""
    everyone = frozenset(range(players))
    pair = worth(everyone) + worth(everyone - {first, second})
    return np.asarray(pair - worth(everyone - {first}) - worth(everyone - {second}))
