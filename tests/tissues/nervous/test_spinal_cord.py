"""The spinal cord: injury and lack of magnesium sensitise it, magnesium takes a part of that away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from nervous import fluid, live, rat, spinal_cord

from mgcells.experiments import read_experiment
from mgcells.library import load_library
from mgcells.streams import Streams
from mgcells.subject.subject import simulate
from mgcells.tissues.nervous.spinal_cord import SpinalCord

LOW = 0.75
WEEK = 7


def lived(days: float, **offered: float) -> SpinalCord:
    """Return a spinal cord after some days in given surroundings."""
    of = rat()
    tissue = spinal_cord(of)
    live(tissue, of, days, **offered)
    return tissue


def test_a_healthy_spinal_cord_does_not_drift() -> None:
    tissue = lived(100)
    for behaviour in ("magnesium", "nmda_current", "nr2b", "tnf", "nfkb", "il1b"):
        assert tissue.relative(behaviour) == pytest.approx(1.0, abs=1e-6)
    assert tissue.threshold == pytest.approx(1.0, abs=1e-6)


def test_injury_with_low_magnesium() -> None:
    tissue = lived(60, magnesium=LOW, injury=1.0)
    assert tissue.relative("tnf") == pytest.approx(1.99, abs=0.02)
    assert tissue.relative("nfkb") == pytest.approx(2.3, abs=0.03)
    assert tissue.relative("nr2b") == pytest.approx(1.65, abs=0.02)


def test_magnesium_rescues_the_threshold_only_in_part() -> None:
    injured, restored = lived(60, magnesium=LOW, injury=1.0), lived(60, injury=1.0)
    assert restored.relative("tnf") == pytest.approx(1.0, abs=1e-3)
    assert restored.relative("nfkb") == pytest.approx(1.5, abs=0.01)
    rescue = (restored.threshold - injured.threshold) / (1.0 - injured.threshold)
    assert rescue == pytest.approx(0.34, abs=0.02)


def test_early_restoration_prevents_more_than_late_restoration_has_reversed() -> None:
    of = rat()
    early, late = spinal_cord(of), spinal_cord(of)
    live(early, of, 2 * WEEK, injury=1.0)
    live(late, of, WEEK, magnesium=LOW, injury=1.0)
    before = late.threshold
    live(late, of, WEEK, injury=1.0)
    assert before < late.threshold < early.threshold < 1.0


def test_magnesium_above_health_does_nothing_to_an_uninjured_cord() -> None:
    tissue = lived(3 * WEEK, magnesium=1.15, threonate=0.05)
    assert tissue.threshold == 1.0
    assert tissue.relative("nr2b") == pytest.approx(1.0, abs=1e-12)


def test_a_week_on_a_magnesium_free_diet_lowers_the_threshold_through_nmda_current() -> None:
    scenario, _ = read_experiment(load_library().experiments["MagnesiumFreeDiet1997-pain"], load_library())
    blocked = replace(scenario.strategy("magnesium-free"), name="blocked", inhibitors=(("NMDA", 0.1),))
    scenario = replace(scenario, strategies=(*scenario.strategies, blocked))
    threshold = {
        strategy.name: simulate(scenario, strategy.name, 0)["pain.threshold"][-1] for strategy in scenario.strategies
    }
    assert threshold["magnesium-free"] / threshold["usual diet"] == pytest.approx(0.642, abs=0.05)
    assert threshold["blocked"] / threshold["usual diet"] > 0.95


def test_sensitisation_outlasts_its_cause_and_fades() -> None:
    of = rat()
    tissue = spinal_cord(of)
    live(tissue, of, WEEK, magnesium=LOW, injury=1.0)
    worst = tissue.threshold
    live(tissue, of, 2)
    assert tissue.threshold < 0.5 + 0.5 * worst
    live(tissue, of, 60)
    assert tissue.threshold > 0.99


def test_injury_without_its_own_branch_of_nfkb() -> None:
    of = rat()
    cut = replace(
        of, rules={cell: tuple(r for r in rows if r.id != "spinal_cord.nfkb.injury") for cell, rows in of.rules.items()}
    )
    tissue = spinal_cord(cut)
    live(tissue, cut, 30, injury=1.0)
    assert 0.95 < tissue.threshold < 1.0


def test_a_subject_with_a_low_set_point_feels_no_pain_in_health() -> None:
    of = rat()
    low = replace(of, values={**of.values, "body.csf.magnesium": of.values["body.csf.magnesium"] * 0.9})
    tissue = SpinalCord(load_library(), low, Streams(1, 0), fluid(low.values))
    live(tissue, low, 10)
    assert tissue.threshold == pytest.approx(1.0, abs=1e-6)


def test_row_order_does_not_matter() -> None:
    of = rat()
    first, second = spinal_cord(of), spinal_cord(of)
    order = np.random.default_rng(3).permutation(first.neurons.count)
    for column in (second.neurons.state, second.neurons.traits):
        column[:] = column[:, order]
    second.neurons.uid[:], second.neurons.voxel[:] = second.neurons.uid[order], second.neurons.voxel[order]
    for tissue in (first, second):
        live(tissue, of, 10, magnesium=LOW, injury=1.0)
    np.testing.assert_array_equal(first.neurons.traits[:, order], second.neurons.traits)


def test_injury_winds_the_dorsal_horn_up() -> None:
    of = rat()
    tissue = spinal_cord(of)
    live(tissue, of, 0.25, injury=1.0)
    first = tissue.activity
    live(tissue, of, 2 * WEEK, injury=1.0)
    assert 1.1 < first < tissue.activity


def test_blocking_expressed_current_acts_within_hours_and_only_where_there_is_pain() -> None:
    of = rat()
    injured, sham = spinal_cord(of), spinal_cord(of)
    live(injured, of, WEEK, magnesium=LOW, injury=1.0)
    before = injured.threshold
    live(injured, of, 6 / 24, magnesium=2.0, injury=1.0)
    live(sham, of, 6 / 24, magnesium=2.0)
    assert injured.threshold > before + 0.05
    assert sham.threshold == pytest.approx(1.0, abs=0.03)


def test_cgmp_follows_the_nmda_current() -> None:
    assert lived(2, magnesium=1.2).relative("cgmp") < 0.8 < 1.2 < lived(2, magnesium=LOW).relative("cgmp")


def test_morphine_acts_at_once_and_magnesium_alone_does_not() -> None:
    of = rat()
    drugged, plain = spinal_cord(of), spinal_cord(of)
    live(drugged, of, 1 / 24, morphine=1.0)
    live(plain, of, WEEK, magnesium=2.4)
    assert drugged.threshold == pytest.approx(1.5, abs=0.02)
    assert plain.threshold == 1.0
    assert plain.tolerance == 0.0


def test_magnesium_keeps_tolerance_away() -> None:
    of = rat()
    alone, together = spinal_cord(of), spinal_cord(of)
    live(alone, of, WEEK, morphine=1.0)
    live(together, of, WEEK, morphine=1.0, magnesium=1.70 / 0.70)
    assert alone.tolerance == pytest.approx(1.0, abs=0.02)
    assert together.tolerance < 0.05
    assert alone.threshold < 1.15 < together.threshold


def test_tolerance_fades_once_morphine_is_withdrawn() -> None:
    of = rat()
    tissue = spinal_cord(of)
    live(tissue, of, 5, morphine=1.0)
    reached = tissue.tolerance
    live(tissue, of, of.values["spinal_cord.opioid.recovery_time"] / 24.0)
    assert tissue.tolerance == pytest.approx(reached / np.e, rel=0.02)
    assert tissue.dose == 0.0
    live(tissue, of, 2, morphine=1.0)
    assert reached / np.e < tissue.tolerance < reached


def test_a_titrated_dose_keeps_its_effect() -> None:
    of = rat()
    fixed, titrated = spinal_cord(of), spinal_cord(of)
    live(fixed, of, 5, morphine=1.0)
    live(titrated, of, 5, morphine=1.0, titration=1.0)
    assert fixed.dose == pytest.approx(of.values["spinal_cord.opioid.half_dose"])
    assert titrated.dose > 3.0 * fixed.dose
    assert titrated.threshold == pytest.approx(1.5, abs=0.03)
    assert titrated.tolerance > fixed.tolerance
