"""What a calibration found, in words: what is told apart, what is not, and where the shipped values stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from mgcells.experiments.page import markdown
from mgcells.library import Library
from mgcells.reporting.tables import rows_of
from mgcells.study.calibration_tables import AS_SHIPPED, DIFFERS, TOLERANCE, WITHIN
from mgcells.study.fitting import THRESHOLD

# From here on two estimates move as one.
TOGETHER = 0.9
# A value nearer than this share of the range to an end of it lies at the end.
END = 0.01
FIGURE = "calibration-profiles.png"
COLUMNS = ("Number", "Unit", "Shipped", "Fitted", "95 % profile interval", "Range", "Identifiable", "Shipped value")


def calibration_page(
    numbers: pd.DataFrame, groups: pd.DataFrame, rows: pd.DataFrame, correlations: pd.DataFrame,
    unfitted: pd.DataFrame, library: Library,
) -> str:  # fmt: skip
    """Return the page as Markdown; the tables are those of a Calibration."""
    counts = numbers["verdict"].value_counts()
    lines = ["# Fitted numbers and what they were fitted to", ""]
    lines += [
        "Written by `mgcells calibrate`. Every number whose basis is `fitted` is fitted here anew, within its "
        "plausible range, by least squares to the calibration rows of its experiments and to nothing else: no "
        "validation, no negative control. The searches begin at points that know nothing of the shipped values. A "
        "residual is the prediction less the measured value, divided by half the interval in which it agrees over "
        "1.96. The same virtual subjects, with the same random numbers, live with every value; they are those of the "
        "experiments, with their spread, as it is their mean that is compared with what was measured.",
        "",
        f'"{AS_SHIPPED}": the shipped value lies in the 95 % profile interval and within {100 * TOLERANCE:.0f} % of '
        f'the fitted one. "{WITHIN}": in the interval, but farther away; the experiment cannot choose between the two. '
        f'"{DIFFERS}": outside the interval.',
        "",
        f"- {len(numbers)} numbers fitted: " + ", ".join(f"{counts.get(word, 0)} {word}" for word in
                                                        (AS_SHIPPED, WITHIN, DIFFERS)),
        f"- {len(unfitted)} fitted numbers belong to no experiment to which they could be fitted; see the end",
        "",
        f"![Profile of every fitted number over its range, with fitted and shipped value]({FIGURE})",
        "",
        _caption(numbers, groups, rows),
    ]  # fmt: skip
    for group in rows_of(groups):
        lines += _section(group, numbers, rows, correlations, library)
    lines += _not_run(groups, library)
    if len(unfitted):
        lines += ["", "## Fitted numbers that no experiment of the library can fit", ""]
        for name, own in unfitted.groupby("calibration", sort=False):
            entry = library.calibrations[str(name)]
            named = ", ".join(f"`{address}`" for address in own["number"])
            lines.append(f"- {entry.title} ({named}): {entry.reason}.")
    return "\n".join(lines) + "\n"


def words(group: Mapping[str, Any], numbers: pd.DataFrame, correlations: pd.DataFrame) -> Iterator[str]:
    """Yield what is to be known of one calibration beyond its table; `numbers` and `correlations` are its own."""
    if group["agreeing"] < group["starts"]:
        yield f"{group['agreeing']} of {group['starts']} searches ended at the best values; the others got stuck."
    for row in rows_of(numbers):
        shown = f"`{row['number']}`"
        if row["verdict"] == DIFFERS:
            yield f"The shipped value of {shown} is **not** what the fit gives: an open difference."
        margin = END * (row["range_high"] - row["range_low"])
        if row["identifiable"] == "identifiable":
            continue
        side = row["identifiable"].partition(": ")[2]
        said = f"gives {side} within the range" if side else "says nothing about it within its range"
        yield f"Of {shown} the experiment {said}."
        if min(row["fitted"] - row["range_low"], row["range_high"] - row["fitted"]) < margin:
            yield f"The best value of {shown} lies at an end of its range: the range decides, not the experiment."
    for row in rows_of(correlations):
        pair = f"`{row['first']}` and `{row['second']}`"
        if pd.isna(row["correlation"]):
            count = int(group["rows"])
            by = f"{count} measured row{'s' if count > 1 else ''}"
            yield f"{pair} cannot be told apart by {by}: only a combination of the two can be fitted."
        elif abs(row["correlation"]) >= TOGETHER:
            yield f"{pair} are hardly told apart: their estimates move together (correlation {row['correlation']:.3f})."
        else:
            yield f"The estimates of {pair} have a correlation of {row['correlation']:.2f}."


def shown(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the cells of a number under `COLUMNS`."""
    span = f"{row['low']:.3g} to {row['high']:.3g}"
    ends = f"{row['range_low']:.3g} to {row['range_high']:.3g}"
    return (
        row["number"], row["unit"], f"{row['shipped']:.6g}", f"{row['fitted']:.3g}", span, ends, row["identifiable"],
        row["verdict"],
    )  # fmt: skip


