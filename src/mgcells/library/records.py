"""The records that data files are checked against: strict types, no unknown key."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Basis = Literal["measured", "derived", "fitted", "assumed", "review-statement"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Record(BaseModel):
    """Strict and closed: a wrong type or an unknown key is a problem, never a guess."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    # What only readers read, in whichever record it stands; see `mgcells.identity`.
    WORDS: ClassVar[frozenset[str]] = frozenset(
        {"title", "label", "note", "sources", "claims", "basis", "aliases", "replaces", "supports", "opposes", "grade"}
    )


class Entry(Record):
    """Something that a library holds under a name. In an own library, one that exists must say that it replaces it."""

    replaces: bool = False


class Quantity(Entry):
    """One number with its unit, its plausible range, and where it comes from.

    `most` is a bound that is no matter of plausibility: more of it has no meaning, as of a share.
    """

    value: str | int | float
    low: str | int | float | None = None
    high: str | int | float | None = None
    most: str | int | float | None = None
    basis: Basis
    sources: list[str] = Field(default_factory=list)
    claims: list[str] = Field(default_factory=list)
    note: str = ""


class Source(Entry):
    """One paper or page."""

    authors: str = ""
    year: int | None = None
    title: str = ""
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    seen: Literal["abstract", "opening", "code", "secondary", "recalled", ""] = ""
    tags: list[str] = Field(default_factory=list)


class Compound(Entry):
    """A salt, its composition per mole, and how much of it dissolves for absorption."""

    formula: str
    molar_mass: str
    magnesium: int
    threonate: int = 0
    aliases: list[str] = Field(default_factory=list)
    available: Quantity
    osmotic: Quantity
    threonate_absorbed: Quantity | None = None
    note: str = ""


ExperimentKind = Literal["calibration", "validation", "negative-control", "falsifier"]
Measure = Literal["relative", "difference", "ratio", "d", "sign", "order", "value"]


class ExpectRecord(Record):
    """What was measured, and the interval in which a prediction agrees with it.

    `value`, `low` and `high` are in the observable's unit, relative changes a fraction. `strategy` is a list, from
    lowest to highest, for the measure "order". `against` is another strategy or "start", the same subjects at 0 h;
    `above` is a strategy that is subtracted from both first. `kind` differs from the experiment's where one part of
    a paper served to calibrate and another did not.
    """

    observable: str
    strategy: str | list[str]
    against: str | None = None
    above: str | None = None
    at: str | None = None
    against_at: str | None = None
    measure: Measure
    value: int | float | None = None
    low: int | float | None = None
    high: int | float | None = None
    kind: ExperimentKind | None = None
    note: str = ""


class ExperimentRecord(Entry):
    """One published experiment: how it is simulated, and what was measured.

    `id` names it by its paper, `key` is the number by which the evidence speaks of it. `supports` and `opposes` are the
    claims that the measurement, whatever the model predicts, speaks for and against; it may do both. `grade` is A in
    people, B in animals, C in the dish; where it is left out the species says which of the first two.
    """

    id: str
    key: str = ""
    title: Words
    source: str | list[str]
    species: str
    kind: ExperimentKind
    grade: Literal["A", "B", "C"] | None = None
    supports: list[str] = Field(default_factory=list)
    opposes: list[str] = Field(default_factory=list)
    full: bool = False
    note: str = ""
    disclosure: str = ""
    scenario: dict[str, Any]
    expect: list[ExpectRecord] = Field(min_length=1)


class BehaviourRecord(Entry):
    """Healthy value, time constant and way to combine of one behaviour of a cell type."""

    label: str
    unit: str = ""
    combine: Literal["product", "sum"] = "product"
    baseline: Quantity
    time_constant: Quantity
    maximum: Quantity | None = None
    inhibited_by: list[str] = Field(default_factory=list)


