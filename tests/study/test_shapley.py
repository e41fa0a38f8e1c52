"""Shapley values against worths that are known by heart."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.study.shapley import Coalition, coalitions, exact, interaction, joined, orders, sampled

OWN = np.array([4.0, 2.0, 1.0, 0.0])


def worth(coalition: Coalition) -> np.ndarray:
    """Four players who add their own; the first two do three more together, and one outcome is twice the other."""
    value = sum(OWN[player] for player in coalition) + (3.0 if {0, 1} <= coalition else 0.0)
    return np.array([value, 2.0 * value])


def test_a_planted_interaction_is_halved_between_its_two_players() -> None:
    found = exact(4, worth)
    assert found.means[:, 0] == pytest.approx([5.5, 3.5, 1.0, 0.0])
    assert found.means[:, 1] == pytest.approx(2.0 * found.means[:, 0])
    assert not found.errors.any()


def test_the_values_share_out_the_whole() -> None:
    assert exact(4, worth).means.sum(axis=0) == pytest.approx(worth(frozenset(range(4))))
    assert len(list(coalitions(4))) == 16


def test_all_orders_give_what_all_coalitions_give_and_few_come_near_within_their_error() -> None:
    drawn = orders(4, 2000, seed=3)
    many = sampled(4, drawn, worth)
    assert many.means[:, 0] == pytest.approx(exact(4, worth).means[:, 0], abs=0.05)
    chance = np.random.default_rng(1)
    noise = {coalition: chance.normal(0.0, 1.0, 1) for coalition in coalitions(4)}

    def rough(coalition: Coalition) -> np.ndarray:
        return worth(coalition)[:1] + noise[coalition]

    few, truth = sampled(4, orders(4, 60, seed=5), rough), exact(4, rough)
    assert (np.abs(few.means - truth.means) < 4.0 * few.errors + 1e-9).all()


def test_orders_come_with_their_reverse_and_are_the_same_for_a_seed() -> None:
    drawn = orders(5, 6, seed=2)
    assert drawn == orders(5, 6, seed=2) != orders(5, 6, seed=4)
    assert all(drawn[place + 1] == drawn[place][::-1] for place in (0, 2, 4))
    assert joined((2, 0, 1)) == [frozenset(), {2}, {0, 2}, {0, 1, 2}]


def test_what_two_do_together_is_told_and_others_do_not_interact() -> None:
    assert interaction(0, 1, 4, worth)[0] == 3.0
    assert interaction(0, 2, 4, worth)[0] == 0.0
