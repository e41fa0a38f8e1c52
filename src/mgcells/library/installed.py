"""What other installed packages offer: the entries of the group `mgcells.library`, each the name of a module."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import NamedTuple

GROUP = "mgcells.library"


class Installed(NamedTuple):
    """An entry of another package: its name, and the module that it points to."""

    name: str
    module: str


@cache
def installed() -> tuple[Installed, ...]:
    """Return every entry by name, each module once; nothing is imported."""
    found = {entry.value.partition(":")[0].strip(): entry.name for entry in metadata.entry_points(group=GROUP)}
    return tuple(sorted(Installed(name, module) for module, name in found.items()))
