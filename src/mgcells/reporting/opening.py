"""The five lines that a report opens with: answer, size, how sure, which mechanism, which assumption decides."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

from mgcells.reporting.evidence import assumed_share
from mgcells.reporting.moved import moved, moved_elsewhere
from mgcells.reporting.results import Results
from mgcells.reporting.sentences import effect_decimals, effect_sentence, interval_text, listed, number, signed, verdict
from mgcells.scenario import Endpoint

# Of a mechanism the first sentences say enough; the others stand in the file.
MOST_SENTENCES = 3
MOST_CONTRASTS = 2
# Beyond this many spreads the number itself says nothing more.
MANY_SPREADS = 10.0


class Line(NamedTuple):
    """A line of the opening: what it is about, and what it says."""

    label: str
    text: str


def opening(results: Results) -> list[Line]:
    """Return the five lines, of the first endpoint; "not run" where nothing was run that could say it."""
    endpoint = results.main[0] if results.main and not results.effects.empty else None
    return [
        Line("Answer", _answer(results, endpoint)),
        Line("Size", _size(results, endpoint)),
        Line("How sure", _how_sure(results)),
        Line("Which mechanism", _mechanism(results.folder)),
        Line("Which assumption decides", _assumption(results)),
    ]


def _answer(results: Results, endpoint: Endpoint | None) -> str:
    if endpoint is None:
        return f"None: no strategy has a finished pair with {listed([results.control])}, so nothing can be compared."
    compared = [
        effect_sentence(item.strategy, results.measured(endpoint), row, item.against)
        for item in results.further[:MOST_CONTRASTS]
        if (row := results.effect(item.strategy, endpoint, item.against)) is not None
    ]
    return " ".join(filter(None, [moved(results, endpoint), *compared, moved_elsewhere(results, endpoint)]))


def _size(results: Results, endpoint: Endpoint | None) -> str:
    rows = {} if endpoint is None else {name: results.effect(name, endpoint) for name in results.compared}
    known = {name: row for name, row in rows.items() if row is not None}
    if endpoint is None or not known:
        return "Not known, for want of a finished pair."
    unit, control = results.measured(endpoint).suffix, listed([results.control])
    clear = {name: row for name, row in known.items() if verdict(row) in ("higher", "lower", "single")}
    if clear:
        name = max(clear, key=lambda one: abs(float(clear[one]["difference"])))
        row = clear[name]
        alike = [other for other, own in clear.items() if _shown(own) == _shown(row)]
        interval = f"95 % interval {interval_text(row)}" if math.isfinite(row["low"]) else "one pair gives no interval"
        most = "The largest, with" if len(known) > 1 else "With"
        return (
            f"{most} {listed(alike)}: {signed(row['difference'], effect_decimals(row))}{unit} ({interval})"
            f"{_in_spreads(results, endpoint, abs(float(row['difference'])))}."
        )
    if all(verdict(row) == "same" for row in known.values()):
        return f"None: every subject ended exactly as with {control}."
    largest = max(known.values(), key=_reach)
    return (
        f"At most {number(_reach(largest), effect_decimals(largest))}{unit}, up or down"
        f"{_in_spreads(results, endpoint, _reach(largest))}."
    )


def _shown(row: dict[str, Any]) -> tuple[str, str]:
    return number(row["difference"], effect_decimals(row)), interval_text(row)


def _reach(row: dict[str, Any]) -> float:
    """Return how far from zero the interval of an effect reaches; the effect itself without one."""
    return max(abs(float(row[name])) for name in ("difference", "low", "high") if math.isfinite(row[name]))


def _in_spreads(results: Results, endpoint: Endpoint, size: float) -> str:
    """Say a size in units of the spread between the subjects of control, where there is one."""
    spread = results.spread(endpoint)
    if not math.isfinite(spread):
        return ""
    times = size / spread
    text = f"more than {MANY_SPREADS:g}" if times > MANY_SPREADS else number(times, 1 if times >= 0.095 else 2)
    unit = results.measured(endpoint).suffix
    return f", {text} times the spread between the subjects of {listed([results.control])} (SD {number(spread)}{unit})"


def _how_sure(results: Results) -> str:
    assumed, total = assumed_share(results)
    share = f"{assumed} of the {total} numbers and rules used ({100 * assumed / total:.0f} %) are assumed"
    rests = f"; {share}." if total else "."
    if results.pairs == "0":
        return f"Not at all: no pair of runs finished{rests}"
    if results.pairs == "1":
        return f"One virtual subject: there is no interval, and nothing follows for other subjects{rests}"
    return (
        f"{results.pairs} virtual subjects in each strategy. The interval covers how these differ; it does not cover "
        f"whether the model is right{rests}"
    )


def _mechanism(folder: Path) -> str:
    for place in _studied(folder):
        if place.exists():
            try:
                said = [str(sentence) for sentence in json.loads(place.read_text(encoding="utf-8"))]
            except (ValueError, TypeError):
                continue
            more = f" {len(said) - MOST_SENTENCES} more in explain/{place.name}." if len(said) > MOST_SENTENCES else ""
            return " ".join(said[:MOST_SENTENCES]) + more
    return "Not run: mgcells explain SCENARIO would say which rules carry the effect."


def _studied(folder: Path) -> list[Path]:
    """Return where what explains the results of a folder may stand: in it, or in the study beside it."""
    here = folder.resolve()
    return [place / "explain" / "sentences.json" for place in (here, here.with_name(f"{here.name}-study"))]


def _assumption(results: Results) -> str:
    assumed, _ = assumed_share(results)
    which = f"which of the {assumed} assumed numbers and rules" if assumed > 1 else "which number"
    return f"Not run: {which} the answer hangs on has not been tried."