class SignalRecord(Entry):
    """What a cell senses. `reads` is "level:NAME", "own:BEHAVIOUR", "trait:NAME" or "scalar:NAME".

    `healthy` is the path of the parameter that holds the healthy level (not needed for "own"). `measure` turns the
    level into what the rule sees: the level itself, its ratio to healthy, its excess above healthy in the level's
    unit, or its surplus above (deficit below) healthy as a share of healthy.
    """

    label: str
    reads: str
    measure: Literal["level", "ratio", "excess", "surplus", "deficit"] = "level"
    unit: str = ""
    healthy: str | None = None


class CellTypeRecord(Entry):
    """One file of data/cells."""

    title: Words
    tissue: list[str]
    niche: bool = False
    behaviours: dict[str, BehaviourRecord]
    signals: dict[str, SignalRecord]
    parameters: dict[str, Any] = Field(default_factory=dict)


class CellAdditions(Record):
    """What a library adds to a cell type that exists: behaviours, signals and parameters of its own."""

    behaviours: dict[str, BehaviourRecord] = Field(default_factory=dict)
    signals: dict[str, SignalRecord] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)


class VariationRecord(Quantity):
    """How much subjects differ in a parameter: a coefficient of variation, and its distribution."""

    distribution: Literal["lognormal", "normal"] = "lognormal"


class SubjectRecord(Entry):
    """What a file of data/subjects says of a subject beside its numbers. `like` copies those of another first."""

    title: Words
    species: str = ""
    like: str | None = None
    in_vitro: bool = False
    tissues: list[str] | None = None
    variation: dict[str, VariationRecord] = Field(default_factory=dict)


class SubjectAdditions(Record):
    """What a library says of the spread of numbers in a subject that exists, beside the numbers themselves."""

    variation: dict[str, VariationRecord] = Field(default_factory=dict)


class ConditionRules(Record):
    """Rules that a condition switches, by id."""

    on: list[str] = Field(default_factory=list)
    off: list[str] = Field(default_factory=list)


class ConditionDiet(Record):
    """Magnesium of the diet: "300 mg/d", or "0.5 g/kg" of chow."""

    magnesium: str


class ConditionRecord(Entry):
    """One file of data/conditions: what differs from health."""

    title: Words
    note: Words
    species: list[str] = Field(default_factory=list)
    set: dict[str, Quantity] = Field(default_factory=dict)
    rules: ConditionRules = Field(default_factory=ConditionRules)
    diet: ConditionDiet | None = None


class Inhibitor(Entry):
    """A target that can be blocked: one that stands for several, or one that acts on parameters of the body.

    What can be blocked in cells is named in their own tables (`inhibited_by`).
    """

    title: Words
    stands_for: list[str] = Field(default_factory=list)
    acts_on: list[str] = Field(default_factory=list)


class Mechanism(Entry):
    """A mechanism of the body that is no rule, and the numbers with which it would be gone."""

    title: Words
    without: dict[str, str | int | float]
    claims: list[str] = Field(default_factory=list)


class CalibrationRecord(Entry):
    """Fitted numbers, and the experiments to which they are fitted; or the reason why they can be fitted to none.

    `fits` holds addresses of numbers (see `mgcells.library.numbers`); a list among them is of numbers that are one.
    `to` maps each experiment to the observables whose calibration rows count. `copied_to` are other subjects that have
    the values of the fit. What is `full` takes long, and is fitted only when that or its name is asked for.
    """

    title: Words
    fits: list[str | list[str]] = Field(min_length=1)
    to: dict[str, list[str]] = Field(default_factory=dict)
    reason: str = ""
    copied_to: list[str] = Field(default_factory=list)
    full: bool = False
    note: str = ""

    @property
    def numbers(self) -> list[str]:
        """The addresses, those that are one in a row."""
        return [address for entry in self.fits for address in ([entry] if isinstance(entry, str) else entry)]


class Switch(Entry):
    """A documented choice between structural variants."""

    title: Words
    options: dict[str, str]
    default: str
    claims: list[str] = Field(default_factory=list)
