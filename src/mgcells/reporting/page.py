"""The report as one self-contained HTML page: it opens offline, needs no script and prints."""

from __future__ import annotations

import base64
import importlib.resources
import re
from collections.abc import Iterable
from typing import Any

import jinja2

from mgcells.reporting.answering import said_of
from mgcells.reporting.claims import claims_used
from mgcells.reporting.columns import PRETTY_UNITS
from mgcells.reporting.drawing import DrawnFigure
from mgcells.reporting.evidence import GRADES, assumed_share, basis_counts, numbers_used, parameters_used, used_rules
from mgcells.reporting.figures.endpoint import figure_name
from mgcells.reporting.libraries import library_entry, own_origins, package_entry, to_install
from mgcells.reporting.opening import opening
from mgcells.reporting.references import reading, reference_line
from mgcells.reporting.results import Results, failed_runs
from mgcells.reporting.safety import safety_sentences
from mgcells.reporting.sentences import (
    NEGLIGIBLE,
    effect_decimals,
    in_spreads,
    interval_text,
    number,
    percent,
    verdict,
)
from mgcells.scenario import Endpoint

LARGEST_SVG = 1_500_000
# "cold from 2 d until 4 d" is the condition "cold"
WINDOW = re.compile(r"( from \S+ \S+)?( until \S+ \S+)?$")
STATUSES = {
    "on": "changed by a strategy",
    "off": "kept in the library, not used",
    "switch": "contested; a scenario chooses",
}


