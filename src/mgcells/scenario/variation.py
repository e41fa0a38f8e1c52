"""How much the virtual subjects of a scenario differ, where it says so itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mgcells import units
from mgcells.errors import Problem, suggestion
from mgcells.library import Library
from mgcells.library.cross_checks import MOST_VARIATION
from mgcells.library.located import Document
from mgcells.scenario.clock import Address
from mgcells.scenario.records import Number


def read_variation(
    record: Mapping[str, Number], subject: str, library: Library, document: Document, problems: list[Problem],
    at: Address,
) -> Iterator[tuple[str, float, str]]:  # fmt: skip
    """Yield path, coefficient of variation and text for each number that may differ; 0 fixes it for everyone."""
    known = library.subjects[subject].variation
    for path, given in record.items():
        text, share, fault = str(given), 0.0, ""
        if path not in known:
            fault = f"subject '{subject}' has no variation of it, so it is the same for everyone already"
            fault += suggestion(path, known)
        else:
            try:
                share = units.parse(text, "dimensionless")
            except units.UnitProblem as error:
                fault = str(error)
            if not fault and not 0.0 <= share <= MOST_VARIATION:
                fault = f"{text} should be a share from 0 (the same for everyone) to {MOST_VARIATION:g}"
        if fault:
            problems.append(
                Problem(document.shown, document.line(*at, "variation", path), f"variation of {path}: {fault}")
            )
        else:
            yield path, share, text
