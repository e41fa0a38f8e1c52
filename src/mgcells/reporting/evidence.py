"""How much of what a run used was measured, and how much was assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from mgcells.reporting.results import Results

BASES = ("measured", "derived", "fitted", "review-statement", "assumed")
GRADES = {
    "A": "human trial",
    "B": "animal in vivo",
    "C": "in vitro",
    "D": "inference",
}


def used_rules(results: Results) -> dict[str, dict[str, Any]]:
    """Return the rules that act in at least one strategy."""
    return {name: rule for name, rule in results.rules.items() if rule.get("status") != "off" or rule.get("changed_by")}


def numbers_used(parameter: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a parameter and every number that a condition or another subject puts in its place in some strategy."""
    return [parameter, *(parameter.get("set_by") or [])]


def parameters_used(results: Results) -> list[dict[str, Any]]:
    """Return the numbers of all parameters, each that is in force in some strategy."""
    return [entry for parameter in results.parameters.values() for entry in numbers_used(parameter)]


def basis_counts(records: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Count records by basis, every basis named, in the order of `BASES`."""
    counts = Counter(str(record.get("basis") or "assumed") for record in records)
    return {basis: counts.pop(basis, 0) for basis in BASES} | dict(counts)


def assumed_share(results: Results) -> tuple[int, int]:
    """Return how many of the used parameters and rules are assumed, and how many are used."""
    counts = basis_counts([*parameters_used(results), *used_rules(results).values()])
    return counts["assumed"], sum(counts.values())
