"""The layout of a field: coarser grids, checks at construction, and that every way of running the solver agrees."""

from __future__ import annotations

import copy
import inspect
import math

import numpy as np
import pytest

from mgcells.compiled import plain
from mgcells.fields import Field, Medium, arrays, coarsest, kernels
from mgcells.fields.grids import regions


def run(shape: tuple[int, int], holes: float) -> tuple[np.ndarray, np.ndarray, int]:
    rng = np.random.default_rng(7)
    mask = rng.random(shape) >= holes
    field = Field(
        "any", shape, 10.0, Medium(4e3, 0.1, 0.5), mask=mask, exchange=rng.random(shape) * (rng.random(shape) < 0.2)
    )
    for hour in range(2):
        field.bath = 0.5 + 0.1 * hour
        field.source[:] = np.where(rng.random(shape) < 0.2, rng.random(shape), 0.0)
        field.capacity[:] = rng.random(shape)
        field.step(1.0)
    field.step(1.0)
    return field.values, field.mean, field.cycles


@pytest.mark.parametrize("holes", [0.0, 0.35])
def test_the_twins_of_the_loops_lead_to_the_same_field(monkeypatch: pytest.MonkeyPatch, holes: float) -> None:
    compiled = run((19, 26), holes)
    for name, function in inspect.getmembers(arrays, inspect.isfunction):
        if hasattr(kernels, name):
            monkeypatch.setattr(kernels, name, function)
    monkeypatch.setattr(kernels, "advance", plain(kernels.advance))
    other = run((19, 26), holes)
    np.testing.assert_array_equal(other[0], compiled[0])
    np.testing.assert_array_equal(other[1], compiled[1])
    assert other[2] == compiled[2]


def test_loops_that_are_not_compiled_lead_to_the_same_field(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = run((7, 6), 0.3)
    monkeypatch.setattr(kernels, "advance", plain(kernels.advance))
    other = run((7, 6), 0.3)
    np.testing.assert_array_equal(other[0], compiled[0])
    np.testing.assert_array_equal(other[1], compiled[1])


def test_a_coarser_field_is_read_at_every_voxel_of_the_fine_lattice() -> None:
    field = Field("cytokine", (8, 12), 10.0, Medium(3.6e5), factor=4)
    assert field.values.shape == (2, 3)
    field.values[:] = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    np.testing.assert_array_equal(field.fine(field.values), np.kron(field.values, np.ones((4, 4))))
    plain = Field("cytokine", (2, 3), 10.0, Medium(3.6e5))
    assert plain.fine(field.values) is field.values


def test_the_arrays_are_contiguous_and_the_same_for_life() -> None:
    field = Field("any", (6, 9), 10.0, Medium(3.6e5, 0.1, 1.0), mask=np.ones((9, 6)).T, initial=1.0)
    before = [field.values, field.mean, field.source, field.capacity]
    field.step(1.0)
    after = [field.values, field.mean, field.source, field.capacity]
    assert all(a is b and a.flags.c_contiguous for a, b in zip(before, after, strict=True))


def test_a_coarser_field_is_near_the_fine_one() -> None:
    source = np.zeros((32, 32))
    source[8:12, 20:24] = 1.0
    results = []
    for factor in (1, 2):
        field = Field("cytokine", (32, 32), 10.0, Medium(3.6e5, 0.5), factor=factor)
        field.source[:] = source.reshape(32 // factor, factor, 32 // factor, factor).mean(axis=(1, 3))
        for _ in range(3):
            field.step(1.0)
        results.append(np.kron(field.values, np.ones((factor, factor))))
    assert np.linalg.norm(results[1] - results[0]) < 0.01 * np.linalg.norm(results[0])


def test_exchange_and_holes_of_a_coarser_field_are_block_means() -> None:
    exchange, mask = np.zeros((4, 4)), np.ones((4, 4), dtype=bool)
    exchange[0, 0], mask[2:, 2:] = 0.8, False
    field = Field("oxygen", (4, 4), 10.0, Medium(3.6e9), exchange=exchange, mask=mask, factor=2)
    field.bath = 1.0
    field.step(1.0)
    np.testing.assert_allclose(
        field.values, (1.0 - math.exp(-0.2 / 3.0)) * np.array([[1.0, 1.0], [1.0, 0.0]]), rtol=1e-5
    )


def test_a_field_voxel_may_reach_beyond_the_lattice() -> None:
    exchange = np.repeat(np.array([[0.1, 0.2, 0.3, 0.4, 0.5]]), 3, axis=0)
    field = Field("oxygen", (3, 5), 10.0, Medium(3.6e9), exchange=exchange, factor=2)
    field.bath = 1.0
    field.step(1.0)
    assert field.values.shape == (2, 3)
    np.testing.assert_allclose(field.values, -math.expm1(-(0.15 + 0.35 + 0.5) / 3.0), rtol=1e-5)
    at_voxels = field.fine(np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(at_voxels.ravel()[[0, 4, 9, 14]], [0, 2, 2, 5])
    assert at_voxels.shape == (3, 5)


def test_the_coarsest_factor_is_one_that_a_field_accepts() -> None:
    medium = Medium(3.6e5, decay=20.0)
    factor = coarsest(7.0, medium, 5.0, 8)
    assert factor == 2
    Field("cytokine", (16, 16), 7.0, medium, uptake=5.0, factor=factor)
    with pytest.raises(ValueError, match="too coarse"):
        Field("cytokine", (16, 16), 7.0, medium, uptake=5.0, factor=factor + 1)
    assert coarsest(7.0, medium, 5.0, 1) == coarsest(70.0, medium, 5.0, 8) == 1


def test_a_factor_too_coarse_for_the_screening_length_is_refused() -> None:
    medium = Medium(3.6e5, decay=25.0)
    Field("cytokine", (16, 16), 7.0, medium, factor=2)
    with pytest.raises(ValueError, match=r"too coarse.*15 um.*use factor = 2"):
        Field("cytokine", (16, 16), 7.0, medium, factor=4)
    with pytest.raises(ValueError, match="use factor = 1"):
        Field("cytokine", (16, 16), 7.0, Medium(3.6e5), factor=4, uptake=100.0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"factor": 0},
        {"initial": -1.0},
        {"mask": np.zeros((8, 8))},
        {"mask": np.ones((8, 7))},
        {"exchange": np.full((8, 8), -1.0)},
        {"exchange": np.full((8, 8), np.nan)},
    ],
)
def test_impossible_fields_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="field any"):
        Field("any", (8, 8), 10.0, Medium(1.0), **arguments)


