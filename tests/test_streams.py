"""Random streams: keyed and order-free."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells import streams
from mgcells.streams import Streams, daughters


def test_known_answer_of_philox_4x32_10() -> None:
    out, zero = np.empty((1, 1)), np.zeros(1, np.uint64)
    streams._fill(np.uint64(0), zero, np.uint64(0), zero, out)
    assert int(out[0, 0] * 2.0**53) == 0x6627E8D5E169C58D >> 11


def test_a_cell_draws_the_same_whatever_the_others_do() -> None:
    subject = Streams(1, 0)
    uid = np.arange(1, 101, dtype=np.uint64)
    everyone = subject.uniform("death", 5.0, uid)
    assert np.array_equal(subject.uniform("death", 5.0, uid[::-1]), everyone[::-1])
    assert subject.uniform("death", 5.0, uid[40:41])[0] == everyone[40]


def test_process_hour_replicate_and_seed_each_change_the_numbers() -> None:
    uid = np.arange(50, dtype=np.uint64)
    base = Streams(1, 0).uniform("death", 5.0, uid)
    for other in (
        Streams(1, 0).uniform("birth", 5.0, uid),
        Streams(1, 0).uniform("death", 6.0, uid),
        Streams(1, 0).uniform("death", 5.25, uid),
        Streams(1, 1).uniform("death", 5.0, uid),
        Streams(2, 0).uniform("death", 5.0, uid),
    ):
        assert not np.any(other == base)


def test_several_processes_draw_what_each_draws_alone() -> None:
    uid, names = np.arange(50, dtype=np.uint64), ("death", "birth")
    together = Streams(1, 0).several(names, 5.0, uid)
    for name, drawn in zip(names, together, strict=True):
        assert np.array_equal(drawn, Streams(1, 0).uniform(name, 5.0, uid))


def test_draws_look_uniform() -> None:
    draws = Streams(3, 7).uniform("anything", 1.0, np.arange(200_000, dtype=np.uint64))
    assert draws.min() >= 0.0
    assert draws.max() < 1.0
    assert draws.mean() == pytest.approx(0.5, abs=4 * (1 / 12 / 200_000) ** 0.5)
    assert np.corrcoef(draws[:-1], draws[1:])[0, 1] == pytest.approx(0.0, abs=0.01)


def test_set_up_draws_are_keyed_by_name() -> None:
    first = Streams(1, 2).generator("places").random(3)
    assert np.array_equal(first, Streams(1, 2).generator("places").random(3))
    assert not np.array_equal(first, Streams(1, 2).generator("ages").random(3))


def test_daughters_depend_on_their_mother_and_hour_only() -> None:
    mothers = np.array([5, 9, 11], np.uint64)
    assert np.array_equal(daughters(mothers, 3.0)[1:], daughters(mothers[1:], 3.0))
    assert not np.any(daughters(mothers, 3.0) == daughters(mothers, 4.0))
    many = daughters(np.arange(100_000, dtype=np.uint64), 1.0)
    assert np.unique(many).size == many.size
