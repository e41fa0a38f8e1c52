"""What a scenario file may say, word by word."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from mgcells.library.records import Record

Number = str | int | float


class DoseChange(Record):
    """What changes in a dose stream from some time on: all else stays as it was before."""

    begin: str = Field(alias="from")
    amount: str | None = None
    every: str | None = None
    over: str | None = None
    clamp: str | None = None
    with_meal: bool | None = None


class DoseRecord(Record):
    """One dose stream of a strategy: its first dose may be another, it may change later, and doses may be missed."""

    compound: str
    amount: str | None = None
    of: Literal["salt", "magnesium", "threonate"] | None = None
    route: str
    every: str | None = None
    begin: str | None = Field(default=None, alias="from")
    until: str | None = None
    over: str | None = None
    clamp: str | None = None
    with_meal: bool = False
    loading: str | None = None
    then: list[DoseChange] = Field(default_factory=list)
    missed: list[str] = Field(default_factory=list)


class TimedCondition(Record):
    """A condition that begins or ends during the run."""

    name: str
    begin: str | None = Field(default=None, alias="from")
    until: str | None = None


class InhibitorRecord(Record):
    """A blocker and the share of its target's activity that it leaves."""

    target: str
    residual: int | float


class CoMedicationRecord(Record):
    """A drug beside the supplement. A titrated dose follows what the subject needs for the same effect."""

    drug: str
    amount: str
    every: str
    route: str
    begin: str | None = Field(default=None, alias="from")
    until: str | None = None
    titrate: bool = False


class RuleChanges(Record):
    """Rules switched on or off by id, and single columns set by `id.column`."""

    on: list[str] = Field(default_factory=list)
    off: list[str] = Field(default_factory=list)
    set: dict[str, Number] = Field(default_factory=dict)


class LinkChanges(Record):
    """Links between organs that are cut, by name such as "csf.magnesium > brain"."""

    off: list[str] = Field(default_factory=list)


class DietRecord(Record):
    """Magnesium of the diet, "300 mg/d" or "0.5 g/kg" of chow, and when it holds."""

    magnesium: str
    begin: str | None = Field(default=None, alias="from")
    until: str | None = None


class Common(Record):
    """What may stand at the top of a scenario and in a strategy."""

    subject: str | None = None
    condition: str | list[str | TimedCondition] | None = None
    diet: DietRecord | list[DietRecord] | None = None
    medium: dict[str, str] = Field(default_factory=dict)
    inhibitors: list[InhibitorRecord] | None = None
    co_medication: list[CoMedicationRecord] | None = None
    rules: RuleChanges = Field(default_factory=RuleChanges)
    links: LinkChanges = Field(default_factory=LinkChanges)
    parameters: dict[str, Number] = Field(default_factory=dict)
    variation: dict[str, Number] = Field(default_factory=dict)
    switches: dict[str, str] = Field(default_factory=dict)


class StrategyRecord(Common):
    """One strategy: its doses and what it changes."""

    name: str
    like: str | None = None
    doses: list[DoseRecord] | None = None


class EndpointRecord(Record):
    """When an observable is compared: at one time, or as the mean over a window; a text says this and more."""

    at: str | None = None
    mean_over: str | None = None


class InteractionRecord(Record):
    """A factorial: what two strategies do together, against the sum of what each does."""

    both: str
    first: str
    second: str
    neither: str


class SweptRecord(Record):
    """Values that a sweep takes: a list, or a range; `also` names what takes the same values, `name` all of it."""

    values: list[Any] | None = None
    begin: Number | None = Field(default=None, alias="from")
    to: Number | None = None
    count: int | None = None
    spacing: Literal["linear", "log"] = "linear"
    also: list[str] = Field(default_factory=list)
    name: str | None = None


class SweepRecord(Record):
    """What a sweep changes, by address, and how the values are put together."""

    design: Literal["grid", "pairs", "latin hypercube"] = "grid"
    points: int | None = None
    over: dict[str, list[Any] | SweptRecord] = Field(default_factory=dict)


class ScenarioRecord(Common):
    """A whole scenario file."""

    title: str
    library: str | list[str] = Field(default_factory=list)
    subject: str
    duration: str
    replicates: int = 20
    seed: int = 1
    control: str
    tissues: list[str] | None = None
    record_every: str = "6 h"
    step: str = "1 h"
    strategy: list[StrategyRecord]
    endpoints: dict[str, str | EndpointRecord | list[str | EndpointRecord]] = Field(default_factory=dict)
    compare: list[list[str] | InteractionRecord] = Field(default_factory=list)
    sweep: SweepRecord | None = None
