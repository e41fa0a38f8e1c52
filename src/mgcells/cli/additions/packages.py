"""Additions that are Python: a package with a tissue, a module with an observable or a figure."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mgcells.cli.additions.cells import cell_files
from mgcells.cli.additions.plan import Plan, Request, filled, is_new, parent_name, title_of, typed, wrong
from mgcells.cli.additions.projects import (
    INIT,
    PROJECT,
    Project,
    is_identifier,
    package_name,
    project_above,
    project_file,
)
from mgcells.cli.additions.shelf import open_shelf
from mgcells.library.installed import DATA_FOLDER, GROUP, installed
from mgcells.tissues.declaration import section_of
from mgcells.tissues.declared import declared

OWN = re.compile(r"(?:my|mgcells)[-_ ]+(?=.)")
TISSUE = re.compile(r"[A-Za-z][A-Za-z0-9 ]*")
FOUND = "iter_modules"


def new_tissue(request: Request) -> Plan:
    """Plan a package that declares a tissue: its numbers, a cell type with a rule, and an observable."""
    path = request.path
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise wrong(path, "exists already and is left as it is; name a folder that is not there yet, as in my-liver")
    folder = path.resolve().name
    module = package_name(path, folder)
    name = request.name or re.sub(r"[-_]+", " ", OWN.sub("", folder)).strip()
    _check_tissue(name, request)
    section, title = section_of(name), title_of(name)
    package = path / "src" / module
    shelf = open_shelf(package / DATA_FOLDER, request)
    table = {f"tissues/{section}.toml": filled("tissue.toml", name=name, section=section)}
    data = cell_files(shelf, f"{section}_cell", f"{title} cell", name, table)
    words = {"name": name, "title": title, "section": section, "cell": f"{section}_cell"}
    files = {
        path / PROJECT: project_file(folder, module, f"src/{module}", f"{title}: a tissue for mgcells"),
        package / INIT: filled("tissue_init.txt", **words),
        package / "observables.py": filled("tissue_observables.txt", **words),
        **{shelf.folder / file: text for file, text in data.items()},
    }
    return Plan(files, steps=(
        f"install it, so that it is found: python -m pip install -e {typed(path)}",
        f"fill in {shelf.folder}: its size, what its cells do and sense, their rules",
        f"look at it: mgcells check {typed(path)}, mgcells show {section}.activity",
        f'use it: a scenario says tissues = ["{name}"]',
    ))  # fmt: skip


def new_observable(request: Request) -> Plan:
    """Plan a module with an observable."""
    return _module(request, "observable.txt", "mgcells list observables")


def new_figure(request: Request) -> Plan:
    """Plan a module with a figure of the report."""
    return _module(request, "figure.txt", "mgcells run SCENARIO, whose report shows it")


def _check_tissue(name: str, request: Request) -> None:
    if not TISSUE.fullmatch(name):
        raise wrong("--name", f"'{name}' cannot be a tissue; use letters, digits and spaces, as in 'red pulp'")
    for entry in declared().values():
        if entry.kind.section == section_of(name):
            text = f"a tissue '{entry.kind.name}' is declared in {entry.module} already; give yours a --name"
            raise wrong(request.path, text)


def _module(request: Request, template: str, look: str) -> Plan:
    """Plan a module in the package that it lies in, with a small package around it where there is none."""
    path = request.path
    if path.suffix != ".py" or not is_identifier(path.stem):
        raise wrong(path, "should be a .py file in the folder of a package, such as my_lab/measures.py")
    is_new(path)
    project = project_above(path)
    around = _around(path) if project is None else {}
    if project is not None:
        _check_inside(path, project)
    package = parent_name(path)
    words = {"package": package, "name": path.stem, "hyphened": f"{package}-{path.stem}".replace("_", "-")}
    init = path.parent / INIT
    steps = [f"fill in {path}"]
    if init.exists() and FOUND not in init.read_text(encoding="utf-8"):
        steps.append(f"let {init} import it: from {package} import {path.stem}")
    if all(entry.package != package for entry in installed()):
        root = next(iter(around)).parent if project is None else project.folder
        steps.append(f"install the package, so that it is found: python -m pip install -e {typed(root)}")
    return Plan({**around, path: filled(template, **words)}, steps=(*steps, f"see it: {look}"))


def _check_inside(path: Path, project: Project) -> None:
    packages = project.packages()
    if any(path.resolve().parent == package.resolve() for package in packages):
        return
    where = f"; write it as {os.path.relpath(packages[0] / path.name)}" if packages else ""
    raise wrong(path, f"lies outside the package that {project.folder / PROJECT} names{where}")


def _around(path: Path) -> dict[Path, str]:
    """Return the files that make a package of the folder of a module, its pyproject.toml first.

    Raises
    ------
    InputProblems
        The folder cannot be a package, or a project that knows nothing of mgcells is in the way.
    """
    if path.parent == Path():
        raise wrong(path, f"should lie in the folder of a package, such as my_lab/{path.name}")
    folder = parent_name(path)
    if not is_identifier(folder):
        meant = path.parent.with_name(re.sub(r"\W+", "_", folder)) / path.name
        raise wrong(path, f"'{folder}' cannot be the name of a package; write it as {meant}")
    module = package_name(path.parent, folder)
    above = Path(os.path.normpath(path.parent / ".."))
    source = above.absolute().name == "src"
    root = Path(os.path.normpath(above / "..")) if source else above
    if (root / PROJECT).exists():
        entry = f'[project.entry-points."{GROUP}"] with the line {module.replace("_", "-")} = "{module}"'
        raise wrong(root / PROJECT, f"has no entry for mgcells; add {entry}, or name another folder")
    inside = f"src/{module}" if source else module
    name = root.resolve().name if source else module
    files = {root / PROJECT: project_file(name, module, inside, "What we add to mgcells")}
    if not (path.parent / INIT).exists():
        files[path.parent / INIT] = filled("package_init.txt", name=name)
    return files
