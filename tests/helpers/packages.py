"""Packages as a user would have installed them, and the command line that finds them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import mgcells as installation


def install(folder: Path, entry: str, modules: Mapping[str, str]) -> None:
    """Write modules (path -> source) and the record of a package whose entry point `entry` names the first of them."""
    for path, source in modules.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    first = next(iter(modules)).removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
    record = folder / f"{entry.replace('-', '_')}-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {entry}\nVersion: 1.0\n", encoding="utf-8")
    (record / "entry_points.txt").write_text(f"[mgcells.library]\n{entry} = {first}\n", encoding="utf-8")


def mgcells(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, with the packages that were installed there."""
    here = str(Path(installation.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-m", "mgcells.cli", *arguments],
        capture_output=True, text=True, cwd=folder, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), here])},
    )  # fmt: skip
