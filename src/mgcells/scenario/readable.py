"""The part of a faulty scenario that can still be read, so that one pass finds the other faults too."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from mgcells.library.checking import present
from mgcells.scenario.records import ScenarioRecord

ENDLESS_HOURS = 1e12
Address = tuple[str | int, ...]


def readable_part(data: Mapping[str, Any]) -> ScenarioRecord | None:
    """Return the record of `data` without the entries that cannot be read; None when too little is left to check."""
    kept = copy.deepcopy(dict(data))
    while True:
        try:
            return ScenarioRecord.model_validate(kept)
        except ValidationError as error:
            faults = [(fault["type"] == "missing", fault["loc"]) for fault in error.errors()]
        unreadable = set()
        for missing, location in faults:
            place = present(kept, location)
            if not missing or not _stand_in(kept, place, str(location[-1])):
                unreadable.add(place)
        if () in unreadable:
            return None
        outermost = [place for place in unreadable if not any(place[:size] in unreadable for size in range(len(place)))]
        # From the end, so that taking an entry out of a list moves none that is still to go.
        for place in sorted(outermost, key=_order, reverse=True):
            _take_out(kept, place)


def _stand_in(kept: dict[str, Any], place: Address, missing: str) -> bool:
    """Put a text in the place of a missing one where that leads to no further fault; say whether it was possible."""
    strategies = [entry for entry in kept.get("strategy", ()) if isinstance(entry, dict)]
    if len(place) == 2 and place[0] == "strategy" and missing == "name":
        strategies[int(place[1])]["name"] = f"strategy {int(place[1]) + 1}"
        return True
    first = str(strategies[0].get("name", "")) if strategies else ""
    known = {"title": "", "duration": f"{ENDLESS_HOURS:.0f} h", "control": first}
    if place or missing not in known:
        return False
    kept[missing] = known[missing]
    return True


def _order(place: Address) -> list[tuple[bool, int, str]]:
    return [(isinstance(part, int), part if isinstance(part, int) else 0, str(part)) for part in place]


def _take_out(kept: Any, place: Address) -> None:
    for part in place[:-1]:
        kept = kept[part]
    del kept[place[-1]]
