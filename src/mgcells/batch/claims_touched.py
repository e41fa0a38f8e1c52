"""The claims that the rules of a scenario stand on, for resolved.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mgcells.library import Library
from mgcells.library.evidence import evidence


def claims_touched(library: Library, rules: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what is known of every claim of these rules: our verdict on it, and the experiments for and against it.

    Parameters
    ----------
    library : Library
    rules : mapping
        Of resolved.json, each with its `claims`.
    """
    named = {name for rule in rules.values() for name in rule["claims"]}
    return {
        name: {
            "topic": entry.claim.topic,
            "statement": entry.claim.statement,
            "verdict": entry.claim.verdict,
            "grade": entry.claim.grade,
            "note": entry.claim.note,
            "for": [item.record.id for item in entry.supporting],
            "against": [item.record.id for item in entry.opposing],
        }
        for name, entry in evidence(library).items()
        if name in named
    }
