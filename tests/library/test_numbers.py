"""Numbers of the library by address, and calibrations that name some."""

from __future__ import annotations

from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.library.numbers import fitted_numbers, number, with_numbers

ADDRESSES = {
    "spinal_cord.threshold.loss": 0.5,
    "spinal_cord.opioid.tolerance_rate": 0.005,
    "rat:body.csf.tau_gain": 20.0,
    "rat:spinal_cord.opioid.tolerance_rate": 0.3,
    "growing:bone.turnover.restraint": -0.2,
    "magnesium oxide:available": 0.3,
    "caco2.strand_resistance.tnf.at_saturation": 0.3,
    "osteoclast.resorption.threonate.half_max": 2.0,
    "neuron.nr2b.calcium_load.exponent": -0.7,
}


@pytest.mark.parametrize(("address", "value"), ADDRESSES.items())
def test_a_number_is_put_in_the_place_of_another_and_nothing_else_changes(address: str, value: float) -> None:
    library = load_library()
    changed = with_numbers(library, {address: value})
    assert number(changed, address).value == pytest.approx(value)
    assert number(changed, address).unit == number(library, address).unit
    for other in ADDRESSES:
        if other != address:
            assert number(changed, other) == number(library, other)
    assert number(library, address).value != pytest.approx(value)


def test_numbers_are_in_the_unit_of_the_library() -> None:
    found = number(load_library(), "rat:body.csf.tau_gain")
    assert (found.value, found.low, found.high, found.unit, found.factor) == (28.0, 8.0, 40.0, "d", 24.0)
    assert number(load_library(), "osteoclast.resorption.threonate.half_max").unit == "uM"


@pytest.mark.parametrize(
    "address", ["spinal_cord.threshold.los", "rat:body.csf", "magnesium oxide:title", "neuron.x.y"]
)
def test_an_unknown_address_is_no_number(address: str) -> None:
    with pytest.raises(KeyError):
        number(load_library(), address)


def test_fitted_numbers_are_found_wherever_they_stand() -> None:
    found = fitted_numbers(load_library())
    for address in ("rat:body.csf.tau_gain", "magnesium oxide:available", "growing:bone.turnover.restraint"):
        assert address in found
    assert "osteoclast.resorption.threonate" in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("fits", "rest", "words"),
    [
        ('["rat:body.csf.tau_gian"]', 'reason = "x"', "is no number of the library"),
        ('["gut.tnf.commensals"]', 'to = { "Slutsky2010-fluid" = ["csf.magnesium"] }', "name one of its numbers"),
        ('["rat:body.csf.tau_gain"]', 'to = { "Slutsky2010-fluit" = ["csf.magnesium"] }', "Slutsky2010-fluid"),
        ('["rat:body.csf.tau_gain"]', "", "say either `to`"),
        (
            '["rat:body.csf.tau_gain"]',
            'reason = "x"\ncopied_to = ["cat"]',
            "there is no number 'cat:body.csf.tau_gain'",
        ),
    ],
)
def test_a_calibration_that_names_what_is_not_there_is_a_problem(
    tmp_path: Path, fits: str, rest: str, words: str
) -> None:
    (tmp_path / "calibrations.toml").write_text(f'[own]\ntitle = "Own"\nfits = {fits}\n{rest}\n', encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        load_library(tmp_path)
    assert words in str(caught.value)
    assert "calibrations.toml:1" in str(caught.value)
