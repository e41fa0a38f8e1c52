"""Where in a scenario file a value stands that is named by an address such as "L-TAMS.doses.0.amount"."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mgcells.errors import suggestion
from mgcells.library.located import Document
from mgcells.scenario.records import Common
from mgcells.scenario.swept import Level, Place

SWEEP = "sweep"
OF_ALL = tuple(field.alias or name for name, field in Common.model_fields.items())
OF_STRATEGIES = (*OF_ALL, "doses")
# Tables whose keys are names that may hold dots themselves.
NAMED = ("parameters", "medium", "variation", "switches")
CHANGES = {"rules": ("set", "on", "off"), "links": ("off",)}


class AddressProblem(ValueError):
    """An address that names nothing that a strategy can hold."""


def place_of(address: str, data: Mapping[str, Any]) -> Place:
    """Return the path in the data of a scenario file of what an address names; it need not be there yet.

    An address begins with the name of a strategy, or with nothing for the top of the file; then come a key and what
    lies in it. Entries of lists are counted from 0, and the only entry of a list needs no number.

    Raises
    ------
    AddressProblem
        No strategy can hold it, or the strategy has no such entry of its own; names the nearest address.
    """
    owner, within = _owner(address, data)
    keys = OF_STRATEGIES if owner else OF_ALL
    head, _, rest = within.partition(".")
    if head not in keys:
        raise AddressProblem(f"'{address}' names nothing that a strategy holds{_nearest(address, data)}")
    if head in NAMED:
        if not rest:
            raise AddressProblem(f"'{address}' is a table; name one of its values: '{address}.NAME'")
        return (*owner, head, rest)
    if head in CHANGES:
        return (*owner, head, *_of_changes(address, head, rest))
    table: Any = data
    for part in owner:
        table = table[part]
    return (*owner, head, *_of_entries(address, table.get(head), rest, data)) if rest else (*owner, head)


def edited(document: Document, settings: Mapping[Place, Level]) -> Document:
    """Return a scenario file in which other values stand at these places, and no sweep."""
    data = copy.deepcopy({key: value for key, value in document.data.items() if key != SWEEP})
    for place, level in settings.items():
        table: Any = data
        for part in place[:-1]:
            table = table[part] if isinstance(part, int) else table.setdefault(part, {})
        table[place[-1]] = level
    return replace(document, data=data)


def sweep_line(document: Document, *path: str | int) -> int:
    """Return the line of a part of the sweep; where that is not written, the line where the sweep begins."""
    if (SWEEP, *path[:1]) in document.lines:
        return document.line(SWEEP, *path)
    return min((line for place, line in document.lines.items() if place[:1] == (SWEEP,)), default=1)


def _owner(address: str, data: Mapping[str, Any]) -> tuple[Place, str]:
    """Return the path of the strategy that an address begins with, the longest name first, and the rest of it."""
    names = {str(entry.get("name", "")): index for index, entry in enumerate(data["strategy"])}
    for name in sorted(names, key=len, reverse=True):
        if address.startswith(f"{name}."):
            return ("strategy", names[name]), address.removeprefix(f"{name}.")
    return (), address


def _of_changes(address: str, head: str, rest: str) -> Place:
    key, _, name = rest.partition(".")
    if key not in CHANGES[head] or bool(name) != (key == "set"):
        forms = " or ".join(f"{head}.{one}{'.RULE.COLUMN' if one == 'set' else ''}" for one in CHANGES[head])
        raise AddressProblem(f"'{address}' should read as {forms}")
    return (key, name) if name else (key,)


def _of_entries(address: str, own: Any, rest: str, data: Mapping[str, Any]) -> Place:
    """Return the path within a list of tables, or within the one table that stands in its place."""
    first, _, key = rest.partition(".")
    if not isinstance(own, dict | list) or not own:
        raise AddressProblem(f"'{address}': there is none of its own to change there{_nearest(address, data)}")
    if isinstance(own, dict):
        return (rest,)
    if not first.isdigit():
        if len(own) > 1:
            raise AddressProblem(f"'{address}': there are {len(own)}; say which, counted from 0, before '{rest}'")
        return (0, rest)
    if int(first) >= len(own):
        last = f"there are {len(own)}, the last is {len(own) - 1}" if len(own) > 1 else "there is only 0"
        raise AddressProblem(f"'{address}': no {first}, counted from 0; {last}")
    return (int(first), key) if key else (int(first),)


def _nearest(address: str, data: Mapping[str, Any]) -> str:
    known = [name for name in _addresses(data, ()) if name.rpartition(".")[2] != "name"]
    return suggestion(address, known)


def _addresses(data: Mapping[str, Any], before: tuple[str, ...]) -> Iterator[str]:
    """Yield the addresses of the values that stand in a file."""
    for key, value in data.items():
        if not before and key == "strategy":
            for entry in value:
                yield from _addresses(entry, (str(entry.get("name", "")),))
        elif before or key in OF_ALL:
            yield from _leaves(value, (*before, key))


def _leaves(value: Any, at: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from _leaves(inner, (*at, str(key)))
    else:
        yield ".".join(at)
