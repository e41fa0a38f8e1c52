"""What neurons can do: rest at a potential of their own, and become sensitised."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mgcells.tissues.nervous.neuron import Sensitisation, draw_potentials

POTENTIAL = {
    "neuron.potential.mean": -65.0,
    "neuron.potential.spread": 5.0,
    "neuron.potential.lowest": -80.0,
    "neuron.potential.highest": -60.0,
}


def test_potentials_follow_their_parameters_and_stay_in_range() -> None:
    drawn = draw_potentials(POTENTIAL | {"neuron.potential.highest": -50.0}, "neuron", 4000, np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(-65.0, abs=0.3)
    assert drawn.std() == pytest.approx(5.0, rel=0.05)
    cut = draw_potentials(POTENTIAL, "neuron", 4000, np.random.default_rng(1))
    assert cut.max() <= -60.0
    assert cut.min() >= -80.0


def test_a_range_without_the_mean_is_refused() -> None:
    with pytest.raises(ValueError, match="lies outside"):
        draw_potentials(POTENTIAL | {"neuron.potential.mean": -55.0}, "neuron", 4, np.random.default_rng(1))


def test_sensitisation_follows_its_equation() -> None:
    machinery = Sensitisation(rate=0.01, decay_time=180.0, cytokine_drive=0.5)
    state, drive = np.array([0.0, 0.3, 0.9]), np.array([0.0, 1.5, 1.5])
    for _ in range(48):
        machinery.advance(state, drive, 1.0)
    exact = solve_ivp(
        lambda _, z: 0.01 * drive * (1 - z) - z / 180.0, (0.0, 48.0), [0.0, 0.3, 0.9], rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(state, exact.y[:, -1], atol=1e-8)


def test_sensitisation_reaches_its_balance() -> None:
    machinery = Sensitisation(rate=0.01, decay_time=180.0, cytokine_drive=0.5)
    state = np.zeros(1)
    machinery.advance(state, np.array([1.5]), float("inf"))
    assert state[0] == pytest.approx(0.015 / (0.015 + 1 / 180.0))


def test_drive_counts_only_what_exceeds_health() -> None:
    machinery = Sensitisation(rate=0.01, decay_time=180.0, cytokine_drive=0.5)
    now, health = np.array([1.0, 2.0, 0.2]), np.array([1.0, 1.0, 1.0])
    drive = machinery.drive(now, health, health, np.array([1.0, 1.4, 1.4]), health)
    np.testing.assert_allclose(drive, [0.0, 1.2, 0.0])
