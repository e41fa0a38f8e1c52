"""An entry of the library as lines of text: a word, then what stands under it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NARROWEST = 14
# What needs no name before it.
SENTENCES = ("text", "label")
EMPTY: Sequence[Any] = ("", None, [], {})


def entry_lines(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of an entry; what is empty has none."""
    width = max(NARROWEST, *(len(key) for key in entry))
    for key, value in entry.items():
        for number, line in enumerate(_lines(value)):
            yield f"{'' if number else key:<{width}} {line}"


def _lines(value: Any) -> list[str]:
    """Return a value as lines; entries of a list that are more than names have one each."""
    if value in EMPTY:
        return []
    if isinstance(value, dict):
        return [_item(value)]
    if not isinstance(value, (list, tuple)):
        return [str(value)]
    texts = [_item(item) if isinstance(item, dict) else str(item) for item in value]
    sentences = any(isinstance(item, dict) for item in value) or any(sign in text for text in texts for sign in ";:")
    return texts if sentences else [", ".join(texts)]


def _item(item: Mapping[str, Any]) -> str:
    if "basis" in item:
        return _number(item)
    name = item.get("id") or item.get("name")
    rest = [
        _said(value) if key in SENTENCES else f"{key} {_said(value)}"
        for key, value in item.items()
        if key not in ("id", "name") and value not in EMPTY
    ]
    return "; ".join(rest) if name is None else f"{name}: {'; '.join(rest) or 'nothing'}"


def _said(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(number: Mapping[str, Any]) -> str:
    """Return a number as one line; of several subjects or conditions each says where it stands."""
    owner = ", ".join(number.get("subjects", ())) or number.get("condition")
    name = f"{owner}: " if owner else f"{number['id']} = " if "id" in number else ""
    span = f" ({number['range']})" if number["range"] else ""
    cited = ", ".join([*number["claims"], *number["sources"]])
    parts = [
        f"{name}{number['value']}{span}, {number['basis']}{f' [{cited}]' if cited else ''}",
        number.get("distribution", ""),
        number["note"],
        number["origin"] if owner else "",
    ]
    return "; ".join(part for part in parts if part)
