"""Which strategies moved an endpoint, and which did not, in sentences that a newcomer can repeat."""

from __future__ import annotations

import math
from typing import Any

from mgcells.reporting.results import Results
from mgcells.reporting.sentences import decimals_for, listed, number, verdict
from mgcells.scenario import Endpoint

# Differences below a fifth of the spread between subjects are called small in the sense of Cohen (1988).
SMALL = 0.2
# So many sizes are said one by one; what is smaller shares a clause.
MOST_SIZES = 4


def moved(results: Results, endpoint: Endpoint) -> str:
    """Return one sentence: who raised the endpoint, who lowered it, by how much, and who did not."""
    rows = {name: row for name in results.compared if (row := results.effect(name, endpoint)) is not None}
    absent = [name for name in results.compared if name not in rows]
    clear = {name: row for name, row in rows.items() if _is_clear(results, endpoint, row)}
    clauses = [*_sizes(results, endpoint, clear, 1), *_sizes(results, endpoint, clear, -1)]
    slight = [name for name, row in rows.items() if name not in clear and verdict(row) in ("higher", "lower", "single")]
    nulls = [name for name, row in rows.items() if verdict(row) == "null"]
    same = [name for name, row in rows.items() if verdict(row) in ("same", "negligible")]
    if slight:
        clauses.append(
            f"hardly different (by less than {SMALL:g} of the spread between subjects) with {listed(slight)}"
        )
    if nulls:
        clauses.append(f"not clearly different with {listed(nulls)}")
    if same:
        clauses.append(f"the same with {listed(same)}")
    if absent:
        clauses.append(f"not known with {listed(absent)}, of which no pair finished")
    what = f"{results.observables[endpoint.observable].heading} ({endpoint.label})"
    one = "In the one virtual subject: " if results.pairs == "1" else ""
    return f"{one}{what}, compared with {listed([results.control])}, was {'; '.join(clauses)}."


def moved_elsewhere(results: Results, endpoint: Endpoint) -> str:
    """Return one sentence on the other endpoints of the scenario: how many of them each strategy moved; "" of none."""
    others = [end for end in results.declared if end != endpoint]
    if not others:
        return ""
    counts: dict[int, list[str]] = {}
    for name in results.compared:
        rows = [(end, results.effect(name, end)) for end in others]
        if any(row is not None for _, row in rows):
            count = sum(row is not None and _is_clear(results, end, row) for end, row in rows)
            counts.setdefault(count, []).append(name)
    first, *further = sorted(counts, reverse=True)
    everyone = "every strategy" if first else "any strategy"
    who = {count: listed(names) if len(counts) > 1 else everyone for count, names in counts.items()}
    words = {count: str(count) for count in counts} | {0: "none"} | ({len(others): "all"} if len(others) > 1 else {})
    told = [f"{words[first]} differed with {who[first]}", *(f"{words[count]} with {who[count]}" for count in further)]
    which = "the other endpoint" if len(others) == 1 else f"the {len(others)} other endpoints"
    return f"Of {which}, {'; '.join(told)}."


def _is_clear(results: Results, endpoint: Endpoint, row: dict[str, Any]) -> bool:
    """Whether a difference has a direction, and is not small beside the spread between subjects."""
    spread = results.spread(endpoint)
    slight = math.isfinite(spread) and abs(float(row["difference"])) < SMALL * spread
    return verdict(row) in ("higher", "lower", "single") and not slight


def _sizes(results: Results, endpoint: Endpoint, clear: dict[str, dict[str, Any]], sign: int) -> list[str]:
    """Return the clause of those that raised an endpoint (`sign` 1) or lowered it (-1), the largest first."""
    sizes = {name: sign * float(row["difference"]) for name, row in clear.items() if sign * row["difference"] > 0}
    if not sizes:
        return []
    unit, decimals = results.measured(endpoint).suffix, decimals_for(max(sizes.values()))
    groups: dict[str, list[str]] = {}
    for name, size in sizes.items():
        groups.setdefault(number(size, max(decimals, decimals_for(10.0 * size))), []).append(name)
    ordered = sorted(groups.items(), key=lambda item: -sizes[item[1][0]])
    told = [f"by {text}{unit} with {listed(names)}" for text, names in ordered[:MOST_SIZES]]
    rest = [name for _, names in ordered[MOST_SIZES:] for name in names]
    told += [f"by less with {listed(rest)}"] if rest else []
    return [f"{'higher' if sign > 0 else 'lower'} {', '.join(told)}"]
