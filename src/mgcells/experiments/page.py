"""The result of a validation: a table, a figure and a page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mgcells.reporting.drawing import drawing_settings, render
from mgcells.reporting.references import reading, reference_line
from mgcells.reporting.sentences import percent
from mgcells.reporting.style import FAINT, INK, PAGE_WIDTH, ROW_HEIGHT, soft_grid

OVERFLOW = 1.5
COLOURS = {"pass": "#009E73", "fail": "#D55E00", "no result": FAINT}
COLUMNS = ("Observable", "Comparison", "Predicted", "Measured", "Agrees within", "Verdict")


@dataclass(frozen=True)
class ExperimentNotes:
    """What the page says of an experiment beside its numbers.

    `sources` maps keys to records; `key` is the number by which the evidence speaks of the experiment; `origin` is its
    place in an own library, "" for one that ships.
    """

    title: str
    kind: str
    species: str
    note: str
    sources: Mapping[str, Mapping[str, Any]]
    disclosure: str = ""
    key: str = ""
    origin: str = ""


@dataclass(frozen=True)
class ValidationFiles:
    """What was written."""

    table: Path
    page: Path
    figures: tuple[Path, ...]


def write_validation(
    table: pd.DataFrame, notes: Mapping[str, ExperimentNotes], crashed: Sequence[str], folder: Path
) -> ValidationFiles:
    """Write validation.csv, validation.md and figures/validation.png, .svg and .pdf into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    csv, page = folder / "validation.csv", folder / "validation.md"
    table.to_csv(csv, index=False, float_format="%.9g", lineterminator="\n", encoding="utf-8")
    page.write_text(validation_page(table, notes, crashed), encoding="utf-8", newline="\n")
    figures = []
    if not table.empty:
        (folder / "figures").mkdir(exist_ok=True)
        open_to_doubt = [name for name, note in notes.items() if note.disclosure]
        with drawing_settings():
            for suffix, content in render(draw_validation(table, open_to_doubt))._asdict().items():
                path = folder / "figures" / f"validation.{suffix}"
                path.write_bytes(content)
                figures.append(path)
    return ValidationFiles(csv, page, tuple(figures))


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as mappings."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def counts(table: pd.DataFrame) -> list[str]:
    """Return one line per kind: how many expectations hold."""
    lines = []
    for kind, rows in table.groupby("kind", sort=False):
        held = int((rows["verdict"] == "pass").sum())
        lines.append(f"{kind}: {held} of {len(rows)} hold")
    return lines


