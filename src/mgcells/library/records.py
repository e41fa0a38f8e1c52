"""The records that data files are checked against: strict types, no unknown key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mgcells.errors import Problem, suggestion
from mgcells.library.located import Document

Basis = Literal["measured", "derived", "fitted", "assumed", "review-statement"]
Grade = Literal["A", "B", "C", "D"]
Status = Literal["on", "off", "switch"]


class Record(BaseModel):
    """Strict and closed: a wrong type or an unknown key is a problem, never a guess."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Quantity(Record):
    """One number with its unit, its plausible range, and where it comes from."""

    value: str | int | float
    low: str | int | float | None = None
    high: str | int | float | None = None
    basis: Basis
    sources: list[str] = Field(default_factory=list)
    claims: list[str] = Field(default_factory=list)
    note: str = ""


class Source(Record):
    """One paper or page."""

    authors: str = ""
    year: int | None = None
    title: str = ""
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    seen: str = ""
    tags: list[str] = Field(default_factory=list)


class Compound(Record):
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


class ExperimentRecord(Record):
    """One published experiment: how it is simulated, and what was measured.

    `id` names it by its paper, `key` is the number by which the evidence speaks of it.
    """

    id: str
    key: str = ""
    title: str
    source: str | list[str]
    species: str
    kind: ExperimentKind
    full: bool = False
    note: str = ""
    disclosure: str = ""
    scenario: dict[str, Any]
    expect: list[ExpectRecord] = Field(min_length=1)


class BehaviourRecord(Record):
    """Healthy value, time constant and way to combine of one behaviour of a cell type."""

    label: str
    unit: str = ""
    combine: Literal["product", "sum"] = "product"
    baseline: Quantity
    time_constant: Quantity
    maximum: Quantity | None = None
    inhibited_by: list[str] = Field(default_factory=list)


class SignalRecord(Record):
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


class CellTypeRecord(Record):
    """One file of data/cells."""

    title: str
    tissue: list[str]
    niche: bool = False
    behaviours: dict[str, BehaviourRecord]
    signals: dict[str, SignalRecord]
    parameters: dict[str, Any] = Field(default_factory=dict)


class Switch(Record):
    """A documented choice between structural variants."""

    title: str
    options: dict[str, str]
    default: str
    claims: list[str] = Field(default_factory=list)


R = TypeVar("R", bound=BaseModel)


def check(
    record: type[R],
    data: Any,
    place: Callable[..., tuple[str, int]],
    problems: list[Problem],
    where: str,
) -> R | None:
    """Validate `data`; on failure append one problem per fault, in words a user can act on, and return None."""
    try:
        return record.model_validate(data)
    except ValidationError as error:
        faults: dict[tuple[str | int, ...], list[Any]] = {}
        for fault in error.errors():
            path = present(data, fault["loc"])
            if fault["type"] == "missing":
                path = (*path, fault["loc"][-1])
            faults.setdefault(path, []).append(fault)
        for path, found in faults.items():
            # Of the alternatives that an entry may be, the one that came furthest is what was meant.
            if any(len(other) > len(path) and other[: len(path)] == path for other in faults):
                continue
            file, line = place(*path)
            problems.append(Problem(file, line, f"{where}{_sentence(record, found, path)}"))
        return None


def place_in(document: Document, *prefix: str | int) -> Callable[..., tuple[str, int]]:
    """Return a function from a path inside a record to (file, line)."""
    return lambda *path: (document.shown, document.line(*prefix, *path))


def present(data: Any, location: Iterable[str | int]) -> tuple[str | int, ...]:
    """Return the part of a fault's location that `data` has; names of alternatives between are passed over."""
    place: list[str | int] = []
    for part in location:
        table = dict(enumerate(data)) if isinstance(data, list) else data
        if isinstance(table, dict) and part in table:
            data = table[part]
            place.append(part)
    return tuple(place)


def _sentence(record: type[BaseModel], alternatives: list[Any], path: tuple[str | int, ...]) -> str:
    fault = alternatives[0]
    name = ".".join(str(part) for part in path) or "entry"
    kind = fault["type"]
    if kind == "extra_forbidden":
        return f"unknown key '{path[-1]}'{suggestion(str(path[-1]), _keys(record, path[:-1]))}"
    if kind == "missing":
        return f"{name} is missing"
    if kind == "literal_error":
        allowed = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{name} = {fault['input']!r} is not allowed{suggestion(str(fault['input']), allowed)}"
    expected = " or ".join(dict.fromkeys(one["msg"].removeprefix("Input should be ") for one in alternatives))
    return f"{name} = {fault['input']!r}: should be {expected[:1].lower()}{expected[1:]}"


def _keys(record: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    model: Any = record
    for part in path:
        if isinstance(part, int):
            continue
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
        field = model.model_fields.get(str(part)) or _by_alias(model, str(part))
        model = _inner(field.annotation) if field else None
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _by_alias(model: type[BaseModel], name: str) -> Any:
    return next((field for field in model.model_fields.values() if field.alias == name), None)


def _inner(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner(argument)
        if found is not None:
            return found
    return None
