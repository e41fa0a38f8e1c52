"""A field against closed forms and independent solutions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from mgcells.fields import Field, Medium

SHAPES = [(1, 1), (1, 7), (9, 1), (5, 8), (16, 16), (33, 21)]


def laplacian(mask: np.ndarray, q: float) -> np.ndarray:
    """The discrete operator as a dense matrix over all voxels; rows of holes are zero."""
    number = np.arange(mask.size).reshape(mask.shape)
    matrix = np.zeros((mask.size, mask.size))
    for a, b in ((number[:, :-1], number[:, 1:]), (number[:-1], number[1:])):
        both = mask.ravel()[a.ravel()] & mask.ravel()[b.ravel()]
        i, j = a.ravel()[both], b.ravel()[both]
        matrix[i, j] = matrix[j, i] = q
        np.add.at(matrix, (i, i), -q)
        np.add.at(matrix, (j, j), -q)
    return matrix


# What is left of a correction that was sought in single precision.
SINGLE = 1e-9


def half_masked(shape: tuple[int, int]) -> np.ndarray:
    return np.add.outer(np.arange(shape[0]), 1.3 * np.arange(shape[1])) % 19 > 6


@pytest.mark.parametrize("shape", SHAPES)
def test_a_uniform_field_decays_exactly(shape: tuple[int, int]) -> None:
    field = Field("drug", shape, 10.0, Medium(3.6e5, decay=0.7), initial=0.3)
    for hour in range(1, 4):
        field.step(1.0)
        np.testing.assert_allclose(field.values, 0.3 * math.exp(-0.7 * hour), rtol=SINGLE)
    mean = 0.3 * math.exp(-0.7 * 2) * (1.0 - math.exp(-0.7)) / 0.7
    np.testing.assert_allclose(field.mean, mean, rtol=SINGLE)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_uniform_field_relaxes_to_its_bath_exactly(shape: tuple[int, int]) -> None:
    field = Field("magnesium", shape, 10.0, Medium(3.6e5), exchange=np.full(shape, 0.4), initial=0.5)
    field.bath = 0.9
    field.step(2.5)
    np.testing.assert_allclose(field.values, 0.9 - 0.4 * math.exp(-0.4 * 2.5), rtol=SINGLE)


def test_a_field_without_losses_gains_what_is_secreted() -> None:
    field = Field("ion", (12, 12), 10.0, Medium(3.6e5), initial=1.0)
    field.source[:] = 0.25
    field.step(2.0)
    np.testing.assert_allclose(field.values, 1.5, rtol=1e-12)


@pytest.mark.parametrize("masked", [False, True])
def test_a_point_source_reaches_the_solution_of_the_linear_system(masked: bool) -> None:
    shape, q, decay = (23, 18), 1e4 / 10.0**2, 2.0
    mask = half_masked(shape) if masked else np.ones(shape, dtype=bool)
    field = Field("cytokine", shape, 10.0, Medium(1e4, decay), mask=mask)
    source = np.zeros(shape)
    source[11, 5] = 5.0
    assert mask[11, 5]
    field.source[:] = source
    for _ in range(60):
        field.step(1.0)
    expected = np.linalg.solve(decay * np.eye(mask.size) - laplacian(mask, q), (source * mask).ravel())
    np.testing.assert_allclose(field.values.ravel(), expected, rtol=1e-4, atol=1e-6 * expected.max())


def test_saturating_uptake_of_a_uniform_field() -> None:
    field = Field("glucose", (16, 16), 10.0, Medium(3.6e6, half=0.2), initial=1.0)
    field.capacity[:] = 0.3
    course = solve_ivp(lambda t, c: -0.3 * c / (0.2 + c), (0.0, 6.0), [1.0], rtol=1e-10, dense_output=True)
    for hour in range(1, 7):
        field.step(1.0)
        assert field.values.mean() == pytest.approx(course.sol(hour)[0], rel=0.05)
        assert np.ptp(field.values) < 1e-5


def test_an_hour_beside_an_independent_integration() -> None:
    shape = (15, 11)
    rng = np.random.default_rng(3)
    mask = half_masked(shape)
    source = np.where(rng.random(shape) < 0.1, 4.0, 0.0) * mask
    capacity = np.where(rng.random(shape) < 0.2, 8.0, 0.0) * mask
    exchange = np.where(rng.random(shape) < 0.2, 1.5, 0.0) * mask
    field = Field("signal", shape, 10.0, Medium(2e5, 0.3, 1.0), mask=mask, exchange=exchange, initial=0.4)
    field.source[:], field.capacity[:], field.bath = source, capacity, 0.6
    matrix, start = laplacian(mask, 2e3), (0.4 * mask).ravel()

    def rate(_: float, c: np.ndarray) -> np.ndarray:
        local = source + exchange * 0.6 - capacity / (1.0 + c.reshape(shape)) * c.reshape(shape)
        return matrix @ c + local.ravel() - (0.3 + exchange.ravel()) * c

    course = solve_ivp(rate, (0.0, 3.0), start, method="BDF", rtol=1e-7, atol=1e-9, dense_output=True)
    for hour in (1, 2, 3):
        field.step(1.0)
        expected = course.sol(hour)
        assert np.linalg.norm(field.values.ravel() - expected) < 0.01 * np.linalg.norm(expected)
        mean = np.mean([course.sol(t) for t in np.linspace(hour - 1, hour, 201)], axis=0)
        assert np.linalg.norm(field.mean.ravel() - mean) < 0.02 * np.linalg.norm(mean)


CASES = {
    "cytokine": (1e-10, 2e-4, 0.01, 1e-3),
    "strong uptake": (1e-10, 2e-4, 0.05, 0.1),
    "no decay": (7e-10, 0.0, 0.002, 1e-3),
    "uptake layer": (1e-10, 2e-4, 0.02, 1e-2),
}


@pytest.mark.parametrize(("case", "n"), [*((case, 64) for case in CASES), ("cytokine", 128)])
def test_an_hourly_step_is_within_a_percent_of_240_substeps(case: str, n: int) -> None:
    rng = np.random.default_rng(0)
    kind = rng.random((n, n))
    diffusivity, decay, secretion, uptake = CASES[case]
    source = 3600.0 * np.where(kind < 0.05, secretion * (0.5 + rng.random((n, n))), 0.0)
    source[:, : n // 2] *= 2.0
    capacity = np.where((kind > 0.05) & (kind < 0.20), 3600.0 * uptake, 0.0)
    if case == "uptake layer":
        capacity[:] = 0.0
        capacity[:, : n // 4] = 3600.0 * uptake
    medium = Medium(diffusivity * 3600e12, 3600.0 * decay, 1.0)
    hourly, fine = Field(case, (n, n), 10.0, medium), Field(case, (n, n), 10.0, medium)
    hourly.capacity[:] = fine.capacity[:] = capacity
    errors = []
    for hour in range(5 if n == 64 else 3):
        substeps = 4 if hour == 0 else 1
        hourly.source[:] = fine.source[:] = source * (1.0 + 0.5 * math.sin(2.0 * math.pi * hour / 24.0))
        for _ in range(substeps):
            hourly.step(1.0 / substeps)
        for _ in range(240):
            fine.step(1.0 / 240.0)
        cells = kind < 0.20
        errors.append(np.linalg.norm((hourly.values - fine.values)[cells]) / np.linalg.norm(fine.values[cells]))
    assert np.median(errors[1:]) <= 0.01


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", [(17, 31), (48, 20), (1, 13)])
def test_mass_is_conserved_without_sinks(shape: tuple[int, int], masked: bool) -> None:
    rng = np.random.default_rng(1)
    mask = rng.random(shape) > 0.3 if masked else np.ones(shape, dtype=bool)
    field = Field("tracer", shape, 10.0, Medium(3.6e5), mask=mask)
    field.values[:] = rng.random(shape) * mask
    field.source[:] = rng.random(shape) * mask
    expected = field.values.sum()
    for _ in range(5):
        expected += field.source.sum()
        field.step(1.0)
        assert field.values.sum() == pytest.approx(expected, rel=1e-9)
        assert field.balance() < 1e-9


def test_a_wall_of_holes_never_leaks() -> None:
    mask = np.ones((21, 30), dtype=bool)
    mask[:, 13] = False
    field = Field("drug", mask.shape, 10.0, Medium(3.6e6, 0.2, 0.5), mask=mask)
    field.source[3, 4], field.source[5, 13] = 50.0, 1e6
    field.capacity[:] = 0.1
    for _ in range(4):
        field.step(1.0)
    assert field.values[:, :13].min() > 0.0
    assert not field.values[:, 13:].any()
    assert not field.mean[:, 13:].any()


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(1, 9),
    columns=st.integers(1, 9),
    diffusivity=st.sampled_from([0.0, 1.0, 1e3, 1e6]),
    hours=st.sampled_from([1e-3, 1.0, 24.0]),
    uptake=st.sampled_from([0.0, 1.0, 1e5]),
)
@example(seed=18, rows=5, columns=7, diffusivity=0.0, hours=24.0, uptake=1e5)
@example(seed=99, rows=5, columns=7, diffusivity=1e3, hours=1.0, uptake=1e5)
def test_never_negative_and_always_finite(
    seed: int, rows: int, columns: int, diffusivity: float, hours: float, uptake: float
) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((rows, columns)) > 0.3
    mask[0, 0] = True
    field = Field("any", (rows, columns), 10.0, Medium(diffusivity, rng.random(), 0.1), mask=mask)
    field.values[:] = 10.0 ** rng.uniform(-9, 2, mask.shape) * mask
    for _ in range(3):
        field.source[:] = np.where(rng.random(mask.shape) < 0.2, 100.0 * rng.random(), 0.0)
        field.capacity[:] = np.where(rng.random(mask.shape) < 0.5, uptake, 0.0)
        field.step(hours)
        for array in (field.values, field.mean):
            assert np.isfinite(array).all()
            assert (array >= 0.0).all()
            assert not array[~mask].any()


def test_an_equilibrium_is_not_solved_and_stays_as_it_is() -> None:
    field = Field("magnesium", (20, 20), 10.0, Medium(3.6e6), exchange=np.full((20, 20), 0.3), initial=0.8)
    field.bath = 0.8
    before = field.values.copy()
    for _ in range(10):
        field.step(1.0)
    assert field.solves == 0
    np.testing.assert_array_equal(field.values, before)
    np.testing.assert_array_equal(field.mean, before)
    assert field.balance() < 1e-12
    field.bath = 0.81
    field.step(1.0)
    assert field.solves == 1


def test_a_steady_state_that_was_reached_is_not_solved_again() -> None:
    field = Field("cytokine", (16, 16), 10.0, Medium(3.6e5, 1.0, 0.5))
    field.source[4, 4], field.capacity[8:, :] = 3.0, 0.2
    for _ in range(60):
        field.step(1.0)
    solved, before = field.solves, field.values.copy()
    field.step(1.0)
    assert field.solves == solved < 60
    np.testing.assert_array_equal(field.values, before)


def test_a_turned_lattice_gives_the_turned_field() -> None:
    rng = np.random.default_rng(5)
    source, capacity, mask = rng.random((14, 9)), rng.random((14, 9)), half_masked((14, 9))
    results = []
    for turn in (np.asarray, np.transpose):
        field = Field("any", turn(mask).shape, 10.0, Medium(1e5, 0.1, 1.0), mask=turn(mask), initial=0.2)
        field.source[:], field.capacity[:] = turn(source), turn(capacity)
        field.step(1.0)
        results.append(turn(field.values))
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)


def test_the_rate_of_exchange_and_the_bath_may_differ_between_voxels() -> None:
    exchange = np.zeros((8, 8))
    exchange[0, 0] = 50.0
    field = Field("oxygen", (8, 8), 10.0, Medium(3.6e6), exchange=exchange)
    bath = np.zeros((8, 8))
    bath[0, 0] = 2.0
    field.bath = bath
    for _ in range(40):
        field.step(1.0)
    np.testing.assert_allclose(field.values, 2.0, rtol=1e-4)
