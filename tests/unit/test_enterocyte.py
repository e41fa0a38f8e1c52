"""Cells of the gut lining divide, push, are shed and hold their neighbours, without any rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from mgcells.cells.enterocyte import BEHAVIOURS, TRAITS, Anatomy, Clock, Kind, Lining
from mgcells.cells.population import Population
from mgcells.rules import Behaviour
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams

ANATOMY = Anatomy(28, 32, 18, 1, 0.763, 8, 4, 25, 50, 5, 16)
CLOCK = Clock(13.4, 24.0, 0.15, 0.97)


@dataclass
class History:
    born: int
    shed: int
    lost: int
    crossed: int
    counts: list[int]


def lining(columns: int = 10, seed: int = 1, anatomy: Anatomy = ANATOMY) -> Lining:
    """Return columns at their healthy length with cells in random phases."""
    healthy = {"apoptosis": 0.0, "goblet_fate": 0.1}
    table = RuleTable([Behaviour(name, healthy.get(name, 1.0), 1.0) for name in BEHAVIOURS], [], [])
    cells = Population("enterocyte", table, TRAITS)
    length = int(anatomy.crypt + anatomy.villus)
    draws = np.random.default_rng(seed)
    uid = draws.integers(0, 2**63, columns * length, dtype=np.uint64)
    rows = cells.add(
        uid, np.zeros(uid.size, np.int64), phase=draws.random(uid.size), kind=1.0,
        column=np.repeat(np.arange(columns, dtype=float), length),
        position=np.tile(np.arange(length, dtype=float), columns),
    )  # fmt: skip
    made = Lining(cells, columns, anatomy, CLOCK, Streams(seed, 0))
    made.draw_limits(rows, 0.0)
    made.draw_cycle(np.arange(uid.size), 0.0)
    return made


def live(made: Lining, days: float, start: float = 0.0) -> History:
    history = History(0, 0, 0, 0, [])
    for hour in range(round(24 * start), round(24 * (start + days))):
        events = made.turn_over(hour + 1.0, 1.0)
        history.born += events.mothers.size
        history.shed += events.shed
        history.lost += events.lost.size
        history.crossed += events.crossed
        history.counts.append(made.population.count)
    return history


def test_births_equal_shedding_over_a_long_run_and_cells_stay_in_number() -> None:
    made = lining()
    live(made, 20)
    history = live(made, 60, start=20)
    assert history.shed == history.lost
    assert history.born == pytest.approx(history.shed, rel=0.01)
    assert history.crossed == pytest.approx(history.born, rel=0.01)
    assert np.std(history.counts) / np.mean(history.counts) < 0.05
    assert np.mean(history.counts) == pytest.approx(600, rel=0.02)


def test_cells_are_conserved_and_every_site_of_a_column_holds_one() -> None:
    made = lining()
    before = made.population.count
    history = live(made, 10)
    cells = made.population
    assert cells.count == before + history.born - history.lost
    for column in range(10):
        positions = np.sort(cells.trait("position")[cells.trait("column") == column])
        np.testing.assert_array_equal(positions, np.arange(positions.size))
    assert np.unique(cells.uid[: cells.count]).size == cells.count


def test_births_are_those_of_an_exponentially_growing_clone_held_short() -> None:
    made = lining(columns=40)
    live(made, 10)
    history = live(made, 30, start=10)
    expected = CLOCK.division_rate * 17 + np.log(2) / 24.0
    assert history.born / (40 * 30 * 24) == pytest.approx(expected, rel=0.05)


def test_only_births_move_cells() -> None:
    made = lining()
    live(made, 10)
    made.population.state[made.population.behaviour_row["proliferation"]] = 0.0
    stopped = live(made, 10, start=10)
    assert stopped.born == 0
    assert stopped.crossed == 0
    assert stopped.counts[-1] < 0.75 * stopped.counts[0]
    positions = made.population.trait("position").copy()
    made.population.state[made.population.behaviour_row["shedding"]] = 0.0
    live(made, 2, start=20)
    np.testing.assert_array_equal(made.population.trait("position"), positions)


def test_kinds_follow_position() -> None:
    made = lining(columns=40)
    live(made, 15)
    kind, position = made.population.trait("kind"), made.population.trait("position")
    assert set(kind[position < 1]) == {float(Kind.STEM)}
    assert set(kind[(position > 1) & (position < 17)]) <= {float(Kind.TRANSIT_AMPLIFYING)}
    above = kind[position > 20]
    assert set(above) == {float(Kind.ENTEROCYTE), float(Kind.GOBLET)}
    assert np.mean(above == Kind.GOBLET) == pytest.approx(0.1, abs=0.03)


def test_a_smaller_step_tells_the_same_story() -> None:
    coarse, fine = lining(columns=30), lining(columns=30)
    history = live(coarse, 20)
    born = sum(fine.turn_over(0.25 * (step + 1), 0.25).mothers.size for step in range(20 * 24 * 4))
    assert born == pytest.approx(history.born, rel=0.03)
    assert fine.population.count == pytest.approx(coarse.population.count, rel=0.04)


def test_junction_halves_are_in_series_and_junctions_in_parallel() -> None:
    made = lining(columns=1)
    made.population.behaviour("tight_junction")[:] = 0.5
    made.measure()
    assert made.conductance[0] == pytest.approx(2.0)
    assert made.leak[0] == pytest.approx(1.0 + 5 * 0.25)
    made.population.behaviour("tight_junction")[:] = 1.0
    made.population.behaviour("tight_junction")[30] = 0.5
    made.measure()
    assert made.conductance[0] == pytest.approx((57 + 2 * (2 / 1.5)) / 59)


def test_shedding_between_intact_cells_leaves_no_gap_and_between_torn_ones_does() -> None:
    made = lining()
    live(made, 5)
    made.measure()
    np.testing.assert_allclose(made.leak, 1.0)
    made.population.behaviour("tight_junction")[:] = 0.4
    live(made, 1, start=5)
    gaps = made.population.trait("gap")
    assert 0.0 < gaps.max() <= 0.6


def test_a_dying_cell_opens_a_gap_that_reseals() -> None:
    made = lining(columns=1)
    cells = made.population
    cells.trait("tolerance")[cells.trait("position") == 40] = -1.0
    events = made.turn_over(1.0, 1.0)
    assert events.lost.size == 1 + events.shed
    made.measure()
    opened = made.conductance[0]
    assert opened == pytest.approx(1.0 + 25 / (cells.count - 1), rel=0.02)
    live(made, 1, start=1)
    made.measure()
    assert made.conductance[0] == pytest.approx(1.0, abs=0.01)


def test_results_do_not_depend_on_the_order_of_rows() -> None:
    straight, shuffled = lining(), lining()
    order = np.random.default_rng(3).permutation(shuffled.population.count)
    cells = shuffled.population
    for column in (cells.state, cells.traits):
        column[:, : cells.count] = column[:, order]
    cells.uid[: cells.count], cells.voxel[: cells.count] = cells.uid[order], cells.voxel[order]
    live(straight, 5)
    live(shuffled, 5)
    for made in (straight, shuffled):
        ranks = np.argsort(made.population.uid[: made.population.count])
        made.population.traits[:, : made.population.count] = made.population.traits[:, ranks]
    np.testing.assert_array_equal(
        straight.population.traits[:, : straight.population.count], shuffled.population.traits[:, : cells.count]
    )
