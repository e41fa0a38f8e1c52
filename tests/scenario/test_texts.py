"""The small texts of a scenario: amounts of an ion in mEq, spaces before "/kg", times that read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mgcells.library import load_library
from mgcells.scenario.texts import amount, diet, hours, spoken
from mgcells.units import UnitProblem

CITRATE = "magnesium citrate"


def test_milliequivalents_of_magnesium_are_half_as_many_millimoles() -> None:
    library = load_library()
    assert amount("8 mEq", "magnesium", CITRATE, library) == amount("4 mmol", "magnesium", CITRATE, library)
    assert amount("1 mEq/kg", "magnesium", CITRATE, library) == amount("0.5 mmol/kg", "magnesium", CITRATE, library)
    assert diet("24 mEq/d", "human", library).amount == diet("12 mmol/d", "human", library).amount
    assert amount("8 mEq", "threonate", "magnesium L-threonate", library) == amount(
        "8 mmol", "threonate", "magnesium L-threonate", library
    )


def test_milliequivalents_of_a_salt_are_explained() -> None:
    with pytest.raises(UnitProblem, match="say of = 'magnesium', of which 2 mEq are 1 mmol"):
        amount("8 mEq", "salt", CITRATE, load_library())


@pytest.mark.parametrize("text", ["50 mg/kg", "50 mg / kg", "50 mg/ kg", " 50 mg /kg "])
def test_spaces_about_the_kilogram_change_nothing(text: str) -> None:
    assert amount(text, "magnesium", CITRATE, load_library()) == amount(
        "50 mg/kg", "magnesium", CITRATE, load_library()
    )
    assert diet(text, "rat", load_library()).per_gram


@given(st.integers(1, 4 * 24 * 4000))
def test_spoken_times_read_back(quarters: int) -> None:
    assert hours(spoken(quarters / 4)) == pytest.approx(quarters / 4, rel=1e-12)


def test_long_times_are_not_spoken_in_minutes() -> None:
    assert [spoken(value) for value in (217.5, 1.5, 0.25, 12.25)] == ["217.5 h", "90 min", "15 min", "12.25 h"]
