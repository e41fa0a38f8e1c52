"""The time course of an endpoint: control as a line and a band, every other strategy as a line."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from mgcells.reporting.results import Results
from mgcells.reporting.style import (
    INK,
    WINDOW_COLOUR,
    legend_name,
    look,
    soft_grid,
    time_axis,
    title_panel,
    wrapped,
)
from mgcells.scenario import Endpoint

# More lines than this cannot be told apart in one panel: each then has its own, beside control.
MOST_LINES = 6
FACET_COLUMNS = 3
FACET_NAME = 30
LABEL_CHARACTERS = 32
MARKERS_A_LINE = 6


def facet_rows(results: Results, names: list[str]) -> int:
    """Return how many rows of panels the strategies need, a panel each; 0 where they share one."""
    others = [name for name in names if name != results.control]
    return 0 if len(others) <= MOST_LINES else -(-len(others) // FACET_COLUMNS)


def draw_courses(axes: Axes, results: Results, endpoint: Endpoint, names: list[str]) -> None:
    """Draw the time course of an endpoint's observable for the named strategies in one panel, and when it is read."""
    _panel(axes, results, endpoint, [name for name in names if name != results.control])
    axes.set_ylabel(_unit_label(results, endpoint))


def draw_facets(place: Figure | SubFigure, results: Results, endpoint: Endpoint, names: list[str]) -> None:
    """Draw the same in a panel for each strategy, with control in all of them."""
    others = [name for name in names if name != results.control]
    first: Axes | None = None
    rows = facet_rows(results, names)
    for at, name in enumerate(others):
        axes = place.add_subplot(rows, FACET_COLUMNS, at + 1, sharex=first, sharey=first)
        first = first or axes
        lowest = at + FACET_COLUMNS >= len(others)
        _panel(axes, results, endpoint, [name], labelled=lowest)
        axes.tick_params(labelleft=at % FACET_COLUMNS == 0, labelbottom=lowest)
        title_panel(axes, legend_name(results, name), FACET_NAME)
        axes.title.set(color=look(results, name).colour, size=7.5)
    place.supylabel(_unit_label(results, endpoint), fontsize=8, multialignment="center")


def _unit_label(results: Results, endpoint: Endpoint) -> str:
    described = results.observables[endpoint.observable]
    heading = "\n".join(wrapped(described.heading, LABEL_CHARACTERS))
    return f"{heading}\n({described.shown_unit})"


def _panel(axes: Axes, results: Results, endpoint: Endpoint, others: list[str], labelled: bool = True) -> None:
    factor = time_axis(axes, results, labelled=labelled)
    _window(axes, endpoint, factor)
    courses = results.courses[results.courses["observable"] == endpoint.observable]
    for place, name in enumerate([results.control, *others]):
        rows = courses[courses["strategy"] == name]
        if rows.empty:
            continue
        colour, line, marker = look(results, name)
        times = rows["day"].to_numpy() * factor
        control = name == results.control
        if control:
            axes.fill_between(times, rows["low"], rows["high"], color=colour, alpha=0.22, linewidth=0, zorder=1)
        every = max(1, len(times) // MARKERS_A_LINE)
        axes.plot(
            times,
            rows["median"],
            color=colour,
            linestyle=line,
            marker=marker or None,
            markevery=((place * every // (len(others) + 1)) % every, every),
            markersize=3.2,
            linewidth=1.6 if control else 1.2,
            zorder=4 if control else 3,
        )
    if endpoint.threshold is not None:
        axes.axhline(endpoint.threshold, color=INK, linewidth=0.7, linestyle=(0, (1, 2)), zorder=2)
    soft_grid(axes)


def _window(axes: Axes, endpoint: Endpoint, factor: float) -> None:
    """Mark when an endpoint is read: a shaded span, or a line at a moment."""
    begin, end = endpoint.from_day * factor, endpoint.to_day * factor
    if begin == end:
        axes.axvline(end, color=WINDOW_COLOUR, linewidth=2.6, alpha=0.45, zorder=0.5)
    else:
        axes.axvspan(begin, end, color=WINDOW_COLOUR, alpha=0.13, linewidth=0, zorder=0.5)
