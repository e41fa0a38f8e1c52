"""Installed packages as a user meets them: what their Python does is part of a run, what is not used locks nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from packages import install, mgcells

MEASURE = """from mgcells import observable


@observable("my_lab.bound", unit="mM", label="bound magnesium of plasma")
def bound(body):
    return body.plasma_magnesium - body.plasma_ionised
"""
PICTURE = """from mgcells import figure
from mgcells.reporting.registry import Drawing


@figure("my-lab-empty", title="Nothing", order=100)
def empty(results):
    from mgcells.reporting.style import panel_grid

    return Drawing(panel_grid(1, 1, 1.0)[0], "An empty frame.", "A frame.")
"""
SCENARIO = """title = "Body"
subject = "rat"
tissues = []
duration = "2 h"
replicates = 1
control = "vehicle"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "again"
"""
COLD = """title = "Cold"
note = "Made up"
[set."body.plasma.glucose"]
value = "9 mM"
basis = "assumed"
note = "Made up"
"""


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "body.toml").write_text(SCENARIO)
    return tmp_path


def run(folder: Path) -> str:
    ran = mgcells(folder, "run", "body.toml", "--workers", "1", "--quiet")
    assert (ran.returncode, ran.stderr) == (0, "")
    return noted(folder, "manifest")["simulated"]


def refused(folder: Path) -> str:
    ran = mgcells(folder, "run", "body.toml", "--workers", "1", "--quiet")
    assert ran.returncode == 2
    return ran.stderr


def noted(folder: Path, name: str) -> dict:
    return json.loads((folder / "outputs" / "body" / f"{name}.json").read_text())


def test_python_of_a_package_is_named_in_outputs_and_not_resumed_once_changed(there: Path) -> None:
    run(there)
    install(there, "my-lab", {"my_lab/__init__.py": "import my_lab.measure\n", "my_lab/measure.py": MEASURE})
    run(there)
    assert noted(there, "manifest")["this_call"]["resumed"] == 0
    (package,) = noted(there, "resolved")["packages"]
    assert (package["name"], package["version"]) == ("my-lab", "1.0")
    assert (package["tissues"], package["observables"]) == ([], ["my_lab.bound"])
    assert noted(there, "manifest")["versions"]["my-lab"] == "1.0"
    report = (there / "outputs" / "body" / "report.html").read_text()
    assert "<strong>my-lab 1.0</strong> brings the observable my_lab.bound" in report
    assert package["digest"] in report
    listed = mgcells(there, "list", "observables").stdout.splitlines()
    (line,) = [line for line in listed if "package my-lab 1.0" in line]
    assert line.startswith("my_lab.bound ")
    assert "package my-lab 1.0" in mgcells(there, "show", "my_lab.bound").stdout.split("origin")[1]

    (there / "my_lab" / "measure.py").write_text(
        MEASURE.replace("body.plasma_magnesium -", "2.0 * body.plasma_magnesium -")
    )
    assert "the package 'my-lab' has changed since" in refused(there)
    (there / "my_lab" / "measure.py").unlink()
    (there / "my_lab" / "__init__.py").write_text("")
    run(there)
    assert noted(there, "manifest")["this_call"]["resumed"] == 2, "the runs from before the package was there"


def test_a_package_that_is_not_drawn_on_locks_nothing_and_a_figure_names_its_own(there: Path) -> None:
    mark = run(there)
    install(there, "my-lab", {"my_lab/__init__.py": PICTURE, "my_lab/data/conditions/cold.toml": COLD})
    assert run(there) == mark
    assert noted(there, "manifest")["this_call"]["resumed"] == 2
    assert (noted(there, "resolved")["packages"], noted(there, "resolved")["library"]) == ([], [])
    assert not (there / "outputs" / "body" / "library").exists()
    report = (there / "outputs" / "body" / "report.html").read_text()
    assert "An empty frame. Drawn by the package my-lab 1.0." in report

    (there / "body.toml").write_text(SCENARIO.replace("tissues", 'condition = "cold"\ntissues'))
    assert run(there) != mark
    (library,) = noted(there, "resolved")["library"]
    assert (library["name"], library["installed"]) == ("my-lab", True)
    assert (there / "outputs" / "body" / "library" / "my-lab" / "conditions" / "cold.toml").read_text() == COLD
    report = (there / "outputs" / "body" / "report.html").read_text()
    assert (
        "<strong>my-lab</strong> (of an installed package) adds conditions (1, used here: <code>cold</code>)" in report
    )
    assert "Install my-lab first." in report
