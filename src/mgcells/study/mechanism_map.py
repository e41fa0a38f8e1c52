"""The picture of what carries a difference: from the dose through organs, links and rules to the endpoint."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch
from matplotlib.path import Path as Curve

from mgcells.library.sentences import GRADES
from mgcells.reporting.style import COLOURS, FAINT, INK, PAGE_WIDTH
from mgcells.study.explain import Explanation
from mgcells.study.tables import rows_of

COLOUR_OF_GRADE = dict(zip(GRADES, (COLOURS[2], COLOURS[0], COLOURS[4], COLOURS[1]), strict=True))
NO_GRADE = "#9a9a9a"
COLUMN_AT = {"dose": 0.0, "mechanism": 1.05, "link": 1.05, "rule": 2.2, "endpoint": 3.4}
BOX_WIDTH = {"dose": 0.62, "mechanism": 0.8, "link": 0.8, "rule": 0.9, "endpoint": 0.62}
# Points that the whole difference takes, and the share below which a band would not be seen.
WIDEST, THINNEST, GAP = 26.0, 0.012, 0.16
LETTERS = {"dose": 15, "mechanism": 22, "link": 22, "rule": 26, "endpoint": 15}


class Box(NamedTuple):
    """A box of the map: its kind, words, share of the difference, colour, and the middle of its height."""

    kind: str
    name: str
    share: float
    colour: str
    middle: float


def mechanism_map(explanation: Explanation, column: str) -> tuple[Figure, str] | None:
    """Return the map of one endpoint and its caption; None where nothing was shared out.

    Parameters
    ----------
    column : str
        Of an endpoint that was moved, as in `Explanation.moved`.
    """
    own = explanation.shapley[explanation.shapley["column"] == column]
    if own.empty:
        return None
    parts = rows_of(own)
    left = [part for part in parts if part["kind"] != "rule"]
    right = [part for part in parts if part["kind"] == "rule"]
    rows = max(len(left), len(right), 1)
    shown = Figure(figsize=(PAGE_WIDTH, 0.9 + 0.78 * rows), layout="constrained")
    axes = shown.add_subplot()
    boxes = [*_boxes(left, rows), *_boxes(right, rows)]
    dose = Box("dose", explanation.strategy, 1.0, INK, rows / 2)
    end = Box("endpoint", column, 1.0, INK, rows / 2)
    for box in boxes:
        _flow(axes, dose, box, box.share, box.colour)
        _flow(axes, box, end, box.share, box.colour)
    for box in (dose, *boxes, end):
        _draw(axes, box)
    axes.set_xlim(-0.4, 3.8)
    axes.set_ylim(rows + 0.05, -0.05)
    axes.axis("off")
    grades = list(dict.fromkeys(str(part["grade"]) for part in parts))
    handles = [
        Patch(
            color=COLOUR_OF_GRADE.get(grade, NO_GRADE),
            label=f"{grade}: {GRADES[grade]}" if grade in GRADES else "structure of the model",
        )
        for grade in sorted(grades)
    ]
    shown.legend(handles=handles, loc="outside lower center", ncols=len(handles), title="Grade of the evidence")
    n = int(explanation.losses["n"].max())
    caption = (
        f"What carries the difference of {column} between {explanation.strategy} and {explanation.scenario.control}. "
        f"Per cent and widths: Shapley values as shares of the mean difference over n = {n} virtual subjects; what is "
        "in series has equal shares, since each needs the others. Dotted: it works against the difference. Colour: "
        "grade of the evidence. Shown is what carries a tenth or more. Shares tell how the model works, not how true "
        "its rules are."
    )
    return shown, caption


def _legend(grade: str) -> str:
    return f"{grade}: {GRADES[grade]}" if grade in GRADES else "structure of the model"


def _boxes(parts: Sequence[dict[str, object]], rows: int) -> list[Box]:
    """Return boxes that stand in the middle of so many rows."""
    first = (rows - len(parts)) / 2
    return [
        Box(str(part["kind"]), str(part["player"]), float(str(part["share"])),
            COLOUR_OF_GRADE.get(str(part["grade"]), NO_GRADE), first + place + 0.5)
        for place, part in enumerate(parts)
    ]  # fmt: skip


def _draw(axes: Axes, box: Box) -> None:
    width = BOX_WIDTH[box.kind]
    left, height = COLUMN_AT[box.kind] - width / 2, 1.0 - 2 * GAP
    end = box.kind in ("dose", "endpoint")
    axes.add_patch(
        FancyBboxPatch(
            (left, box.middle - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.05",
            facecolor="white", edgecolor=box.colour, linewidth=1.6, zorder=3,
        )
    )  # fmt: skip
    words = box.name.replace("_", " ") if end else box.name.replace("_", " ").replace(".", " . ")
    lines = textwrap.wrap(words, LETTERS[box.kind])
    text = "\n".join(lines) if end else "\n".join([*lines, f"{100 * box.share:.0f} %"])
    axes.text(COLUMN_AT[box.kind], box.middle, text, ha="center", va="center", fontsize=6.6, zorder=4, color=INK)


def _flow(axes: Axes, first: Box, last: Box, share: float, colour: str) -> None:
    """Draw a band from one box to another, as wide as its share."""
    begin = COLUMN_AT[first.kind] + BOX_WIDTH[first.kind] / 2
    end = COLUMN_AT[last.kind] - BOX_WIDTH[last.kind] / 2
    middle = (begin + end) / 2
    curve = Curve(
        [(begin, first.middle), (middle, first.middle), (middle, last.middle), (end, last.middle)],
        [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4],
    )
    axes.add_patch(
        PathPatch(
            curve, facecolor="none", edgecolor=colour if first.kind != last.kind else FAINT, alpha=0.45, zorder=1,
            linewidth=max(THINNEST, min(abs(share), 1.0)) * WIDEST, capstyle="butt",
            linestyle="-" if share >= 0 else (0, (1, 0.6)),
        )
    )  # fmt: skip
