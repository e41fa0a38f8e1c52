"""The profiles of all fitted numbers in one figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mgcells.reporting.drawing import drawing_settings, render
from mgcells.reporting.style import COLOURS, FAINT, GRID, INK, PAGE_WIDTH, few_plain_ticks
from mgcells.reporting.tables import rows_of
from mgcells.study.calibration_tables import DIFFERS
from mgcells.study.fitting import THRESHOLD

COLUMNS = 4
HIGHEST = 10.0
LONGEST_LINE = 30
FIT, SHIPPED = COLOURS[0], COLOURS[1]


def draw_profiles(numbers: pd.DataFrame, profiles: pd.DataFrame) -> Figure:
    """Draw a panel for each number: by how much the least sum of squares rises over its range.

    Parameters
    ----------
    numbers, profiles : DataFrame
        Of a Calibration.
    """
    rows = -(-len(numbers) // COLUMNS)
    figure = Figure(figsize=(PAGE_WIDTH, 0.9 + 1.55 * rows), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, sharey=True, squeeze=False).ravel()
    for axes, row in zip(panels, rows_of(numbers), strict=False):
        own = (profiles["calibration"] == row["calibration"]) & (profiles["number"] == row["number"])
        _draw(axes, row, profiles[own].sort_values("value"))
    for axes in panels[len(numbers) :]:
        axes.set_axis_off()
    figure.supylabel("Rise of the least sum of squared residuals", fontsize=8)
    figure.legend(handles=_legend(), loc="outside upper left", ncols=4)
    return figure


def profile_files(numbers: pd.DataFrame, profiles: pd.DataFrame) -> dict[str, bytes]:
    """Return the figure of the profiles by format."""
    with drawing_settings():
        return render(draw_profiles(numbers, profiles))._asdict()


def _draw(axes: Axes, row: Mapping[str, Any], own: pd.DataFrame) -> None:
    axes.axvspan(row["low"], row["high"], color=GRID, linewidth=0)
    axes.axhline(THRESHOLD, color=FAINT, linestyle=(0, (4, 2)), linewidth=0.8)
    axes.plot(own["value"], own["rise"].clip(lower=0.0), color=FIT, linewidth=1.2, marker="o", markersize=2.5)
    axes.plot([row["fitted"]], [0.0], color=FIT, marker="D", markersize=5, clip_on=False, zorder=3)
    axes.axvline(row["shipped"], color=SHIPPED, linewidth=1.2)
    axes.set_ylim(0.0, HIGHEST)
    margin = 0.03 * (row["range_high"] - row["range_low"])
    axes.set_xlim(row["range_low"] - margin, row["range_high"] + margin)
    few_plain_ticks(axes)
    axes.set_title(_wrapped(row["number"], row["unit"]), fontsize=6.5, fontweight="normal", color=INK)
    axes.set_xlabel(row["verdict"], fontsize=6.5)
    if row["verdict"] == DIFFERS:
        axes.xaxis.label.set_fontweight("bold")


def _wrapped(address: str, unit: str) -> str:
    """Return an address in lines that a panel holds, its name with the unit in the last."""
    first, _, rest = address.partition(" and ")
    mark = "." if "." in first else ":"
    owner, _, name = first.rpartition(mark)
    lines = [""]
    for part in owner.split("."):
        whole = f"{lines[-1]}.{part}" if lines[-1] else part
        lines = [*lines[:-1], whole] if len(whole) <= LONGEST_LINE or not lines[-1] else [*lines, part]
    shown = f"{name} and {rest}" if rest else name
    return "\n".join([*lines, f"{shown} ({unit})" if unit else shown])


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=FIT, marker="o", markersize=2.5, linewidth=1.2, label="profile"),
        Line2D([], [], color=FIT, marker="D", markersize=5, linewidth=0, label="fitted"),
        Line2D([], [], color=SHIPPED, linewidth=1.2, label="shipped"),
        Line2D([], [], color=FAINT, linestyle=(0, (4, 2)), linewidth=0.8, label=f"threshold, {THRESHOLD:.2f}"),
    ]
