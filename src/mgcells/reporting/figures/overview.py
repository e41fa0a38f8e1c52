"""Every endpoint and every strategy at a glance."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from mgcells.arrays import Floats
from mgcells.reporting.registry import Drawing, figure
from mgcells.reporting.results import Results
from mgcells.reporting.sentences import percent, verdict
from mgcells.reporting.style import FAINT, INK, PAGE_WIDTH, plain
from mgcells.scenario import Endpoint

SMALLEST_SCALE, LARGEST_SCALE = 0.05, 1.0
SHARE_WITHIN_SCALE = 0.9
DARK = 0.62
# In heights of a row, below the last one.
BAR_BELOW, BAR_HEIGHT = -1.5, 0.7
# A balance of control that is nothing but rounding is no measure of a difference.
MOST_CONTROLS = 100.0


@figure("overview", title="Overview of relative effects", order=50)
def overview(results: Results) -> Drawing | None:
    """Draw relative effects as a heat map: endpoints by strategies."""
    names = [name for name in results.compared if any(results.effect(name, end) for end in results.endpoints)]
    if not names:
        return None
    order = list(results.observables)
    moved = [endpoint for endpoint in results.endpoints if _worth_a_row(results, endpoint, names)]
    endpoints = sorted(moved, key=lambda endpoint: order.index(endpoint.observable))
    if not endpoints:
        return None
    rows = [[results.effect(name, endpoint) for name in names] for endpoint in endpoints]
    relative = np.array([[np.nan if row is None else row["relative"] for row in line] for line in rows], dtype=float)
    widest_row = np.max(np.abs(np.nan_to_num(relative)), axis=1)
    relative[widest_row > MOST_CONTROLS] = np.nan
    clear = [[verdict(row) in ("higher", "lower") for row in line] for line in rows]
    sizes = np.abs(relative[np.isfinite(relative)])
    widest = float(np.quantile(sizes, SHARE_WITHIN_SCALE)) if len(sizes) else 0.0
    limit = min(LARGEST_SCALE, max(SMALLEST_SCALE, widest))

    shown = Figure(figsize=(PAGE_WIDTH, 2.3 + 0.19 * len(rows)), layout="constrained")
    axes = shown.add_subplot()
    image = axes.imshow(relative, cmap="RdBu_r", norm=TwoSlopeNorm(0, -limit, limit), aspect="auto")
    axes.set_facecolor("#eeeeee")
    _write_cells(axes, relative, clear, limit)
    _label(axes, results, endpoints, names)
    below = (0.0, BAR_BELOW / len(rows), 1.0, BAR_HEIGHT / len(rows))
    bar = shown.colorbar(image, cax=axes.inset_axes(below), orientation="horizontal", extend="both")
    bar.set_label("Difference / mean of control (%)")
    bar.ax.xaxis.set_major_formatter(lambda value, _: plain(100 * value))
    bar.outline.set_visible(False)
    left_out = len(results.endpoints) - len(endpoints)
    caption = (
        f"Mean paired difference divided by the mean of {results.control}, in per cent ({results.pairs} pairs). A bold "
        "label is an endpoint of the scenario; every other observable is read once, at the end. Bold number: the "
        f"{results.interval} excludes zero; thin: it includes zero, or there is none. Colours end at "
        f"{percent(limit)[1:]}; a dash means that control is zero, or a hundredth of a difference or less, or that no "
        f"pair finished.{_left_out_text(left_out)}"
    )
    alt = (
        f"Heat map of relative effects: {len(rows)} endpoints by {len(names)} strategies, blue lower and red higher "
        "than control."
    )
    return Drawing(shown, caption, alt)


def _worth_a_row(results: Results, endpoint: Endpoint, names: list[str]) -> bool:
    """Whether the scenario names the endpoint, or a strategy moved it in relation to control."""
    found = [row for row in (results.effect(name, endpoint) for name in names) if row is not None]
    moved = any(verdict(row) not in ("same", "negligible") for row in found)
    sizes = [abs(row["relative"]) for row in found if math.isfinite(row["relative"])]
    return endpoint in results.declared or (moved and 0 < max(sizes, default=0.0) <= MOST_CONTROLS)


def _left_out_text(left_out: int) -> str:
    if not left_out:
        return ""
    return f" Not drawn: {left_out} {'other' if left_out == 1 else 'others'} without a change that control can measure."


def _write_cells(axes: Axes, relative: Floats, clear: list[list[bool]], limit: float) -> None:
    for line, values in enumerate(relative):
        for column, value in enumerate(values):
            colour = "white" if np.isfinite(value) and abs(value) > DARK * limit else INK
            weight = "bold" if clear[line][column] else "normal"
            text = percent(float(value)).removesuffix(" %")
            axes.text(column, line, text, ha="center", va="center", fontsize=6.5, color=colour, weight=weight)


def _label(axes: Axes, results: Results, endpoints: list[Endpoint], names: list[str]) -> None:
    labels = [
        f"{results.observables[endpoint.observable].heading}, {endpoint.label}"
        if endpoint.kind != "at" or endpoint.to_day != results.last_day
        else results.observables[endpoint.observable].heading
        for endpoint in endpoints
    ]
    axes.set_yticks(range(len(labels)), labels)
    for label, endpoint in zip(axes.get_yticklabels(), endpoints, strict=True):
        label.set_fontweight("bold" if endpoint in results.declared else "normal")
    axes.set_xticks(range(len(names)), names, rotation=35, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(labels) + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", color="white", linewidth=1.0)
    axes.tick_params(which="minor", length=0)
    tissues = [results.observables[endpoint.observable].tissue for endpoint in endpoints]
    for line in range(1, len(tissues)):
        if tissues[line] != tissues[line - 1]:
            axes.axhline(line - 0.5, color=FAINT, linewidth=0.9)
