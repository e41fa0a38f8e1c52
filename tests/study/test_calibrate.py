"""Calibration gives back values that were planted, says when the shipped ones differ, and writes what it found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from mgcells import calibrate
from mgcells.cli import app
from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.library.numbers import number
from mgcells.study.calibrate import FILES
from mgcells.study.fitting import least, search
from mgcells.study.objective import DEVIATIONS, FAR, Objective

TAU, MAXIMUM = "rat:body.csf.tau_gain", "rat:body.csf.gain_maximum"
PLANTED = {TAU: 12.0, MAXIMUM: 0.5}
DAYS = (1, 2, 3)
EXPERIMENT = """id = "Planted2026-fluid"
title = "What the model itself gives with planted values"
source = "Slutsky2010"
species = "rat"
kind = "calibration"

[scenario]
subject = "rat"
duration = "3 d"
replicates = 1
control = "vehicle"
tissues = []
record_every = "6 h"

[[scenario.strategy]]
name = "vehicle"

[[scenario.strategy]]
name = "L-TAMS"
doses = [{ compound = "magnesium L-threonate", amount = "604 mg/kg", of = "salt", route = "drinking water",
           every = "24 h" }]
"""
ROW = """
[[expect]]
observable = "csf.magnesium"
strategy = "L-TAMS"
against = "vehicle"
at = "{day} d"
measure = "relative"
value = {value}
low = {low}
high = {high}
"""
CALIBRATION = f"""[planted]
title = "Planted, both numbers"
fits = ["{TAU}", "{MAXIMUM}"]
to = {{ "Planted2026-fluid" = ["csf.magnesium"] }}

[maximum]
title = "Planted, the maximum"
fits = ["{MAXIMUM}"]
to = {{ "Planted2026-fluid" = ["csf.magnesium"] }}
"""


def planted_library(folder: Path, values: dict[str, float], width: float = 0.001) -> Path:
    """Write a library whose experiment measures what the model gives with these values."""
    (folder / "experiments").mkdir(parents=True)
    (folder / "calibrations.toml").write_text(CALIBRATION, encoding="utf-8")
    path = folder / "experiments" / "Planted2026-fluid.toml"

    def write(measured: list[float]) -> None:
        rows = [
            ROW.format(day=day, value=value, low=value - width, high=value + width)
            for day, value in zip(DAYS, measured, strict=True)
        ]
        path.write_text(EXPERIMENT + "".join(rows), encoding="utf-8")

    write([0.0] * len(DAYS))
    objective = Objective(load_library(folder), "planted")
    position = np.array([axis.position(values[axis.name]) for axis in objective.axes])
    write([float(value) for value in objective.predictions(position)])
    return folder


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library whose experiment measures what planted values give."""
    return planted_library(tmp_path_factory.mktemp("planted") / "lab", PLANTED)


def test_two_planted_values_come_back_from_far_away(lab: Path) -> None:
    objective = Objective(load_library(lab), "planted")
    found = least(search(objective, np.array(start), objective.step) for start in ([0.9, 0.1], [0.6, 0.9]))
    for axis, position in zip(objective.axes, found.position, strict=True):
        assert axis.value(float(position)) == pytest.approx(PLANTED[axis.name], rel=0.05)


