"""The tally of verdicts, the order in which they are shown, and the record that they are held against."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from mgcells.cli import app
from mgcells.errors import InputProblems
from mgcells.experiments import read_experiment, run_validation
from mgcells.experiments.figures import draw_agreement, draw_validation, pictures
from mgcells.experiments.judging import VERDICTS
from mgcells.experiments.page import shown
from mgcells.experiments.record import compare
from mgcells.experiments.tally import KINDS, ordered, tallies
from mgcells.library import load_library
from mgcells.library.records import ExperimentKind
from mgcells.library.verdicts import FILE, read_record, read_verdicts

EXPERIMENT = """id = "Lab2026-body"
title = "A day without a supplement"
source = "Lab2026"
species = "human"
kind = "validation"

[scenario]
subject = "human-adult"
duration = "1 d"
replicates = 2
control = "none"
tissues = []

[[scenario.strategy]]
name = "none"

[[expect]]
observable = "plasma.magnesium"
strategy = "none"
measure = "value"
low = 0.5
high = {high}
"""
COMPARISON = "none, at 1 d: value"


def row(experiment: str, kind: str, verdict: str, **changes: object) -> dict[str, object]:
    plain = {
        "experiment": experiment, "kind": kind, "observable": "plasma.magnesium", "strategy": "salt", "against": "none",
        "at": "at 1 d", "measure": "relative", "predicted": 0.1, "predicted_low": 0.0, "predicted_high": 0.2,
        "measured": 0.1, "low": 0.0, "high": 0.2, "verdict": verdict, "n": 3, "unit": "mM", "note": "",
    }  # fmt: skip
    return {**plain, **changes}


TABLE = pd.DataFrame(
    [
        row("A", "calibration", "pass"),
        row("A", "negative-control", "fail", strategy="other"),
        row("B", "validation", "pass"),
        row("B", "validation", "fail", measure="sign"),
    ],
    columns=list(VERDICTS),
)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    (folder / "experiments").mkdir(parents=True)
    (folder / "sources.toml").write_text('[Lab2026]\nauthors = "Lab"\nyear = 2026\ntitle = "A day"\n')
    (folder / "experiments" / "Lab2026-body.toml").write_text(EXPERIMENT.format(high=2.0))
    return folder


def validate(lab: Path, *words: str) -> Result:
    out = str(lab.parent / "out")
    command = ["validate", "Lab2026", "--library", str(lab), "--workers", "1", "--out", out, *words]
    return CliRunner().invoke(app, command, env={"COLUMNS": "200"})


def test_every_kind_has_its_place_and_nulls_come_first() -> None:
    assert set(KINDS) == set(get_args(ExperimentKind))
    assert KINDS[:2] == ("negative-control", "falsifier")
    assert list(ordered(TABLE)["kind"]) == ["negative-control", "calibration", "validation", "validation"]


def test_the_tally_counts_by_tissue_and_grade() -> None:
    by_tissue, by_grade = tallies(TABLE, {"A": "brain", "B": "body"}, {"A": "A", "B": "A"})
    assert by_tissue.texts() == [
        ("tissue", *KINDS),
        ("body", "", "", "1 of 2", ""),
        ("brain", "0 of 1", "", "", "1 of 1"),
    ]
    assert by_grade.rows == {"A human trial": {"negative-control": (0, 1), "validation": (1, 2), "calibration": (1, 1)}}


def test_grades_follow_the_species_unless_an_experiment_says_so() -> None:
    experiments = load_library().experiments
    grades = [experiments[name].grade for name in ("Brewer2001-fluid", "Slutsky2010-fluid", "Sun2016-culture")]
    assert grades == ["A", "B", "C"]


def test_what_became_worse_and_better_is_told_from_what_failed_before() -> None:
    names = {place: (entry["observable"], shown(entry)["Comparison"]) for place, entry in enumerate(
        TABLE.to_dict("records"))}  # fmt: skip
    before = {"A": {names[0]: "pass", names[1]: "pass"}, "B": {names[2]: "fail"}}
    found = compare(TABLE, before)
    assert [shift.text for shift in found.worse] == [
        "A: plasma.magnesium, other against none, at 1 d: change: was pass, is fail"
    ]
    assert [(shift.experiment, shift.before, shift.now) for shift in found.better] == [("B", "fail", "pass")]
    assert found.unrecorded == 1
    lost = compare(TABLE.assign(verdict="no result"), before)
    assert len(lost.worse) == 2
    assert not compare(TABLE, {"A": {names[0]: "pass", names[1]: "fail"}, "B": {names[2]: "pass"}}).worse


def test_the_record_speaks_of_expectations_that_exist() -> None:
    library = load_library()
    for name, rows in read_verdicts(library).items():
        _, expectations = read_experiment(library.experiments[name], library)
        observables = {entry.observable for entry in expectations}
        strategies = {" < ".join(entry.strategies) for entry in expectations}
        for observable, comparison in rows:
            assert observable in observables, f"{name}: run mgcells validate {name} --record"
            assert comparison.startswith(tuple(strategies)), f"{name}: run mgcells validate {name} --record"


def test_a_prediction_that_agreed_by_the_record_and_does_not_any_more_ends_with_1(lab: Path) -> None:
    first = validate(lab, "--record")
    assert first.exit_code == 0, first.output
    assert "Not recorded yet: 1" in first.output
    assert f"Recorded: {lab / FILE}" in first.output
    recorded = {"Lab2026-body": {("plasma.magnesium", COMPARISON): "pass"}}
    assert read_record(lab / FILE) == recorded
    assert validate(lab).exit_code == 0
    (lab / "experiments" / "Lab2026-body.toml").write_text(EXPERIMENT.format(high=0.6))
    worse = validate(lab)
    assert worse.exit_code == 1
    assert f"Worse than recorded: Lab2026-body: plasma.magnesium, {COMPARISON}: was pass, is fail" in worse.output
    assert read_record(lab / FILE) == recorded
    assert validate(lab, "--record").exit_code == 0
    assert read_record(lab / FILE) == {"Lab2026-body": {("plasma.magnesium", COMPARISON): "fail"}}
    assert validate(lab).exit_code == 0, "what is recorded as failing is no error"
    (lab / "experiments" / "Lab2026-body.toml").write_text(EXPERIMENT.format(high=2.0))
    better = validate(lab)
    assert better.exit_code == 0
    assert "Better than recorded: Lab2026-body" in better.output


def test_recording_keeps_what_was_not_run_and_drops_what_is_gone(lab: Path) -> None:
    second = EXPERIMENT.format(high=2.0).replace("Lab2026-body", "Other2026-body")
    (lab / "experiments" / "Other2026-body.toml").write_text(second)
    rows = "experiment,observable,comparison,verdict\nOther2026-body,a,b,fail\nGone2020-body,a,b,pass\n"
    (lab / FILE).write_text(rows)
    run_validation(["Lab2026"], out=lab.parent / "out", libraries=[lab], workers=1, record=True)
    assert read_record(lab / FILE) == {
        "Lab2026-body": {("plasma.magnesium", COMPARISON): "pass"},
        "Other2026-body": {("a", "b"): "fail"},
    }


def test_a_record_that_cannot_be_written_is_refused_before_anything_runs(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mgcells.experiments.record.os.access", lambda path, mode: False)
    with pytest.raises(InputProblems, match=r"verdicts\.csv  cannot be written, so that nothing can be recorded"):
        run_validation(["Lab2026"], out=lab.parent / "out", libraries=[lab], workers=1, record=True)
    assert not (lab.parent / "out").exists()


def test_both_figures_show_what_has_a_scale_and_say_how_many() -> None:
    figure = draw_agreement(TABLE, {"A": "brain", "B": "body"})
    titles = [axes.get_title() or axes.get_title("left") for axes in figure.axes]
    assert [title.split("\n") for title in titles] == [
        ["negative-control", "0 of 1 agree"],
        ["validation", "1 of 1 agree"],
        ["calibration", "1 of 1 agree"],
    ]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["body", "brain"]
    markers = [
        line.get_marker() for axes in figure.axes for line in axes.get_lines() if line.get_marker() in ("o", "X")
    ]
    assert sorted(map(str, markers)) == ["X", "o", "o"]
    glance, rows = pictures(TABLE)
    assert "(n = 3): the mean over 3 to 3 virtual subjects" in glance.caption
    assert "not drawn: 1." in glance.caption
    assert rows.name == "validation"
    assert len(draw_validation(TABLE).axes[0].get_yticklabels()) == 3


def test_signs_alone_have_no_figure_at_a_glance() -> None:
    assert [picture.name for picture in pictures(TABLE.assign(measure="sign"))] == ["validation"]
