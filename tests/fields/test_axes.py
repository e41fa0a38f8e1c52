"""Lines of voxels are advanced exactly, whatever the step."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mgcells.fields import Axes, Field, Medium

EXCHANGE = np.where(np.arange(16) < 6, 0.2, 4.0)
BATH, SPACING, DIFFUSIVITIES = [0.3, 5.0], 10.0, [800.0, 20.0]


def lines(exchange: np.ndarray = EXCHANGE) -> Axes:
    return Axes(SPACING, DIFFUSIVITIES, np.stack([exchange, 0.5 * exchange]), [1.0, 2.0])


def test_a_step_is_the_solution_of_the_equation() -> None:
    axes = lines()

    def change(_: float, now: np.ndarray) -> np.ndarray:
        c = now.reshape(2, 2, 16)[0]
        around = np.pad(c, ((0, 0), (1, 1)), mode="edge")
        spread = np.array(DIFFUSIVITIES)[:, None] / SPACING**2 * (around[:, 2:] - 2.0 * c + around[:, :-2])
        taken = np.stack([EXCHANGE, 0.5 * EXCHANGE]) * (np.array(BATH)[:, None] - c)
        return np.stack([spread + taken, c]).ravel()

    begin = np.stack([axes.values, np.zeros((2, 16))]).ravel()
    end, total = solve_ivp(change, (0.0, 0.7), begin, rtol=1e-10, atol=1e-12).y[:, -1].reshape(2, 2, 16)
    axes.step(BATH, 0.7)
    np.testing.assert_allclose(axes.values, end, rtol=1e-7)
    np.testing.assert_allclose(axes.mean, total / 0.7, rtol=1e-7)


def test_two_half_steps_make_a_whole_one() -> None:
    whole, halves = lines(), lines()
    whole.step(BATH, 2.0)
    halves.step(BATH, 1.0)
    early = halves.mean
    halves.step(BATH, 1.0)
    np.testing.assert_allclose(halves.values, whole.values, rtol=1e-12)
    np.testing.assert_allclose(0.5 * (early + halves.mean), whole.mean, rtol=1e-12)


def test_a_line_in_balance_stays_exactly() -> None:
    axes = lines()
    axes.step([1.0, 2.0], 1.0)
    assert (axes.values == [[1.0], [2.0]]).all()
    assert (axes.mean == [[1.0], [2.0]]).all()


def test_without_exchange_nothing_is_lost_and_nothing_falls_below_zero() -> None:
    axes = lines(np.zeros(16))
    axes.values[:] = 0.0
    axes.values[0, 3] = 1.0
    axes.step(BATH, 0.01)
    assert axes.values.sum() == pytest.approx(1.0, rel=1e-12)
    assert (axes.values >= 0.0).all()
    axes.step([0.0, 0.0], 1000.0)
    np.testing.assert_allclose(axes.values[0], 1.0 / 16, rtol=1e-9)


def test_a_field_of_one_row_agrees() -> None:
    """The solver of fields takes backward-Euler steps, so that it errs where much changes within one."""
    axes = lines()
    field = Field("line", (1, 16), SPACING, Medium(DIFFUSIVITIES[0]), exchange=EXCHANGE[None, :], initial=1.0)
    for _ in range(50):
        field.bath = BATH[0]
        field.step(0.05)
        axes.step(BATH, 0.05)
    np.testing.assert_allclose(axes.values[0], field.values[0], rtol=0.02)
