"""Every fitted number says to what it was fitted, or why it cannot be; and only calibration rows are fitted to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mgcells.library import load_library
from mgcells.library.calibration_checks import (
    CALIBRATION,
    calibration_observables,
    copies,
    fit_problems,
    to_fit,
    uncovered,
)
from mgcells.library.numbers import FITTED, number
from mgcells.study.objective import Objective

LIBRARY = load_library()
FITTING = [name for name, entry in LIBRARY.calibrations.items() if entry.to]
PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


def test_every_fitted_number_belongs_to_a_calibration_or_says_why_not() -> None:
    assert not uncovered(LIBRARY)


@pytest.mark.parametrize("name", LIBRARY.calibrations)
def test_what_a_calibration_names_is_fitted(name: str) -> None:
    entry = LIBRARY.calibrations[name]
    for address in entry.numbers:
        basis = LIBRARY.rules[address].basis if address in LIBRARY.rules else number(LIBRARY, address).basis
        assert basis == FITTED, address
    for address, copy in copies(entry):
        assert number(LIBRARY, copy).value == number(LIBRARY, address).value, copy


@pytest.mark.parametrize("name", FITTING)
def test_a_calibration_can_be_fitted_and_reads_calibration_rows_only(name: str) -> None:
    entry = LIBRARY.calibrations[name]
    assert not fit_problems(LIBRARY, name)
    assert to_fit(LIBRARY, entry)
    objective = Objective(LIBRARY, name, replicates=1)
    assert objective.rows
    assert {row.kind for row in objective.rows} == {CALIBRATION}
    for experiment, observables in entry.to.items():
        assert set(observables) <= calibration_observables(LIBRARY.experiments[experiment])
    for axis in objective.axes:
        assert 0.0 <= axis.position(axis.shipped) <= 1.0
        assert axis.value(axis.position(axis.shipped)) == pytest.approx(axis.shipped)


@pytest.mark.parametrize("name", FITTING)
def test_the_page_shows_what_ships(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    if LIBRARY.calibrations[name].full:
        assert name in text
        return
    section = re.search(rf"^## {name}: .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"{name} is missing: write docs/calibration.md anew with mgcells calibrate"
    for axis in Objective(LIBRARY, name, replicates=1).axes:
        cells = f"| {axis.name} | {axis.unit} | {axis.shipped:.6g} |"
        assert cells in section[0], f"the page does not show {cells}: write it anew with mgcells calibrate"


def test_the_page_gives_the_reason_for_every_number_that_cannot_be_fitted() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for entry in LIBRARY.calibrations.values():
        if entry.reason:
            assert entry.reason in text
            assert all(f"`{address}`" in text for address in entry.numbers)
