"""Scenarios by path or by the name of one that ships with the package."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.scenario.reading import read_file
from mgcells.scenario.scenario import Scenario

PACKAGED = Path(__file__).resolve().parent.parent / "scenarios"
CHECKOUT = Path(__file__).resolve().parents[3] / "scenarios"


def shipped_scenarios() -> dict[str, Path]:
    """Return the shipped scenario files by name; a checkout's own folder comes before the packaged copy."""
    folder = CHECKOUT if CHECKOUT.is_dir() else PACKAGED
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def scenario_path(name: str | Path) -> Path:
    """Return the file for a path or a shipped scenario's name; InputProblems when it is neither."""
    path = Path(name)
    if os.path.exists(path) or (path.suffix == ".toml" and path.parent != Path("scenarios")):
        return path
    shipped = shipped_scenarios()
    if path.stem in shipped:
        return shipped[path.stem]
    if path.suffix == ".toml":
        return path
    known = suggestion(str(name), shipped)
    raise InputProblems([Problem(str(name), 0, f"is neither a file nor a shipped scenario{known}")])


def load_scenario(
    name: str | Path, *, libraries: Sequence[str | Path] = (), replicates: int | None = None, seed: int | None = None
) -> Scenario:
    """Read a scenario by its path or by the name of one that ships.

    Parameters
    ----------
    name : str or Path
    libraries : folders
        Own libraries beside those that the file names.
    replicates, seed : int, optional
        Instead of what the file says.

    Raises
    ------
    InputProblems
        All that is wrong, each with file, line and the nearest valid name.
    """
    return read_file(scenario_path(name), libraries=libraries, replicates=replicates, seed=seed)


def load_named(
    name: str | Path, *, libraries: Sequence[str | Path] = (), replicates: int | None = None, seed: int | None = None
) -> tuple[Scenario, str]:
    """Read a scenario as load_scenario does; return it with the stem that names its output folder."""
    scenario = load_scenario(name, libraries=libraries, replicates=replicates, seed=seed)
    return scenario, scenario_path(name).stem


def find_scenario(scenario: Scenario | str | Path) -> Scenario:
    """Return the scenario itself, or what load_scenario reads (and raises), kept while its file stays as it is."""
    if isinstance(scenario, Scenario):
        return scenario
    path = scenario_path(scenario)
    if not path.is_file():
        return read_file(path)
    found = _kept(path, path.stat().st_mtime_ns)
    # The files of an own library may have changed since.
    return read_file(path) if found.library.own else found


@lru_cache(maxsize=8)
def _kept(path: Path, changed: int) -> Scenario:
    return read_file(path)
