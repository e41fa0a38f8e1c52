"""The class that holds the science: every record by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mgcells.library.entries import CellType, Claim, Condition, Experiment, Parameter, Rule, SubjectKind
from mgcells.library.records import Compound, Source, Switch


@dataclass(frozen=True)
class Library:
    """Everything in data/, by name.

    `parameters` holds those of tissues and cells; species, subjects and conditions overlay them.
    """

    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    compounds: Mapping[str, Compound]
    parameters: Mapping[str, Parameter]
    cells: Mapping[str, CellType]
    rules: Mapping[str, Rule]
    species: Mapping[str, Mapping[str, Parameter]]
    subjects: Mapping[str, SubjectKind]
    conditions: Mapping[str, Condition]
    switches: Mapping[str, Switch]
    experiments: Mapping[str, Experiment]

    def compound(self, name: str) -> str | None:
        """Return the entry name for a compound or one of its aliases, or None."""
        if name in self.compounds:
            return name
        folded = name.casefold()
        for entry, compound in self.compounds.items():
            if folded in (entry.casefold(), *(alias.casefold() for alias in compound.aliases)):
                return entry
        return None
