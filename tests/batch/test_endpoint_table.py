"""Endpoints, peaks and safety of a run are those of its course, however often it is recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mgcells.analysis.endpoints import column_of
from mgcells.batch.batch import run_batch
from mgcells.batch.bodies import run_bodies
from mgcells.batch.endpoint_table import endpoints_of_run, table_endpoints
from mgcells.reporting.results import read_results
from mgcells.reporting.safety import safety_table
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario.endpoint_grammar import read_endpoint
from mgcells.subject.subject import simulate

TEXT = """title = "Infused"
subject = "human-adult"
duration = "4 d"
replicates = 2
control = "vehicle"
tissues = []
step = "{step}"
record_every = "{every}"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "sulfate"
doses = [{{ compound = "magnesium sulfate", of = "magnesium", amount = "20 mmol", every = "24 h", {more} }}]

[endpoints]
"plasma.magnesium" = {{ {at} }}
"csf.magnesium" = {{ mean_over = "last 2 h" }}
"urine.magnesium" = {{ mean_over = "last 1 d" }}
"""
BOLUS = 'route = "intravenous"'
LEVEL, PEAK = 0, -1


def read(step: str = "1 h", every: str = "6 h", at: str = 'at = "73 h"', more: str = BOLUS) -> Scenario:
    return read_scenario(TEXT.format(step=step, every=every, at=at, more=more), "test.toml")


def of(scenario: Scenario) -> np.ndarray:
    return endpoints_of_run(simulate(scenario, "sulfate", 0), scenario)


@pytest.mark.parametrize("at", ['at = "73 h"', 'mean_over = "last 1 d"'])
def test_endpoints_and_peak_do_not_depend_on_the_records(at: str) -> None:
    first, *others = (of(read("15 min", every, at)) for every in ("15 min", "1 h", "6 h", "4 d"))
    for other in others:
        assert np.array_equal(first, other)
    hourly = of(read("1 h", "6 h", at))
    assert hourly[LEVEL] == pytest.approx(first[LEVEL], rel=1e-6)
    assert hourly[PEAK] == pytest.approx(first[PEAK], rel=1e-5)
    assert hourly == pytest.approx(first, rel=1e-3)


def test_a_bolus_is_seen_at_its_highest_and_at_the_hour_after() -> None:
    scenario = read()
    columns = simulate(scenario, "sulfate", 0)
    level = columns["plasma.magnesium"]
    jump = columns["plasma.magnesium|highest"][1] - level[0]
    found = endpoints_of_run(columns, scenario)
    assert found[PEAK] == pytest.approx(level[72] + jump, rel=1e-9)
    assert found[LEVEL] == level[73]
    assert found[LEVEL] / endpoints_of_run(simulate(scenario, "vehicle", 0), scenario)[LEVEL] == pytest.approx(
        1.72, abs=0.02
    )


def test_a_window_shorter_than_the_records_has_its_value() -> None:
    scenario = read("30 min", "1 h", 'mean_over = "last 30 min"')
    columns = simulate(scenario, "sulfate", 0)
    found = endpoints_of_run(columns, scenario)
    assert found[LEVEL] == columns["plasma.magnesium|mean"][-1]
    assert found[LEVEL] > 1.02 * simulate(scenario, "vehicle", 0)["plasma.magnesium"][-1]


def test_the_mean_over_a_day_is_the_integral_of_a_fine_course() -> None:
    coarse, fine = read("1 h", "6 h", 'mean_over = "last 1 d"'), read("15 min", "15 min", 'mean_over = "last 1 d"')
    columns = simulate(fine, "sulfate", 0)
    assert of(coarse)[LEVEL] == pytest.approx(columns["plasma.magnesium|mean"][-96:].mean(), rel=1e-6)
    # The trapezoid of quarters of an hour, with the level just after the dose, as a check by other means.
    last = columns["plasma.magnesium"][-97:].copy()
    last[0] = columns["plasma.magnesium|highest"][-96]
    assert of(coarse)[LEVEL] == pytest.approx(((last[1:] + last[:-1]) / 2).mean(), rel=1e-3)


def test_run_and_kinetics_write_the_same_endpoints_and_the_same_safety(tmp_path: Path) -> None:
    rows = {}
    for every in ("1 h", "4 d"):
        scenario = read(every=every, more='route = "oral"')
        run_batch(scenario, tmp_path / "run", workers=1, force=True)
        run_bodies(scenario, tmp_path / "kinetics", workers=1, force=True)
        for name in ("endpoints.csv", "endpoints.parquet"):
            assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "kinetics" / name).read_bytes(), name
        rows[every] = pd.read_csv(tmp_path / "run" / "endpoints.csv")
    pd.testing.assert_frame_equal(rows["1 h"], rows["4 d"], check_exact=True)
    assert rows["1 h"].columns.tolist() == ["strategy", "replicate", *map(column_of, table_endpoints(scenario))]


def test_a_peak_between_two_records_raises_the_safety_lines(tmp_path: Path) -> None:
    run_batch(read(every="4 d"), tmp_path, workers=1)
    results = read_results(tmp_path)
    table = safety_table(results).set_index("line")
    assert results.timeseries["plasma.magnesium"].max() < 1.5
    assert table.loc["nausea flushing weakness", "subjects"] == 2
    assert table["highest"].iloc[0] == results.exact.iloc[:, -1].max()
    assert "sulfate" not in results.same_as_control


def test_of_a_tissue_the_records_are_read_and_their_number_is_told(tmp_path: Path) -> None:
    text = (
        read().text.replace("tissues = []", 'tissues = ["gut"]').replace('"4 d"', '"2 d"').replace('"73 h"', '"25 h"')
    )
    text = (
        text.replace('"csf.magnesium"', '"gut.tight_junction"')
        .replace("last 2 h", "last 1 d")
        .replace("human-adult", "rat")
    )
    text = text.replace("20 mmol", "0.2 mmol").replace("replicates = 2", "replicates = 1")
    scenario = read_scenario(text, "test.toml")
    columns = simulate(scenario, "sulfate", 0)
    assert np.isfinite(columns["gut.tight_junction"]).tolist() == (columns["recorded"] > 0).tolist()
    found = endpoints_of_run(columns, scenario)
    assert found[1] == pytest.approx(columns["gut.tight_junction"][24:48:6].mean(), rel=1e-12)
    run_batch(scenario, tmp_path, workers=1)
    results = read_results(tmp_path)
    assert [results.note(endpoint) for endpoint in results.listed] == ["", "from 4 records, every 6 h", ""]
    assert results.heading(results.listed[1]).endswith("mean of last 1 d (from 4 records, every 6 h)")


def test_an_extreme_of_a_window_includes_its_first_moment() -> None:
    scenario = read()
    columns = simulate(scenario, "sulfate", 0)
    endpoints = tuple(read_endpoint("plasma.magnesium", f"{kind} 3 d to 4 d", 96.0) for kind in ("highest", "lowest"))
    highest, lowest, _ = endpoints_of_run(columns, replace(scenario, endpoints=endpoints))
    assert highest == columns["plasma.magnesium|highest"][73:].max()
    assert lowest == min(columns["plasma.magnesium"][72:].min(), columns["plasma.magnesium|lowest"][73:].min())
