"""The spread between subjects, and where there is none to measure by."""

from __future__ import annotations

import numpy as np

from mgcells.analysis.spread import spread_over_subjects


def test_it_is_the_standard_deviation_of_the_subjects_that_have_a_value() -> None:
    values = np.array([[1.0, 5.0], [3.0, np.nan], [8.0, 9.0]])
    assert np.allclose(spread_over_subjects(values), [np.std([1, 3, 8], ddof=1), np.std([5, 9], ddof=1)])


def test_there_is_none_of_one_subject_or_of_subjects_that_are_alike() -> None:
    values = np.array([[1.0, 2.0, 0.0], [np.nan, 2.0 + 1e-9, 0.0]])
    assert np.isnan(spread_over_subjects(values)).all()


def test_a_small_spread_about_zero_counts() -> None:
    values = np.array([[-1e-12], [1e-12]])
    assert np.isfinite(spread_over_subjects(values)).all()