def _caption(numbers: pd.DataFrame, groups: pd.DataFrame, rows: pd.DataFrame) -> str:
    return (
        f"A panel is one number (n = {len(numbers)}; unit in brackets) over its plausible range. Line: by how much the "
        "least sum of squared residuals, each in standard deviations of what was measured, rises above the best when "
        "the number is held and the others of its calibration are fitted again. Diamond: fitted; upright line: "
        f"shipped; shaded: the 95 % profile interval, in which the rise stays below {THRESHOLD:.2f} (chi squared, one "
        f"degree of freedom). {len(rows)} measured rows in {len(groups)} calibrations; virtual subjects of each "
        "experiment are given below."
    )


def _section(
    group: Mapping[str, Any], numbers: pd.DataFrame, rows: pd.DataFrame, correlations: pd.DataFrame, library: Library
) -> list[str]:
    name = str(group["calibration"])
    own, measured, pairs = (table[table["calibration"] == name] for table in (numbers, rows, correlations))
    entry = library.calibrations[name]
    lines = ["", f"## {name}: {entry.title}", ""]
    lines += [entry.note, ""] if entry.note else []
    lines += markdown([COLUMNS, *(shown(row) for row in rows_of(own))])
    lines += [""]
    lines += markdown(
        [
            ("Experiment", "Measured", "As shipped", "Fitted", "Target", "Agrees within"),
            *((row["experiment"], f"{row['observable']}, {row['comparison']}", _with_unit(row, "shipped"),
               _with_unit(row, "fitted"), _with_unit(row, "measured"), _within(row)) for row in rows_of(measured)),
        ]
    )  # fmt: skip
    lines += [
        "",
        f"Sum of squares {group['squares']:.2f} fitted, {group['squares_shipped']:.2f} as shipped; rows: "
        f"{group['rows']}; {group['subjects']} virtual subjects, {group['starts']} starts.",
    ]
    if entry.copied_to:
        lines.append(f"The same values stand in {', '.join(entry.copied_to)}, where nobody measured.")
    said = list(words(group, own, pairs))
    return [*lines, "", *(f"- {text}" for text in said)] if said else lines


def _not_run(groups: pd.DataFrame, library: Library) -> list[str]:
    left = [
        f"- {name}: {entry.title} (`{'`, `'.join(entry.numbers)}`), to {', '.join(entry.to)}."
        for name, entry in library.calibrations.items()
        if entry.to and name not in set(groups["calibration"])
    ]
    words = "Their shipped values are not checked on this page. `mgcells calibrate NAME` fits one, `--full` all."
    return ["", "## Not fitted in this run", "", words, "", *left] if left else []


def _with_unit(row: Mapping[str, Any], key: str) -> str:
    return f"{row[key]:.3g} {row['unit']}".strip()


def _within(row: Mapping[str, Any]) -> str:
    if pd.isna(row["low"]):
        return f"at most {row['high']:.3g}"
    return f"at least {row['low']:.3g}" if pd.isna(row["high"]) else f"{row['low']:.3g} to {row['high']:.3g}"