def render_page(results: Results, drawn: Iterable[DrawnFigure]) -> str:
    """Return the report as HTML."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(number=number, percent=percent)
    template = importlib.resources.files(__package__).joinpath("template.html").read_text(encoding="utf-8")
    return environment.from_string(template).render(**_content(results, list(drawn)))


def _content(results: Results, drawn: list[DrawnFigure]) -> dict[str, Any]:
    figures = [_figure(place, item) for place, item in enumerate(drawn, start=1)]
    answers = [_answer(results, endpoint, figures) for endpoint in (results.declared or results.main)]
    beside = [answer["figure"] for answer in answers] if not results.effects.empty else []
    assumed, total = assumed_share(results)
    numbers = {key: place for place, key in enumerate(sorted(results.sources), start=1)}
    return {
        "scenario": results.scenario,
        "own_origins": own_origins(results, _named(results.scenario)),
        "conditions": ", ".join(map(str, results.scenario.get("conditions") or [])) or "healthy",
        "diet": results.scenario.get("diet") or "",
        "tissues": ", ".join(map(str, results.scenario.get("tissues") or [])) or "whole body only",
        "control": results.control,
        "last_day": results.last_day,
        "assumed": assumed,
        "total": total,
        "assumed_percent": f"{100 * assumed / total:.0f}" if total else "0",
        "strategies": [_strategy(results, strategy) for strategy in results.strategies],
        "opening": opening(results),
        "answers": answers,
        "all_declared": bool(results.declared),
        "others": [
            _answer(results, end, []) for end in results.endpoints if end not in (results.declared or results.main)
        ],
        "pairs": results.pairs,
        "interval": results.interval,
        "negligible": f"{100 * NEGLIGIBLE:g}",
        "comparable": not results.effects.empty,
        "figures": [item for item in figures if item not in beside],
        "contested": [rule for rule in _questioned(results) if rule["used"]],
        "unused": [rule for rule in _questioned(results) if not rule["used"]],
        "rules": [_rule(name, rule, numbers) for name, rule in used_rules(results).items()],
        "claims": claims_used(results),
        "libraries": [library_entry(results, item) for item in results.libraries],
        "packages": [package_entry(item) for item in results.packages],
        "named": [item["name"] for item in results.libraries if not item.get("installed")],
        "to_install": to_install(results),
        "grades": GRADES,
        "parameters": [
            _parameter(path, entry, numbers)
            for path, item in results.parameters.items()
            for entry in numbers_used(item)
        ],
        "parameter_bases": {k: v for k, v in basis_counts(parameters_used(results)).items() if v},
        "set_by": len(parameters_used(results)) - len(results.parameters),
        "changed_parameters": _changed(results.parameters, numbers),
        "doubts": results.doubts,
        "warnings": safety_sentences(results),
        "failed": failed_runs(results.runs).to_dict("records"),
        "run_count": len(results.runs),
        "manifest": list(_flat({key: entry for key, entry in results.manifest.items() if key != "this_call"})),
        "references": [
            {
                "key": key,
                "number": numbers[key],
                "line": reference_line(source),
                "extent": reading(source),
                **_ids(source),
            }
            for key, source in sorted(results.sources.items())
        ],
    }


def _strategy(results: Results, strategy: dict[str, Any]) -> dict[str, Any]:
    name = str(strategy["name"])
    finished = results.timeseries.loc[results.timeseries["strategy"] == name, "replicate"].nunique()
    return {
        "name": name,
        "control": name == results.control,
        "like": strategy.get("like"),
        "doses": [*(strategy.get("doses") or []), *(strategy.get("co_medication") or [])],
        "magnesium": _dosed(strategy, "magnesium"),
        "threonate": _dosed(strategy, "threonate"),
        "diet": _diet(strategy),
        "changes": strategy.get("changes") or [],
        "own_compounds": own_origins(results, strategy.get("compounds") or []),
        "own_origins": [
            entry for entry in own_origins(results, _named(strategy)) if entry[0] not in _named(results.scenario)
        ],
        "finished": finished,
        "same": name in results.same_as_control,
    }


def _named(choices: dict[str, Any]) -> list[str]:
    """Return the subject and the conditions, at any time, of the scenario or of a strategy."""
    parts = [choices, *(choices.get("phases") or [])]
    spoken = [str(text) for part in parts for text in part.get("conditions") or []]
    return [str(choices.get("subject") or ""), *(WINDOW.sub("", text) for text in spoken)]


def _dosed(strategy: dict[str, Any], substance: str) -> str:
    """Return what doses give in mmol/d, and on the highest day where that is more than the mean over the run."""
    mean = strategy.get(f"{substance}_mmol_per_day")
    highest = strategy.get(f"highest_{substance}_mmol_in_a_day")
    text = number(mean)
    if mean is not None and highest is not None and number(highest) != text and highest > mean:
        text += f" (highest day {number(highest)})"
    return f"{text} and what the clamp takes" if substance == "magnesium" and strategy.get("clamped") else text


def _diet(strategy: dict[str, Any]) -> str:
    """Return the magnesium of the diet in mmol/d, and until when where it changes."""
    parts: list[tuple[str, float]] = []
    for phase in strategy.get("phases") or []:
        text = number(phase["diet_mmol_per_day"])
        if parts and parts[-1][0] == text:
            parts.pop()
        parts.append((text, phase["until_day"]))
    if len(parts) < 2:
        return number(strategy.get("diet_mmol_per_day"))
    return ", then ".join([*(f"{text} until {until:g} d" for text, until in parts[:-1]), parts[-1][0]])


def _answer(results: Results, endpoint: Endpoint, figures: list[dict[str, Any]]) -> dict[str, Any]:
    measured, spread = results.measured(endpoint), results.spread(endpoint)
    rows = {name: results.effect(name, endpoint) for name in results.compared}
    rows |= {f"{item.strategy} against {item.against}": results.effect(item.strategy, endpoint, item.against)
             for item in results.further}  # fmt: skip
    own = figure_name(results, endpoint) if endpoint in results.main else ""
    return {
        "name": endpoint.observable,
        "heading": results.heading(endpoint),
        "unit": measured.shown_unit,
        "spread": number(spread),
        "sentences": said_of(results, endpoint),
        "rows": _grouped({name: _effect_cells(row, spread) for name, row in rows.items()}),
        "figure": next((item for item in figures if item["name"] == own), None),
    }


def _grouped(rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of a table in which strategies whose cells are equal share one."""
    groups: list[tuple[list[str], dict[str, Any]]] = []
    for name, cells in rows.items():
        names = next((names for names, known in groups if known == cells), None)
        if names is None:
            groups.append(([name], cells))
        else:
            names.append(name)
    return [{"strategy": "; ".join(names), **cells} for names, cells in groups]


