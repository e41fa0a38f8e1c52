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
    """Return one row of `COLUMNS` per strategy and limit of plasma magnesium that a subject passed.

    `highest` is the highest level of a run, within its steps too, whatever was recorded.
    """
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
    return pd.DataFrame(rows, columns=list(COLUMNS))


def safety_sentences(results: Results) -> list[tuple[str, str]]:
    """Return each safety line as (text, strategies): intakes named by the scenario, then levels that were reached."""
    raised: dict[str, list[str]] = {}
    for strategy in results.strategies:
        for text in strategy.get("warnings") or []:
            raised.setdefault(str(text), []).append(str(strategy["name"]))
    for row in safety_table(results).itertuples(index=False):
        subjects = f"{row.subjects} of {row.of} subjects" if row.of != 1 else "the subject"
        text = f"plasma magnesium above {row.limit:g} {row.unit} ({row.line}) in {subjects}, highest {row.highest:.2f}"
        raised.setdefault(f"{text} {row.unit}", []).append(str(row.strategy))
    return [(text, "; ".join(names)) for text, names in raised.items()]


def write_safety(results: Results, path: Path) -> None:
    """Write the levels that were passed as CSV; only the header when there are none."""
    safety_table(results).to_csv(path, index=False, float_format="%.9g", lineterminator="\n", encoding="utf-8")
