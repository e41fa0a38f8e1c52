"""Safety lines: supplements above the tolerable intake, plasma magnesium above normal and in the bands of toxicity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mgcells.analysis.endpoints import column_of, whole_run

if TYPE_CHECKING:
    from mgcells.reporting.results import Results

LIMITS = "body.limit.plasma."
COLUMNS = ("strategy", "line", "limit", "unit", "subjects", "of", "highest")


def safety_table(results: Results) -> pd.DataFrame:
    """Return one row of `COLUMNS` per strategy and limit that a subject passed: of intake first, then of plasma.

    `highest` is the highest intake in a day, or the highest level of a run, within its steps too.
    """
    intakes = [
        (strategy["name"], *(item[key] for key in ("line", "limit", "unit")), *[results.subjects] * 2, item["highest"])
        for strategy in results.strategies for item in strategy.get("beyond") or []
    ]  # fmt: skip
    return pd.DataFrame([*intakes, *_levels(results)], columns=list(COLUMNS))


def _levels(results: Results) -> list[tuple[Any, ...]]:
    limits = {path: item for path, item in results.parameters.items() if path.startswith(LIMITS)}
    rows: list[tuple[Any, ...]] = []
    peak = column_of(whole_run(results.duration))
    if limits and peak in results.exact.columns:
        peaks = results.exact.set_index(["strategy", "replicate"])[peak]
        for strategy in peaks.index.get_level_values("strategy").unique():
            own = peaks.loc[strategy]
            for path, item in sorted(limits.items(), key=lambda entry: float(entry[1]["value"])):
                above = int((own > item["value"]).sum())
                if above:
                    line = path.removeprefix(LIMITS).replace("_", " ")
                    rows.append((strategy, line, item["value"], item["unit"], above, len(own), float(own.max())))
    return rows


def safety_sentences(results: Results) -> list[tuple[str, str]]:
    """Return each safety line as (text, strategies): intakes named by the scenario, then levels that were reached."""
    raised: dict[str, list[str]] = {}
    for strategy in results.strategies:
        for item in strategy.get("beyond") or []:
            raised.setdefault(str(item["text"]), []).append(str(strategy["name"]))
    for name, line, limit, unit, count, of, highest in _levels(results):
        subjects = f"{count} of {of} subjects" if of != 1 else "the subject"
        text = f"plasma magnesium above {limit:g} {unit} ({line}) in {subjects}, highest {highest:.2f} {unit}"
        raised.setdefault(text, []).append(str(name))
    return [(text, "; ".join(names)) for text, names in raised.items()]


def write_safety(results: Results, path: Path) -> None:
    """Write the limits that were passed as CSV; only the header when there are none."""
    safety_table(results).to_csv(path, index=False, float_format="%.9g", lineterminator="\n", encoding="utf-8")
