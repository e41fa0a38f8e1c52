"""Curves beside the tissues: observables against the comparison, the body with its doses, the history of one cell."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mgcells.app.session import ChosenCell, Session, Side
from mgcells.batch.resolved import dosing_spans
from mgcells.cells.reasons import Account
from mgcells.reporting.style import COLOURS, CONTROL_COLOUR, GRID, INK, SETTINGS, title_panel
from mgcells.tissues.registry import observables

STEERED, COMPARED = COLOURS[0], CONTROL_COLOUR
PLASMA, FLUID = COLOURS[1], COLOURS[0]
DOTS_PER_INCH = 120
WIDTH, ROW = 9.0, 2.25
LOOK: Any = {
    **SETTINGS,
    "font.size": 10,
    "axes.titlesize": 9.5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
}
MOST_MARKS = 120
# Spaces that do not break: it stays together when a title goes over two lines.
HEALTHY = "healthy\u00a0=\u00a01"


def observable_chart(session: Session, names: Sequence[str]) -> bytes | None:
    """Return a PNG with one panel per observable: the steered model in colour, the comparison grey and dashed.

    None when there are no names.
    """
    if not names:
        return None
    figure, panels = _panels(len(names))
    for axes, name in zip(panels, names, strict=True):
        known = observables()[name]
        for number, side in reversed(list(enumerate(session.sides))):
            days, values = side.history.curve(name)
            axes.plot(days, values, color=(STEERED, COMPARED)[number], linestyle=("-", "--")[number], linewidth=1.8)
        _finish(axes, f"{known.label} ({known.unit or HEALTHY})", session)
    return _png(figure)


def body_chart(session: Session) -> bytes | None:
    """Return a PNG with magnesium and threonate of plasma and cerebrospinal fluid; marks on the axis show doses.

    None of a culture, which has no body.
    """
    if not session.has_body:
        return None
    figure, panels = _panels(2)
    drawn = (
        (panels[0], "Magnesium (mM)", "plasma.magnesium_ionised", "csf.magnesium"),
        (panels[1], "Threonate (uM)", "plasma.threonate", "csf.threonate"),
    )
    for axes, title, plasma, fluid in drawn:
        for name, colour, label in ((plasma, PLASMA, "plasma"), (fluid, FLUID, "cerebrospinal fluid")):
            for number, side in reversed(list(enumerate(session.sides))):
                days, values = side.history.curve(name)
                shown = label if number == 0 else None
                axes.plot(days, values, color=colour, linestyle=("-", ":")[number], linewidth=1.8, label=shown)
        _mark_doses(axes, session, session.sides[0])
        _finish(axes, title, session)
    panels[0].legend(loc="upper left", bbox_to_anchor=(0.0, -0.2), ncols=3)
    return _png(figure)


def cell_chart(session: Session, cell: ChosenCell, accounts: Sequence[Account]) -> bytes | None:
    """Return a PNG of what a cell has done so far; None while fewer than two moments are known."""
    days, states = session.sides[cell.side].cells.of(cell.tissue, cell.kind, cell.uid)
    if days.size < 2:
        return None
    figure, panels = _panels(len(accounts))
    for axes, account, values in zip(panels, accounts, states, strict=True):
        axes.plot(days, values, color=STEERED, linewidth=1.8)
        axes.axhline(account.target, color=COLOURS[1], linewidth=1.2, linestyle=":")
        title_panel(axes, headline(f"{account.label} ({account.unit or HEALTHY})"), 56)
        _frame(axes)
    return _png(figure)


def headline(text: str) -> str:
    """Return a text with a capital first letter; words such as cGMP keep theirs."""
    first = text.split(" ", 1)[0]
    return text if any(letter.isupper() for letter in first) else f"{text[:1].upper()}{text[1:]}"


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    with mpl.rc_context(LOOK):
        rows = max(1, math.ceil(count / 2))
        height = rows * ROW + 0.35
        figure = Figure(figsize=(WIDTH, height))
        panels = [figure.add_subplot(rows, 2, place + 1) for place in range(count)]
        figure.subplots_adjust(
            left=0.07, right=0.985, top=1.0 - 0.45 / height, bottom=0.6 / height, hspace=0.7, wspace=0.18
        )
    return figure, panels


def _finish(axes: Axes, title: str, session: Session) -> None:
    title_panel(axes, headline(title), 56)
    axes.margins(y=0.14)
    axes.set_xlim(0.0, max(session.day * 1.02, 1.0))
    _frame(axes)


def _frame(axes: Axes) -> None:
    axes.set_xlabel("days", labelpad=1)
    axes.grid(visible=True, color=GRID, linewidth=0.6)
    axes.tick_params(colors=INK)
    low, high = axes.get_ylim()
    # A curve that does not move is a flat line, not its rounding errors.
    least = 0.02 * max(abs(low), abs(high))
    if high - low < least:
        middle = (low + high) / 2.0
        axes.set_ylim(middle - least, middle + least)
    axes.ticklabel_format(axis="y", useOffset=False)


def _mark_doses(axes: Axes, session: Session, side: Side) -> None:
    day = max(session.day, 1e-9)
    spans = [span for span in dosing_spans(session.scenario, side.model.strategy) if span[0] <= day]
    foot = axes.get_xaxis_transform()
    bars = [span for span in spans if span[1] > span[0]]
    ends = [min(until, day) for _, until in bars]
    axes.hlines([0.02] * len(bars), [begin for begin, _ in bars], ends, transform=foot, color=INK, linewidth=4)
    points = [begin for begin, until in spans if until <= begin]
    # More than fit side by side would only be drawn on top of one another.
    points = points[:: max(1, math.ceil(len(points) / MOST_MARKS))]
    axes.plot(points, [0.03] * len(points), "^", transform=foot, color=INK, markersize=5)


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DOTS_PER_INCH)
    return stream.getvalue()