def _effect_cells(row: dict[str, Any] | None, spread: float) -> dict[str, Any]:
    if row is None:
        return {"verdict": "none"}
    decimals = effect_decimals(row)
    n = int(row["n"])
    return {
        "verdict": verdict(row),
        "control": number(row["control_mean"]),
        "mean": number(row["strategy_mean"]),
        "difference": number(row["difference"], decimals),
        "interval": interval_text(row),
        "spreads": in_spreads(row["difference"] / spread),
        "relative": percent(row["relative"]),
        "favouring": f"{round(row['pairs_favouring'] * n)} of {n}",
    }


def _figure(place: int, item: DrawnFigure) -> dict[str, Any]:
    svg, png = item.files.svg, item.files.png
    kind, content = ("svg+xml", svg) if len(svg) <= LARGEST_SVG else ("png", png)
    address = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return {"place": place, "name": item.name, "title": item.title, "caption": item.caption, "alt": item.alt,
            "address": address}  # fmt: skip


def _questioned(results: Results) -> list[dict[str, Any]]:
    """Return rules that are contested, switched off, or changed by a strategy."""
    found = []
    for name, rule in results.rules.items():
        status, changed = str(rule.get("status") or "on"), rule.get("changed_by") or {}
        if status != "on" or changed:
            used = status != "off" or bool(changed)
            meaning = STATUSES.get(status, status)
            found.append({"name": name, "meaning": meaning, "used": used, "changed": changed, **_texts(rule)})
    return found


def _rule(name: str, rule: dict[str, Any], numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "name": name,
        "grade": rule.get("grade") or "",
        "basis": rule.get("basis") or "assumed",
        "claims": rule.get("claims") or [],
        "sources": _cited(rule, numbers),
        **_texts(rule),
    }


def _texts(rule: dict[str, Any]) -> dict[str, str]:
    return {name: str(rule.get(name) or "") for name in ("sentence", "note", "range")} | {"origin": _origin(rule)}


def _origin(item: dict[str, Any]) -> str:
    origin, replaces = str(item.get("origin") or ""), str(item.get("replaces") or "")
    return f"{origin}, replaces {replaces}" if replaces else origin


def _parameter(path: str, item: dict[str, Any], numbers: dict[str, int]) -> dict[str, Any]:
    unit = str(item.get("unit") or "")
    shown = PRETTY_UNITS.get(unit, unit)
    low, high = item.get("low"), item.get("high")
    return {
        "path": path,
        "text": item.get("text") or f"{number(item.get('value'))} {shown}".strip(),
        "range": "" if low is None or high is None else f"{_plain(low)} to {_plain(high)} {shown}".strip(),
        "basis": item.get("basis") or "assumed",
        "claims": item.get("claims") or [],
        "sources": _cited(item, numbers),
        "note": item.get("note") or "",
        "origin": _origin(item),
        "strategies": item.get("strategies") or [],
    }


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _cited(item: dict[str, Any], numbers: dict[str, int]) -> list[tuple[str, int]]:
    """Return the sources of an item as key and reference number (0 when not in the list)."""
    return [(str(key), numbers.get(str(key), 0)) for key in item.get("sources") or []]


def _changed(parameters: dict[str, dict[str, Any]], numbers: dict[str, int]) -> list[dict[str, Any]]:
    """Return what each strategy changes, with the numbers that its conditions put in place."""
    return [
        {
            "path": path,
            "strategy": str(strategy),
            "text": str(text),
            "set_by": [
                _parameter(path, entry, numbers)
                for entry in item.get("set_by") or [] if strategy in entry["strategies"]
            ],
        }
        for path, item in parameters.items()
        for strategy, text in (item.get("changed_by") or {}).items()
    ]  # fmt: skip


def _ids(source: dict[str, Any]) -> dict[str, str]:
    return {
        "doi": str(source.get("doi") or ""),
        "pmid": str(source.get("pmid") or ""),
        "pmcid": str(source.get("pmcid") or ""),
    }


def _flat(record: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """Yield the entries of a nested record as readable rows."""
    for key, value in record.items():
        name = f"{prefix}{key}".replace("_", " ")
        if isinstance(value, dict):
            yield from _flat(value, f"{name}: ")
        elif isinstance(value, list):
            yield name, ", ".join(map(str, value))
        else:
            yield name, f"{value:.6g}" if isinstance(value, float) else str(value)
