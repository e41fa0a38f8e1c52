"""Warnings on the command line: printed with their place, and never a reason to refuse."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from mgcells.cli import app

TEXT = """title = "t"
subject = "rat"
duration = "4 h"
replicates = 1
control = "a"
tissues = []
parameters = { "brain.network.excitation" = 0.4, "body.kidney.splay" = 20 }
[[strategy]]
name = "a"
"""


def test_check_prints_warnings_and_passes(tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    file.write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert result.exit_code == 0
    assert f"warning: {file}:7  brain.network.excitation changes nothing: its tissue is not simulated" in result.output
    assert f"warning: {file}:7  body.kidney.splay = 20 lies outside its plausible range, 5 to 12" in result.output
    assert "checked, no problems, 2 warnings." in result.output
    listed = json.loads(CliRunner().invoke(app, ["check", str(file), "--json"]).output)
    assert {(entry["kind"], entry["line"]) for entry in listed} == {("warning", 7)}


def test_a_run_says_its_warnings_and_the_report_keeps_them(tmp_path: Path) -> None:
    file, out = tmp_path / "t.toml", tmp_path / "out"
    file.write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(app, ["kinetics", str(file), "--out", str(out), "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert result.output.index("warning: ") < result.output.index("Report: ")
    kept = json.loads((out / "resolved.json").read_text(encoding="utf-8"))["warnings"]
    assert "t.toml:7  body.kidney.splay = 20 lies outside its plausible range, 5 to 12" in kept
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<h3>On the input</h3>" in page
    assert "brain.network.excitation changes nothing" in page


def test_show_says_what_a_rule_needs() -> None:
    result = CliRunner().invoke(app, ["show", "neuron.nr2b.intracellular_magnesium"])
    assert "on, only with switch basal_nr2b:raised" in result.output
    result = CliRunner().invoke(app, ["show", "neuron.nr2b.calcium_load"])
    assert "on, only with switch basal_nr2b:homeostatic (the default)" in result.output