def test_a_step_must_last() -> None:
    field = Field("any", (4, 4), 10.0, Medium(1.0))
    for hours in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="more than 0 hours"):
            field.step(hours)


def test_impossible_media_are_refused() -> None:
    for medium in ((-1.0, 0.0, 1.0), (1.0, -1.0, 1.0), (1.0, 0.0, 0.0), (math.inf, 0.0, 1.0)):
        with pytest.raises(ValueError, match="medium"):
            Medium(*medium)


def test_capacity_cannot_be_set_where_cells_take_up_none() -> None:
    field = Field("any", (4, 4), 10.0, Medium(1.0))
    with pytest.raises(ValueError, match="read-only"):
        field.capacity[0, 0] = 1.0


def test_regions_are_told_apart() -> None:
    mask = np.ones((3, 5), dtype=bool)
    assert regions(mask)[0].size == 0
    mask[:, 2] = False
    members, starts = regions(mask)
    assert starts.tolist() == [0, 6, 12]
    assert {(k // 6 - 1, k % 6) for k in members[:6].tolist()} == {(i, j) for i in range(3) for j in (0, 1)}


def test_fields_beside_each_other_live_as_if_each_were_alone() -> None:
    rng = np.random.default_rng(5)
    mask, exchange = rng.random((24, 19)) < 0.8, rng.random((24, 19))
    media = {"fast": Medium(3.6e6), "slow": Medium(2e4, 0.3), "eaten": Medium(4e5, 0.1, 0.5)}
    shared: dict[str, Field] = {}
    alone: dict[str, Field] = {}
    for name, medium in media.items():
        permeable = exchange if name == "fast" else None
        first = next(iter(shared.values()), None)
        shared[name] = Field(name, mask.shape, 10.0, medium, mask=mask, exchange=permeable, beside=first)
        alone[name] = Field(name, mask.shape, 10.0, medium, mask=mask, exchange=permeable)
    source = rng.random(mask.shape)
    for _ in range(5):
        for name in media:
            balances = []
            for field in (shared[name], alone[name]):
                field.bath = 0.7
                field.source[:] = source
                if name == "eaten":
                    field.capacity[:] = 2.0 * source
                field.step(1.0)
                balances.append(field.balance())
            np.testing.assert_array_equal(shared[name].values, alone[name].values)
            assert balances[0] == balances[1]
    with pytest.raises(RuntimeError, match="until another field"):
        shared["fast"].balance()


def test_a_field_does_not_share_with_one_of_another_mask() -> None:
    first = Field("first", (6, 6), 10.0, Medium(1e5))
    with pytest.raises(ValueError, match="first has another lattice or mask"):
        Field("second", (6, 6), 10.0, Medium(1e5), mask=np.eye(6, dtype=bool), beside=first)


def test_a_copied_field_goes_its_own_way() -> None:
    field = Field("ion", (6, 6), 10.0, Medium(1e5), exchange=np.ones((6, 6)))
    copied = copy.deepcopy(field)
    copied.bath = 1.0
    copied.step(1.0)
    assert copied.values.min() > 0.1
    field.step(1.0)
    assert field.values.max() == 0.0


def test_fields_of_different_lattices_take_turns_in_one_workspace() -> None:
    rng = np.random.default_rng(9)
    shapes = [(23, 17), (5, 40), (23, 17), (1, 1)]
    together = [Field("any", shape, 10.0, Medium(2e4, 0.3, 0.5), mask=rng.random(shape) < 0.8) for shape in shapes[:3]]
    together.append(Field("alone", shapes[3], 10.0, Medium(2e4, 0.3, 0.5)))
    for field in together:
        field.source[:] = rng.random(field.source.shape)
        field.capacity[:] = rng.random(field.source.shape)
    apart = copy.deepcopy(together)
    for _ in range(3):
        for field in together:
            field.step(1.0)
    for field in apart:
        for _ in range(3):
            field.step(1.0)
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_array_equal(one.values, other.values)


def test_a_field_reads_its_source_before_it_writes_its_mean() -> None:
    both = np.zeros((8, 9))
    medium = Medium(1e4, 0.4)
    fields = [Field("any", both.shape, 10.0, medium), Field("any", both.shape, 10.0, medium, source=both, mean=both)]
    for field in fields:
        field.source[:] = 0.0
        field.source[3, 4] = 2.0
        field.step(1.0)
    np.testing.assert_array_equal(fields[0].values, fields[1].values)
    np.testing.assert_array_equal(fields[0].mean, both)
    with pytest.raises(ValueError, match="source and mean must have the shape"):
        Field("any", (4, 4), 10.0, Medium(1.0), source=both)
    with pytest.raises(ValueError, match="mean row after row"):
        Field("any", (6, 5), 10.0, Medium(1.0), mean=np.zeros((5, 6)).T)
