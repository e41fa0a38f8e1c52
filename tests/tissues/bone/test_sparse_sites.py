"""Sparse numbers of sites against a full array."""

from __future__ import annotations

import numpy as np

from mgcells.tissues.bone.sparse_sites import SparseSites


def test_it_reads_like_a_full_array_of_zeros() -> None:
    draw = np.random.default_rng(1)
    full, few = np.zeros(50), SparseSites(np.float64)
    for _ in range(200):
        sites = draw.permutation(50)[: draw.integers(0, 8)]
        turn = draw.integers(0, 3)
        if turn == 0:
            few.forget(sites)
            full[sites] = 0.0
        elif turn == 1:
            numbers = draw.random(sites.size)
            few[sites] = numbers
            full[sites] = numbers
        else:
            few.add(sites, 1.0)
            full[sites] += 1.0
        np.testing.assert_array_equal(few[np.arange(50)], full)
        np.testing.assert_array_equal(few.sites, np.unique(few.sites))
        assert few.values.size == few.sites.size < 50


def test_records_keep_their_numbers_side_by_side() -> None:
    few = SparseSites([("clock", np.float64), ("step", np.int16)])
    rows = few.rows(np.array([9, 2]))
    few.values["clock"][rows] = [1.5, 2.5]
    few.put(np.array([5]), step=3)
    assert few.sites.tolist() == [2, 5, 9]
    assert few.values["clock"].tolist() == [2.5, 0.0, 1.5]
    assert few[np.array([9, 4])]["clock"].tolist() == [1.5, 0.0]
    assert few[5]["step"] == 3


def test_a_site_is_held_until_it_is_forgotten_and_numbers_keep_their_kind() -> None:
    few = SparseSites(np.int16)
    few[np.array([7, 3])] = np.array([1, 2])
    few[3] = 0
    assert few.sites.tolist() == [3, 7]
    assert few.values.tolist() == [0, 1]
    assert few[7] == 1
    assert few[4] == 0
    few.forget(np.array([3, 4]))
    assert few.sites.tolist() == [7]
    assert few.values.dtype == np.int16
    assert few.sites.dtype == np.int32
