"""The picture of what carries a difference: from the dose through organs, links and rules to the endpoint."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch
from matplotlib.path import Path as Curve

from mgcells.analysis.endpoints import column_of
from mgcells.library.sentences import GRADES
from mgcells.reporting.style import COLOURS, INK, PAGE_WIDTH
from mgcells.reporting.tables import rows_of
from mgcells.study.explanation import ExplanationTables
from mgcells.tissues.links import ARROW
from mgcells.tissues.registry import observables

COLOUR_OF_GRADE = dict(zip(GRADES, (COLOURS[2], COLOURS[0], COLOURS[4], COLOURS[1]), strict=True))
NO_GRADE = "#9a9a9a"
# From left to right; a stage without a box takes no room.
STAGES = ("dose", "mechanism", "link", "rule", "endpoint")
BOX_WIDTH = {"dose": 0.6, "mechanism": 0.86, "link": 0.66, "rule": 1.0, "endpoint": 0.84}
BETWEEN, MARGIN = 0.34, 0.05
# Points that the whole difference takes, and the share below which a band would not be seen.
WIDEST, THINNEST, GAP = 26.0, 0.012, 0.16
LETTERS = {"dose": 15, "mechanism": 21, "link": 15, "rule": 25, "endpoint": 21}
LETTER_SIZE = 6.4
TO = "\N{RIGHTWARDS ARROW}"


class Box(NamedTuple):
    """A box of the map: its kind, words, share of the difference, colour, the middle of its height, and its organ."""

    kind: str
    name: str
    share: float
    colour: str
    middle: float
    organ: str


def mechanism_map(explanation: ExplanationTables, column: str) -> tuple[Figure, str] | None:
    """Return the map of one endpoint and its caption; None where nothing was shared out.

    Parameters
    ----------
    column : str
        Of an endpoint that was moved, as in `ExplanationTables.moved`.
    """
    own = explanation.shapley[explanation.shapley["column"] == column]
    if own.empty:
        return None
    parts = rows_of(own)
    stages = [[part for part in parts if part["kind"] == kind] for kind in STAGES]
    rows = max(map(len, stages))
    shown = Figure(figsize=(PAGE_WIDTH, 0.9 + 0.85 * rows), layout="constrained")
    axes = shown.add_subplot()
    words = partial(_words, explanation)
    dose = Box("dose", explanation.strategy, 1.0, INK, rows / 2, "")
    end = Box("endpoint", _endpoint_words(explanation, column), 1.0, INK, rows / 2, "")
    columns = [[dose], *(_boxes(stage, rows, words) for stage in stages if stage), [end]]
    at = _columns_at([boxes[0].kind for boxes in columns])
    for begin, to, share, colour in _flows(columns):
        _flow(axes, begin, to, share, colour, at)
    for box in (box for boxes in columns for box in boxes):
        _draw(axes, box, at)
    axes.set_xlim(-BOX_WIDTH["dose"] / 2 - MARGIN, at["endpoint"] + BOX_WIDTH["endpoint"] / 2 + MARGIN)
    axes.set_ylim(rows + 0.05, -0.05)
    axes.axis("off")
    grades = list(dict.fromkeys(str(part["grade"]) for part in parts))
    handles = [Patch(color=COLOUR_OF_GRADE.get(grade, NO_GRADE), label=_legend(grade)) for grade in sorted(grades)]
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


def _boxes(parts: Sequence[dict[str, Any]], rows: int, words: Callable[[str, str], str]) -> list[Box]:
    """Return boxes that stand in the middle of so many rows."""
    first = (rows - len(parts)) / 2
    return [
        Box(part["kind"], words(part["kind"], part["player"]), part["share"],
            COLOUR_OF_GRADE.get(part["grade"], NO_GRADE), first + place + 0.5, part["organ"])
        for place, part in enumerate(parts)
    ]  # fmt: skip


def _columns_at(kinds: Sequence[str]) -> dict[str, float]:
    """Return the middle of each stage that has a box."""
    found, right = {}, -BETWEEN - BOX_WIDTH["dose"] / 2
    for kind in kinds:
        found[kind] = right + BETWEEN + BOX_WIDTH[kind] / 2
        right = found[kind] + BOX_WIDTH[kind] / 2
    return found


def _flows(columns: Sequence[Sequence[Box]]) -> Iterator[tuple[Box, Box, float, str]]:
    """Yield bands from stage to stage, as wide as their boxes; within an organ where both stages have boxes of it."""
    for before, after in pairwise(columns):
        for box in after:
            through = [other for other in before if other.organ == box.organ] or list(before)
            for other in through:
                share = other.share if box.kind == "endpoint" else box.share / len(through)
                yield other, box, share, other.colour if box.kind == "endpoint" else box.colour


def _words(explanation: ExplanationTables, kind: str, name: str) -> str:
    """Return what a part is called on the map."""
    library = explanation.scenario.library
    if kind == "mechanism":
        return library.mechanisms[name].title
    if kind == "link":
        return name.replace(ARROW.strip(), TO)
    rule = library.rules[name]
    cell = library.cells[rule.cell].record
    return f"{cell.signals[rule.signal].label} {TO} {cell.behaviours[rule.behaviour].label}"


def _endpoint_words(explanation: ExplanationTables, column: str) -> str:
    endpoint = next(entry for entry in explanation.scenario.endpoints if column_of(entry) == column)
    return f"{observables()[endpoint.observable].label}, {endpoint.label}"


def _draw(axes: Axes, box: Box, at: Mapping[str, float]) -> None:
    width = BOX_WIDTH[box.kind]
    left, height = at[box.kind] - width / 2, 1.0 - 2 * GAP
    end = box.kind in ("dose", "endpoint")
    axes.add_patch(
        FancyBboxPatch(
            (left, box.middle - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.05",
            facecolor="white", edgecolor=box.colour, linewidth=1.6, zorder=3,
        )
    )  # fmt: skip
    lines = textwrap.wrap(box.name, LETTERS[box.kind])
    text = "\n".join(lines) if end else "\n".join([*lines, f"{100 * box.share:.0f} %"])
    axes.text(at[box.kind], box.middle, text, ha="center", va="center", fontsize=LETTER_SIZE, zorder=4, color=INK)


def _flow(axes: Axes, first: Box, last: Box, share: float, colour: str, at: Mapping[str, float]) -> None:
    """Draw a band from one box to another, as wide as its share."""
    begin = at[first.kind] + BOX_WIDTH[first.kind] / 2
    end = at[last.kind] - BOX_WIDTH[last.kind] / 2
    middle = (begin + end) / 2
    curve = Curve(
        [(begin, first.middle), (middle, first.middle), (middle, last.middle), (end, last.middle)],
        [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4],
    )
    axes.add_patch(
        PathPatch(
            curve, facecolor="none", edgecolor=colour, alpha=0.45, zorder=1,
            linewidth=max(THINNEST, min(abs(share), 1.0)) * WIDEST, capstyle="butt",
            linestyle="-" if share >= 0 else (0, (1, 0.6)),
        )
    )  # fmt: skip
