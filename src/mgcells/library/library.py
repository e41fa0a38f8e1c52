"""The class that holds the science: every record by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mgcells.library.entries import CellType, Claim, Condition, Experiment, Parameter, Place, Rule, SubjectKind
from mgcells.library.layers import SHIPPED, Layer
from mgcells.library.records import CalibrationRecord, Compound, Inhibitor, Mechanism, Source, Switch


@dataclass(frozen=True)
class Library:
    """Everything in data/ and in the own libraries laid over it, by name.

    Attributes
    ----------
    parameters : mapping
        Those of tissues and cells; species, subjects and conditions overlay them.
    places : mapping (kind, name) -> Place
        Where each entry stands; kinds are the names of the other attributes. Numbers of subjects are among the
        parameters as `SUBJECT:PATH` and `SUBJECT:variation.PATH`, those that came with `like` only once they differ.
    layers : tuple of Layer
        What was laid over each other, the shipped one first.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    compounds: Mapping[str, Compound] = field(default_factory=dict)
    switches: Mapping[str, Switch] = field(default_factory=dict)
    inhibitors: Mapping[str, Inhibitor] = field(default_factory=dict)
    mechanisms: Mapping[str, Mechanism] = field(default_factory=dict)
    calibrations: Mapping[str, CalibrationRecord] = field(default_factory=dict)
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
        return self.places[kind, name].said

    def said(self, kind: str, name: str) -> str:
        """Return where an entry of an own library stands and what it replaces, as outputs show it; "" for others."""
        place = self.places.get((kind, name))
        return "" if place is None or place.layer == SHIPPED else place.said

    def number_place(self, parameter: Parameter) -> Place | None:
        """Return the place of a number of a tissue, cell type, species or subject; None for those of conditions."""
        path = parameter.path
        names = [("parameters", path), *(("species", f"{species}:{path}") for species in self.species)]
        names += [("parameters", f"{name}:{own}") for name in self.subjects for own in (path, f"variation.{path}")]
        places = (self.places.get(name) for name in names)
        return next((place for place in places if place is not None and place.origin == parameter.origin), None)
