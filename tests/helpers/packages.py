"""Packages as a user would have installed them, and the command line that finds them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomli

import mgcells as installation


def install(folder: Path, entry: str, modules: Mapping[str, str]) -> None:
    """Write modules (path -> source) and the record of a package whose entry point `entry` names the first of them."""
    for path, source in modules.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    first = next(iter(modules)).removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
    _record(folder, entry, f"[mgcells.library]\n{entry} = {first}\n")


def install_project(folder: Path) -> Path:
    """Record a package that has a pyproject.toml as installed where it lies, and return what its modules lie in."""
    project = tomli.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {module}\n" for name, module in entries.items())
        for group, entries in project["entry-points"].items()
    ]
    modules = folder / "src" if (folder / "src").is_dir() else folder
    _record(modules, project["name"], "\n".join(lines))
    return modules


def mgcells(folder: Path, *arguments: str, modules: Sequence[Path] = ()) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, with the packages that were installed there, and those of `modules`."""
    here = Path(installation.__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-m", "mgcells.cli", *arguments],
        capture_output=True, text=True, cwd=folder, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [folder, *modules, here]))},
    )  # fmt: skip


def _record(modules: Path, name: str, entry_points: str) -> None:
    record = modules / f"{name.replace('-', '_')}-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (record / "entry_points.txt").write_text(entry_points, encoding="utf-8")
