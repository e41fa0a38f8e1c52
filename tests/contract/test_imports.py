"""Who may import whom: arrows run downwards only, and start-up loads only what a command uses."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import mgcells

ROOT = Path(mgcells.__file__).parent
# What every room may import.
GROUND = {"arrays"}
# The plan of the rooms, from the ground up: what else each room may import, type-only imports included.
ROOMS = {
    "arrays": set(),
    "errors": set(),
    "identity": set(),
    "folder": {"errors"},
    "places": {"errors"},
    "compiled": {"places"},
    "version": set(),
    "observables": set(),
    "units": {"errors"},
    "streams": {"compiled"},
    "rules": {"compiled"},
    "fields": {"compiled"},
    "library": {"errors", "identity", "units", "rules"},
    "body": {"compiled", "observables"},
    "cells": {"errors", "library", "rules", "compiled"},
    "tissues": {"errors", "observables", "library", "rules", "fields", "streams", "cells", "compiled"},
    "scenario": {"errors", "identity", "units", "library", "body", "tissues"},
    "subject": {"errors", "identity", "observables", "library", "body", "tissues", "scenario", "streams"},
    "model": {"observables", "cells", "scenario", "subject"},
    "analysis": {"scenario"},
    "batch": {
        "errors", "version", "identity", "folder", "units", "library", "body", "scenario", "subject", "tissues",
        "analysis",
    },
    "reporting": {"folder", "places", "library", "scenario", "analysis"},
    "experiments": {"errors", "places", "units", "library", "tissues", "scenario", "batch", "analysis", "reporting"},
    "study": {
        "errors", "identity", "folder", "places", "units", "library", "cells", "tissues", "scenario", "subject",
        "batch", "analysis", "reporting", "experiments",
    },
    "benchmarks": {
        "errors", "places", "compiled", "streams", "rules", "fields", "library", "cells", "tissues", "scenario",
        "subject", "batch", "reporting",
    },
    "app": {
        "errors", "units", "library", "body", "cells", "tissues", "scenario", "subject", "model", "batch", "reporting",
    },
    "cli": {
        "errors", "version", "folder", "places", "units", "library", "body", "tissues", "scenario", "subject", "batch",
        "reporting", "study", "experiments", "benchmarks", "app",
    },
}  # fmt: skip
MESA = ("model", "benchmarks", "app")


def room(module: str) -> str:
    return module.split(".")[1] if module.count(".") else ""


def files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in files()}


@cache
def imported(path: Path) -> frozenset[str]:
    """Return the modules that a file names in imports, wherever they stand; of this package, those that are meant."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = names & set(MODULES)
            found |= modules if modules else {node.module}
            found |= {node.module} if names - modules else set()
    return frozenset(found)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_downwards(path: Path) -> None:
    relative = path.relative_to(ROOT)
    here = relative.parts[0].removesuffix(".py")
    if here in ("__init__", "__main__"):
        return
    assert here in ROOMS, f"{here} is a new room: say in ROOMS what it may import"
    for module in imported(path):
        if module.startswith("mgcells."):
            allowed = room(module) in ROOMS[here] | {here} | GROUND
            assert allowed, f"{relative} imports {module}; {here} may import {sorted(ROOMS[here] | GROUND)}"
        assert module.split(".")[0] != "mesa" or here in MESA, f"{relative} imports Mesa"
        assert module.split(".")[0] != "solara" or here == "app", f"{relative} imports solara"


def test_rooms_stand_one_upon_the_other() -> None:
    below: set[str] = set()
    for name, allowed in ROOMS.items():
        assert allowed <= below, f"{name} may import {sorted(allowed - below)}, which stands above it"
        below.add(name)


@pytest.mark.parametrize("name", ["scenario", "subject", "model", "batch", "reporting", "experiments", "app", "cli"])
def test_no_room_above_knows_a_particular_tissue(name: str) -> None:
    organs = tuple(f"mgcells.tissues.{folder.parent.name}" for folder in (ROOT / "tissues").glob("*/__init__.py"))
    assert len(organs) >= 3
    for module, path in MODULES.items():
        if room(module) == name:
            known = [other for other in imported(path) if other.startswith(organs)]
            assert not known, f"{module} imports {known}: what a tissue can do is asked of the tissue"


def test_the_architecture_page_has_a_line_for_every_room_in_this_order() -> None:
    page = (ROOT.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = page.split("## The rooms")[1].split("## Where things live")[0]
    assert re.findall(r"^\| `(\w+)` \|", rooms, re.MULTILINE) == list(ROOMS)


def test_no_module_imports_itself_in_a_circle() -> None:
    arrows = {name: {other for other in imported(path) if other in MODULES} - {name} for name, path in MODULES.items()}
    while leaves := {name for name, others in arrows.items() if not others}:
        arrows = {name: others - leaves for name, others in arrows.items() if name not in leaves}
    assert not arrows, f"circles among {sorted(arrows)}"


def modules_after(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_start_up_does_not_import_what_it_does_not_use() -> None:
    loaded = modules_after("import mgcells.cli")
    assert not loaded & {"mesa", "numba", "pandas", "matplotlib", "pint", "pydantic", "numpy", "pyarrow"}


def test_checking_needs_no_agents_and_no_plots() -> None:
    loaded = modules_after("import mgcells.scenario.shipped as s; s.load_named('brain_salts_rat')")
    assert not loaded & {"mesa", "pandas", "matplotlib", "pyarrow", "numba"}


def test_a_worker_loads_no_mesa_and_no_tables() -> None:
    loaded = modules_after("import mgcells.batch.warm")
    assert "mgcells.subject.subject" in loaded
    assert not loaded & {"mesa", "pandas", "scipy.linalg", "networkx", "matplotlib", "rich"}


def test_registering_a_figure_loads_nothing_that_draws() -> None:
    assert not modules_after("from mgcells import figure, observable") & {"matplotlib", "pandas", "numba", "pyarrow"}
