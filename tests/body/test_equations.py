"""The laws of the body: closed forms, and that each serves numbers in a kernel, arrays and symbols alike."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from mgcells.body import equations
from mgcells.compiled import FORMULAS
from mgcells.subject.sbml import Symbol

LAWS = [law for _, law in inspect.getmembers(equations, inspect.isfunction) if law in FORMULAS]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_serves_a_kernel_arrays_and_symbols(law: Callable[..., Any]) -> None:
    names = list(inspect.signature(law).parameters)
    numbers = np.sort(np.random.default_rng(5).uniform(0.1, 0.9, (len(names), 7)), axis=0)[::-1]
    alone = numba.njit(lambda *numbers: law(*numbers), error_model="numpy")
    together = law(*numbers)
    assert together == pytest.approx([alone(*row) for row in numbers.T], rel=1e-14)
    assert np.unique(together).size > 2
    text = law(*(Symbol(name) for name in names)).text
    assert all(name in text for name in names)


def test_the_kidney_leaves_what_its_tubular_maximum_does_not_reclaim() -> None:
    filtered, splay = np.array([107.0, 1.0]), np.array([7.3, 5.0])
    maximum = equations.tubular_maximum(filtered, np.array([4.5, 0.2]), splay)
    expected = filtered - (filtered**-splay + maximum**-splay) ** (-1 / splay)
    assert expected == pytest.approx([4.5, 0.2], rel=1e-10)
    even = np.zeros(2)
    urine = equations.excretion(filtered, even, splay, splay * np.log(filtered / maximum), even)
    assert urine == pytest.approx([4.5, 0.2], rel=1e-12)


def test_a_kidney_that_senses_plasma_reclaims_less_of_a_surplus_and_no_less_in_lack() -> None:
    logarithm = np.array([-0.2, 0.0, 0.2])
    filtered, splay = 100.0 * np.exp(logarithm), np.full(3, 7.0)
    blind, sensing = (equations.excretion(filtered, logarithm, splay, -splay, k * splay) for k in (0.0, 1.0))
    assert (sensing[:2] == blind[:2]).all()
    assert sensing[2] > 1.5 * blind[2]
    lowered = equations.excretion(filtered, logarithm, splay, -splay + 0.2 * splay, 0.0 * splay)
    assert sensing[2] == pytest.approx(lowered[2], rel=1e-12)


def test_laws_meet_the_ends_that_they_state() -> None:
    none, one, plenty = 0.0, 1.0, 1e12
    assert [equations.carriers(power, 0.5, 0.4) for power in (none, plenty)] == pytest.approx([1.5, 1.0])
    influx = [equations.csf_influx(power, 0.4, 0.2) for power in (none, one, plenty)]
    assert influx == pytest.approx([0.4, 1.0, 0.4 + 0.6 * 1.2])
    gains = [equations.csf_gain(level, 0.1, 0.3, 0.15) for level in (0.05, 0.1, 0.25, plenty)]
    assert gains == pytest.approx([0.0, 0.0, 0.15, 0.3])
    gland = (3.45, 1.3, 0.4, 0.6, 0.04)
    hormone = [equations.parathyroid(np.log(ratio), *gland) for ratio in (0.01, 0.9, 1.0)]
    assert hormone == pytest.approx([0.4, 1.3, 1.0], rel=2e-3)
    assert equations.slow_store(390.0, 0.08, np.array([1.0, 0.5])) == pytest.approx([390.0, 390.0 * 0.96])
    assert equations.onto_bone_surface(np.array([-2.0, 2.0]), 0.1, 0.4) == pytest.approx([-0.2, 0.08])
    assert equations.absorbable(np.array([0.2, 0.9]), 0.3, 1.0) == pytest.approx([0.5, 1.0])
