"""Laying one library over another: entries are added, and one that exists is replaced only by one that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from mgcells.errors import Problem, suggestion
from mgcells.library.entries import Parameter, Place
from mgcells.library.layers import SHIPPED

Kept = TypeVar("Kept")
REMEDY = "say replaces = true to put this in its place, or give it another name"


@dataclass
class Overlay:
    """What was read so far: where every entry stands, each number as said first, and everything that is wrong."""

    problems: list[Problem] = field(default_factory=list)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    originals: dict[str, Parameter] = field(default_factory=dict)

    def lay(
        self,
        kind: str,
        into: dict[str, Kept],
        new: Mapping[str, Kept],
        places: Mapping[str, Place],
        replacing: set[str],
    ) -> None:
        """Add the entries of one file to those of their kind.

        Parameters
        ----------
        places : name -> Place
            Where the new entries stand.
        replacing : set of names
            Entries that say that they replace one.
        """
        for name, entry in new.items():
            place, before = places[name], self.places.get((kind, name))
            if before is None and name in replacing:
                known = [other for one, other in self.places if one == kind]
                text = f"{name}: says that it replaces an entry, but there is none of this name"
                text += suggestion(name, known)
                self.problems.append(Problem(place.file, place.line, text))
            if before is not None and name not in replacing:
                remedy = f"; {REMEDY}" if place.layer != SHIPPED else ""
                self.problems.append(
                    Problem(place.file, place.line, f"{name} exists already at {before.origin}{remedy}")
                )
                continue
            into[name] = entry
            replaced = before.origin if before is not None else ""
            self.places[kind, name] = Place(place.file, place.line, place.layer, replaced)