def test_a_planted_value_comes_back_and_the_shipped_one_is_named(tmp_path: Path) -> None:
    folder = planted_library(tmp_path / "lab", {TAU: 28.0, MAXIMUM: 0.5})
    out = tmp_path / "out"
    command = ["calibrate", "maximum", "--library", str(folder), "--out", str(out), "--workers", "1"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1, result.output
    assert MAXIMUM in result.stderr
    (row,) = pd.read_csv(out / "calibration.csv").to_dict("records")
    assert row["fitted"] == pytest.approx(0.5, rel=0.01)
    assert row["low"] <= 0.5 <= row["high"]
    assert (row["shipped"], row["verdict"], row["identifiable"]) == (0.33, "differs", "identifiable")
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    assert "<text" in (out / "calibration-profiles.svg").read_text(encoding="utf-8")
    page = (out / "calibration.md").read_text(encoding="utf-8")
    assert "is **not** what the fit gives" in page
    assert "calibration-profiles.png" in page


def test_a_shipped_value_comes_back_from_what_it_gives(tmp_path: Path) -> None:
    folder = planted_library(tmp_path / "lab", {address: number(load_library(), address).value for address in PLANTED})
    seen: list[str] = []
    result = calibrate(
        ["maximum"], libraries=[folder], workers=1, progress=lambda what, done, count: seen.append(f"{what} {done}")
    )
    assert set(result.numbers["verdict"]) == {"as shipped"}
    assert not result.differing
    assert not result.files
    assert {"fitting 0", "fitting 2", "profiles 1", "correlations 1"} <= set(seen)
    assert result.profiles["rise"].min() >= -1e-6


def test_the_shipped_removal_of_injected_magnesium_is_what_its_experiment_allows() -> None:
    result = calibrate(["intrathecal_removal"], workers=1)
    assert not result.differing
    assert result.groups["agreeing"][0] == result.groups["starts"][0]
    assert result.rows["fitted"][0] == pytest.approx(result.rows["measured"][0], rel=1e-3)


@pytest.mark.acceptance
def test_planted_values_come_back_with_interval_and_correlation(lab: Path) -> None:
    result = calibrate(["planted"], libraries=[lab], workers=1)
    found = result.numbers.set_index("number")
    for address, value in PLANTED.items():
        assert found.loc[address, "fitted"] == pytest.approx(value, rel=0.05)
        assert found.loc[address, "low"] <= value <= found.loc[address, "high"]
    assert abs(result.correlations["correlation"][0]) > 0.5


@pytest.mark.acceptance
def test_the_shipped_values_of_the_whole_body_are_what_their_experiments_allow() -> None:
    assert not calibrate(["barrier_gain", "oxide", "intrathecal_removal"], workers=1).differing


def test_predictions_do_not_depend_on_what_the_library_ships(tmp_path: Path) -> None:
    folder = planted_library(tmp_path / "lab", PLANTED)
    before = Objective(load_library(folder), "planted")
    (folder / "subjects").mkdir()
    moved = 'value = "39 d", low = "8 d", high = "40 d", basis = "fitted", note = "moved", replaces = true'
    (folder / "subjects" / "rat.toml").write_text(f"[body.csf]\ntau_gain = {{ {moved} }}\n", encoding="utf-8")
    after = Objective(load_library(folder), "planted")
    assert after.axes[0].shipped == pytest.approx(39.0)
    position = np.array([0.3, 0.4])
    np.testing.assert_array_equal(before.predictions(position), after.predictions(position))


def test_values_with_which_a_rule_cannot_work_are_far_from_everything() -> None:
    objective = Objective(load_library(), "synapses", replicates=1)
    assert objective(np.array([1.0, 0.0])).tolist() == [FAR]
    assert abs(objective(objective.shipped)[0]) < DEVIATIONS


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("barrier_gian", "did you mean 'barrier_gain'?"),
        ("bone_cells", "cannot be fitted: the targets"),
    ],
)
def test_what_cannot_be_fitted_is_refused_before_anything_runs(name: str, words: str) -> None:
    with pytest.raises(InputProblems, match=words.replace("?", r"\?")):
        calibrate([name])
    assert CliRunner().invoke(app, ["calibrate", name]).exit_code == 2


def test_a_number_that_is_measured_by_now_is_fitted_no_more(tmp_path: Path) -> None:
    folder = planted_library(tmp_path / "lab", PLANTED)
    (folder / "subjects").mkdir()
    text = "[body.csf]\n" + "".join(
        f'{key} = {{ value = {value}, basis = "measured", sources = ["Slutsky2010"], replaces = true }}\n'
        for key, value in (("tau_gain", '"20 d"'), ("gain_maximum", "0.4"))
    )
    (folder / "subjects" / "rat.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputProblems, match="none of its numbers has the basis 'fitted' any more"):
        calibrate(["planted"], libraries=[folder])
