"""Cells of the gut lining divide, push, are shed and hold their neighbours, without any rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from mgcells.arrays import Integers
from mgcells.cells.population import Population
from mgcells.rules import Behaviour
from mgcells.rules.compiled_table import RuleTable
from mgcells.streams import Streams
from mgcells.tissues.gut.enterocyte import BEHAVIOURS, TRAITS, Anatomy, Clock, LiningKind, Sheet
from mgcells.tissues.gut.junctions import EDGE_BEHAVIOURS, Joint, Network
from mgcells.tissues.gut.lining import Lining

ANATOMY = Anatomy(28, 32, 18, 1, 0.763, 8, 12, 48, 0.1, 4, 5)
ZONES = 16
CLOCK = Clock(13.4, 24.0, 0.15, 0.97, 0.1 / 24)
JOINT = Joint(0.7 / 24, 25, 50, 500, 5, 0.5)


@dataclass
class History:
    born: int
    shed: int
    lost: int
    crossed: int
    counts: list[int]


def lining(columns: int = 10, seed: int = 1, anatomy: Anatomy = ANATOMY) -> Lining:
    """Return columns at their healthy length with cells in random phases."""
    healthy = {"apoptosis": 0.0, "mitotic_death": 0.0}
    names = (*BEHAVIOURS, *EDGE_BEHAVIOURS)
    table = RuleTable([Behaviour(name, healthy.get(name, 1.0), 1.0) for name in names], [], [])
    cells = Population("enterocyte", table, TRAITS)
    length = int(anatomy.crypt + anatomy.villus)
    draws = np.random.default_rng(seed)
    uid = draws.integers(0, 2**63, columns * length, dtype=np.uint64)
    column, position = np.repeat(np.arange(columns), length), np.tile(np.arange(length), columns)
    cells.add(
        uid, column * ZONES + position * ZONES // length, phase=draws.random(uid.size), kind=1.0,
        position=position.astype(float), above=1.0, beside=1.0, clone=column.astype(float),
    )  # fmt: skip
    made = Lining(cells, Sheet(columns, ZONES), anatomy, CLOCK, Streams(seed, 0))
    made.prepare(np.arange(uid.size), 0.0)
    return made


def column_of(made: Lining) -> Integers:
    return made.sheet.column(made.population)


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
        positions = np.sort(cells.trait("position")[column_of(made) == column])
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
    assert set(kind[position < 1]) == {float(LiningKind.STEM)}
    assert set(kind[(position > 1) & (position < 17)]) <= {float(LiningKind.TRANSIT_AMPLIFYING)}
    above = kind[position > 20]
    assert set(above) == {float(LiningKind.ENTEROCYTE), float(LiningKind.GOBLET)}
    assert np.mean(above == LiningKind.GOBLET) == pytest.approx(0.1, abs=0.03)


def test_a_smaller_step_tells_the_same_story() -> None:
    coarse, fine = lining(columns=30), lining(columns=30)
    history = live(coarse, 20)
    born = sum(fine.turn_over(0.25 * (step + 1), 0.25).mothers.size for step in range(20 * 24 * 4))
    assert born == pytest.approx(history.born, rel=0.03)
    assert fine.population.count == pytest.approx(coarse.population.count, rel=0.04)


def network(made: Lining) -> Network:
    return Network(made.population, made.sheet, int(made.anatomy.ring), JOINT)


def test_edges_settle_where_assembly_meets_loss_and_lie_in_parallel() -> None:
    made = lining(columns=5)
    edges = network(made)
    made.population.behaviour("junction_assembly")[:] = 0.5
    edges.advance(np.inf)
    np.testing.assert_allclose(edges.conductance, 2.0)
    np.testing.assert_allclose(edges.small, 1.0 + 5 * 0.25)
    made.population.behaviour("junction_loss")[:] = 0.5
    edges.advance(np.inf)
    np.testing.assert_allclose(edges.conductance, 1.0)


def test_an_edge_turns_over_in_its_own_time() -> None:
    made = lining(columns=5)
    edges = network(made)
    made.population.behaviour("junction_assembly")[:] = 0.0
    for _ in range(24):
        edges.advance(1.0)
    np.testing.assert_allclose(edges.content, np.exp(-0.7), rtol=1e-9)


def test_a_weak_cell_weakens_its_four_edges_only() -> None:
    made = lining(columns=5)
    edges = network(made)
    cells = made.population
    weak = (column_of(made) == 2) & (cells.trait("position") == 30)
    cells.behaviour("junction_assembly")[weak] = 0.0
    edges.advance(np.inf)
    touched = np.concatenate([cells.trait("above"), cells.trait("beside")])
    assert np.count_nonzero(touched == 0.5) == 4
    assert np.count_nonzero(touched == 1.0) == touched.size - 4


def test_shedding_between_intact_cells_leaves_no_gap_and_between_torn_ones_does() -> None:
    made = lining()
    edges = network(made)
    live(made, 5)
    edges.advance(1.0)
    np.testing.assert_allclose(edges.small, 1.0)
    made.population.behaviour("junction_assembly")[:] = 0.4
    edges.advance(np.inf)
    live(made, 1, start=5)
    gaps = made.population.trait("gap")
    assert 0.0 < gaps.max() <= 0.6


def test_a_dying_cell_opens_a_gap_that_reseals_and_lets_large_probes_pass() -> None:
    made = lining(columns=5)
    edges = network(made)
    cells = made.population
    cells.trait("tolerance")[(cells.trait("position") == 40) & (column_of(made) == 1)] = -1.0
    events = made.turn_over(1.0, 1.0)
    assert events.lost.size == 1 + events.shed
    edges.advance(1.0)
    assert 1.3 < edges.conductance[1] < 2.0
    assert edges.large[1] > edges.small[1] > edges.conductance[1]
    np.testing.assert_allclose(np.delete(edges.large, 1), 1.0)
    live(made, 1, start=1)
    edges.advance(1.0)
    assert edges.conductance[1] == pytest.approx(1.0, abs=0.01)


def stem_clones(made: Lining) -> list[int]:
    """Return the number of clones at the base of every crypt."""
    cells = made.population
    base = cells.trait("position") == 0
    crypt, clone = column_of(made)[base] // 5, cells.trait("clone")[base]
    return [np.unique(clone[crypt == each]).size for each in np.unique(crypt)]


def test_crypts_drift_to_one_clone_over_weeks_and_stay_apart() -> None:
    made = lining(columns=20)
    live(made, 14)
    early = np.mean(stem_clones(made))
    assert 2.0 < early < 5.0
    live(made, 186, start=14)
    assert np.mean(stem_clones(made)) < 2.0
    crypt_of_clone = made.population.trait("clone") // 5
    np.testing.assert_array_equal(crypt_of_clone, column_of(made) // 5)


def test_clones_and_sites_stay_in_order_while_stem_cells_die_and_oust() -> None:
    made = lining(columns=20)
    made.clock = made.clock._replace(replacement=0.5 / 24)
    made.population.behaviour("mitotic_death")[:] = 0.1
    for day in range(10):
        live(made, 1, start=day)
        made.population.behaviour("mitotic_death")[:] = 0.1
        cells = made.population
        for column in range(20):
            positions = np.sort(cells.trait("position")[column_of(made) == column])
            np.testing.assert_array_equal(positions, np.arange(positions.size))
    np.testing.assert_array_equal(cells.trait("clone") // 5, column_of(made) // 5)


def test_without_ousting_every_column_keeps_its_clone() -> None:
    made = lining()
    made.clock = made.clock._replace(replacement=0.0)
    live(made, 30)
    np.testing.assert_array_equal(made.population.trait("clone"), column_of(made))


def test_a_cytostatic_kills_dividing_cells_and_the_crypt_comes_back_beyond_itself() -> None:
    made = lining(columns=40)
    live(made, 10)
    cells = made.population

    def dividing() -> float:
        return float(np.count_nonzero(cells.trait("kind") <= LiningKind.TRANSIT_AMPLIFYING))

    before = dividing()
    cells.behaviour("mitotic_death")[:] = 0.15
    live(made, 1, start=10)
    cells.behaviour("mitotic_death")[:] = 0.0
    course = []
    for day in range(11, 25):
        live(made, 1, start=day)
        course.append(dividing() / before)
    assert course[0] < 0.6
    assert max(course) > 1.05
    assert course[-1] == pytest.approx(1.0, abs=0.1)


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


def test_rows_are_found_by_column_and_position_wherever_the_lining_lies() -> None:
    made, first = lining(columns=7), 3
    cells = made.population
    order = np.random.default_rng(4).permutation(cells.count)
    cells.traits[:, : cells.count], cells.voxel[: cells.count] = cells.traits[:, order], cells.voxel[order]
    cells.voxel += first * ZONES
    sheet = Sheet(7, ZONES, first)
    rows, begins = sheet.stand(cells)
    np.testing.assert_array_equal(begins, 60 * np.arange(8))
    np.testing.assert_array_equal(sheet.column(cells)[rows], np.repeat(np.arange(7), 60))
    np.testing.assert_array_equal(cells.trait("position")[rows], np.tile(np.arange(60), 7))
