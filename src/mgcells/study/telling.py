"""What carries a difference, in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mgcells.analysis.endpoints import column_of
from mgcells.library import Library
from mgcells.library.sentences import GRADES, rule_sentence
from mgcells.reporting.sentences import decimals_for, number
from mgcells.reporting.tables import rows_of
from mgcells.study.carrying import SHARE
from mgcells.study.explanation import ExplanationTables
from mgcells.study.players import Player
from mgcells.tissues.links import ARROW

MOST_NAMED, MOST_PAIRS = 4, 2
SINGLE = ("rule", "link", "mechanism")


def told(explanation: ExplanationTables) -> list[str]:
    """Return what an explanation comes to: for each endpoint what carries its difference, then what does nothing."""
    found: list[str] = []
    named: set[str] = set()
    for endpoint in explanation.scenario.endpoints:
        if column_of(endpoint) in explanation.moved:
            found += _of_endpoint(explanation, column_of(endpoint), named)
    unmoved = [
        column_of(entry) for entry in explanation.scenario.endpoints if column_of(entry) not in explanation.moved
    ]
    control = explanation.scenario.control
    if unmoved:
        found.append(
            f"{explanation.strategy} moved {_listed(unmoved)} by nothing that is clear of zero against {control} in "
            f"{explanation.scenario.replicates} subjects: there is nothing to share out."
        )
    singles = sum(player.kind in SINGLE for player in explanation.players) + _outside(explanation)
    found.append(
        f"{len(explanation.still)} of {singles} rules, links and mechanisms change no endpoint of this scenario."
    )
    return found


def title_of(library: Library, player: Player) -> str:
    """Return a single player as a sentence, with what it rests on."""
    if player.kind == "rule":
        return rule_sentence(library.rules[player.name], library.cells)
    if player.kind == "mechanism":
        claims = ", ".join(library.mechanisms[player.name].claims)
        return f"{player.title} ({claims}; {GRADES.get(player.grade, 'no grade')})."
    source, _, target = player.name.partition(ARROW)
    return f"It is the link by which {source} reaches {target}."


def _of_endpoint(explanation: ExplanationTables, column: str, named: set[str]) -> list[str]:
    """Return what carries an endpoint; a part is put into words once, when it is `named` first."""
    own = explanation.losses[explanation.losses["column"] == column]
    library, strategy = explanation.scenario.library, explanation.strategy
    total, unit = float(own["difference"].iloc[0]), str(own["unit"].iloc[0])
    size = f"{number(abs(total), decimals_for(abs(total)))}{f' {unit}' if unit else ''}"
    verb, control = "raised" if total > 0 else "lowered", explanation.scenario.control
    found = [f"{column}: {strategy} {verb} it by {size} against {control}."]
    known = {player.name: player for player in explanation.players if player.kind in SINGLE}
    single = own[own["kind"].isin(SINGLE)].sort_values("share", key=abs, ascending=False, kind="stable")
    carried = rows_of(single[single["share"].abs() >= SHARE])
    for row in carried[:MOST_NAMED]:
        share = _share(row["share"], row["low"] / total, row["high"] / total)
        words = "" if row["player"] in named else f" {title_of(library, known[row['player']])}"
        found.append(f"  Without {row['player']} {share} of it is gone.{words}")
        named.add(row["player"])
    if len(carried) > MOST_NAMED:
        others = ", ".join(f"{row['player']} {100 * row['share']:.0f} %" for row in carried[MOST_NAMED:])
        found.append(f"  A tenth or more is also gone without: {others}.")
    if single["share"].abs().max() < SHARE:
        found.append(f"  No single part carries {100 * SHARE:.0f} % of it.")
    found += _shared(explanation, column)
    return found


def _shared(explanation: ExplanationTables, column: str) -> list[str]:
    values = explanation.shapley[explanation.shapley["column"] == column]
    if len(values) < 2:
        return []
    ordered = values.sort_values("share", key=abs, ascending=False, kind="stable")
    shares = [f"{row['player']} {100 * row['share']:.0f} %{_error(row)}" for row in rows_of(ordered)]
    found = [f"  Shared out among what carries most (Shapley values): {', '.join(shares)}."]
    pairs = explanation.interactions[explanation.interactions["column"] == column]
    strong = pairs[pairs["share"].abs() >= SHARE].sort_values("share", key=abs, ascending=False, kind="stable")
    for row in rows_of(strong.head(MOST_PAIRS)):
        how = "needs both" if row["share"] > 0 else "is carried by either"
        found.append(f"  {100 * abs(row['share']):.0f} % of it {how}: {row['first']} and {row['second']}.")
    return found


def _share(share: float, low: float, high: float) -> str:
    """Return "63 % (55 to 71)"."""
    bounds = sorted((100 * low, 100 * high))
    interval = f" ({bounds[0]:.0f} to {bounds[1]:.0f})" if all(map(math.isfinite, bounds)) else ""
    return f"{100 * share:.0f} %{interval}"


def _error(row: dict[str, Any]) -> str:
    known = row["error"] and row["value"]
    return f" (standard error {100 * abs(row['share'] * row['error'] / row['value']):.0f})" if known else ""


def _outside(explanation: ExplanationTables) -> int:
    """Return how many parts were not run, because no endpoint can feel them."""
    return sum(player not in explanation.players for player in explanation.still)


def _listed(names: Sequence[str]) -> str:
    return "; ".join(names)
