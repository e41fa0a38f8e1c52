"""The five lines on top say what the tables say, nulls included, and admit what was not run."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up import GAIN, write_folder

from mgcells.reporting import answers
from mgcells.reporting.opening import opening
from mgcells.reporting.page import render_page
from mgcells.reporting.results import Results, read_results

LABELS = ["Answer", "Size", "How sure", "Which mechanism", "Which assumption decides"]


def read(folder: Path, **options: Any) -> Results:
    return read_results(write_folder(folder, **options))


def said(results: Results) -> dict[str, str]:
    return dict(opening(results))


def test_the_five_lines_stand_first_on_the_page_and_on_the_terminal(tmp_path: Path) -> None:
    results = read(tmp_path / "run")
    lines = opening(results)
    assert [line.label for line in lines] == LABELS
    assert answers(results.folder)[:5] == [f"{line.label}: {line.text}" for line in lines]
    page = html.unescape(render_page(results, []))
    places = [page.index(f"<dt>{line.label}</dt><dd>{line.text}</dd>") for line in lines]
    assert page.index("<h1>") < places[0]
    assert places == sorted(places)
    assert places[-1] < page.index("What was compared")


def test_an_answer_names_who_moved_the_endpoint_and_who_did_not(tmp_path: Path) -> None:
    assert said(read(tmp_path / "run"))["Answer"] == (
        "CSF magnesium (at 24 d), compared with vehicle, was higher by 0.12 mM with L-TAMS; the same with “chloride, "
        "equal magnesium” and sham. Of the 2 other endpoints, 1 differed with L-TAMS and “chloride, equal magnesium”; "
        "none with sham."
    )


def test_a_size_is_measured_by_the_spread_between_the_subjects_of_control(tmp_path: Path) -> None:
    results = read(tmp_path / "run")
    size, endpoint = said(results)["Size"], results.main[0]
    row = results.effect("L-TAMS", endpoint)
    assert row is not None
    control = results.exact[results.exact["strategy"] == "vehicle"]["csf.magnesium, at 24 d"]
    assert results.spread(endpoint) == pytest.approx(control.std(ddof=1))
    assert f", {row['difference'] / control.std(ddof=1):.1f} times the spread between the subjects of vehicle" in size
    assert size.startswith("The largest, with L-TAMS: +0.1")
    assert "(95 % interval 0.1" in size


def test_a_null_is_an_answer(tmp_path: Path) -> None:
    lines = said(read(tmp_path / "run", strategies=("vehicle", "sham")))
    assert lines["Answer"].startswith("CSF magnesium (at 24 d), compared with vehicle, was the same with sham. ")
    assert lines["Answer"].endswith("Of the 2 other endpoints, none differed with any strategy.")
    assert lines["Size"] == "None: every subject ended exactly as with vehicle."


def test_an_interval_about_zero_is_no_clear_difference(tmp_path: Path) -> None:
    results = read(tmp_path / "run", strategies=("vehicle", "L-TAMS"), endpoints=("plasma.magnesium",))
    noise, column = results.exact.copy(), "plasma.magnesium, at 24 d"
    moved = noise["strategy"] == "L-TAMS"
    shifts = np.array([0.02, -0.02, 0.01, -0.01, 0.03, -0.02])
    noise.loc[moved, column] = noise.loc[~moved, column].to_numpy() + shifts
    lines = said(replace(results, exact=noise))
    assert lines["Answer"].endswith("compared with vehicle, was not clearly different with L-TAMS.")
    assert lines["Size"].startswith("At most 0.02")
    assert "up or down" in lines["Size"]


def test_a_difference_that_is_small_beside_the_spread_is_called_so(tmp_path: Path) -> None:
    results = read(tmp_path / "run", strategies=("vehicle", "sham"), endpoints=("plasma.magnesium",))
    shifted = results.exact.copy()
    column = "plasma.magnesium, at 24 d"
    shifted.loc[shifted["strategy"] == "sham", column] += 0.1 * results.spread(results.main[0])
    answer = said(replace(results, exact=shifted))["Answer"]
    assert "hardly different (by less than 0.2 of the spread between subjects) with sham" in answer


@pytest.mark.parametrize(
    ("options", "label", "text"),
    [
        (
            {"replicates": 1},
            "Answer",
            "In the one virtual subject: CSF magnesium (at 24 d), compared",
        ),
        ({"replicates": 1}, "Size", "(one pair gives no interval)."),
        ({"replicates": 1}, "How sure", "One virtual subject: there is no interval"),
        ({"strategies": ("vehicle",)}, "Answer", "None: no strategy has a finished pair with vehicle"),
        ({"strategies": ("vehicle",)}, "Size", "Not known"),
        ({"replicates": 1, "failed": tuple((name, 0) for name in GAIN)}, "How sure", "Not at all: no pair"),
        ({"replicates": 2, "failed": (("L-TAMS", 0), ("L-TAMS", 1))}, "Answer", "not known with L-TAMS"),
        ({}, "How sure", "6 virtual subjects in each strategy. The interval covers how these differ; it does not"),
        ({}, "How sure", "2 of the 4 numbers and rules used (50 %) are assumed."),
        ({}, "Which mechanism", "Not run: mgcells explain"),
        ({}, "Which assumption decides", "Not run: which of the 2 assumed numbers and rules"),
    ],
)
def test_what_is_known_is_said_and_no_more(options: dict[str, Any], label: str, text: str, tmp_path: Path) -> None:
    assert text in said(read(tmp_path / "run", **options))[label]


@pytest.mark.parametrize("place", ["run/explain", "run-study/explain"])
def test_the_mechanism_is_read_where_it_was_explained(place: str, tmp_path: Path) -> None:
    results = read(tmp_path / "run")
    (tmp_path / place).mkdir(parents=True)
    sentences = ["The transporter carries it.", "Two.", "Three.", "Four."]
    (tmp_path / place / "sentences.json").write_text(json.dumps(sentences))
    expected = "The transporter carries it. Two. Three. 1 more in explain/sentences.json."
    assert said(results)["Which mechanism"] == expected


def test_an_explanation_that_cannot_be_read_is_no_explanation(tmp_path: Path) -> None:
    results = read(tmp_path / "run")
    (tmp_path / "run" / "explain").mkdir()
    (tmp_path / "run" / "explain" / "sentences.json").write_text("[")
    assert said(results)["Which mechanism"].startswith("Not run")
