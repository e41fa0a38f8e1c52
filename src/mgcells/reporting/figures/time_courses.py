"""What each strategy did over time, and when it was dosed."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mgcells.arrays import HOURS_PER_DAY
from mgcells.reporting.registry import Drawing, figure
from mgcells.reporting.results import Results
from mgcells.reporting.style import (
    FEW_STRATEGIES,
    GRID,
    PAGE_WIDTH,
    ROW_HEIGHT,
    SHORT_RUN,
    columns_for,
    look,
    soft_grid,
    strategy_legend,
    time_axis,
    title_panel,
)

PANEL_HEIGHT = 1.95


@figure("time-courses", title="Time courses", order=10)
def time_courses(results: Results) -> Drawing | None:
    """Draw the median and 5-95 % band of the main endpoints, with the doses below."""
    names = [name for name in results.names if name in set(results.timeseries["strategy"])]
    if not names or not results.main_observables:
        return None
    columns = columns_for(len(results.main_observables))
    rows = math.ceil(len(results.main_observables) / columns)
    dosed = any(strategy.get("dosing") for strategy in results.strategies)
    heights = [rows * PANEL_HEIGHT + 0.6, *([0.6 + 0.8 * ROW_HEIGHT * len(results.names)] if dosed else [])]
    shown = Figure(figsize=(PAGE_WIDTH, sum(heights)), layout="constrained")
    courses, *below = shown.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    for place, observable in enumerate(results.main_observables):
        axes = courses.add_subplot(rows, columns, place + 1)
        time_axis(axes, results, labelled=place + columns >= len(results.main_observables))
        _course(axes, results, observable, names)
    for doses in below:
        _doses(doses.add_subplot(), results)
    strategy_legend(courses, results, names)
    return Drawing(shown, _caption(results, names, dosed), _alt(results, names, dosed))


def _course(axes: Axes, results: Results, observable: str, names: list[str]) -> None:
    described = results.observables[observable]
    factor = HOURS_PER_DAY if results.last_day <= SHORT_RUN else 1.0
    courses = results.courses[results.courses["observable"] == observable]
    span = results.last_day * factor or 1.0
    few = len(names) <= FEW_STRATEGIES + 1
    bands: list[tuple[bytes, bytes]] = []
    for place, name in enumerate(names):
        rows = courses[courses["strategy"] == name]
        colour, line, marker = look(results, name)
        days = rows["day"].to_numpy() * factor
        low, middle, high = (rows[column].to_numpy() for column in ("low", "median", "high"))
        control = name == results.control
        band = (low.tobytes(), high.tobytes())
        if (few or control) and band not in bands:
            bands.append(band)
            axes.fill_between(days, low, high, color=colour, alpha=0.2 if control else 0.1, linewidth=0, zorder=1)
            axes.plot(days, low, days, high, color=colour, linewidth=0.5, alpha=0.6, zorder=2)
        if not few:
            beside = span * (1.035 + 0.022 * place)
            axes.plot([beside, beside], [low[-1], high[-1]], color=colour, linewidth=1.6, alpha=0.75)
            axes.plot([beside], [middle[-1]], color=colour, marker=marker or "_", markersize=3.2, linestyle="none")
        every = max(1, len(days) // 6)
        first = (place * every // max(1, len(names))) % every
        axes.plot(
            days,
            middle,
            color=colour,
            linestyle=line,
            marker=marker or None,
            markevery=(first, every),
            markersize=3.4,
            linewidth=1.6 if control else 1.3,
            zorder=4 if control else 3,
        )
    if not few:
        axes.axvline(span * 1.012, color=GRID, linewidth=0.8)
        axes.set_xlim(-0.02 * span, span * (1.04 + 0.022 * len(names)))
    axes.set_ylabel(described.shown_unit)
    title_panel(axes, described.heading, 30)
    soft_grid(axes)


def _doses(axes: Axes, results: Results) -> None:
    factor = time_axis(axes, results)
    for place, strategy in enumerate(results.strategies):
        colour = look(results, str(strategy["name"])).colour
        spans = np.asarray(strategy.get("dosing") or np.empty((0, 2)), dtype=float) * factor
        moments = spans[:, 0] == spans[:, 1]
        axes.hlines(
            np.full(np.count_nonzero(~moments), place), *spans[~moments].T, color=colour, linewidth=3.2, alpha=0.85
        )
        axes.plot(
            spans[moments, 0], np.full(np.count_nonzero(moments), place),
            color=colour, marker="|", markersize=7, linestyle="none",
        )  # fmt: skip
    axes.set_yticks(range(len(results.strategies)), [str(strategy["name"]) for strategy in results.strategies])
    for label, strategy in zip(axes.get_yticklabels(), results.strategies, strict=True):
        label.set_color(look(results, str(strategy["name"])).colour)
    axes.set_ylim(len(results.strategies) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_title("Doses of supplements")
    soft_grid(axes, "x")


def _caption(results: Results, names: list[str], dosed: bool) -> str:
    few = len(names) <= FEW_STRATEGIES + 1
    band = (
        "shaded: 5-95 % band over runs"
        if few
        else "shaded: 5-95 % band over runs of control; right of the line: median and 5-95 % range of every strategy "
        "at the end"
    )
    counts = results.timeseries.groupby("strategy", observed=True)["replicate"].nunique()
    runs = f"{counts.min()}" if counts.min() == counts.max() else f"{counts.min()} to {counts.max()}"
    return (
        f"Line: median over runs; {band} ({runs} finished runs per strategy). The bands show how virtual subjects "
        "differ and are no intervals of a mean. Grey and dashed: control."
        f"{' Lowest panel: a tick is a dose, a bar is intake spread over that time.' if dosed else ''}"
        f"{results.daily_note}{_left_out(results)}"
    )


def _left_out(results: Results) -> str:
    missing = len(results.endpoints) - len(results.main)
    return f" {missing} further endpoints are in the tables and in effects.csv." if missing else ""


def _alt(results: Results, names: list[str], dosed: bool) -> str:
    labels = ", ".join(results.observables[name].label for name in results.main_observables)
    below = "; below, when doses were given" if dosed else ""
    return f"Lines over {results.last_day:g} days for {len(names)} strategies: {labels}{below}."
