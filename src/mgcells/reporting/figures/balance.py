"""Where the magnesium went: a check on trust and safety."""

from __future__ import annotations

from mgcells.analysis import trajectory_summary
from mgcells.reporting.registry import Drawing, figure
from mgcells.reporting.results import Results
from mgcells.reporting.style import INK, ROW_HEIGHT, few_plain_ticks, look, panel_grid, soft_grid, title_panel

FLOWS = ("absorbed.magnesium", "urine.magnesium", "faeces.magnesium", "balance.magnesium")
# Characters of a title that a quarter of the page has room for.
TITLE = 16


@figure("magnesium-balance", title="Magnesium balance", order=40)
def magnesium_balance(results: Results) -> Drawing | None:
    """Draw what was absorbed, excreted and kept during the last 24 h, per strategy."""
    flows = [name for name in FLOWS if name in results.observables]
    if len(flows) < 2 or results.timeseries.empty:
        return None
    courses = trajectory_summary(results.timeseries, flows)
    last = courses[courses["day"] == courses["day"].max()]
    names = [name for name in results.names if name in set(last["strategy"])]
    shown, panels = panel_grid(len(flows), len(flows), 0.85 + ROW_HEIGHT * len(names))
    for place, (axes, flow) in enumerate(zip(panels, flows, strict=True)):
        rows = last[last["observable"] == flow].set_index("strategy")
        for order, name in enumerate(names):
            colour, _, marker = look(results, name)
            low, middle, high = (float(rows.loc[name, column]) for column in ("low", "median", "high"))
            axes.plot([low, high], [order, order], color=colour, linewidth=1.6, solid_capstyle="butt")
            axes.plot([middle], [order], color=colour, marker=marker or "o", markersize=4.5, clip_on=False)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_yticks(range(len(names)), names if place == 0 else [""] * len(names))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(results.observables[flow].shown_unit)
        title_panel(axes, results.observables[flow].heading, TITLE)
        # With zero among the data the axis leaves room beside the largest flow too.
        axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
        if not flow.startswith("balance"):
            axes.set_xlim(left=0)
        few_plain_ticks(axes, steps=3)
        soft_grid(axes, "x")
    caption = (
        f"Point: median over runs of the last 24 h before day {results.last_day:g}; bar: 5-95 % range over runs. "
        "What is absorbed and leaves neither with urine nor with stool stays in the body."
    )
    labels = ", ".join(results.observables[flow].label for flow in flows)
    return Drawing(shown, caption, f"Dot plot of {labels} per strategy.")
