"""Every endpoint and every strategy at a glance."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from mgcells.analysis import Endpoint
from mgcells.analysis.cube import Array
from mgcells.report.drawing import Drawing, figure
from mgcells.report.results import Results
from mgcells.report.sentences import number, percent, verdict
from mgcells.report.style import FAINT, INK, PAGE_WIDTH

SMALLEST_SCALE, LARGEST_SCALE = 0.05, 1.0
SHARE_WITHIN_SCALE = 0.9
LARGEST_RELATIVE = 1e4


@figure("overview", title="Overview of relative effects", order=50)
def overview(results: Results) -> Drawing | None:
    """Draw relative effects as a heat map: endpoints by strategies."""
    names = [name for name in results.compared if any(results.effect(name, end) for end in results.endpoints)]
    if not names:
        return None
    order = list(results.observables)
    endpoints = sorted(results.endpoints, key=lambda endpoint: order.index(endpoint.observable))
    rows = [[results.effect(name, endpoint) for name in names] for endpoint in endpoints]
    relative = np.array([[np.nan if row is None else row["relative"] for row in line] for line in rows], dtype=float)
    clear = [[verdict(row) in ("higher", "lower") for row in line] for line in rows]
    # A control that is zero but for rounding, as a balance at rest, gives no percentage.
    relative[np.abs(relative) > LARGEST_RELATIVE] = np.nan
    sizes = np.abs(relative[np.isfinite(relative)])
    widest = float(np.quantile(sizes, SHARE_WITHIN_SCALE)) if len(sizes) else 0.0
    limit = min(LARGEST_SCALE, max(SMALLEST_SCALE, widest))

    shown = Figure(figsize=(PAGE_WIDTH, 1.9 + 0.19 * len(rows)), layout="constrained")
    axes = shown.add_subplot()
    image = axes.imshow(relative, cmap="RdBu_r", norm=TwoSlopeNorm(0, -limit, limit), aspect="auto")
    axes.set_facecolor("#eeeeee")
    _write_cells(axes, relative, clear, limit)
    _label(axes, results, endpoints, names)
    bar = shown.colorbar(image, ax=axes, extend="both", fraction=0.03, pad=0.015, shrink=0.6, aspect=30)
    bar.set_label("Difference / mean of control (%)")
    bar.ax.yaxis.set_major_formatter(lambda value, _: number(100 * value, 0))
    bar.outline.set_visible(False)
    caption = (
        f"Mean paired difference divided by the mean of {results.control}, in per cent ({results.pairs} pairs); every "
        "observable at its endpoint, those the scenario names with a bold label. Bold number: the 95 % paired "
        "percentile bootstrap interval of the difference excludes zero; grey: it includes zero, or there is none. "
        f"Colours end at {percent(limit)[1:]}; a dash means that control is zero but for rounding or that no "
        "pair finished."
    )
    alt = (
        f"Heat map of relative effects: {len(rows)} endpoints by {len(names)} strategies, blue lower and red higher "
        "than control."
    )
    return Drawing(shown, caption, alt)


def _write_cells(axes: Axes, relative: Array, clear: list[list[bool]], limit: float) -> None:
    for line, values in enumerate(relative):
        for column, value in enumerate(values):
            dark = np.isfinite(value) and abs(value) > 0.62 * limit
            colour = ("white" if dark else INK) if clear[line][column] else ("#e8e8e8" if dark else "#7a7a7a")
            weight = "bold" if clear[line][column] else "normal"
            text = percent(float(value)).removesuffix(" %")
            axes.text(column, line, text, ha="center", va="center", fontsize=6.5, color=colour, weight=weight)


def _label(axes: Axes, results: Results, endpoints: list[Endpoint], names: list[str]) -> None:
    labels = [
        f"{results.observables[endpoint.observable].heading}, {endpoint.label}"
        if endpoint.kind == "mean" or endpoint.to_day != results.last_day
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
