"""The brain answers to magnesium and threonate as its rules say, and rests in health."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from nervous import brain, fluid, live, rat

from mgcells.library import load_library
from mgcells.streams import Streams
from mgcells.tissues.nervous.brain import Brain
from mgcells.tissues.nervous.nervous_tissue import MAGNESIUM

BEHAVIOURS = ("magnesium", "nmda_current", "nr2b", "synapse_density", "excitation_inhibition", "tnf", "nfkb", "il1b")
EXCESS_THREONATE = 0.05
DAYS = 24


def supplemented(**changes: object) -> Brain:
    """Return a brain after 24 days of the CSF course of rats on 604 mg/kg/d: gain 0.216 building up over 20 days."""
    of = rat(**changes)  # type: ignore[arg-type]
    tissue = brain(of)
    for hour in range(DAYS * 24):
        gain = 0.216 * -np.expm1(-(hour + 0.5) / 480.0)
        tissue.step(fluid(of.values, magnesium=1.0 + gain, threonate=EXCESS_THREONATE), 1.0)
    return tissue


def test_a_healthy_brain_does_not_drift() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 100)
    for behaviour in BEHAVIOURS:
        assert tissue.relative(behaviour) == pytest.approx(1.0, abs=1e-6)
    assert tissue.memory == pytest.approx(1.0, abs=1e-6)
    assert tissue.potentiation() == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("potential", "half"), [(-100.0, 0.00725), (-65.0, 0.0635), (-50.0, 0.161), (-40.0, 0.299), (-20.0, 1.03)]
)
def test_half_block_of_the_nmda_receptor(potential: float, half: float) -> None:
    of = rat(neuron__potential__spread=0.0)
    tissue = brain(of)
    table, place = tissue.neurons.table, tissue.neurons.behaviour_row["nmda_current"]

    def current(magnesium: float) -> float:
        levels = tissue.levels[:, :1].copy()
        levels[0] = magnesium
        state = tissue.neurons.state[:, :1].copy()
        table.advance(state, 1, levels, np.zeros(1, np.int64), np.array([[potential], [potential]]), np.empty(0), 1.0)
        return float(state[place, 0])

    assert current(half) / current(0.0) == pytest.approx(0.5, abs=0.002)


def test_more_magnesium_lowers_the_current_by_the_block() -> None:
    of = rat(neuron__potential__spread=0.0, brain__network__depolarisation=0.0)
    tissue = brain(of)
    live(tissue, of, 4, magnesium=1.15)
    magnesium, weight = of.values["body.csf.magnesium"], np.exp(0.062 * 65.0) / 3.57
    expected = (1 + magnesium * weight) / (1 + 1.15 * magnesium * weight)
    assert tissue.relative("nmda_current") == pytest.approx(expected, rel=1e-6)


def test_rats_on_the_salt_for_24_days() -> None:
    tissue = supplemented()
    assert tissue.relative("magnesium") == pytest.approx(1.28, abs=0.02)
    assert tissue.relative("nr2b") == pytest.approx(1.23, abs=0.02)
    assert tissue.relative("synapse_density") == pytest.approx(1.32, abs=0.03)
    assert tissue.memory > 1.2
    assert tissue.potentiation() > 1.05
    assert tissue.recall > 1.02 * brain(rat()).recall
    assert tissue.relative("tnf") < 1.0


def test_blocking_glut3_takes_the_threonate_share_away() -> None:
    of, blocked = rat(), rat(inhibitors=(("GLUT3", 0.1),))
    gains = []
    for setting in (of, blocked):
        tissue = brain(setting)
        live(tissue, setting, 20, threonate=EXCESS_THREONATE)
        gains.append(tissue.relative("magnesium") - 1.0)
    assert gains[0] == pytest.approx(0.125, rel=0.01)
    assert gains[1] <= 0.2 * gains[0]


def test_threonate_does_nothing_without_magnesium() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 40, magnesium=0.0, threonate=EXCESS_THREONATE)
    assert tissue.relative("magnesium") < 1e-4


def test_basal_nr2b_can_be_left_unchanged() -> None:
    unchanged = supplemented(switches=(("basal_nr2b", "unchanged"),))
    assert unchanged.relative("nr2b") == pytest.approx(1.0, abs=1e-9)
    assert unchanged.relative("synapse_density") > 1.2


def test_deficiency_inflames_and_costs_synapses() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 20, magnesium=0.75)
    assert tissue.relative("tnf") == pytest.approx(1.99, abs=0.02)
    assert tissue.relative("nfkb") == pytest.approx(1.79, abs=0.02)
    # Glia sits where TNF-alpha, and so its own NF-kB, is highest.
    assert 1.0 < (tissue.relative("il1b") - 1.0) / (tissue.relative("nfkb") - 1.0) < 1.1
    assert tissue.relative("nr2b") < 0.9
    assert tissue.memory < 0.8


def test_synapses_stay_below_the_pool_of_terminals() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 100, magnesium=2.5)
    assert tissue.relative("synapse_density") <= of.values["neuron.synapse_density.maximum"] + 1e-9


def test_depth_follows_the_fluid_later_than_the_surface() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 2 / 24, magnesium=1.2)
    sensed = tissue.levels[MAGNESIUM].reshape(tissue.shape)
    profile = sensed[:, 0]
    assert (sensed == profile[:, None]).all()
    assert np.all(np.diff(profile) < 0)
    assert profile[-1] > of.values["body.csf.magnesium"]


def test_a_changed_strategy_keeps_the_cells() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 5, magnesium=1.1, threonate=EXCESS_THREONATE)
    before = tissue.neurons.state.copy()
    tissue.adopt(load_library(), rat(inhibitors=(("GLUT3", 0.1),)))
    np.testing.assert_array_equal(tissue.neurons.state, before)
    live(tissue, of, 10, magnesium=1.1, threonate=EXCESS_THREONATE)
    assert tissue.relative("magnesium") < before[tissue.neurons.behaviour_row["magnesium"]].mean() / 0.55
    with pytest.raises(ValueError, match="cannot change its lattice"):
        tissue.adopt(load_library(), rat(brain__lattice__rows=7.0))


def test_row_order_and_seed() -> None:
    of = rat()
    first, second, other = brain(of), brain(of), brain(of, seed=2)
    order = np.random.default_rng(3).permutation(first.neurons.count)
    for column in (second.neurons.state, second.neurons.traits):
        column[:] = column[:, order]
    second.neurons.uid[:], second.neurons.voxel[:] = second.neurons.uid[order], second.neurons.voxel[order]
    for tissue in (first, second, other):
        live(tissue, of, 10, magnesium=1.1, threonate=EXCESS_THREONATE)
    np.testing.assert_array_equal(first.neurons.state[:, order], second.neurons.state)
    assert not np.array_equal(first.neurons.trait("potential"), other.neurons.trait("potential"))


def test_another_set_point_than_the_reference_subject_is_not_health() -> None:
    of = rat()
    low = replace(of, values={**of.values, "body.csf.magnesium": of.values["body.csf.magnesium"] * 0.9})
    tissue = Brain(load_library(), low, Streams(1, 0), fluid(low.values))
    assert tissue.relative("nmda_current") > 1.05


@pytest.mark.parametrize(("basal_nr2b", "reverses"), [("homeostatic", True), ("raised", True), ("unchanged", False)])
def test_magnesium_blocks_at_once_and_potentiates_in_the_end(basal_nr2b: str, reverses: bool) -> None:
    of = rat(switches=(("basal_nr2b", basal_nr2b),))
    tissue = brain(of)
    live(tissue, of, 1, magnesium=1.5)
    assert tissue.relative("nmda_current") < 0.75
    assert tissue.potentiation() < 0.7
    live(tissue, of, 40, magnesium=1.5)
    assert tissue.relative("nmda_current") < 0.75
    assert (tissue.potentiation() > 1.05) is reverses


def test_nr2b_makes_up_for_the_calcium_lost_at_rest() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 3, magnesium=1.2)
    early = tissue.relative("calcium")
    live(tissue, of, 120, magnesium=1.2)
    assert early < 0.85
    assert tissue.relative("calcium") == pytest.approx(1.0, abs=0.05)


def test_amygdala_takes_less_from_threonate_than_prefrontal_cortex() -> None:
    tissue = supplemented()
    for behaviour in ("nr2b", "synapse_density"):
        amygdala, prefrontal = (tissue.relative(behaviour, region) - 1.0 for region in ("amygdala", "prefrontal"))
        assert 0.0 < amygdala < 0.95 * prefrontal


def test_recall_suffers_from_deficiency() -> None:
    of = rat(brain__lattice__rows=12.0, brain__lattice__columns=12.0)
    tissue = brain(of)
    healthy = tissue.recall
    live(tissue, of, 20, magnesium=0.75)
    assert 0.1 < healthy < 0.9
    assert tissue.recall < 0.5 * healthy


def survivors(days: int = 30, **offered: float) -> Brain:
    of = rat(brain__lattice__rows=16.0, brain__lattice__columns=16.0)
    tissue = brain(of)
    for hour in range(days * 24):
        tissue.step(fluid(of.values, toxicity=5.0, hour=float(hour), **offered), 1.0)
    return tissue


def test_neurons_die_of_a_toxin_and_sooner_when_magnesium_is_low() -> None:
    spared, healthy, starved = (survivors(magnesium=level) for level in (1.15, 1.0, 0.75))
    assert starved.survival < healthy.survival < spared.survival < 1.0
    assert healthy.survival == pytest.approx(np.exp(-30 * 0.004 * 5.0), abs=0.1)
    silent = np.setdiff1d(np.arange(256), healthy.neurons.voxel[: healthy.neurons.count])
    assert np.all(healthy.levels[-1, silent] == 0.0)
    assert healthy.recall < brain(rat(brain__lattice__rows=16.0, brain__lattice__columns=16.0)).recall


def test_nobody_dies_in_health() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 10)
    assert tissue.survival == 1.0


def test_halving_the_step_changes_little() -> None:
    of = rat()
    whole, halves = brain(of), brain(of)
    surroundings = fluid(of.values, magnesium=1.15, threonate=EXCESS_THREONATE)
    for _ in range(10 * 24):
        whole.step(surroundings, 1.0)
    for _ in range(20 * 24):
        halves.step(surroundings, 0.5)
    for behaviour in ("magnesium", "nmda_current", "nr2b", "synapse_density", "calcium"):
        assert halves.relative(behaviour) == pytest.approx(whole.relative(behaviour), rel=0.002)
    assert halves.potentiation() == pytest.approx(whole.potentiation(), rel=0.01)


@pytest.mark.acceptance
def test_a_healthy_brain_stays_for_a_year() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 365)
    for behaviour in BEHAVIOURS:
        assert tissue.relative(behaviour) == pytest.approx(1.0, abs=0.01)
    assert tissue.potentiation() == pytest.approx(1.0, abs=0.01)
    assert tissue.survival == 1.0
