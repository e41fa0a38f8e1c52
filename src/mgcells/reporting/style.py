"""The look of all figures: sizes, fonts, and a colour, line and marker for each strategy."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from mgcells.arrays import HOURS_PER_DAY
from mgcells.reporting.results import Results
from mgcells.reporting.sentences import MINUS, power_of_ten

INK = "#262626"
FAINT = "#8c8c8c"
GRID = "#e4e4e4"
CONTROL_COLOUR = "#6e6e6e"
WINDOW_COLOUR = "#8a6d00"
# Inches: two columns of a journal.
PAGE_WIDTH = 7.2
DOTS_PER_INCH = 300
ROW_HEIGHT = 0.21
LEGEND_CHARACTERS = 34
SHORT_RUN = 2.0
SMALLEST_DECIMAL = 1e-3
SMALLEST_PLAIN = 1e-4

# Okabe and Ito's palette without its yellow, then darker hues that stay apart from it for colour-blind readers
COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#332288",
    "#882255",
    "#7a7a1a",
    "#117733",
)
LINES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (6, 1.5, 1.5, 1.5)),
    (0, (1.5, 1.2)),
    "-",
    (0, (3, 1.2, 1, 1.2, 1, 1.2)),
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")

FONT = "DejaVu Sans"
# Where the first font lacks a character, the first of these that is installed and has it.
FURTHER_FONTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Droid Sans Fallback", "PingFang SC", "Hiragino Sans", "Arial Unicode MS", "Microsoft YaHei",
    "SimHei", "Yu Gothic", "MS Gothic", "Malgun Gothic", "Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari",
    "Noto Sans Hebrew", "Noto Sans Thai",
)  # fmt: skip

SETTINGS: dict[str, Any] = {
    "font.family": [FONT],
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 8,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.unicode_minus": True,
    "figure.dpi": 150,
    "text.hinting": "none",
    "text.parse_math": False,
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "svg.hashsalt": "mgcells",
    "hatch.linewidth": 0.5,
}


@cache
def installed_fonts() -> list[str]:
    """Return the font of all figures, and those of `FURTHER_FONTS` that are installed."""
    there = set(fontManager.get_font_names())
    return [FONT, *(name for name in FURTHER_FONTS if name in there)]


class Look(NamedTuple):
    """How a strategy is drawn in every figure."""

    colour: str
    line: Any
    marker: str


def look(results: Results, strategy: str) -> Look:
    """Return the look of a strategy: control grey and dashed, the others by their place in the scenario."""
    if strategy == results.control:
        return Look(CONTROL_COLOUR, (0, (4, 2)), "")
    place = results.compared.index(strategy)
    return Look(COLOURS[place % len(COLOURS)], LINES[place % len(LINES)], MARKERS[place % len(MARKERS)])


def legend_name(results: Results, strategy: str) -> str:
    """Return the name for a legend, with what a reader would otherwise miss."""
    if strategy == results.control:
        return f"{strategy} (control)"
    if strategy not in set(results.timeseries["strategy"]):
        return f"{strategy} (no finished run)"
    return f"{strategy} (same as control)" if strategy in results.same_as_control else strategy


def strategy_legend(axes: Axes, results: Results, strategies: Sequence[str]) -> None:
    """Fill a place beside a panel with the legend of the strategies, one a line, and of what is shaded."""
    handles: list[Artist] = []
    for name in strategies:
        colour, line, marker = look(results, name)
        handle = Line2D([], [], color=colour, linestyle=line, marker=marker or None, markersize=3.6, linewidth=1.4)
        handle.set_label("\n".join(wrapped(legend_name(results, name), LEGEND_CHARACTERS)))
        handles.append(handle)
    handles.append(Patch(facecolor=CONTROL_COLOUR, alpha=0.22, label=f"5\N{EN DASH}95 % of {results.control}"))
    handles.append(Patch(facecolor=WINDOW_COLOUR, alpha=0.3, label="when it is read"))
    axes.axis("off")
    axes.legend(handles=handles, loc="upper left", borderaxespad=0.0, handlelength=3.0, labelspacing=0.45, fontsize=7)


def panel_grid(count: int, columns: int, panel_height: float, extra: float = 0.0) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` panels in at most `columns` columns, and the panels in reading order."""
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    figure = Figure(figsize=(PAGE_WIDTH, rows * panel_height + extra), layout="constrained")
    return figure, [figure.add_subplot(rows, columns, place + 1) for place in range(count)]


def title_panel(axes: Axes, text: str, width: int = 38) -> None:
    """Give a panel its title, on several lines when it is long."""
    axes.set_title("\n".join(wrapped(text, width)))


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` characters; a number stays beside its unit."""
    bound = re.sub(r"(\d) (\w+|%)", "\\1\N{NO-BREAK SPACE}\\2", text)
    return textwrap.wrap(bound, width, break_on_hyphens=False)


def time_axis(axes: Axes, results: Results, labelled: bool = True) -> float:
    """Set up a time axis, in hours for short runs; return the factor from days."""
    factor, unit = (HOURS_PER_DAY, "h") if results.last_day <= SHORT_RUN else (1.0, "d")
    span = results.last_day * factor or 1.0
    steps = [1, 1.2, 2, 3, 4, 6, 10] if factor > 1 else [1, 1.4, 2, 2.5, 4, 5, 7, 10]
    axes.set_xticks(
        [tick for tick in MaxNLocator(6, steps=steps, integer=True).tick_values(0, span) if 0 <= tick <= span]
    )
    axes.set_xlim(-0.02 * span, 1.02 * span)
    if labelled:
        axes.set_xlabel(f"Time ({unit})")
    return factor


def few_plain_ticks(axes: Axes, steps: int = 4) -> None:
    """Put at most `steps` + 1 numbers under an axis, each in full, as a power of ten beside them would touch the label.

    Numbers that need an exponent are wide, so that there are fewer of them.
    """
    wide = max(abs(end) for end in axes.get_xlim()) < SMALLEST_DECIMAL
    axes.xaxis.set_major_locator(MaxNLocator(2 if wide else steps))
    axes.xaxis.set_major_formatter(lambda value, _: plain(value))


def plain(value: float) -> str:
    """Write a number under a tick with the digits it needs."""
    return power_of_ten(value) if 0 < abs(value) < SMALLEST_PLAIN else f"{value:g}".replace("-", MINUS)


def soft_grid(axes: Axes, axis: Any = "y") -> None:
    """Draw faint grid lines behind the data."""
    axes.grid(visible=True, axis=axis, color=GRID, linewidth=0.6)