def shown(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells of a row of the table as a reader sees them, keyed by `COLUMNS`."""
    against = f" against {row['against']}" if row["against"] else ""
    label = {"relative": "change", "d": "effect size d"}.get(row["measure"], row["measure"])
    low, high = _quantity(row, "low"), _quantity(row, "high")
    within = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else ""
    if row["measure"] == "sign":
        within = "above 0" if row["measured"] > 0 else "below 0"
    predicted = _quantity(row, "predicted")
    if row["measure"] == "order":
        predicted, within = f"{100 * row['predicted']:.0f} % of steps in order", "all in order"
    elif math.isfinite(row["predicted_low"]):
        predicted += f" ({_quantity(row, 'predicted_low')} to {_quantity(row, 'predicted_high')})"
    measured = "" if row["measure"] == "sign" else _quantity(row, "measured")
    comparison = f"{row['strategy']}{against}, {row['at']}: {label}"
    return dict(zip(COLUMNS, (row["observable"], comparison, predicted, measured, within, row["verdict"]), strict=True))


def validation_page(table: pd.DataFrame, notes: Mapping[str, ExperimentNotes], crashed: Sequence[str]) -> str:
    """Return the page as Markdown."""
    lines = ["# Predicted against measured", ""]
    lines += [
        "Each row compares the mean over virtual subjects (95 % interval over subjects in brackets) with a published "
        "result. Calibration rows were used to set parameters and show only that this worked; the other kinds were "
        "not. A failed row is a finding about the model. This is a research model, not medical advice.",
        "",
    ]
    lines += [f"- {line}" for line in counts(table)]
    lines += [f"- {name}: a run crashed; its rows are incomplete" for name in crashed]
    for name, note in notes.items():
        rows = records(table[table["experiment"] == name])
        heading = f"{name} ({note.key})" if note.key else name
        lines += ["", f"## {heading}: {note.title}", "", f"{note.kind}, {note.species}. {note.note}".strip(), ""]
        lines += [f"From {note.origin}.", ""] if note.origin else []
        lines += [f"**Not independent.** {note.disclosure}", ""] if note.disclosure else []
        lines += [f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
        for row in rows:
            cells = list(shown(row).values())
            if row["kind"] != note.kind:
                cells[-1] += f" ({row['kind']})"
            lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
        lines += ["", *(f"- {row['observable']}, {row['strategy']}: {row['note']}" for row in rows if row["note"])]
        lines += [
            f"- Source: {key}. {reference_line(source)} {reading(source)}" for key, source in note.sources.items()
        ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def draw_validation(table: pd.DataFrame, disclosed: Sequence[str] = ()) -> Figure:
    """Draw each prediction on its interval's own scale: 0 and 1 are the ends within which it agrees.

    Experiments among `disclosed` are starred: not independent of the model.
    """
    drawn = table[~table["measure"].isin(["sign", "order"])].reset_index(drop=True)
    others = table[table["measure"].isin(["sign", "order"])]
    figure = Figure(figsize=(PAGE_WIDTH, max(1.6, ROW_HEIGHT * len(drawn) + 1.1)), layout="constrained")
    axes = figure.add_subplot()
    axes.axvspan(0.0, 1.0, color="#e8eef2", zorder=0)
    rows = records(drawn)
    for place, row in enumerate(rows):
        _draw_row(axes, place, row)
    labels = [
        f"{row['experiment']}{'*' * (row['experiment'] in disclosed)}  {row['observable']}: {_short(row['strategy'])}"
        for row in rows
    ]
    axes.set_yticks(range(len(rows)), labels)
    for label, kind in zip(axes.get_yticklabels(), drawn["kind"], strict=True):
        label.set_color(FAINT if kind == "calibration" else INK)
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    axes.set_xlim(-OVERFLOW - 0.15, 1.0 + OVERFLOW + 0.15)
    axes.set_xticks([0.0, 1.0], ["lower end", "upper end"])
    soft_grid(axes, "x")
    words = ", ".join(f"{int((table['verdict'] == name).sum())} {name}" for name in COLOURS)
    axes.set_xlabel(
        "Prediction on the scale of the measured interval (shaded).\n"
        f"Grey labels: calibration. *: not independent.\n{words}."
    )
    if len(others):
        held = int((others["verdict"] == "pass").sum())
        axes.set_title(f"Of {len(others)} expected signs and orders, not drawn, {held} hold", fontweight="normal")
    return figure


def _draw_row(axes: Axes, place: int, row: Mapping[str, Any]) -> None:
    low, high = _ends(row)
    scale = (high - low) or 1.0
    colour = COLOURS[row["verdict"]]
    if not math.isfinite(row["predicted"]):
        axes.text(0.5, place, "no result", ha="center", va="center", color=FAINT, fontsize=7)
        return
    at = (row["predicted"] - low) / scale
    inside = min(max(at, -OVERFLOW), 1.0 + OVERFLOW)
    marker = "o" if inside == at else "<" if at < 0 else ">"
    filled = "none" if row["kind"] == "calibration" else colour
    if math.isfinite(row["predicted_low"]) and inside == at:
        ends = [
            min(max((row[key] - low) / scale, -OVERFLOW), 1 + OVERFLOW) for key in ("predicted_low", "predicted_high")
        ]
        axes.plot(ends, [place, place], color=colour, linewidth=1.4)
    axes.plot([inside], [place], marker=marker, markersize=5, color=colour, markerfacecolor=filled, linestyle="none")
    if math.isfinite(row["measured"]):
        measured = (row["measured"] - low) / scale
        axes.plot([measured], [place], marker="|", markersize=9, color=INK, linestyle="none")


def _ends(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return the ends of the interval; an open end is drawn as far from the measured value (or 0) as the other."""
    low, high = row["low"], row["high"]
    middle = row["measured"] if math.isfinite(row["measured"]) else 0.0
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    if math.isfinite(high):
        return min(2 * middle - high, high - abs(high)), high
    return low, max(2 * middle - low, low + abs(low))


def _quantity(row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not math.isfinite(value):
        return ""
    if row["measure"] == "relative":
        return percent(value)
    text = f"{value:.3g}"
    return text if row["measure"] in ("ratio", "d") or not row["unit"] else f"{text} {row['unit']}"


def _short(text: str, width: int = 34) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
