"""Data against a record: one problem per fault, with its line, in words that a user can act on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from mgcells.errors import Problem, suggestion
from mgcells.library.located import Document

# What a type of pydantic is called in these files.
IN_WORDS = {
    "string_type": 'a text in quotes, such as "2 d"',
    "dict_type": 'a table, such as { key = "value" }',
    "model_type": 'a table, such as { key = "value" }',
    "list_type": 'a list, such as ["one", "other"]',
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
}

LONGEST_SHOWN = 60

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
    """Return the part of a fault's location that `data` has; names of alternatives in between are skipped."""
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
    if kind == "finite_number":
        return f"{name} = {_shown(fault['input'])}: should be a finite number"
    if kind == "string_too_short":
        return f"{name} is empty"
    if kind == "literal_error":
        allowed = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{name} = {_shown(fault['input'])} is not allowed{suggestion(str(fault['input']), allowed)}"
    if kind in IN_WORDS:
        wanted = " or ".join(dict.fromkeys(IN_WORDS.get(one["type"], one["msg"]) for one in alternatives))
        return f"{name} = {_shown(fault['input'])}: should be {wanted}"
    expected = " or ".join(dict.fromkeys(one["msg"].removeprefix("Input should be ") for one in alternatives))
    return f"{name} = {_shown(fault['input'])}: should be {expected[:1].lower()}{expected[1:]}"


def _shown(value: Any) -> str:
    """Return what was written, cut where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _keys(record: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    """Return the keys that the table at `path` may have; names within a table of tables are free."""
    model: Any = record
    free = False
    for part in path:
        if isinstance(part, int):
            continue
        if free:
            free = False
            continue
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
        field = model.model_fields.get(str(part)) or _by_alias(model, str(part))
        free = field is not None and get_origin(field.annotation) is dict
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
