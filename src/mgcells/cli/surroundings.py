"""The versions that results depend on, and what other packages add."""

from __future__ import annotations

import importlib.util
import platform
from importlib import metadata

from mgcells.library.installed import Installed, data_folder, installed


def environment() -> dict[str, str]:
    """Return the versions that results depend on."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in ("mgcells", "mesa", "numpy", "numba", "pandas", "pyarrow", "matplotlib", "pydantic", "pint"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def installed_libraries() -> dict[str, str]:
    """Return what other packages add, by the name of their entry: the module and the folder of data in force."""
    return {entry.name: f"{entry.module}, {_data_text(entry)}" for entry in installed()}


def _data_text(entry: Installed) -> str:
    if importlib.util.find_spec(entry.package) is None:
        return "which cannot be found; install its package again"
    return str(data_folder(entry) or "no data")
