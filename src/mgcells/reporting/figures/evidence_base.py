"""What the numbers and rules of the run rest on."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from mgcells.reporting.evidence import BASES, assumed_share, basis_counts, numbers_used, parameters_used, used_rules
from mgcells.reporting.registry import Drawing, figure
from mgcells.reporting.results import Results
from mgcells.reporting.style import ROW_HEIGHT, panel_grid, soft_grid

COLOURS = {
    "measured": "#0b4f7d",
    "derived": "#4a90bf",
    "fitted": "#a5c9e3",
    "review-statement": "#f3c98b",
    "assumed": "#d9742b",
}
OTHER = "#bbbbbb"
NARROWEST_LABEL = 0.045


@figure("evidence", title="What the model rests on", order=60)
def evidence(results: Results) -> Drawing | None:
    """Draw the share of parameters and rules by basis, in all and by part of the model."""
    groups: dict[str, list[Any]] = {"All parameters": [*parameters_used(results)]}
    by_part: dict[str, list[Any]] = defaultdict(list)
    for path, parameter in results.parameters.items():
        by_part[path.split(".")[0].replace("_", " ")].extend(numbers_used(parameter))
    groups |= {f"  {part}": by_part[part] for part in by_part}
    groups["All rules"] = [*used_rules(results).values()]
    groups = {name: records for name, records in groups.items() if records}
    if not groups:
        return None
    shown, (axes,) = panel_grid(1, 1, 1.1 + ROW_HEIGHT * 1.15 * len(groups))
    for place, records in enumerate(groups.values()):
        left = 0.0
        for basis, count in basis_counts(records).items():
            share = count / len(records)
            colour = COLOURS.get(basis, OTHER)
            axes.barh(place, share, left=left, color=colour, height=0.74, edgecolor="white", linewidth=0.6)
            if share >= NARROWEST_LABEL:
                ink = "white" if basis in ("measured", "derived", "assumed") else "#262626"
                axes.text(left + share / 2, place, str(count), ha="center", va="center", fontsize=7, color=ink)
            left += share
        axes.text(1.01, place, f"{len(records)}", va="center", fontsize=7.5)
    axes.text(1.01, -0.95, "n", va="center", fontsize=7.5)
    axes.set_yticks(range(len(groups)), list(groups))
    for label in axes.get_yticklabels():
        label.set_fontweight("bold" if label.get_text().startswith("All") else "normal")
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}")
    axes.set_xlabel("Share (%)")
    axes.tick_params(axis="y", length=0)
    soft_grid(axes, "x")
    handles = [axes.barh(0, 0, color=COLOURS[basis], label=basis.replace("-", " ")) for basis in BASES]
    shown.legend(handles=handles, loc="outside upper left", ncols=len(BASES), handlelength=1.2, handleheight=1.0)
    assumed, total = assumed_share(results)
    caption = (
        "Parameters and rules used in this run by what they rest on; the number in a bar is a count. "
        f"{assumed} of {total} ({100 * assumed / max(1, total):.0f} %) are assumed. "
        "A count does not say how much the result depends on an item."
    )
    return Drawing(shown, caption, f"Stacked bars of parameters and rules by basis; {assumed} of {total} are assumed.")
