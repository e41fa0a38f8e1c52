"""What own libraries bring to a run, and where what it uses of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mgcells.reporting.evidence import numbers_used, parameters_used, used_rules
from mgcells.reporting.results import Results


def library_entry(results: Results, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an own library brings: of each kind how much it adds and what the run uses, and what it replaces."""
    used = _used(results, str(item["name"]))
    adds = [
        {"kind": kind, "count": len(names), "used": [name for name in names if name in used.get(kind, ())]}
        for kind, names in item["adds"].items()
    ]
    return {"name": item["name"], "adds": adds, "replaces": item["replaces"], "digest": item["digest"],
            "installed": item.get("installed", False)}  # fmt: skip


def package_entry(item: Mapping[str, Any]) -> dict[str, str]:
    """Return what an installed package brings to the run."""
    parts = [(kind, item[f"{kind}s"]) for kind in ("tissue", "observable")]
    brings = (f"the {kind}{'s' if len(names) > 1 else ''} {', '.join(names)}" for kind, names in parts if names)
    return {"label": f"{item['name']} {item['version']}".strip(), "brings": " and ".join(brings),
            "digest": item["digest"]}  # fmt: skip


def to_install(results: Results) -> str:
    """Return the packages that the run needs beside mgcells, for their Python or their data; "" when none."""
    needed = {item["name"]: package_entry(item)["label"] for item in results.packages}
    data = {item["name"]: item["name"] for item in results.libraries if item.get("installed")}
    return ", ".join((data | needed).values())


def own_origins(results: Results, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return those of the named subjects, conditions and compounds that stand in an own library, with their places."""
    own = tuple(f"{item['name']}/" for item in results.libraries)
    return [(name, results.origins[name]) for name in dict.fromkeys(names)
            if results.origins.get(name, "").startswith(own)]  # fmt: skip


def _used(results: Results, library: str) -> dict[str, set[str]]:
    """Return by kind the names of a library that the run uses, as far as resolved.json tells."""
    paths = {
        path for path, item in results.parameters.items()
        if any(str(entry.get("origin")).startswith(f"{library}/") for entry in numbers_used(item))
    }  # fmt: skip
    rules = used_rules(results)
    named = {kind: set(results.origins) for kind in ("subjects", "conditions", "switches", "compounds")}
    records = (*rules.values(), *parameters_used(results))
    owners = {path.rpartition(".")[0] for path in paths}
    return {
        **named,
        "rules": set(rules),
        "sources": set(results.sources),
        "claims": {str(claim) for record in records for claim in record.get("claims") or []},
        "parameters": paths | {f"{name}:{path}" for name in results.origins for path in paths},
        "behaviours": owners,
        "cells": {owner.partition(".")[0] for owner in owners},
    }
