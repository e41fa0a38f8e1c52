"""Units: closed registry, internal units, and errors that name the nearest unit."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mgcells import units


@pytest.mark.parametrize(
    ("text", "dimension", "expected"),
    [
        ("604 mg", "mass", 0.604),
        ("20 uM", "concentration", 0.020),
        ("20 µM", "concentration", 0.020),
        ("0.25 1/d", "rate", 0.25 / 24),
        ("15 %", "dimensionless", 0.15),
        ("1.25 mL/min", "volume rate", 0.075),
        ("1e-10 m^2/s", "diffusivity", 1e-10 * 1e12 * 3600),
        ("24.305 g/mol", "molar mass", 0.024305),
        ("-65 mV", "potential", -65.0),
        ("12 d", "time", 288.0),
        ("5 ng/mL", "mass concentration", 5.0),
        (".5 h", "time", 0.5),
    ],
)
def test_text_becomes_the_internal_unit(text: str, dimension: str, expected: float) -> None:
    assert units.parse(text, dimension) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.2 mMol", "unknown unit 'mMol'; did you mean 'mmol'?"),
        ("1 Mg", "unknown unit 'Mg'; did you mean 'mg'?"),
        ("abc", "is not a number with a unit"),
        ("", "is not a number with a unit"),
        ("1 h", "is a time, expected a concentration"),
        ("3", "has no unit, expected a concentration"),
        ("1e999 mM", "is not a finite number"),
        ("1 mM; import os", "is not a unit"),
    ],
)
def test_bad_text_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(units.UnitProblem) as caught:
        units.parse(text, "concentration")
    assert message in str(caught.value)


def test_a_milligram_is_never_a_megagram() -> None:
    assert units.parse("1 mg", "mass") == pytest.approx(1e-3)
    assert "Mg" not in units.known_units()


@given(st.floats(1e-6, 1e6), st.sampled_from([("mM", "uM"), ("d", "h"), ("kg", "mg"), ("mL/min", "L/d")]))
def test_conversion_there_and_back(value: float, pair: tuple[str, str]) -> None:
    there = units.convert(value, *pair)
    assert units.convert(there, pair[1], pair[0]) == pytest.approx(value, rel=1e-12)


def test_conversion_between_dimensions_is_refused() -> None:
    with pytest.raises(units.UnitProblem, match="'mM' is concentration"):
        units.convert(1.0, "mM", "h")


def test_every_internal_unit_has_the_factor_one() -> None:
    for dimension, unit in units.INTERNAL.items():
        assert units.dimension_of(unit) == dimension
        assert units.factor(unit) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "dimension", "expected"),
    [
        ("500 mcg", "mass", 500e-6),
        ("300 mg / d", "mass rate", 0.3 / 24),
        ("0.25 1 / d", "rate", 0.25 / 24),
        ("2 mg  /  mL", "mass concentration", 2e6),
        ("15 %", "dimensionless", 0.15),
    ],
)
def test_spaces_and_common_spellings_change_nothing(text: str, dimension: str, expected: float) -> None:
    assert units.parse(text, dimension) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("8 mEq", "2 mEq of magnesium are 1 mmol"),
        ("2 mg**2", "is not a unit"),
        ("2 mg//d", "is not a unit"),
        ("2 m^99999", "is not a unit"),
        ("9" * 5000 + " h", "is too long for a number with a unit"),
        ("1 " + "h " * 5000, "is too long for a number with a unit"),
        ("\u0663 h", "is not a number with a unit"),
        ("1e308 y", "is too large"),
    ],
)
def test_what_cannot_be_a_quantity_is_said_at_once(text: str, message: str) -> None:
    with pytest.raises(units.UnitProblem, match=re.escape(message)):
        units.parse_any(text)


def test_a_number_without_unit_takes_none() -> None:
    assert units.parse("0.8", "dimensionless") == 0.8
    for text in ("0.8 kg/g", "2 d/h", "3 mg/kg"):
        with pytest.raises(units.UnitProblem, match="takes no unit"):
            units.parse(text, "dimensionless")


SIGNS = "0123456789.,eE+-% */^()[]_'\"\n\t\\"
UNIT_LIKE = st.text(SIGNS + "mgdhLMkuoVcEqnpsy\u00b5\u00b2\u0663\u200b\u2028", max_size=40)


def only_the_unit_error(text: str) -> None:
    for read in (units.parse_any, units.dimension_of, lambda given: units.parse(given, "mass")):
        try:
            found = read(text)
        except units.UnitProblem:
            continue
        value = found[0] if isinstance(found, tuple) else found
        assert isinstance(value, str) or math.isfinite(value)


@settings(max_examples=2000, deadline=500)
@given(st.one_of(UNIT_LIKE, st.text(max_size=30), st.from_regex(r"[0-9]{1,4}[.]?[0-9]* ?[a-zA-Z/^*0-9 -]{0,12}")))
def test_any_text_is_a_quantity_or_the_unit_error(text: str) -> None:
    only_the_unit_error(text)


@pytest.mark.acceptance
@settings(max_examples=20_000, deadline=2000)
@given(st.one_of(UNIT_LIKE, st.text(max_size=200)))
def test_twenty_thousand_texts_are_quantities_or_the_unit_error(text: str) -> None:
    only_the_unit_error(text)


def test_a_comma_before_three_digits_may_stand_for_thousands() -> None:
    with pytest.raises(units.UnitProblem, match=r"write 1\.500 mg, or 1500 mg if it stands for thousands"):
        units.split("1,500 mg")
    with pytest.raises(units.UnitProblem, match=r"has a comma; write 1\.5 mg$"):
        units.split("1,5 mg")
