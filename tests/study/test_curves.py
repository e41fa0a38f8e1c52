"""Curves through effects: they find what made the data, and say what the data cannot tell."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.arrays import Floats
from mgcells.study.curves import FittedCurve, fit_curve, hill, sentence

DOSES = np.array([0.0, 100.0, 200.0, 400.0, 600.0, 800.0, 1000.0])


def subjects(curve: Floats, count: int, *, spread: float = 0.2, noise: float = 0.01) -> Floats:
    """Return a curve for subjects who differ in how much it does to them, shape (doses, subjects)."""
    chance = np.random.default_rng(3)
    size = 1.0 + spread * chance.standard_normal(count)
    return np.asarray(curve[:, None] * size + noise * chance.standard_normal((len(curve), count)))


@pytest.mark.parametrize(("power", "name"), [(1.0, "E_max"), (3.0, "Hill")])
def test_the_curve_that_made_the_data_is_found(power: float, name: str) -> None:
    true = hill(DOSES, 0.0, 2.0, np.log(250.0), power)
    curve = fit_curve(DOSES, subjects(true, 24), seed=1)
    assert isinstance(curve, FittedCurve)
    assert (curve.name, curve.identified) == (name, True)
    assert curve.half == pytest.approx(250.0, rel=0.1)
    assert curve.half_low < 250.0 < curve.half_high
    assert curve.most == pytest.approx(2.0, rel=0.15)
    assert curve.power == pytest.approx(power, rel=0.15)
    truth = hill(curve.numbers, 0.0, 2.0, np.log(250.0), power)
    assert ((curve.low - 0.02 <= truth) & (truth <= curve.high + 0.02)).all()
    assert "half-maximum at" in sentence(curve, "mg", "mM")


def test_a_straight_line_has_no_half_that_could_be_known() -> None:
    curve = fit_curve(DOSES, subjects(0.001 * DOSES, 8), seed=1)
    assert isinstance(curve, FittedCurve)
    assert not curve.identified
    words = sentence(curve, "mg", "mM")
    assert "not identified" in words
    assert "half-maximum at" not in words


def test_a_curve_never_goes_beyond_what_was_simulated() -> None:
    curve = fit_curve(DOSES[2:], subjects(hill(DOSES[2:], 0.0, 2.0, 6.0, 1.0), 4), seed=1)
    assert isinstance(curve, FittedCurve)
    assert (curve.numbers.min(), curve.numbers.max()) == (200.0, 1000.0)


@pytest.mark.parametrize(
    ("numbers", "values", "said"),
    [
        (DOSES, np.sin(DOSES / 80.0), "No curve fits"),
        (DOSES, np.zeros(7), "does not change"),
        (DOSES[:3], DOSES[:3], "at least four"),
        (DOSES - 500.0, DOSES, "below zero"),
        (DOSES, np.full(7, np.nan), "no subject finished"),
    ],
)
def test_where_there_is_no_curve_it_says_why(numbers: Floats, values: Floats, said: str) -> None:
    curve = fit_curve(numbers, np.repeat(values[:, None], 3, axis=1), seed=1)
    assert isinstance(curve, str)
    assert said.casefold() in sentence(curve, "mg", "mM").casefold()


def test_one_subject_gives_a_curve_without_an_interval() -> None:
    curve = fit_curve(DOSES, hill(DOSES, 0.0, 2.0, 5.5, 1.0)[:, None], seed=1)
    assert isinstance(curve, FittedCurve)
    assert np.isnan(curve.low).all()
    assert "interval" not in sentence(curve, "mg", "mM")


def test_few_subjects_make_the_interval_wider_than_a_bare_bootstrap() -> None:
    true = hill(DOSES, 0.0, 2.0, np.log(250.0), 1.0)
    wide, narrow = (fit_curve(DOSES, subjects(true, count), seed=1) for count in (3, 30))
    assert isinstance(wide, FittedCurve)
    assert isinstance(narrow, FittedCurve)
    assert (wide.high - wide.low)[-1] > 3.0 * (narrow.high - narrow.low)[-1]


def test_a_subject_who_lacks_a_run_is_left_out_everywhere() -> None:
    true = subjects(hill(DOSES, 0.0, 2.0, np.log(250.0), 1.0), 5)
    lacking = true.copy()
    lacking[3, 0] = np.nan
    one, other = fit_curve(DOSES, lacking, seed=1), fit_curve(DOSES, true[:, 1:], seed=1)
    assert isinstance(one, FittedCurve)
    assert isinstance(other, FittedCurve)
    assert one.half == other.half
