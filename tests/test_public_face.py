"""The public names, and what `import mgcells` costs."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import mgcells

PROMISED = (
    "load_scenario", "Scenario", "Subject", "MagnesiumModel", "run", "report", "validate", "Library", "load_library",
    "observable", "figure", "InputProblems", "calibrate",
)  # fmt: skip


@pytest.mark.parametrize("name", PROMISED)
def test_every_promised_name_is_there_and_listed(name: str) -> None:
    assert callable(getattr(mgcells, name))
    assert name in mgcells.__all__
    assert name in dir(mgcells)


def test_every_listed_name_can_be_had_and_no_other() -> None:
    for name in mgcells.__all__:
        assert getattr(mgcells, name)
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        _ = mgcells.magic


def test_importing_the_package_imports_nothing_but_its_version() -> None:
    script = "import sys; before = set(sys.modules); import mgcells; print(*(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {name for name in loaded if name.startswith("mgcells")} == {"mgcells", "mgcells.version"}
    assert not loaded - set(sys.stdlib_module_names) - {"mgcells", "mgcells.version"} - _inner(loaded)


def _inner(names: set[str]) -> set[str]:
    """Return the modules that are part of a package of the standard library."""
    return {name for name in names if name.partition(".")[0] in sys.stdlib_module_names}


def test_the_example_of_the_package_works() -> None:
    assert doctest.testmod(mgcells).attempted > 0
    assert doctest.testmod(mgcells).failed == 0
