"""Packages with an entry in the group `mgcells.library`: where they lie, and what a new one is made of."""

from __future__ import annotations

import importlib.util
import keyword
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mgcells.cli.additions.plan import filled, wrong
from mgcells.library.installed import DATA_FOLDER, GROUP
from mgcells.library.located import read

PROJECT = "pyproject.toml"
INIT = "__init__.py"


@dataclass(frozen=True)
class Project:
    """A folder with a pyproject.toml whose package has entries in the group.

    Attributes
    ----------
    entries : name -> module
    """

    folder: Path
    entries: Mapping[str, str]

    def packages(self) -> list[Path]:
        """Return the folders of the packages that the entries name, wherever they lie."""
        tops = dict.fromkeys(module.partition(":")[0].partition(".")[0].strip() for module in self.entries.values())
        places = [self.folder / part / top for top in tops for part in ("src", "")]
        return [place for place in places if place.is_dir()]

    def data_folders(self) -> list[Path]:
        """Return the folders of data that are laid over what ships once the package is installed."""
        return [package / DATA_FOLDER for package in self.packages() if (package / DATA_FOLDER).is_dir()]


def project_at(folder: Path) -> Project | None:
    """Return the project in a folder, None where no pyproject.toml has such an entry; InputProblems for bad TOML."""
    file = folder / PROJECT
    if not file.is_file():
        return None
    project = read(file).data.get("project", {})
    points = project.get("entry-points", {}) if isinstance(project, dict) else {}
    entries = points.get(GROUP, {}) if isinstance(points, dict) else {}
    return Project(folder, dict(entries)) if entries else None


def project_above(path: Path) -> Project | None:
    """Return the project that a path lies in, None when the nearest pyproject.toml has no such entry."""
    for folder in path.absolute().parents:
        if (folder / PROJECT).exists():
            return project_at(Path(os.path.relpath(folder)))
    return None


def package_name(path: Path, name: str) -> str:
    """Return the name of a package that can be imported; `name` is that of its folder.

    Raises
    ------
    InputProblems
        It is not a name that Python can import, or a module of this name exists already.
    """
    module = re.sub(r"[-. ]+", "_", name)
    if not is_identifier(module):
        raise wrong(path, f"'{name}' cannot be the name of a package; use letters, digits and _, as in my_lab")
    found = importlib.util.find_spec(module)
    if found is not None and found.origin is not None and path.absolute() not in Path(found.origin).parents:
        raise wrong(path, f"a module '{module}' exists already at {found.origin}; choose another name")
    return module


def is_identifier(name: str) -> bool:
    """Tell whether Python can import a module of this name."""
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_")


def project_file(name: str, module: str, inside: str, what: str) -> str:
    """Return the pyproject.toml of a package; `inside` is the folder of its modules, `what` it is in a few words."""
    distribution = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or module.replace("_", "-")
    return filled("package.toml", name=distribution, module=module, inside=inside, what=what)
