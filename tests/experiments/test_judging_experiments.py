"""Judging predictions, reading experiments, and the command that does both."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from mgcells.analysis.cube import build_cube
from mgcells.analysis.endpoints import column_of, endpoint_values
from mgcells.cli import app
from mgcells.errors import InputProblems
from mgcells.experiments import chosen_experiments, read_experiment, run_validation
from mgcells.experiments.figures import draw_validation
from mgcells.experiments.judging import Expectation, judge
from mgcells.experiments.page import shown, validation_page
from mgcells.library import load_library
from mgcells.library.entries import Experiment
from mgcells.library.located import parse
from mgcells.library.records import ExperimentRecord
from mgcells.scenario import Endpoint

END = Endpoint("level", "at 2 d", "at", 2.0, 2.0)
DAY_1 = Endpoint("level", "at 1 d", "at", 1.0, 1.0)
SERIES = pd.DataFrame(
    {
        "strategy": ["control"] * 9 + ["salt"] * 9,
        "replicate": [0, 0, 0, 1, 1, 1, 2, 2, 2] * 2,
        "day": [0.0, 1.0, 2.0] * 6,
        "level": [1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 1.0, 1.5, 1.3, 2.0, 2.6, 2.2, 3.0, 3.7, 3.1],
    }
)
TEXT = """id = "X1"
title = "Sulfate"
source = "Brewer2001"
species = "human"
kind = "validation"

[scenario]
subject = "human-adult"
duration = "2 d"
replicates = 2
control = "none"
tissues = []

[[scenario.strategy]]
name = "none"

[[scenario.strategy]]
name = "sulfate"
doses = [{ compound = "magnesium sulfate", amount = "20 mmol", of = "magnesium", route = "oral" }]

