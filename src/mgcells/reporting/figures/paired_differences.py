"""How far each strategy lay from control over time, pair by pair."""

from __future__ import annotations

import numpy as np

from mgcells.reporting.registry import Drawing, figure
from mgcells.reporting.results import Results
from mgcells.reporting.style import (
    INK,
    columns_for,
    look,
    panel_grid,
    soft_grid,
    strategy_legend,
    time_axis,
    title_panel,
)


@figure("paired-differences", title="Difference from control over time", order=20)
def paired_differences(results: Results) -> Drawing | None:
    """Draw the mean paired difference with its 95 % band and a line at zero."""
    table = results.differences if len(results.timeseries) else None
    if table is None or table.empty or not np.isfinite(table["difference"]).any():
        return None
    present = set(table["strategy"])
    names = [name for name in results.compared if name in present]
    columns = columns_for(len(results.main_observables))
    shown, panels = panel_grid(len(results.main_observables), columns, 1.95, extra=0.5)
    for place, (axes, observable) in enumerate(zip(panels, results.main_observables, strict=True)):
        factor = time_axis(axes, results, labelled=place + columns >= len(panels))
        described = results.observables[observable]
        axes.axhline(0, color=INK, linewidth=0.8, zorder=2)
        for order, name in enumerate(names):
            rows = table[(table["strategy"] == name) & (table["observable"] == observable)]
            colour, line, marker = look(results, name)
            days = rows["day"].to_numpy() * factor
            axes.fill_between(days, rows["low"], rows["high"], color=colour, alpha=0.16, linewidth=0, zorder=1)
            every = max(1, len(days) // 6)
            axes.plot(
                days,
                rows["difference"],
                color=colour,
                linestyle=line,
                marker=marker,
                markevery=((order * every // max(1, len(names))) % every, every),
                markersize=3.4,
                linewidth=1.3,
                zorder=3,
            )
        axes.set_ylabel(f"Difference ({described.difference_unit})")
        title_panel(axes, described.heading, 30)
        soft_grid(axes)
    strategy_legend(shown, results, names)
    interval = f"shaded: {results.interval}"
    if results.pairs == "1":
        interval = "one pair gives no interval"
    caption = (
        f"Line: mean over pairs of strategy minus {results.control} (the same virtual subject in both); {interval}; "
        f"{results.pairs} pairs per strategy. The black line is no difference. More pairs narrow the band but add no "
        f"evidence that the assumptions hold.{results.daily_note}"
    )
    labels = ", ".join(results.observables[name].label for name in results.main_observables)
    alt = f"Difference from {results.control} over time with intervals and a zero line: {labels}."
    return Drawing(shown, caption, alt)
