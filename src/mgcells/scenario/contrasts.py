"""Which strategies a scenario compares: each with control, and whatever else it asks for."""

from __future__ import annotations

from collections.abc import Sequence

from mgcells.errors import Problem, suggestion
from mgcells.library.located import Document
from mgcells.scenario.records import InteractionRecord
from mgcells.scenario.scenario import Contrast


def read_contrasts(
    compare: Sequence[list[str] | InteractionRecord],
    names: Sequence[str],
    control: str,
    document: Document,
    problems: list[Problem],
) -> tuple[Contrast, ...]:
    """Return every strategy against control, then what the scenario compares beside that.

    `["A", "B"]` is A against B; of `{ both, first, second, neither }` it is both against first + second - neither: by
    how much two do more together than each alone.
    """
    found = [Contrast(name, (control,)) for name in names if name != control]
    for index, entry in enumerate(compare):
        fault = _fault(entry, names)
        contrast = None if fault else _contrast(entry)
        if contrast in found:
            fault = f"{contrast.strategy} against {contrast.against} is compared already"
        if fault or contrast is None:
            problems.append(Problem(document.shown, document.line("compare", index), f"compare: {fault}"))
        else:
            found.append(contrast)
    return tuple(found)


def _contrast(entry: list[str] | InteractionRecord) -> Contrast:
    if isinstance(entry, InteractionRecord):
        return Contrast(entry.both, (entry.first, entry.second), (entry.neither,))
    return Contrast(entry[0], (entry[1],))


def _fault(entry: list[str] | InteractionRecord, names: Sequence[str]) -> str:
    if isinstance(entry, InteractionRecord):
        named = [entry.both, entry.first, entry.second, entry.neither]
    else:
        named = entry
        if len(named) != 2:
            return f'{named} should name two strategies, such as ["{names[0] if names else "A"}", "B"]'
    unknown = [f"unknown strategy '{name}'{suggestion(name, names)}" for name in named if name not in names]
    if unknown:
        return "; ".join(unknown)
    twice = sorted({name for name in named if named.count(name) > 1})
    return f"'{twice[0]}' is named twice" if twice else ""