[[expect]]
observable = "plasma.magnesium"
strategy = "sulfate"
against = "none"
measure = "relative"
low = 0
"""


def read(entry: Expectation) -> pd.DataFrame:
    """Return the endpoints of the made-up runs as their table has them."""
    cube = build_cube(SERIES)
    values = endpoint_values(cube, entry.endpoints)
    names = [column_of(endpoint) for endpoint in entry.endpoints]
    return pd.DataFrame([
        {"strategy": strategy, "replicate": replicate, **dict(zip(names, values[row, place], strict=True))}
        for row, strategy in enumerate(cube.strategies)
        for place, replicate in enumerate(cube.replicates)
    ])  # fmt: skip


def expect(measure: str, **keys: object) -> Expectation:
    plain = {"strategies": ("salt",), "against": "control", "at": END, "against_at": END, "above": None, "note": ""}
    bounds = {"value": None, "low": None, "high": None}
    keys = {"kind": "validation", "measure": measure, **plain, **bounds, **keys}
    return Expectation(**keys)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "predicted"),
    [
        (expect("value", against=None, low=0), 2.2),
        (expect("difference", low=0), 0.2),
        (expect("relative", low=0), 0.1),
        (expect("ratio", low=0), 1.1),
        (expect("ratio", against="start", low=0), 1.1),
        (expect("ratio", at=Endpoint("level", "", "highest", 0.0, 2.0), low=0), 1.3),
        (expect("value", against=None, at=Endpoint("level", "", "mean", 0.0, 2.0), low=0), 2.3),
        (
            expect("ratio", against="salt", above="control", against_at=DAY_1, low=0),
            1 / 3,
        ),
        (expect("d", low=0), 0.2 / math.sqrt((1.0 + 0.81) / 2)),
    ],
)
def test_measures(entry: Expectation, predicted: float) -> None:
    row = judge("X", read(entry), [entry], units={}, seed=1).iloc[0]
    assert row["predicted"] == pytest.approx(predicted)
    assert row["predicted_low"] < row["predicted"] < row["predicted_high"]
    assert row["verdict"] == "pass"


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (expect("relative", low=0.05, high=0.15), "pass"),
        (expect("relative", low=0.12), "fail"),
        (expect("relative", high=0.09), "fail"),
        (expect("sign", value=1), "pass"),
        (expect("sign", value=-1), "fail"),
        (expect("sign", value=1, against="salt"), "fail"),
        (expect("order", strategies=("control", "salt"), against=None), "pass"),
        (expect("order", strategies=("salt", "control"), against=None), "fail"),
        (expect("relative", strategies=("missing",), low=0), "no result"),
    ],
)
def test_verdicts(entry: Expectation, verdict: str) -> None:
    row = judge("X", read(entry), [entry], units={}, seed=1).iloc[0]
    assert row["verdict"] == verdict
    assert shown(row.to_dict())["Verdict"] == verdict


def experiment(text: str) -> Experiment:
    document = parse(text, "X1.toml")
    return Experiment(ExperimentRecord.model_validate(document.data), document)


def test_an_experiment_becomes_a_scenario_and_its_expectations() -> None:
    scenario, (entry,) = read_experiment(experiment(TEXT), load_library())
    assert scenario.title == "Sulfate"
    assert (entry.kind, entry.at.label, entry.low, entry.high) == ("validation", "at 2 d", 0, None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"plasma.magnesium"',
            '"plasma.magnesum"',
            "X1.toml:21  expect: unknown observable 'plasma.magnesum'; did",
        ),
        ('strategy = "sulfate"\n', 'strategy = "sulphate"\n', "unknown strategy 'sulphate'; did you mean 'sulfate'?"),
        ("low = 0", "low = 2\nhigh = 1", "low = 2 is above high = 1"),
        ("low = 0", "", "give low or high"),
        ("low = 0", 'low = 0\nat = "3 d"', "'3 d' lies after the end, 2 d"),
        ("low = 0", 'low = 0\nat = "1 d to 3 d"', "should be a window within the duration, 2 d"),
        ("low = 0", 'low = 0\nat = "highest 1 d"', "highest of what?"),
        ('measure = "relative"', 'measure = "value"', "measure = 'value' takes no 'against'"),
        ('"magnesium sulfate"', '"magnesium sulfat"', "X1.toml:19  unknown compound 'magnesium sulfat'; did you mean"),
    ],
)
def test_a_faulty_experiment_names_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(InputProblems) as caught:
        read_experiment(experiment(TEXT.replace(old, new)), load_library())
    assert message in str(caught.value)


def test_long_experiments_run_when_asked_for() -> None:
    library = load_library()
    every, short = chosen_experiments(library, [], full=True), chosen_experiments(library, [], full=False)
    assert set(short) == {name for name in every if not library.experiments[name].record.full}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("brewer2001-FLUID", ["Brewer2001-fluid"]),
        ("xb01", ["Brewer2001-fluid"]),
        ("Slutsky2010", ["Slutsky2010-fluid", "Slutsky2010-salts", "Slutsky2010-synapses"]),
        ("Zhang2016", ["Zhang2016-urine"]),
        ("k10", ["Fine1991-acetate", "Sabatier2002-meal"]),
    ],
)
def test_an_experiment_answers_to_name_and_key_and_to_the_beginning_of_either(name: str, meant: list[str]) -> None:
    assert chosen_experiments(load_library(), [name], full=False) == meant


@pytest.mark.parametrize(("name", "meant"), [("XB0l", "XB"), ("XB", "XB"), ("Brewer2001-fluids", "Brewer2001-fluid")])
def test_what_is_no_experiment_names_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(InputProblems, match=f"is not an experiment; did you mean '{meant}"):
        chosen_experiments(load_library(), [name], full=False)


def test_the_command_writes_what_it_says_and_a_failed_expectation_is_no_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["validate", "XB01", "--workers", "1", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "validation.csv")
    assert set(table["experiment"]) == {"Brewer2001-fluid"}
    assert table["predicted"].notna().all()
    page = (tmp_path / "validation.md").read_text()
    assert "## Brewer2001-fluid (XB01): Intravenous" in page
    assert "negative-control" in page
    assert "Brewer" in page
    for suffix in ("png", "svg"):
        for name in ("agreement", "validation"):
            assert f"figures/{name}.png" in page
            assert (tmp_path / "figures" / f"{name}.{suffix}").stat().st_size > 1000
    assert CliRunner().invoke(app, ["validate", "XQ77"]).exit_code == 2


def test_a_crash_is_shown_on_the_page() -> None:
    page = validation_page(pd.DataFrame(columns=["experiment", "kind", "verdict"]), {}, ["X1"])
    assert "X1: a run crashed" in page


def test_page_and_figure_disclose_what_is_not_independent(tmp_path: Path) -> None:
    result = run_validation(["Sabatier2002-meal"], out=tmp_path, workers=1)
    assert "**Not independent.** All arms were redefined" in result.files.page.read_text()
    labels = [
        label.get_text() for label in draw_validation(result.table, ["Sabatier2002-meal"]).axes[0].get_yticklabels()
    ]
    assert labels
    assert all(label.startswith("Sabatier2002-meal*") for label in labels)


def test_rows_that_a_parameter_was_chosen_for_are_no_validation() -> None:
    _, found = read_experiment(load_library().experiments["Rude2009-graded-diets"], load_library())
    kinds = {entry.kind for entry in found if entry.observable in ("plasma.magnesium", "bone.magnesium")}
    assert kinds == {"calibration"}
    assert {entry.kind for entry in found if entry.observable == "plasma.pth"} == {"validation"}
