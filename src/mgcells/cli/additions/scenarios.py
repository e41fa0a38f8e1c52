"""A scenario to begin with."""

from __future__ import annotations

import json
import os
from pathlib import Path

from mgcells.cli.additions.plan import Plan, Request, checked_name, filled, is_new, title_of, typed, wrong
from mgcells.library.own import is_installed
from mgcells.scenario import read_scenario


def new_scenario(request: Request) -> Plan:
    """Plan a scenario of two strategies, which names the libraries that were given."""
    path = request.path
    if path.suffix != ".toml":
        raise wrong(path, "should be a .toml file, such as question.toml")
    is_new(path)
    name = checked_name(path)
    named = [_named(library, path.parent) for library in request.libraries]
    line = f"library = {json.dumps(named, ensure_ascii=False)}\n" if named else ""
    text = filled("scenario.toml", title=title_of(name), library=line)
    read_scenario(text, str(path), source=path)
    return Plan({path: text}, steps=(
        f"fill in {path}: subject, strategies with their doses, what is compared",
        f"check it: mgcells check {typed(path)}",
        f"run it: mgcells run {typed(path)}",
    ))  # fmt: skip


def _named(library: Path, beside: Path) -> str:
    """Return how a scenario names a library: by its folder from where the scenario lies, or as it is installed."""
    return str(library) if is_installed(library) else Path(os.path.relpath(library, beside)).as_posix()
