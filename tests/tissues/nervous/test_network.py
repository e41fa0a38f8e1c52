"""The network: its wiring, its firing rates, and what it can complete of a stored pattern."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mgcells.library import load_library
from mgcells.streams import Streams
from mgcells.tissues.nervous import network
from mgcells.tissues.nervous.network import Gains, Wiring, solve, wire
from mgcells.tissues.nervous.plasticity import Plasticity
from mgcells.tissues.nervous.recall import Patterns, Probe, completed

SIDE = 14
VALUES = {path: parameter.value for path, parameter in load_library().parameters.items()}
GAINS = Gains.read(VALUES, "brain")
ALL_NMDA = replace(GAINS, nmda_share=1.0)
RESTING = np.linspace(-72.0, -68.0, SIDE * SIDE)
PLASTICITY = Plasticity.read(VALUES)


def wiring(seed: int = 1, regions: int = 2) -> Wiring:
    """Return a patch whose columns are split into regions."""
    region = np.tile(np.arange(SIDE) * regions // SIDE, SIDE)
    return wire(VALUES, "brain", "brain", region, SIDE, Streams(seed, 0))


def answers(of: Wiring, nmda: float = 1.0, gaba: float = 1.0, external: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rate, potential, sites = np.ones(SIDE * SIDE), np.empty(SIDE * SIDE), np.arange(SIDE * SIDE)
    current, inhibited, added = (np.full(sites.size, number) for number in (nmda, gaba, external))
    ones = np.ones(sites.size)
    solve(rate, potential, of, ALL_NMDA, sites, ones, RESTING, current, ones, inhibited, added)
    return rate, potential


def rates(of: Wiring, nmda: float = 1.0, gaba: float = 1.0, external: float = 0.0) -> np.ndarray:
    return answers(of, nmda, gaba, external)[0]


def test_connections_stay_in_their_region_and_prefer_neighbours() -> None:
    of = wiring()
    listener = np.repeat(np.arange(SIDE * SIDE), np.diff(of.first))
    assert np.array_equal(listener % SIDE * 2 // SIDE, of.source % SIDE * 2 // SIDE)
    assert not np.any(listener == of.source)
    assert np.array_equal(of.inhibitory[of.source], np.arange(of.source.size) >= of.split[listener])
    distance = np.hypot(listener // SIDE - of.source // SIDE, listener % SIDE - of.source % SIDE)
    rows, columns = np.divmod(np.arange(0, SIDE * SIDE, 5), SIDE)
    everyone = np.hypot(rows[:, None] - rows, columns[:, None] - columns)
    assert distance.mean() < 0.7 * everyone.mean()
    assert 0.1 < of.inhibitory.mean() < 0.3


def test_wiring_is_the_subjects_own() -> None:
    assert np.array_equal(wiring().source, wiring().source)
    assert not np.array_equal(wiring().source, wiring(seed=2).source)


def test_the_reference_network_fires_at_one() -> None:
    np.testing.assert_allclose(rates(wiring()), 1.0, atol=1e-9)


def test_rates_solve_their_equation() -> None:
    of = wiring()
    rate = rates(of, nmda=1.3, gaba=0.9, external=0.1)
    for site in (0, 50, 195):
        first, split, end = of.first[site], of.split[site], of.first[site + 1]
        x = 1.1 - GAINS.excitation + GAINS.inhibition + GAINS.excitation * 1.3 * rate[of.source[first:split]].mean()
        x -= GAINS.inhibition * 0.9 * rate[of.source[split:end]].mean()
        assert rate[site] == pytest.approx((1 + GAINS.saturation) * x / (1 + GAINS.saturation * x), rel=1e-6)


def test_receptor_gains_move_rates_the_right_way_and_never_run_away() -> None:
    of = wiring()
    assert rates(of, nmda=0.8).mean() < 1.0 < rates(of, gaba=0.8).mean()
    assert rates(of, nmda=50.0, external=100.0).max() <= 1.0 + 1.0 / GAINS.saturation


def test_a_neuron_is_depolarised_as_it_fires_more() -> None:
    rate, potential = answers(wiring(), nmda=1.3)
    assert rate.min() > 1.0
    np.testing.assert_allclose(potential - RESTING, GAINS.depolarisation * (rate - 1.0), atol=1e-12)


def test_a_site_without_a_neuron_stays_silent() -> None:
    of = wiring()
    rate, sites = np.ones(SIDE * SIDE), np.arange(1, SIDE * SIDE)
    rate[0] = 0.0
    ones, potential = np.ones(sites.size), np.empty(sites.size)
    solve(rate, potential, of, GAINS, sites, np.ones(rate.size), RESTING, ones, ones, ones, 0.0 * ones)
    assert rate[0] == 0.0
    assert rate[1:].min() > 0.0


def test_more_terminals_help_bursts_and_leave_single_spikes_alone() -> None:
    terminals = np.array([0.6, 1.0, 1.4, 1.8])
    single, burst = PLASTICITY.transmission(terminals, 1.0), PLASTICITY.transmission(terminals)
    np.testing.assert_allclose(single, 1.0, rtol=1e-12)
    assert np.all(np.diff(burst) > 0)
    assert burst[1] == pytest.approx(1.0)


def test_magnesium_blocks_a_burst_less_than_a_neuron_at_rest() -> None:
    burst = PLASTICITY.current(np.array([0.92]), 0.8, 3.57, 0.062)[0]
    assert burst == pytest.approx(0.94, abs=0.01)


def test_recall_grows_with_potentiation_and_needs_connections() -> None:
    of = wiring(regions=1)
    sites = np.flatnonzero(~of.inhibitory)
    patterns = Patterns.draw(VALUES, "brain", "brain", sites, SIDE * SIDE, Streams(1, 0))
    probe, even = Probe.read(VALUES, "brain"), np.ones(SIDE * SIDE)
    shares = [completed(patterns, of, probe, even, learnt * even) for learnt in (0.0, 0.5, 1.0)]
    assert shares == sorted(shares)
    assert abs(shares[0]) < 0.05
    assert 0.1 < shares[2] < 0.9
    sizes = patterns.member.sum(axis=1)
    assert np.all(sizes == round(0.2 * sites.size))
    assert np.all(patterns.cue.sum(axis=1) == np.round(0.5 * sizes))
    assert not np.any(patterns.cue & ~patterns.member)


def test_partners_are_sought_within_a_dozen_reaches() -> None:
    width = 3 * SIDE * SIDE
    of = wire(VALUES, "brain", "brain", np.zeros(width, np.int64), width, Streams(1, 0))
    listener = np.repeat(np.arange(width), np.diff(of.first))
    reach = VALUES["brain.network.reach"] / VALUES["brain.lattice.spacing"]
    distance = np.abs(listener - of.source)
    assert distance.max() <= np.ceil(network.FARTHEST * reach) < width / 2
    assert np.all(
        np.diff(of.first) == VALUES["brain.network.excitatory_inputs"] + VALUES["brain.network.inhibitory_inputs"]
    )
