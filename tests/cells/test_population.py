"""Populations: dense rows, births, deaths, identity."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.cells.compaction import close_gaps
from mgcells.cells.population import Population
from mgcells.rules import Behaviour, Signal
from mgcells.rules.behaviour import SignalSource
from mgcells.rules.compiled_table import RuleTable


def population(count: int = 10) -> Population:
    table = RuleTable(
        [Behaviour("grow", 2.0, 1.0)],
        [Signal("food", SignalSource.LEVEL, "food", 1.0)],
        [],
        levels=["food"],
        traits=["age"],
    )
    cells = Population("test", table, ["age"], capacity=4)
    cells.add(np.arange(1, count + 1, dtype=np.uint64), np.arange(count) % 3, age=np.arange(count, dtype=float))
    return cells


def test_births_append_and_capacity_grows() -> None:
    cells = population(10)
    assert len(cells) == 10
    assert cells.uid.size >= 10
    assert np.all(cells.behaviour("grow") == 2.0)
    cells.state[0, 4] = 7.0
    rows = cells.add(np.array([99, 98], np.uint64), np.array([2, 2]), mothers=np.array([4, 0]))
    assert cells.state[0, rows].tolist() == [7.0, 2.0]
    assert cells.row(99) == 10


def test_deaths_keep_rows_dense_and_columns_together() -> None:
    cells = population(10)
    cells.remove(np.array([1, 8, 9]))
    assert len(cells) == 7
    alive = set(cells.uid[:7].tolist())
    assert alive == set(range(1, 11)) - {2, 9, 10}
    for uid in alive:
        assert cells.trait("age")[cells.row(uid)] == uid - 1
        assert cells.voxel[cells.row(uid)] == (uid - 1) % 3
    with pytest.raises(KeyError):
        cells.row(9)


def test_removing_everything_and_nothing() -> None:
    cells = population(5)
    generation = cells.generation
    cells.remove(np.array([], np.int64))
    assert cells.generation == generation
    cells.remove(np.array([0, 1, 2, 3, 4, 4]))
    assert len(cells) == 0
    assert np.isnan(cells.mean("grow"))
    cells.advance(np.ones((1, 3)), np.empty(0), 1.0)


def test_settling_reaches_the_baseline_without_rules() -> None:
    cells = population(5)
    cells.behaviour("grow")[:] = 9.0
    cells.settle(np.ones((1, 3)), np.empty(0))
    assert np.all(cells.behaviour("grow") == 2.0)


@pytest.mark.parametrize("leaving", [[0, 3, 8], [8, 9], [7, 2, 2, 9], list(range(10))])
def test_the_last_rows_fill_the_gaps_in_their_order(leaving: list[int]) -> None:
    uid, age = np.arange(12, dtype=np.uint64), np.arange(12.0)
    end = close_gaps(np.array(leaving), 10, age[None, :], age[None, :].copy(), uid.astype(np.int32), uid)
    staying = [row for row in range(10) if row not in leaving]
    gaps = sorted({row for row in leaving if row < len(staying)})
    movers = iter([row for row in staying if row >= len(staying)])
    expected = [next(movers) if row in gaps else row for row in range(len(staying))]
    assert uid[:end].tolist() == age[:end].tolist() == expected
