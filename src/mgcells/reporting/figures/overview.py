"""The endpoints and the largest changes at a glance, in units of the spread between subjects."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from mgcells.arrays import Floats
from mgcells.reporting.registry import Drawing, figure
from mgcells.reporting.results import Results
from mgcells.reporting.sentences import MOST_SPREADS, in_spreads, verdict
from mgcells.reporting.style import FAINT, INK, PAGE_WIDTH, plain
from mgcells.scenario import Endpoint

LARGEST_CHANGES = 12
# Where the colours end: beyond three standard deviations hardly a subject of control lies.
SPREADS = 3.0
DARK = 0.62
# Inches that a letter of a slanted name is high.
SLANTED_LETTER = 0.04


@figure("overview", title="Endpoints and largest changes", order=50)
def overview(results: Results) -> Drawing | None:
    """Draw differences over the control's standard deviation as a heat map: endpoints by strategies."""
    names = [name for name in results.compared if any(results.effect(name, end) for end in results.endpoints)]
    endpoints = [*_measured(results, results.declared), *_largest(results, names)]
    if not names or not endpoints:
        return None
    rows = [[results.effect(name, endpoint) for name in names] for endpoint in endpoints]
    sizes = np.array([[_size(results, end, name) for name in names] for end in endpoints], dtype=float)
    clear = [[verdict(row) in ("higher", "lower") for row in line] for line in rows]

    above = SLANTED_LETTER * max(map(len, names))
    shown = Figure(figsize=(PAGE_WIDTH, 1.2 + above + 0.2 * len(rows)), layout="constrained")
    axes = shown.add_subplot()
    image = axes.imshow(sizes, cmap="RdBu_r", norm=TwoSlopeNorm(0, -SPREADS, SPREADS), aspect="auto")
    axes.set_facecolor("#eeeeee")
    _write_cells(axes, sizes, clear)
    _label(axes, results, endpoints, names)
    bar = shown.colorbar(image, ax=axes, location="bottom", extend="both", aspect=45, shrink=0.7)
    bar.set_label(f"Difference / SD of {results.control} over its subjects")
    bar.ax.xaxis.set_major_formatter(lambda value, _: plain(value))
    bar.outline.set_visible(False)
    caption = (
        f"Mean paired difference from {results.control} in units of the standard deviation of {results.control} over "
        f"its virtual subjects (no unit; n = {results.pairs} pairs). Above the line: the endpoints of the scenario; "
        f"below: of all other observables at the end, the largest changes, at most {LARGEST_CHANGES}, and none of more "
        f"than {MOST_SPREADS:g} SD, as there the subjects of {results.control} hardly differ. Bold number: the "
        f"{results.interval} of the difference excludes zero; thin: it includes zero. Colours end at "
        f"{SPREADS:g}; a dash means that no pair finished.{_left_out(results)} Every effect is in effects.csv."
    )
    alt = f"Heat map: {len(rows)} endpoints by {len(names)} strategies, blue lower and red higher than control."
    return Drawing(shown, caption, alt)


def _measured(results: Results, endpoints: tuple[Endpoint, ...]) -> list[Endpoint]:
    """Return those of the endpoints that can be measured by the spread between subjects."""
    return [endpoint for endpoint in endpoints if math.isfinite(results.spread(endpoint))]


def _largest(results: Results, names: list[str]) -> list[Endpoint]:
    """Return the largest changes that the scenario does not name, in the order of its observables."""
    others = _measured(results, tuple(end for end in results.endpoints if end not in results.declared))
    sizes = {end: [abs(_size(results, end, name)) for name in names] for end in others}
    most = {end: max(filter(math.isfinite, own), default=0.0) for end, own in sizes.items()}
    moved = sorted((end for end in most if 0 < most[end] <= MOST_SPREADS), key=lambda end: -most[end])[:LARGEST_CHANGES]
    return [end for end in others if end in moved]


def _size(results: Results, endpoint: Endpoint, name: str) -> float:
    row = results.effect(name, endpoint)
    if row is None or verdict(row) in ("same", "negligible"):
        return math.nan if row is None else 0.0
    return float(row["difference"]) / results.spread(endpoint)


def _left_out(results: Results) -> str:
    """Name the endpoints of the scenario that have no row."""
    without = [end for end in results.declared if not math.isfinite(results.spread(end))]
    labels = ", ".join(results.observables[name].label for name in dict.fromkeys(end.observable for end in without))
    return f" Left out, as the subjects of {results.control} do not differ in it: {labels}." if labels else ""


def _write_cells(axes: Axes, sizes: Floats, clear: list[list[bool]]) -> None:
    for line, values in enumerate(sizes):
        for column, value in enumerate(values):
            colour = "white" if np.isfinite(value) and abs(value) > DARK * SPREADS else INK
            weight = "bold" if clear[line][column] else "normal"
            text = in_spreads(float(value))
            axes.text(column, line, text, ha="center", va="center", fontsize=6.5, color=colour, weight=weight)


def _label(axes: Axes, results: Results, endpoints: list[Endpoint], names: list[str]) -> None:
    labels = [
        f"{results.observables[endpoint.observable].heading}, {endpoint.label}"
        if endpoint in results.declared
        else results.observables[endpoint.observable].heading
        for endpoint in endpoints
    ]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xticks(range(len(names)), names, rotation=35, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(labels) + 1) - 0.5, minor=True)
    axes.grid(visible=True, which="minor", color="white", linewidth=1.0)
    axes.tick_params(which="minor", length=0)
    declared = sum(endpoint in results.declared for endpoint in endpoints)
    if 0 < declared < len(endpoints):
        axes.axhline(declared - 0.5, color=FAINT, linewidth=1.2)
