"""The claims of the review on which the rules of a run stand."""

from __future__ import annotations

from typing import Any

from mgcells.reporting.evidence import used_rules
from mgcells.reporting.results import Results


def claims_used(results: Results) -> list[dict[str, Any]]:
    """Return every claim that a rule in force stands on, with the names of those rules; the order is the library's."""
    rules = used_rules(results)
    found = []
    for name, claim in results.claims.items():
        standing = [rule for rule, entry in rules.items() if name in (entry.get("claims") or [])]
        if standing:
            found.append({"name": name, "rules": standing, **claim})
    return found
