"""What a scenario may give or block, as the data say: drugs and the targets of inhibitors."""

from __future__ import annotations

from mgcells.library.library import Library

DRIVE = ".drive."
DRUG = "mass rate"


def drugs(library: Library) -> dict[str, list[str]]:
    """Return each drug with the parameters that its dose is written to: drives of tissues that are a mass rate."""
    found: dict[str, list[str]] = {}
    for path, parameter in library.parameters.items():
        if DRIVE in path and parameter.dimension == DRUG:
            found.setdefault(path.rpartition(DRIVE)[2], []).append(path)
    return found
