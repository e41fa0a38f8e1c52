"""What is shown of a tissue at first, as its kind says."""

from __future__ import annotations

from collections.abc import Sequence

from mgcells.errors import suggestion
from mgcells.tissues.declared import declared, problem_of
from mgcells.tissues.registry import observables


def first_curves(name: str) -> tuple[str, ...]:
    """Return the observables that are drawn at first; InputProblems when one of them does not exist."""
    curves = declared()[name].kind.first_curves
    for curve in curves:
        if curve not in observables():
            raise problem_of(name, f"first_curves: unknown observable '{curve}'{suggestion(curve, observables())}")
    return curves


def first_picture(name: str, cells: Sequence[str], grounds: Sequence[str]) -> tuple[str, str]:
    """Return what cells and ground show at first, of what they can; InputProblems when they cannot show that."""
    chosen = []
    for wanted, offered in zip(declared()[name].kind.first_picture, (cells, grounds), strict=True):
        if wanted and wanted not in offered:
            raise problem_of(name, f"first_picture: nothing shows '{wanted}'{suggestion(wanted, offered)}")
        chosen.append(wanted or offered[0])
    return chosen[0], chosen[1]
