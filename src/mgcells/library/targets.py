"""What a scenario may give or block, as the data say: drugs and the targets of inhibitors."""

from __future__ import annotations

from mgcells.library.library import Library

DRIVE = ".drive."
DRUG = "mass rate"
TITRATION = "titration"


def drugs(library: Library) -> dict[str, list[str]]:
    """Return each drug with the parameters that its dose is written to: drives of tissues that are a mass rate."""
    found: dict[str, list[str]] = {}
    for path, parameter in library.parameters.items():
        if DRIVE in path and parameter.dimension == DRUG:
            found.setdefault(path.rpartition(DRIVE)[2], []).append(path)
    return found


def titration_of(path: str) -> str:
    """Return the parameter that says whether the dose written to `path` follows what the subject needs."""
    return path.rpartition(DRIVE)[0] + DRIVE + TITRATION


def titrated(library: Library, drug: str) -> bool:
    """Tell whether a tissue titrates a drug."""
    return any(titration_of(path) in library.parameters for path in drugs(library).get(drug, ()))


def targets_read(library: Library) -> set[str]:
    """Return the targets that something reads: behaviours that they inhibit, or parameters of the body."""
    cells = {
        target
        for cell in library.cells.values()
        for behaviour in cell.record.behaviours.values()
        for target in behaviour.inhibited_by
    }
    return cells | {name for name, entry in library.inhibitors.items() if entry.acts_on}


def inhibitor_targets(library: Library) -> dict[str, tuple[str, ...]]:
    """Return each target that a scenario may block with the targets it stands for."""
    read = {name: (name,) for name in sorted(targets_read(library))}
    return {**{name: tuple(entry.stands_for) for name, entry in library.inhibitors.items() if entry.stands_for}, **read}
