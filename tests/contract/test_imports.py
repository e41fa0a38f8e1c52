"""Who may import whom: arrows run downwards only, and start-up loads only what a command uses."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mgcells

ROOT = Path(mgcells.__file__).parent
ROOMS = {
    "errors": set(),
    "units": {"errors"},
    "compiled": set(),
    "streams": {"compiled"},
    "rules": {"compiled"},
    "fields": {"compiled"},
    "library": {"errors", "units", "rules"},
    "body": {"compiled"},
    "cells": {"errors", "library", "rules", "fields", "streams", "compiled"},
    "tissues": {"library", "rules", "fields", "streams", "cells", "compiled"},
    "observables": set(),
    "scenario": {"errors", "units", "library", "body", "observables", "streams"},
    "life": {"library", "body", "tissues", "scenario", "streams", "observables"},
    "model": {"life", "cells", "scenario"},
    "kinetics": {"library", "body", "scenario", "streams", "observables"},
    "batch": {"errors", "scenario", "life", "kinetics", "analysis", "observables", "compiled", "workers"},
    "workers": set(),
    "warm": {"batch", "life", "scenario"},
    "analysis": set(),
    "report": {"analysis"},
    "sbml": {"library", "body", "scenario", "streams"},
    "validate": {"errors", "units", "library", "observables", "scenario", "batch", "analysis", "report"},
    "catalogue": {"errors", "units", "library", "observables", "scenario"},
    "progress": {"batch", "scenario", "validate", "report"},
    "benchmarks": {
        "errors",
        "compiled",
        "streams",
        "rules",
        "fields",
        "library",
        "cells",
        "tissues",
        "scenario",
        "life",
        "batch",
        "report",
    },
    "app": {
        "errors",
        "units",
        "library",
        "body",
        "rules",
        "cells",
        "tissues",
        "scenario",
        "model",
        "observables",
        "report",
    },
    "cli": {
        "app",
        "errors",
        "batch",
        "report",
        "scenario",
        "catalogue",
        "progress",
        "validate",
        "sbml",
        "benchmarks",
        "workers",
    },
}
NEVER_MESA = (
    "rules", "fields", "streams", "body", "analysis", "library", "scenario", "report", "observables", "tissues", "life",
    "batch", "workers", "warm",
)  # fmt: skip


def room(module: str) -> str:
    return module.split(".")[1] if module.count(".") else ""


def files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return the modules a file imports when it runs; what stands under TYPE_CHECKING does not count."""
    found: set[str] = set()

    def visit(nodes: list[ast.stmt]) -> None:
        for node in nodes:
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                continue
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found.update(f"{node.module}.{alias.name}" for alias in node.names if node.module == "mgcells")
            for field in ("body", "orelse", "finalbody", "handlers"):
                children = getattr(node, field, None)
                if isinstance(children, list):
                    visit(children)

    visit(ast.parse(path.read_text(encoding="utf-8")).body)
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_downwards(path: Path) -> None:
    relative = path.relative_to(ROOT)
    here = relative.parts[0].removesuffix(".py")
    if here == "__init__":
        return
    here = "fields" if here.startswith("field") else here
    assert here in ROOMS, f"{here} is a new room: say in ROOMS what it may import"
    for module in imported(path):
        if module.startswith("mgcells."):
            there = "fields" if room(module).startswith("field") else room(module)
            allowed = there in ROOMS[here] | {here} or there == "__version__"
            assert allowed, f"{relative} imports {module}; {here} may import {sorted(ROOMS[here])}"
        if here in NEVER_MESA:
            assert module.split(".")[0] != "mesa", f"{relative} imports Mesa"
        assert module.split(".")[0] != "solara" or here == "app", f"{relative} imports solara"


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
