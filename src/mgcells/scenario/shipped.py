"""Scenarios by path or by the name of one that ships with the package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.scenario.reading import load_scenario
from mgcells.scenario.scenario import Scenario

PACKAGED = Path(__file__).resolve().parent.parent / "scenarios"
CHECKOUT = Path(__file__).resolve().parents[3] / "scenarios"


def shipped_scenarios() -> dict[str, Path]:
    """Return the shipped scenario files by name; a checkout's own folder comes before the packaged copy."""
    folder = CHECKOUT if CHECKOUT.is_dir() else PACKAGED
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def scenario_path(name: str | Path) -> Path:
    """Return the file for a path or a shipped scenario's name."""
    path = Path(name)
    if path.exists() or (path.suffix == ".toml" and path.parent != Path("scenarios")):
        return path
    shipped = shipped_scenarios()
    if path.stem in shipped:
        return shipped[path.stem]
    if path.suffix == ".toml":
        return path
    known = suggestion(str(name), shipped)
    raise InputProblems([Problem(str(name), 0, f"is neither a file nor a shipped scenario{known}")])


def find_scenario(scenario: Scenario | str | Path) -> Scenario:
    """Return the scenario itself, or read it from a path or a shipped name."""
    if isinstance(scenario, Scenario):
        return scenario
    path = scenario_path(scenario)
    if not path.is_file():
        return load_scenario(path)
    found = _load(path, path.stat().st_mtime_ns)
    # The files of an own library may have changed since.
    return load_scenario(path) if found.library.own else found


@lru_cache(maxsize=8)
def _load(path: Path, changed: int) -> Scenario:
    return load_scenario(path)


def load_named(
    name: str | Path, *, libraries: Sequence[str | Path] = (), replicates: int | None = None, seed: int | None = None
) -> tuple[Scenario, str]:
    """Read a scenario by path or shipped name; return it with the stem that names its output folder."""
    path = scenario_path(name)
    return load_scenario(path, libraries=libraries, replicates=replicates, seed=seed), path.stem
