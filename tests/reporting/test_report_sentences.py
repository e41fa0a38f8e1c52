"""Numbers and sentences say what the table says, with the digits the interval supports."""

from __future__ import annotations

from typing import Any

import pytest

from mgcells.reporting.columns import ObservableColumn
from mgcells.reporting.references import bibtex, reading, reference_line
from mgcells.reporting.sentences import effect_sentence, effect_sentences, number, percent, verdict

NAN = float("nan")
Y = ObservableColumn("a.y", "mM", "y", "brain")
RELATIVE = ObservableColumn("a.y", "", "y", "brain")
INDEX = ObservableColumn("a.y", "", "y (0 to 1)", "brain")


def row(difference: float, low: float, high: float, **other: Any) -> dict[str, Any]:
    share = 1.0 if difference > 0 else 0.0
    cells = {"difference": difference, "low": low, "high": high, "relative": difference, "n": 20, "unit": "mM"}
    return cells | {"pairs_favouring": share, "pairs_below": 1.0 - share, "control_mean": 1.0} | other


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.12345, None, "0.123"),
        (-0.12345, 2, "−0.12"),
        (-0.0001, 2, "0.00"),
        (0.0, 3, "0"),
        (NAN, None, "–"),
        (None, None, "–"),
        (1234.5, None, "1234"),
        (3.2e-9, None, "3.2 × 10⁻⁹"),
        (-4e7, 2, "−4.0 × 10⁷"),
    ],
)
def test_numbers(value: float | None, decimals: int | None, text: str) -> None:
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.1523, "+15 %"),
        (0.0998, "+10 %"),
        (-0.0523, "−5.2 %"),
        (0.00001, "0.00 %"),
        (0.0, "0 %"),
        (NAN, "–"),
        (300.0, ">999 %"),
    ],
)
def test_percentages(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("cells", "kind", "sentence"),
    [
        (
            row(0.1213, 0.1104, 0.1302),
            "higher",
            "X raised y by 0.121 mM (0.110 to 0.130; higher in 20 of 20 pairs; +12 %).",
        ),
        (row(-0.5, -0.7, -0.2), "lower", "X lowered y by 0.50 mM (0.20 to 0.70; lower in 20 of 20 pairs; −50 %)."),
        (
            row(0.01, -0.02, 0.04, pairs_favouring=0.6),
            "null",
            "X moved y by less than 0.040 mM on average (0.010, −0.020 to 0.040; the interval includes zero;"
            " higher in 12 of 20 pairs).",
        ),
        (row(0.0, 0.0, 0.0), "same", "X left y exactly as in control, in all 20 pairs."),
        (row(0.0, NAN, NAN, n=1), "same", "X left y exactly as in control, in the one pair."),
        (row(0.2, NAN, NAN, n=1), "single", "X: y was 0.20 mM higher than in control; one pair gives no interval."),
        (row(-2.2e-9, -2.5e-9, -1.9e-9), "negligible", "X moved y by less than 0.02 % of control on average."),
        (
            row(0.545723, 0.545701, 0.545745),
            "higher",
            "X raised y by 0.546 mM (0.546 to 0.546; higher in 20 of 20 pairs; +55 %).",
        ),
        (
            row(2.0, 1.0, 3.0, unit="", relative=NAN),
            "higher",
            "X raised y by 2.0 of the healthy level (1.0 to 3.0; higher in 20 of 20 pairs).",
        ),
    ],
)
def test_effects_in_words(cells: dict[str, Any], kind: str, sentence: str) -> None:
    assert verdict(cells) == kind
    assert effect_sentence("X", Y if cells["unit"] else RELATIVE, cells) == sentence


def test_a_bound_that_excludes_zero_is_never_shown_as_zero() -> None:
    assert "(0.004 to 0.503" in effect_sentence("X", Y, row(0.25, 0.004, 0.503))
    assert "(−0.024, −0.071 to 0.000;" in effect_sentence("X", Y, row(-0.0236, -0.0709, 0.00001))


def test_an_index_is_not_called_a_multiple_of_health() -> None:
    assert "healthy" not in effect_sentence("X", INDEX, row(0.2, 0.1, 0.3, unit=""))
    assert INDEX.shown_unit == INDEX.difference_unit == "index"


def test_a_difference_of_percentages_is_in_percentage_points() -> None:
    said = effect_sentence("X", ObservableColumn("a.y", "%", "y", "bone"), row(2.5, 2.0, 3.0))
    assert "raised y by 2.5 percentage points (2.0 to 3.0;" in said


def test_strategies_equal_to_control_share_a_sentence() -> None:
    same = row(0.0, 0.0, 0.0)
    said = effect_sentences(Y, {"A": same, "B": row(1.0, 0.5, 1.5), "C": same, "D": None})
    assert [kind for kind, _ in said] == ["higher", "none", "same"]
    assert said[-1][1] == "A; C left y exactly as in control, in all 20 pairs."


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ("Sun Q, Liu G", "Sun, Q and Liu, G"),
        ("Sun Q; Liu G", "Sun, Q and Liu, G"),
        ("Creedon, Da Silva & Cashman", "Creedon and {Da Silva} and Cashman"),
        ("Slutsky I et al.", "Slutsky, I and others"),
        ("Dutta, S. and Rao, T.", "Dutta, S. and Rao, T."),
        (["Dutta, S.", "Rao, T."], "Dutta, S. and Rao, T."),
    ],
)
def test_authors_reach_bibtex_as_names(authors: str | list[str], expected: str) -> None:
    assert f"author = {{{expected}}}" in bibtex({"K": {"authors": authors, "title": "T", "seen": "2026-11-20"}})


def test_sources_cited_from_memory_are_told_apart() -> None:
    assert reading({"seen": True}) == ""
    assert reading({"seen": "abstract"}) == "Abstract read"
    assert reading({"seen": "recalled"}) == reading({}) == "Recalled, not read"
    assert reference_line({"authors": "Sun Q", "year": 2016, "title": "T."}) == "Sun Q (2016). T."
