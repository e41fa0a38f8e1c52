"""What each arm was given and how far it ended from control: a strip of doses beside the differences, row by row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from mgcells.reporting.results import Results
from mgcells.reporting.sentences import NEGLIGIBLE, effect_decimals, interval_text, number, verdict
from mgcells.reporting.style import GRID, INK, Look, few_plain_ticks, look, soft_grid, time_axis, wrapped
from mgcells.scenario import Endpoint

# On a white plate, so that no line runs through them; a panel is as wide as its axis, however long they are.
WORDS: Any = {
    "fontsize": 6.3,
    "va": "center",
    "in_layout": False,
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.6},
}
LINE_INCHES = 0.125
# In lines of text: where the mark of an arm stands below its text, and what an arm takes beside its text.
MARK, BESIDE_TEXT = 0.75, 1.55
FIRST_LINE = 0.9
CHARACTERS_A_LINE = 80


@dataclass(frozen=True)
class Arm:
    """A row: an arm or a comparison of two, its text in lines, and where it begins, in lines from the top."""

    name: str
    look: Look
    lines: tuple[str, ...]
    dosing: Sequence[Sequence[float]]
    effect: dict[str, Any] | None
    reference: bool
    top: float

    @property
    def mark(self) -> float:
        """Where its doses and its interval are drawn."""
        return self.top + len(self.lines) + MARK


def arms_of(results: Results, endpoint: Endpoint) -> list[Arm]:
    """Return the rows of an endpoint: control, every other strategy, then what more the scenario compares."""
    arms: list[Arm] = []
    top = 0.0

    def add(name: str, strategy: str, text: str, dosing: Sequence[Sequence[float]], against: str | None) -> None:
        nonlocal top
        reference = name == results.control
        effect = None if reference else results.effect(strategy, endpoint, against)
        # Names are bold, and bold letters wider.
        lines = tuple(wrapped(f"{name}: {text}" if text else name, CHARACTERS_A_LINE - len(name) // 5))
        arms.append(Arm(name, look(results, strategy), lines, dosing, effect, reference, top))
        top += len(lines) + BESIDE_TEXT

    for strategy in results.strategies:
        name = str(strategy["name"])
        add(name, name, _given(strategy), strategy.get("dosing") or [], None)
    for contrast in results.further:
        add(f"{contrast.strategy} against {contrast.against}", contrast.strategy, "", [], contrast.against)
    return arms


def lines_of(arms: Sequence[Arm]) -> float:
    """Return the height of all rows in lines of text."""
    return arms[-1].top + len(arms[-1].lines) + BESIDE_TEXT


def _given(strategy: dict[str, Any]) -> str:
    """Return what an arm was given, or else what sets it apart."""
    given = [*(strategy.get("doses") or []), *(strategy.get("co_medication") or [])]
    return " + ".join(given) or "; ".join(strategy.get("changes") or []) or "nothing given"


def draw_given(axes: Axes, results: Results, arms: Sequence[Arm]) -> None:
    """Draw what each arm was given, in words and as ticks (doses at a moment) and bars (intake spread over time)."""
    factor = time_axis(axes, results)
    if not any(len(arm.dosing) for arm in arms):
        axes.set(xticks=[], xlabel="")
        axes.spines["bottom"].set_visible(False)
    for arm in arms:
        _words(axes, arm)
        spans = np.asarray(arm.dosing or np.empty((0, 2)), dtype=float).reshape(-1, 2) * factor
        moments = spans[:, 0] == spans[:, 1]
        colour, mark = arm.look.colour, arm.mark
        axes.hlines(np.full(np.count_nonzero(~moments), mark), *spans[~moments].T, color=colour, linewidth=3.0)
        axes.plot(
            spans[moments, 0], np.full(np.count_nonzero(moments), mark),
            color=colour, marker="|", markersize=5, markeredgewidth=0.8, linestyle="none",
        )  # fmt: skip
    _rows(axes, arms)


def _words(axes: Axes, arm: Arm) -> None:
    """Write the name of an arm in its colour and what follows in ink."""
    across = axes.get_yaxis_transform()
    begin = arm.lines[0][: len(arm.name)]
    named = axes.text(0.0, arm.top + FIRST_LINE, begin, transform=across, color=arm.look.colour, weight="bold", **WORDS)
    rest = arm.lines[0][len(arm.name) :]
    if rest:
        axes.annotate(rest, xy=(1.0, 0.5), xycoords=named, color=INK, annotation_clip=False, **WORDS)
    for place, line in enumerate(arm.lines[1:], start=1):
        axes.text(0.0, arm.top + FIRST_LINE + place, line, transform=across, color=INK, **WORDS)


def draw_differences(axes: Axes, results: Results, endpoint: Endpoint, arms: Sequence[Arm]) -> None:
    """Draw the mean paired difference of each arm with its interval, and both in numbers."""
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for arm in arms:
        if arm.effect is not None:
            _whisker(axes, arm.look, arm.mark, arm.effect)
        axes.text(0.02, arm.top + FIRST_LINE, _numbers(results, arm), transform=axes.get_yaxis_transform(), **WORDS)
    axes.margins(x=0.08)
    few_plain_ticks(axes, steps=3)
    axes.set_xlabel(f"Difference ({results.measured(endpoint).difference_unit})")
    _rows(axes, arms)


def _rows(axes: Axes, arms: Sequence[Arm]) -> None:
    axes.set_ylim(lines_of(arms), 0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for arm in arms[1:]:
        axes.axhline(arm.top, color=GRID, linewidth=0.6, zorder=0)
    soft_grid(axes, "x")


def _whisker(axes: Axes, look: Look, mark: float, row: dict[str, Any]) -> None:
    colour, _, marker = look
    if math.isfinite(row["low"]):
        axes.plot([row["low"], row["high"]], [mark, mark], color=colour, linewidth=1.6, solid_capstyle="butt")
    filled = verdict(row) in ("higher", "lower")
    axes.plot(
        [row["difference"]],
        [mark],
        marker=marker or "o",
        markersize=4.5,
        color=colour,
        markerfacecolor=colour if filled else "white",
        markeredgewidth=1.1,
        zorder=3,
    )


def _numbers(results: Results, arm: Arm) -> str:
    if arm.reference:
        return "control"
    row = arm.effect
    if row is None:
        return "no finished pair"
    pairs = f", n = {row['n']:.0f}" if "to" in results.pairs else ""
    if verdict(row) == "same":
        return f"identical{pairs}"
    if verdict(row) == "negligible":
        return f"below {100 * NEGLIGIBLE:g} % of control{pairs}"
    return f"{number(row['difference'], effect_decimals(row))} ({interval_text(row)}){pairs}"
