"""Nested TOML tables become parameters with a dotted path."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from mgcells import units
from mgcells.errors import Problem
from mgcells.library.checking import check
from mgcells.library.entries import Parameter
from mgcells.library.records import Quantity

Place = Callable[..., tuple[str, int]]


def flatten(
    data: Mapping[str, Any], place: Place, problems: list[Problem], prefix: str = "", at: tuple[str, ...] = ()
) -> dict[str, Parameter]:
    """Collect every table that has a key `value` below `data`; `prefix` begins the paths, `at` the places."""
    found: dict[str, Parameter] = {}
    for key, item in data.items():
        path = f"{prefix}.{key}" if prefix else key
        if isinstance(item, Mapping) and "value" in item:
            parameter = quantity(path, item, place, problems, (*at, key))
            if parameter:
                found[path] = parameter
        elif isinstance(item, Mapping):
            found |= flatten(item, place, problems, path, (*at, key))
        else:
            file, line = place(*at, key)
            problems.append(Problem(file, line, f"{path}: expected a table with value, basis and sources"))
    return found


def quantity(path: str, data: Any, place: Place, problems: list[Problem], at: tuple[str, ...]) -> Parameter | None:
    """Turn one table into a parameter; problems are appended and None returned when it is not sound."""
    record = check(Quantity, data, lambda *inner: place(*at, *inner), problems, f"{path}: ")
    if record is None:
        return None
    file, line = place(*at)
    try:
        value, dimension = number(record.value)
        low = None if record.low is None else _same(record.low, dimension)
        high = None if record.high is None else _same(record.high, dimension)
        most = None if record.most is None else _same(record.most, dimension)
    except units.UnitProblem as error:
        problems.append(Problem(file, line, f"{path}: {error}"))
        return None
    if most is not None and max(value, high or value) > most:
        problems.append(Problem(file, line, f"{path}: is above {record.most}, the most that it can be"))
    if (low is not None and value < low) or (high is not None and value > high):
        problems.append(Problem(file, line, f"{path}: value {record.value} lies outside its range"))
    return Parameter(
        path, value, dimension, str(record.value), low, high, record.basis,
        tuple(record.sources), tuple(record.claims), record.note, file, line, record.replaces, most,
    )  # fmt: skip


def number(value: str | int | float) -> tuple[float, str]:
    """Return (internal value, dimension) of a bare number or of text with a unit."""
    if isinstance(value, str):
        return units.parse_any(value)
    if not math.isfinite(value):
        raise units.UnitProblem(f"{value} is not a finite number")
    return float(value), "dimensionless"


def _same(value: str | int | float, dimension: str) -> float:
    if isinstance(value, str):
        return units.parse(value, dimension)
    if dimension != "dimensionless":
        raise units.UnitProblem(f"{value} has no unit; the value is a {dimension}")
    return float(value)
