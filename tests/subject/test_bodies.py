"""The body alone, many subjects at once: the same numbers as one run after the other."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from mgcells.batch import bodies
from mgcells.batch.batch import run_batch
from mgcells.batch.bodies import run_bodies
from mgcells.body.body import Body
from mgcells.body.routes import ROUTES
from mgcells.cli import app
from mgcells.library import load_library
from mgcells.reporting import build_report
from mgcells.scenario import Scenario, read_scenario
from mgcells.subject.assembly import deliveries

TEXT = """title = "Two salts"
subject = "rat"
duration = "3 d"
replicates = 12
control = "vehicle"
tissues = []
record_every = "3 h"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "injury, L-TAMS"
condition = [{ name = "neuropathic-pain", from = "20 h" }]
doses = [{ compound = "L-TAMS", amount = "300 mg/kg", of = "salt", every = "12 h", route = "oral" }]
inhibitors = [{ target = "GLUT", residual = 0.5 }]

[[strategy]]
name = "poor diet"
diet = { magnesium = "0.1 g/kg" }

[endpoints]
"csf.magnesium" = { at = "2 d" }
"plasma.magnesium" = { mean_over = "last 1 d" }
"""
TABLES = ("timeseries.csv", "units.csv", "resolved.json")


def scenario(text: str = TEXT) -> Scenario:
    return read_scenario(text, "test.toml")


def dying_once(task: bodies.Task, scenario: Scenario, *, marker: Path) -> list[bodies.Piece | bodies.Fault]:
    if not marker.exists():
        marker.touch()
        os._exit(9)
    return bodies.simulate_chunk(task, scenario)


def always_dying(task: bodies.Task, scenario: Scenario) -> list[bodies.Piece | bodies.Fault]:
    os._exit(9)


def test_a_killed_worker_is_replaced_and_what_it_had_is_carried_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [bodies.Task("vehicle", (0, 1), (0, 1)), bodies.Task("poor diet", (0, 1), (0, 1))]
    monkeypatch.setattr(bodies, "simulate_chunk", partial(dying_once, marker=tmp_path / "marker"))
    pieces = [piece for found in bodies._results(scenario(), tasks, 2) for piece in found]
    assert [piece.task for piece in pieces] == tasks
    monkeypatch.setattr(bodies, "simulate_chunk", always_dying)
    (faults,) = bodies._results(scenario(), tasks, 2)
    assert [(fault.task.strategy, fault.task.replicates) for fault in faults] == [
        ("vehicle", (0,)), ("vehicle", (1,)), ("poor diet", (0,)), ("poor diet", (1,)),
    ]  # fmt: skip


def test_subjects_in_company_have_the_numbers_of_runs_alone(tmp_path: Path) -> None:
    run_batch(scenario(), tmp_path / "alone", workers=1)
    result = run_bodies(scenario(), tmp_path / "together", workers=1)
    assert (result.done, result.failed) == (36, 0)
    for name in (*TABLES, "timeseries.parquet", "endpoints.csv", "endpoints.parquet"):
        assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "together" / name).read_bytes(), name


@pytest.fixture(scope="module")
def thinned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kinetics")
    limit = bodies.MOST_ROWS
    bodies.MOST_ROWS = 36 * 7
    try:
        run_bodies(scenario(), folder / "thin", workers=2)
    finally:
        bodies.MOST_ROWS = limit
    run_bodies(scenario(), folder / "full", workers=1)
    for name in ("thin", "full"):
        build_report(folder / name)
    return folder


def test_a_large_batch_keeps_fewer_records_but_the_same_effects(thinned: Path) -> None:
    series, full = (pd.read_parquet(thinned / name / "timeseries.parquet") for name in ("thin", "full"))
    assert series["day"].unique().tolist() == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    kept = full[full["day"].isin(series["day"].unique())].reset_index(drop=True)
    pd.testing.assert_frame_equal(series, kept)
    effects, exact = (pd.read_csv(thinned / name / "effects.csv") for name in ("thin", "full"))
    pd.testing.assert_frame_equal(effects, exact, rtol=1e-8)


def test_the_summary_has_every_record(thinned: Path) -> None:
    full = pd.read_parquet(thinned / "full" / "timeseries.parquet")
    summary = pd.read_csv(thinned / "thin" / "summary.csv").set_index(["strategy", "observable", "day"])
    assert not (thinned / "full" / "summary.csv").exists()
    for (strategy, day), rows in full.groupby(["strategy", "day"]):
        for name in ("plasma.magnesium", "urine.magnesium"):
            row = summary.loc[(strategy, name, day)]
            expected = [rows[name].mean(), rows[name].std(), rows[name].min(), rows[name].max(), 12]
            assert row.to_numpy(dtype=float) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_one_impossible_subject_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mgcells.subject import bodies as kinetics

    plain = kinetics.courses

    def courses(scenario: Scenario, strategy: str, replicates: tuple[int, ...]) -> object:
        if 3 in replicates:
            raise ValueError("no balance")
        return plain(scenario, strategy, replicates)

    monkeypatch.setattr(kinetics, "courses", courses)
    result = run_bodies(scenario(), tmp_path, workers=1)
    assert (result.done, result.failed) == (33, 3)
    runs = pd.read_csv(tmp_path / "runs.csv")
    assert set(runs.loc[runs["status"] == "failed", "replicate"]) == {3}
    assert "no balance" in runs["error"].dropna().iloc[0]
    assert 3 not in set(pd.read_parquet(tmp_path / "timeseries.parquet")["replicate"])


def test_tissues_and_their_endpoints_are_left_out(tmp_path: Path) -> None:
    text = TEXT.replace("tissues = []", 'tissues = ["brain"]').replace('"csf.magnesium" =', '"brain.nr2b" =')
    (tmp_path / "x.toml").write_text(text)
    out = tmp_path / "out"
    arguments = ["kinetics", str(tmp_path / "x.toml"), "--out", str(out), "--replicates", "3", "--workers", "1"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert set(pd.read_csv(out / "effects.csv")["observable"]) > {"plasma.magnesium"}
    assert (out / "report.html").stat().st_size > 0
    assert np.isfinite(pd.read_csv(out / "timeseries.csv").drop(columns="strategy")).all().all()


def test_a_permeable_barrier_gives_common_salts_a_part_of_the_rise(tmp_path: Path) -> None:
    given = 'amount = "50 mg/kg", of = "magnesium", every = "24 h", route = "drinking water"'
    dose = 'doses = [{{ compound = "{}", ' + given + " }}]"
    strategies = {
        "vehicle": "",
        "L-TAMS": dose.format("magnesium L-threonate"),
        "chloride": dose.format("magnesium chloride"),
        "permeable": 'condition = ["permeable-barrier"]',
        "permeable, chloride": 'condition = ["permeable-barrier"]\n' + dose.format("magnesium chloride"),
    }
    head = TEXT.split("[[strategy]]")[0].replace('"3 d"', '"24 d"').replace("12", "4").replace('"3 h"', '"24 h"')
    text = head + "".join(f'[[strategy]]\nname = "{name}"\n{lines}\n' for name, lines in strategies.items())
    run_bodies(scenario(text + '[endpoints]\n"csf.magnesium" = { at = "24 d" }\n'), tmp_path, workers=1)
    series = pd.read_parquet(tmp_path / "timeseries.parquet")
    found = series[series["day"] == 24.0].groupby("strategy", observed=True)["csf.magnesium"].mean()
    assert found["permeable"] == pytest.approx(found["vehicle"], rel=0.005)
    rise = found / found["vehicle"] - 1.0
    assert rise["chloride"] / rise["L-TAMS"] < 0.2
    assert rise["permeable, chloride"] / rise["L-TAMS"] == pytest.approx(0.3, abs=0.03)


def test_books_close_for_every_compound_by_every_route() -> None:
    library = load_library()
    subject = {path: parameter.value for path, parameter in library.subjects["human-adult"].parameters.items()}
    pairs = [(compound, route) for compound in library.compounds for route in ROUTES]
    streams = []
    for compound, route in pairs:
        keys = 'amount = "7 mmol", of = "salt", every = "9 h", from = "2 h"'
        dose = f'{{ compound = "{compound}", route = "{route}", {keys} }}'
        text = f'{TEXT.split("[[strategy]]")[0]}\n[[strategy]]\nname = "vehicle"\ndoses = [{dose}]\n'
        strategy = scenario(text.replace('"rat"', '"human-adult"')).strategy("vehicle")
        streams.append(deliveries(library, strategy, subject))
    body = Body([subject] * len(pairs), deliveries=streams)
    for hour in range(48):
        body.advance(float(hour))
    for substance, books in body.ledger().items():
        off = np.abs(books.residual) / books.came_in
        assert off.max() < 1e-9, (substance, pairs[int(off.argmax())])


def test_an_interrupted_batch_says_that_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(bodies, "_results", interrupted)
    (tmp_path / "x.toml").write_text(TEXT)
    result = CliRunner().invoke(app, ["kinetics", str(tmp_path / "x.toml"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 130
    assert "Nothing is kept" in result.output
    assert "goes on from there" not in result.output
