"""The figures of a sweep: an effect against one swept value, or over two of them."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mgcells.analysis.effects import RESAMPLES
from mgcells.analysis.resampling import MeanInterval, paired_interval
from mgcells.arrays import Floats
from mgcells.reporting.style import COLOURS, FAINT, INK, PAGE_WIDTH, plain, soft_grid, title_panel
from mgcells.scenario.swept import SweptAxis, text_of
from mgcells.study.curves import FittedCurve, sentence, wide
from mgcells.study.sweep_curves import Moved, moved_by, swept_numbers
from mgcells.study.sweep_results import SweepResults

PANEL_HEIGHT = 2.9
COLUMNS = 2
TITLE_WIDTH = 52
LABEL_WIDTH = 36
MOST_WRITTEN = 64
DARK = 0.55
LEVEL_WORDS = "95 % interval over virtual subjects (of t below 20 subjects, else a percentile bootstrap)"
DIVERGING = "RdBu_r"
Curves = Sequence[FittedCurve | str]


@dataclass(frozen=True)
class SweepPicture:
    """The figure of one endpoint, with the words it needs."""

    column: str
    figure: Figure
    caption: str


def sweep_pictures(sweep: SweepResults) -> list[SweepPicture]:
    """Return a figure for each endpoint that the sweep moves; none where more than two values are swept."""
    axes = sweep.design.axes
    drawn: list[SweepPicture] = []
    curves = {(moved.column, moved.strategy, moved.against): curve for moved, curve in sweep.fits}
    for column, group in groupby(moved_by(sweep.scenario, sweep.values), key=lambda moved: moved.column):
        panels = list(group)
        found = [curves.get((moved.column, moved.strategy, moved.against), "") for moved in panels]
        if len(axes) == 1:
            drawn.append(_responses(sweep, column, panels, found))
        elif len(axes) == 2 and (sweep.design.name == "grid" or all(axis.numbers for axis in axes)):
            drawn.append(_maps(sweep, column, panels))
    return drawn


def _responses(
    sweep: SweepResults, column: str, panels: Sequence[Moved], curves: Sequence[FittedCurve | str]
) -> SweepPicture:
    """Draw an effect against one swept value, with its curve where that is a number."""
    axis = sweep.design.axes[0]
    numbers = swept_numbers(sweep.design, sweep.variants)
    places = np.arange(len(sweep.variants), dtype=float) if numbers is None else numbers
    names = [text_of(variant.point[0]) for variant in sweep.variants]
    figure, grid = _panels(len(panels))
    for at, (axes, moved, curve) in enumerate(zip(grid, panels, curves, strict=True)):
        colour = COLOURS[at % len(COLOURS)]
        found = _interval(sweep, moved)
        axes.axhline(0.0, color=FAINT, linewidth=0.8)
        if isinstance(curve, FittedCurve):
            axes.fill_between(curve.numbers, curve.low, curve.high, color=colour, alpha=0.18, linewidth=0)
            axes.plot(curve.numbers, curve.mean, color=colour, linewidth=1.4)
        reach = np.nan_to_num([found.mean - found.low, found.high - found.mean])
        axes.errorbar(places, found.mean, reach, fmt="o", color=colour, markersize=4, linewidth=1.1, capsize=2)
        if numbers is None:
            axes.set_xticks(places, names)
        elif wide(numbers):
            _logarithmic(axes, axes.xaxis)
        axes.set_xlabel(axis.label)
        axes.set_ylabel(_difference(moved))
        soft_grid(axes)
        title_panel(axes, f"{moved.strategy} against {moved.against}", TITLE_WIDTH)
        if isinstance(curve, FittedCurve) or curve:
            axes.annotate(
                _brief(curve, axis.unit), (0, 1), (5, -1), "axes fraction", textcoords="offset points",
                fontsize=7, va="top", color=INK,
            )  # fmt: skip
    said = " ".join(
        f"{moved.strategy} against {moved.against}: {sentence(curve, axis.unit, moved.unit)}"
        for moved, curve in zip(panels, curves, strict=True)
        if isinstance(curve, FittedCurve) or curve
    )
    bands = (
        " Lines are fitted to the means, bands their 95 % bootstrap interval over subjects; neither goes beyond what "
        "was simulated." if any(isinstance(curve, FittedCurve) for curve in curves) else ""
    )  # fmt: skip
    return SweepPicture(column, figure, f"{_caption(column, panels, f'each value of {axis.name}')}{bands} {said}")


def _maps(sweep: SweepResults, column: str, panels: Sequence[Moved]) -> SweepPicture:
    """Draw an effect over two swept values: cells of a grid, or points of another design."""
    figure, grid = _panels(len(panels))
    draw: Callable[[SweepResults, Axes, Moved], None] = _cells if sweep.design.name == "grid" else _points
    for axes, moved in zip(grid, panels, strict=True):
        draw(sweep, axes, moved)
        first, second = sweep.design.axes
        axes.set_xlabel(first.label)
        axes.set_ylabel(second.label)
        title_panel(axes, f"{moved.strategy} against {moved.against}", TITLE_WIDTH)
    if sweep.design.name == "grid":
        where, marks = "the two values of each cell", (
            "Grey dots mark cells whose interval holds zero, black lines where the difference changes sign; cells "
            "stand evenly, however far apart the values are."
        )  # fmt: skip
    else:
        where, marks = "the two values of each point", "Points with a grey rim have an interval that holds zero."
    return SweepPicture(column, figure, f"{_caption(column, panels, where)} {marks}")


def _cells(sweep: SweepResults, axes: Axes, moved: Moved) -> None:
    """Draw one cell for each two values, evenly apart however far the values are: between them nothing is known."""
    first, second = sweep.design.axes
    across, up = _names(first), _names(second)
    shape = len(across), len(up)
    found = _interval(sweep, moved)
    mean, low, high = (values.reshape(shape).T for values in (found.mean, found.low, found.high))
    reach = float(np.nanmax(np.abs(mean))) or 1.0
    image = axes.imshow(mean, cmap=DIVERGING, vmin=-reach, vmax=reach, origin="lower", aspect="auto")
    if np.nanmin(mean) < 0.0 < np.nanmax(mean) and min(shape) > 1:
        axes.contour(mean, levels=[0.0], colors=INK, linewidths=1.2)
    for row, place in np.argwhere((low <= 0.0) & (high >= 0.0)):
        axes.plot(place, row - 0.28, marker="o", markersize=3, color=FAINT, linestyle="none")
    if mean.size <= MOST_WRITTEN:
        for (row, place), value in np.ndenumerate(mean):
            colour = "white" if abs(value) > DARK * reach else INK
            axes.text(place, row, f"{value:.2g}", ha="center", va="center", fontsize=6.5, color=colour)
    axes.set_xticks(range(len(across)), across, rotation=30 if max(map(len, across)) > 6 else 0)
    axes.set_yticks(range(len(up)), up)
    _bar(axes, image, moved)


def _points(sweep: SweepResults, axes: Axes, moved: Moved) -> None:
    at = [[axis.number(variant.point[place]) for variant in sweep.variants]
          for place, axis in enumerate(sweep.design.axes)]  # fmt: skip
    found = _interval(sweep, moved)
    reach = float(np.nanmax(np.abs(found.mean))) or 1.0
    unsure = (found.low <= 0.0) & (found.high >= 0.0)
    edges = np.where(unsure, FAINT, INK).tolist()
    image = axes.scatter(
        at[0], at[1], c=found.mean, cmap=DIVERGING, vmin=-reach, vmax=reach, edgecolors=edges, linewidths=0.9, s=36
    )
    for place, (axis, numbers) in enumerate(zip((axes.xaxis, axes.yaxis), at, strict=True)):
        if sweep.design.axes[place].span is not None and wide(np.array(numbers)):
            _logarithmic(axes, axis)
    soft_grid(axes, "both")
    _bar(axes, image, moved)


def _logarithmic(axes: Axes, axis: Axis) -> None:
    (axes.set_xscale if axis is axes.xaxis else axes.set_yscale)("log")
    axis.set_major_formatter(lambda value, _: plain(value))
    axis.set_minor_formatter(NullFormatter())


def _names(axis: SweptAxis) -> list[str]:
    """Return what stands under the cells of an axis: numbers without the unit, which is in its label."""
    return [f"{number:.4g}" for number in axis.numbers] if axis.numbers else [text_of(level) for level in axis.levels]


def _bar(axes: Axes, image: ScalarMappable, moved: Moved) -> None:
    figure = axes.get_figure(root=True)
    assert figure is not None
    bar = figure.colorbar(image, ax=axes)
    bar.set_label(_difference(moved))
    bar.outline.set_visible(False)


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    columns = min(COLUMNS, count)
    rows = math.ceil(count / columns)
    width = PAGE_WIDTH * (0.62 if columns == 1 else 1.0)
    figure = Figure(figsize=(width, rows * PANEL_HEIGHT + 0.2), layout="constrained")
    return figure, [figure.add_subplot(rows, columns, place + 1) for place in range(count)]


def _interval(sweep: SweepResults, moved: Moved) -> MeanInterval:
    """Return mean and interval of each variant, as the table has them."""
    pairs: Floats = moved.pairs.T
    return paired_interval(pairs, seed=sweep.scenario.seed, resamples=RESAMPLES)


def _difference(moved: Moved) -> str:
    text = f"Difference in {moved.column}" + (f" ({moved.unit})" if moved.unit else "")
    return "\n".join(textwrap.wrap(text, LABEL_WIDTH, break_on_hyphens=False))


def _brief(curve: FittedCurve | str, unit: str) -> str:
    if isinstance(curve, str):
        return curve.partition(":")[0]
    if not curve.identified:
        return f"{curve.name}: half-maximum not identified"
    span = f" ({curve.half_low:.3g} to {curve.half_high:.3g})" if math.isfinite(curve.half_low) else ""
    return f"{curve.name}: half-maximum {curve.half:.3g}{span} {unit}".rstrip()


def _caption(column: str, panels: Sequence[Moved], at: str) -> str:
    """Return what is shown, of how many subjects, with statistic, level and unit."""
    counts = [int(count) for moved in panels for count in np.isfinite(moved.pairs).sum(axis=1)]
    n = f"n = {min(counts)}" if min(counts) == max(counts) else f"n = {min(counts)} to {max(counts)}"
    unit = panels[0].unit or "relative to healthy = 1"
    return f"{column} ({unit}): mean paired difference at {at}, with its {LEVEL_WORDS}; {n} subjects."
