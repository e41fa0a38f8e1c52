"""The effects with their intervals, one panel per endpoint."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes

from mgcells.reporting.registry import Drawing, figure
from mgcells.reporting.results import Results
from mgcells.reporting.sentences import NEGLIGIBLE, effect_decimals, interval_text, number, verdict
from mgcells.reporting.style import INK, ROW_HEIGHT, few_plain_ticks, look, panel_grid, soft_grid, title_panel
from mgcells.scenario import Endpoint

COLUMNS = 2
NUMBERS_AT = 1.03


@figure("forest", title="Effects with their intervals", order=30)
def forest(results: Results) -> Drawing | None:
    """Draw the mean paired difference and its interval per strategy and endpoint."""
    names = [name for name in results.compared if any(results.effect(name, endpoint) for endpoint in results.main)]
    if not names:
        return None
    shown, panels = panel_grid(len(results.main), COLUMNS, 0.85 + ROW_HEIGHT * len(names))
    for place, (axes, endpoint) in enumerate(zip(panels, results.main, strict=True)):
        _panel(axes, results, endpoint, names, named=place % COLUMNS == 0)
    caption = (
        f"Mean over pairs of strategy minus {results.control}, with the {results.interval}; "
        f"n = {results.pairs} pairs per strategy. Filled: the interval excludes zero; open: it includes zero, or the "
        f"difference is below {100 * NEGLIGIBLE:g} % of control. {_nulls(results, names)}"
    )
    alt = (
        f"Forest plot: {len(names)} strategies against {results.control} in {len(results.main)} endpoints, "
        "with intervals."
    )
    return Drawing(shown, caption, alt)


def _panel(axes: Axes, results: Results, endpoint: Endpoint, names: list[str], named: bool) -> None:
    measured = results.measured(endpoint)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for place, name in enumerate(names):
        row = results.effect(name, endpoint)
        if row is not None:
            _whisker(axes, results, name, place, row)
        text = "no finished pair" if row is None else _numbers(results, row)
        axes.text(NUMBERS_AT, place, text, transform=axes.get_yaxis_transform(), va="center", fontsize=7)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), names if named else [""] * len(names))
    axes.tick_params(axis="y", length=0)
    few_plain_ticks(axes)
    axes.set_xlabel(f"Difference from control ({measured.difference_unit})")
    title_panel(axes, f"{results.observables[endpoint.observable].heading}, {endpoint.label}", 44)
    axes.spines["left"].set_visible(False)
    soft_grid(axes, "x")


def _whisker(axes: Axes, results: Results, name: str, place: int, row: dict[str, Any]) -> None:
    colour, _, marker = look(results, name)
    if math.isfinite(row["low"]):
        axes.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=1.6, solid_capstyle="butt")
    filled = verdict(row) in ("higher", "lower")
    axes.plot(
        [row["difference"]],
        [place],
        marker=marker,
        markersize=5,
        color=colour,
        markerfacecolor=colour if filled else "white",
        markeredgewidth=1.2,
        zorder=3,
    )


def _numbers(results: Results, row: dict[str, Any]) -> str:
    pairs = f", n = {row['n']:.0f}" if "to" in results.pairs else ""
    if verdict(row) == "same":
        return f"identical{pairs}"
    if verdict(row) == "negligible":
        return f"below {100 * NEGLIGIBLE:g} % of control{pairs}"
    return f"{number(row['difference'], effect_decimals(row))} ({interval_text(row)}){pairs}"


def _nulls(results: Results, names: list[str]) -> str:
    """Name the intervals that include zero."""
    if results.pairs == "1":
        return "One pair gives no interval."
    found = []
    for endpoint in results.main:
        rows = {name: results.effect(name, endpoint) for name in names}
        nulls = [name for name, row in rows.items() if row is not None and verdict(row) in ("null", "same")]
        if nulls:
            label = results.observables[endpoint.observable].label
            found.append(f"{label} ({'every strategy' if len(nulls) == len(names) > 1 else '; '.join(nulls)})")
    return f"Intervals that include zero: {', '.join(found)}." if found else "No interval shown includes zero."
