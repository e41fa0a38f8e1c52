"""What the library hands out: checked entries, numbers already in internal units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mgcells import units
from mgcells.identity import WORDS
from mgcells.library.located import Document
from mgcells.library.records import CellTypeRecord, ExperimentRecord


@dataclass(frozen=True)
class Place:
    """Where an entry of the library stands.

    `layer` is "mgcells" for what ships, else the name of an own library; `replaces` is the origin of the entry that
    this one stands in for, "" where there was none.
    """

    file: str
    line: int
    layer: str
    replaces: str = ""

    @property
    def origin(self) -> str:
        """The place as file:line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def said(self) -> str:
        """The origin and what was replaced, as outputs show it."""
        return f"{self.origin}, replaces {self.replaces}" if self.replaces else self.origin


@dataclass(frozen=True)
class Parameter:
    """One number of the model with everything a reader needs to judge it.

    `value`, `low`, `high` and `most` are in the internal unit of `dimension`; `text` is what the file says.
    """

    path: str
    value: float
    dimension: str
    text: str = field(metadata=WORDS)
    low: float | None
    high: float | None
    basis: str = field(metadata=WORDS)
    sources: tuple[str, ...] = field(metadata=WORDS)
    claims: tuple[str, ...] = field(metadata=WORDS)
    note: str = field(metadata=WORDS)
    file: str = field(metadata=WORDS)
    line: int = field(metadata=WORDS)
    replaces: bool = field(default=False, metadata=WORDS)
    most: float | None = None

    @property
    def origin(self) -> str:
        """Where the number is written, as file:line."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Claim:
    """One statement of the review in our words, with our verdict on it.

    `role` says what answers it where no rule does: "machinery", "prediction" or "off", "" where that is left to its
    rules and numbers; `answer` says how, or why it is off.
    """

    id: str
    section: str
    topic: str
    statement: str
    verdict: str
    grade: str
    review_refs: str
    sources: tuple[str, ...]
    note: str
    role: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Rule:
    """One row of a rule table. Numbers are in internal units; an empty cell is None.

    `half_max_unit` is the unit in which the table states half_max, "" where it has none.
    """

    id: str
    cell: str
    behaviour: str
    signal: str
    effect: str
    at_zero: float | None
    at_saturation: float | None
    half_max: float | None
    half_max_unit: str = field(metadata=WORDS)
    hill: float
    effect_low: float | None
    effect_high: float | None
    half_low: float | None
    half_high: float | None
    applies_when: tuple[tuple[str, tuple[str, ...]], ...]
    claims: tuple[str, ...] = field(metadata=WORDS)
    basis: str = field(metadata=WORDS)
    grade: str = field(metadata=WORDS)
    sources: tuple[str, ...] = field(metadata=WORDS)
    status: str
    note: str = field(metadata=WORDS)
    form: str
    parameters: Mapping[str, float]
    file: str = field(metadata=WORDS)
    line: int = field(metadata=WORDS)
    replaces: bool = field(default=False, metadata=WORDS)

    @property
    def half_max_text(self) -> str:
        """The half-max in force in the unit of the table, "" where there is none."""
        if self.half_max is None:
            return ""
        return f"{self.half_max / units.factor(self.half_max_unit):.6g} {self.half_max_unit}".strip()

    @property
    def origin(self) -> str:
        """Where the row is written, as file:line."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class CellType:
    """A cell type (or a tissue's niche): its record and its numbers by path."""

    name: str
    record: CellTypeRecord
    parameters: Mapping[str, Parameter]
    file: str = field(metadata=WORDS)


@dataclass(frozen=True)
class Variation:
    """How one parameter differs between subjects: distribution and coefficient of variation."""

    path: str
    distribution: str
    spread: Parameter


@dataclass(frozen=True)
class SubjectKind:
    """A kind of virtual subject.

    `tissues`, at `tissues_line` of the file, are those that the file allows, None where it leaves that to the tissues;
    `mgcells.tissues.registry.tissues_of` says what a subject can have.
    """

    name: str
    title: str = field(metadata=WORDS)
    species: str
    tissues: tuple[str, ...] | None
    in_vitro: bool
    parameters: Mapping[str, Parameter]
    variation: Mapping[str, Variation]
    file: str = field(metadata=WORDS)
    tissues_line: int = field(default=0, metadata=WORDS)


@dataclass(frozen=True)
class Condition:
    """What differs from health: parameters that are set and rules that are switched."""

    name: str
    title: str = field(metadata=WORDS)
    parameters: Mapping[str, Parameter]
    rules_on: tuple[str, ...]
    rules_off: tuple[str, ...]
    diet: str | None
    species: tuple[str, ...]
    file: str = field(metadata=WORDS)
    note: str = field(metadata=WORDS)


@dataclass(frozen=True)
class Experiment:
    """A published experiment: its record, and the file with its lines."""

    record: ExperimentRecord
    document: Document

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the papers."""
        named = self.record.source
        return (named,) if isinstance(named, str) else tuple(named)

    @property
    def grade(self) -> str:
        """The grade of the evidence: A in people, B in animals, C in the dish."""
        return self.record.grade or ("A" if self.record.species == "human" else "B")
