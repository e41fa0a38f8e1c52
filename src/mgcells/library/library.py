"""The class that holds the science: every record by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mgcells.library.entries import CellType, Claim, Condition, Experiment, Parameter, Place, Rule, SubjectKind
from mgcells.library.layers import Layer
from mgcells.library.records import Compound, Inhibitor, Source, Switch


@dataclass(frozen=True)
class Library:
    """Everything in data/ and in the own libraries laid over it, by name.

    Attributes
    ----------
    parameters : mapping
        Those of tissues and cells; species, subjects and conditions overlay them.
    places : mapping (kind, name) -> Place
        Where each entry stands; kinds are the names of the other attributes.
    layers : tuple of Layer
        What was laid over each other, the shipped one first.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    compounds: Mapping[str, Compound] = field(default_factory=dict)
    switches: Mapping[str, Switch] = field(default_factory=dict)
    inhibitors: Mapping[str, Inhibitor] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    cells: Mapping[str, CellType] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    species: Mapping[str, Mapping[str, Parameter]] = field(default_factory=dict)
    subjects: Mapping[str, SubjectKind] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    experiments: Mapping[str, Experiment] = field(default_factory=dict)
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()

    @property
    def own(self) -> tuple[Layer, ...]:
        """The libraries laid over what ships."""
        return self.layers[1:]

    def compound(self, name: str) -> str | None:
        """Return the entry name for a compound or one of its aliases, or None."""
        if name in self.compounds:
            return name
        folded = name.casefold()
        for entry, compound in self.compounds.items():
            if folded in (entry.casefold(), *(alias.casefold() for alias in compound.aliases)):
                return entry
        return None

    def place(self, kind: str, name: str) -> Place:
        """Return where an entry stands; `kind` is the attribute that holds it. KeyError when there is no such entry."""
        return self.places[kind, name]

    def origin_text(self, kind: str, name: str) -> str:
        """Return the origin of an entry and what it replaces, as outputs show it; KeyError when there is none."""
        place = self.places[kind, name]
        return f"{place.origin}, replaces {place.replaces}" if place.replaces else place.origin
