"""One name for one thing: no class name of the package stands twice, nor what `arrays` shares with all."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import mgcells

ROOT = Path(mgcells.__file__).parent


def test_no_class_name_stands_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path.relative_to(ROOT).as_posix()}:{node.lineno}")
    assert len(places) > 100
    assert not {name: found for name, found in places.items() if len(found) > 1}


def test_what_arrays_shares_is_defined_nowhere_else() -> None:
    shared = defined(ROOT / "arrays.py")
    assert {"Floats", "HOURS_PER_DAY"} <= shared
    again = {path: found for path in ROOT.rglob("*.py") if (found := defined(path) & shared)}
    assert set(again) == {ROOT / "arrays.py"}, again


def defined(path: Path) -> set[str]:
    """Return the names that a module assigns, wherever it does."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
