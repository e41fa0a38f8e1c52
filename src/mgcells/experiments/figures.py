"""Predicted against measured in two figures: every row by name, and all of them at a glance.

Both show a prediction on its own scale: 0 and 1 are the ends of the interval in which it agrees with what was measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mgcells.experiments.page import Picture
from mgcells.experiments.tally import KINDS
from mgcells.reporting.style import FAINT, INK, PAGE_WIDTH, ROW_HEIGHT, soft_grid
from mgcells.reporting.tables import rows_of

OVERFLOW = 1.5
# Of Okabe and Ito's palette, and told apart by their markers too.
COLOURS = {"pass": "#0072B2", "fail": "#D55E00", "no result": FAINT}
MARKERS = {"pass": "o", "fail": "X"}
SHADE = "#e8eef2"
UNSCALED = ("sign", "order")
SPREAD = 0.36
SCALE = "Prediction on the scale of the interval in which it agrees (0 and 1: its ends)"


def pictures(table: pd.DataFrame) -> tuple[Picture, ...]:
    """Return the names and words of the figures of a table; at a glance there is nothing where nothing has a scale."""
    drawn = _scaled(table)
    people = table["n"].astype(int)
    left_out = len(table) - len(drawn)
    words = (
        f"A point is one expectation (n = {len(drawn)}): the mean over {people.min()} to {people.max()} virtual "
        "subjects, its line the 95 % percentile bootstrap interval over subjects, on the scale of the interval in "
        "which it agrees with what was measured (shaded; black: the measured value). Circles agree, crosses do not, "
        "open symbols are calibration; arrows lie beyond the frame. "
        f"Expected signs and orders, which have no scale and are not drawn: {left_out}."
    )
    glance = Picture("agreement", words, "Predictions by tissue and kind of experiment against the accepted interval")
    drawn_as = "The same row by row; a star marks what is not independent." if len(drawn) else words
    rows = Picture("validation", drawn_as, "Every prediction by name against the accepted interval")
    return (glance, rows) if len(drawn) else (rows,)


def draw_agreement(table: pd.DataFrame, tissues: Mapping[str, str]) -> Figure:
    """Draw all predictions at a glance: a panel for each kind of experiment, a row for each tissue.

    Parameters
    ----------
    table : DataFrame
        The columns of `judging.VERDICTS`.
    tissues : mapping
        The tissues of each experiment in words.
    """
    drawn = _scaled(table)
    drawn = drawn.assign(tissue=drawn["experiment"].map(dict(tissues)))
    names = sorted(drawn["tissue"].unique())
    kinds = [kind for kind in KINDS if (drawn["kind"] == kind).any()]
    figure = Figure(figsize=(PAGE_WIDTH, 1.5 + 0.75 * len(names)), layout="constrained")
    panels = figure.subplots(1, max(1, len(kinds)), sharey=True, squeeze=False)[0]
    for axes, kind in zip(panels, kinds, strict=False):
        of_kind = drawn[drawn["kind"] == kind]
        _frame(axes)
        for place, name in enumerate(names):
            rows = rows_of(of_kind[of_kind["tissue"] == name])
            offsets = np.linspace(-SPREAD, SPREAD, len(rows)) if len(rows) > 1 else np.zeros(len(rows))
            for row, offset in zip(rows, offsets, strict=True):
                _draw_row(axes, place + float(offset), row, markersize=4.0)
        held = int((of_kind["verdict"] == "pass").sum())
        axes.set_title(f"{kind}\n{held} of {len(of_kind)} agree", fontsize=8)
    panels[0].set_yticks(range(len(names)), names)
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    figure.supxlabel(SCALE, fontsize=8)
    figure.legend(handles=_legend(), loc="outside upper right", ncols=4, fontsize=7, frameon=False)
    return figure


def draw_validation(table: pd.DataFrame, disclosed: Sequence[str] = ()) -> Figure:
    """Draw every prediction by name, in the order of the table; the labels of calibration rows are grey.

    Experiments among `disclosed` are starred: not independent of the model.
    """
    drawn = _scaled(table)
    others = table[table["measure"].isin(UNSCALED)]
    figure = Figure(figsize=(PAGE_WIDTH, max(1.6, ROW_HEIGHT * len(drawn) + 1.1)), layout="constrained")
    axes = figure.add_subplot()
    _frame(axes)
    rows = rows_of(drawn)
    for place, row in enumerate(rows):
        _draw_row(axes, place, row)
    labels = [
        f"{row['experiment']}{'*' * (row['experiment'] in disclosed)}  {row['observable']}: {_short(row['strategy'])}"
        for row in rows
    ]
    axes.set_yticks(range(len(rows)), labels)
    for label, kind in zip(axes.get_yticklabels(), drawn["kind"], strict=True):
        label.set_color(FAINT if kind == "calibration" else INK)
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    words = ", ".join(f"{int((table['verdict'] == name).sum())} {name}" for name in COLOURS)
    axes.set_xlabel(f"{SCALE}.\nGrey labels: calibration. *: not independent.\n{words}.")
    if len(others):
        held = int((others["verdict"] == "pass").sum())
        axes.set_title(f"Of {len(others)} expected signs and orders, not drawn, {held} hold", fontweight="normal")
    return figure


def _scaled(table: pd.DataFrame) -> pd.DataFrame:
    return table[~table["measure"].isin(UNSCALED)].reset_index(drop=True)


def _frame(axes: Axes) -> None:
    axes.axvspan(0.0, 1.0, color=SHADE, zorder=0)
    axes.set_xlim(-OVERFLOW - 0.15, 1.0 + OVERFLOW + 0.15)
    axes.set_xticks([-1.0, 0.0, 1.0, 2.0])
    soft_grid(axes, "x")


def _legend() -> list[Line2D]:
    plain = {"linestyle": "none", "markersize": 5}
    marks = [("agrees", "o", COLOURS["pass"]), ("does not", "X", COLOURS["fail"]), ("measured", "|", INK)]
    return [Line2D([], [], label=label, marker=marker, color=colour, **plain) for label, marker, colour in marks]  # type: ignore[arg-type]


def _draw_row(axes: Axes, place: float, row: Mapping[str, Any], markersize: float = 5.0) -> None:
    low, high = _ends(row)
    scale = (high - low) or 1.0
    colour = COLOURS[row["verdict"]]
    if not math.isfinite(row["predicted"]):
        axes.text(0.5, place, "no result", ha="center", va="center", color=FAINT, fontsize=7)
        return
    at = (row["predicted"] - low) / scale
    inside = min(max(at, -OVERFLOW), 1.0 + OVERFLOW)
    marker = MARKERS[row["verdict"]] if inside == at else "<" if at < 0 else ">"
    filled = "none" if row["kind"] == "calibration" else colour
    if math.isfinite(row["predicted_low"]) and inside == at:
        ends = [
            min(max((row[key] - low) / scale, -OVERFLOW), 1 + OVERFLOW) for key in ("predicted_low", "predicted_high")
        ]
        axes.plot(ends, [place, place], color=colour, linewidth=1.2)
    axes.plot(
        [inside], [place], marker=marker, markersize=markersize, color=colour, markerfacecolor=filled, linestyle="none"
    )
    if math.isfinite(row["measured"]):
        measured = (row["measured"] - low) / scale
        axes.plot([measured], [place], marker="|", markersize=1.6 * markersize, color=INK, linestyle="none")


def _ends(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return the ends of the interval; an open end is drawn as far from the measured value (or 0) as the other."""
    low, high = row["low"], row["high"]
    middle = row["measured"] if math.isfinite(row["measured"]) else 0.0
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    if math.isfinite(high):
        return min(2 * middle - high, high - abs(high)), high
    return low, max(2 * middle - low, low + abs(low))


def _short(text: str, width: int = 34) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
