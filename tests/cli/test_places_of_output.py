"""A place that cannot be written is refused in one sentence before work begins, and what was found is still shown."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mgcells
from mgcells import benchmarks
from mgcells.benchmarks import BenchmarkRow, Report
from mgcells.cli import main
from mgcells.cli.tables import print_validation
from mgcells.experiments import Validation
from mgcells.experiments.files import ValidationFiles

ROWS = (
    BenchmarkRow("rules", "24 rows of rules, real powers, 100,000 cells", "ns", 2.5, "C, -O3 -march=native", 20.0, 8.0,
                 "at most 3 ns per cell-row", True, "results within 7e-16; C that shares powers: 7.51 ns"),
    BenchmarkRow("batch", "a batch", "s", 9.0, target="at most 2 s", passed=False),
)  # fmt: skip


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "file").write_text("")

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mgcells", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return called


@pytest.mark.parametrize("place", ["nowhere/model.xml", "file/model.xml", "."])
def test_a_model_that_cannot_be_written_is_a_problem(call: Any, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mgcells.subject.sbml.export_sbml", lambda *_: "<sbml/>")
    status, out, err = call("sbml", "brain_salts_rat", "--out", place)
    assert (status, out) == (2, "")
    assert err.startswith(f"{place}  cannot be written: ")
    assert err.endswith("1 problem. Nothing was run.\n")
    assert call("sbml", "brain_salts_rat", "--out", "model.xml") == (0, "Model: model.xml\n", "")


def test_a_page_of_benchmarks_is_refused_before_anything_is_measured(
    call: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    measured: list[str] = []

    def suite(*_: object, **__: object) -> Report:
        measured.append("all")
        return Report({"processor": "fast", "python": "3.13"}, True, ROWS)

    monkeypatch.setattr(benchmarks, "run_suite", suite)
    assert call("bench", "--docs", "file/docs")[0] == 2
    (tmp_path / "performance.md").mkdir()
    status, _, err = call("bench", "--docs", ".")
    assert status == 2
    assert "performance.md  is a folder where a file is to be written" in err
    assert not measured
    status, out, _ = call("bench")
    assert status == 0
    assert max(map(len, out.splitlines())) <= 80
    assert out.splitlines()[:3] == [
        "rules",
        "  pass     24 rows of rules, real powers, 100,000 cells",
        "             ours 2.50 ns; reference 20.0 ns: C, -O3 -march=native; 8.00 times",
    ]
    assert "  MISSED   a batch" in out


def test_a_validation_is_refused_before_anything_is_run(call: Any) -> None:
    status, out, err = call("validate", "--out", "file/below")
    assert (status, out) == (2, "")
    assert "file/below  cannot be written: Not a directory" in err


def test_verdicts_fit_into_80_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    row = {
        "experiment": "slow", "kind": "validation", "observable": "spinal_cord.threshold", "strategy": "L-TAMS",
        "against": "vehicle", "at": "mean over the last 1 d", "measure": "relative", "predicted": 0.5,
        "predicted_low": 0.4, "predicted_high": 0.6, "measured": 0.5, "low": 0.1, "high": 0.9, "verdict": "pass",
        "n": 20, "unit": "", "note": "",
    }  # fmt: skip
    other = {**row, "verdict": "no result", "predicted": math.nan, "predicted_low": math.nan}
    files = ValidationFiles(Path("out/validation.csv"), Path("out/validation.md"), ())
    titles = {"slow": "A title \x1b[2J that is long enough to need a second line on a terminal of 80 columns"}
    print_validation(Validation(pd.DataFrame([row, other]), titles, {}, (), files))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("slow: A title \\x1b[2J that")
    assert lines[2].startswith("  pass     spinal_cord.threshold, ")
    assert any("predicted: +50 % (+40 % to +60 %); measured: +50 %" in line for line in lines)
    assert any(line.startswith("  no result") for line in lines)
    assert "predicted: nothing" in "\n".join(lines)
    assert lines[-2:] == ["Table: out/validation.csv", "Page: out/validation.md"]


def test_a_scenario_that_is_not_there_is_a_problem() -> None:
    for name in ("x.toml", Path("x.toml"), "scenarios/nothing.toml"):
        with pytest.raises(mgcells.InputProblems, match="does not exist"):
            mgcells.load_scenario(name)
