"""The SBML export: an independent solver gives the same time courses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from mgcells.body import layout
from mgcells.cli import app
from mgcells.scenario import Scenario, read_scenario
from mgcells.subject.sbml import equations, export_sbml, names_of, subject_body

HEAD = 'title = "x"\nduration = "60 h"\nreplicates = 3\ncontrol = "c"\ntissues = []\nseed = 4\n'
ORAL = """subject = "human-adult"
[[strategy]]
name = "c"
doses = [
    { compound = "L-TAMS", amount = "1 g", of = "salt", every = "12 h", route = "oral", with_meal = true },
    { compound = "MgSO4", amount = "20 mmol", of = "salt", route = "intravenous", over = "3 h", from = "30 h" },
    { compound = "magnesium chloride", amount = "4 mmol", of = "magnesium", route = "subcutaneous", from = "5 h" },
]
inhibitors = [{ target = "GLUT", residual = 0.4 }]
"""
WATER = """subject = "rat"
[[strategy]]
name = "c"
diet = { magnesium = "0.2 g/kg" }
doses = [
    { compound = "L-TAMS", amount = "604 mg/kg", of = "salt", every = "24 h", route = "drinking water", from = "6 h" },
]
"""
FLOWING = """subject = "human-adult"
[[strategy]]
name = "c"
doses = [
    { compound = "magnesium citrate", amount = "8 mmol", of = "magnesium", every = "8 h", route = "oral" },
    { compound = "magnesium oxide", amount = "8 mmol", of = "magnesium", every = "8 h", route = "oral" },
    { compound = "MgSO4", amount = "9 mmol", of = "magnesium", every = "12 h", route = "oral", over = "3 h" },
    { compound = "MgSO4", amount = "4 mmol", of = "magnesium", route = "oral", over = "2 h", from = "25 h" },
]
"""
CLAMP = """subject = "human-older"
[[strategy]]
name = "c"
doses = [{ compound = "magnesium sulfate", route = "intravenous", clamp = "2.0 mM", from = "6 h", until = "18 h" }]
"""


def scenario(text: str) -> Scenario:
    return read_scenario(HEAD + text, "test.toml")


def test_every_state_has_its_name_and_its_equation() -> None:
    states, parameters, inputs = names_of()
    assert (len(states), len(parameters), len(inputs)) == (layout.STATES, layout.PARAMETERS, layout.INPUTS)
    assert states[layout.CSF_GAIN] == "csf_gain"
    assert parameters[layout.SPLAY] == "splay"
    formulas = equations()
    assert formulas[layout.CSF_GAIN].startswith("(gain_rate * ")
    assert all(formula != "0" for formula in formulas)


@pytest.mark.parametrize(
    "text", [ORAL, FLOWING, WATER, CLAMP], ids=["oral and infused", "oral over hours", "drinking water", "clamp"]
)
def test_an_independent_solver_agrees(text: str) -> None:
    pytest.importorskip("libsbml", reason="python-libsbml (extra sbml) is not installed")
    roadrunner: Any = pytest.importorskip("roadrunner", reason="libroadrunner is not installed")
    exported = scenario(text)
    states, _, _ = names_of()
    body = subject_body(exported, "c", 1)
    rows = []
    for hour in range(60):
        body.advance(float(hour))
        rows.append(body.state[0].copy())
    solver = roadrunner.RoadRunner(export_sbml(exported, "c", 1))
    solver.integrator.relative_tolerance, solver.integrator.absolute_tolerance = 1e-8, 1e-11
    solver.integrator.maximum_num_steps = 100_000
    solver.timeCourseSelections = ["time", *states]
    # The solvers put a dose on either side of a record at the same hour, so those records are left out.
    found = np.array(solver.simulate(0, 59, 60))[:, 1:]
    own, theirs = np.array(rows)[:59], found[1:]
    quiet = np.array([hour for hour in range(1, 60) if hour not in {round(change.time) for change in body.changes}]) - 1
    scale = np.maximum(np.abs(own), 1e-6 * np.abs(own).max(axis=0))
    error = np.abs(theirs - own) / np.where(scale > 0, scale, 1.0)
    assert len(quiet) > 40
    assert error[quiet].max() < 1e-4
    assert np.ptp(own[:, layout.PLASMA]) > 0


def test_the_command_writes_a_file_and_refuses_what_it_cannot_say(tmp_path: Path) -> None:
    pytest.importorskip("libsbml", reason="python-libsbml (extra sbml) is not installed")
    path, out = tmp_path / "x.toml", tmp_path / "x.xml"
    path.write_text(HEAD + WATER)
    result = CliRunner().invoke(app, ["sbml", str(path), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_text().startswith("<?xml")
    assert CliRunner().invoke(app, ["sbml", str(path), "--strategy", "d"]).exit_code == 2
    path.write_text(
        HEAD + WATER.replace('name = "c"', 'name = "c"\ncondition = [{ name = "neuropathic-pain", from = "2 h" }]')
    )
    refused = CliRunner().invoke(app, ["sbml", str(path), "--out", str(out)])
    assert refused.exit_code == 2
    assert "begins or ends during the run" in refused.output
