"""The result of a validation in words: the cells of its table, and its page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from mgcells.experiments.tally import KINDS, Tally
from mgcells.reporting.references import reading, reference_line
from mgcells.reporting.sentences import percent
from mgcells.reporting.tables import rows_of

COLUMNS = ("Observable", "Comparison", "Predicted", "Measured", "Agrees within", "Verdict")


class Picture(NamedTuple):
    """A figure of the page: the name of its files, the words under it, and what is to be seen in it."""

    name: str
    caption: str
    alt: str


@dataclass(frozen=True)
class ExperimentNotes:
    """What the page says of an experiment beside its numbers.

    `sources` maps keys to records; `key` is the number by which the evidence speaks of the experiment; `origin` is its
    place in an own library, "" for one that ships; `tissues` are those that are simulated, in words.
    """

    title: str
    kind: str
    species: str
    note: str
    sources: Mapping[str, Mapping[str, Any]]
    disclosure: str = ""
    key: str = ""
    origin: str = ""
    grade: str = ""
    tissues: str = ""


def counts(table: pd.DataFrame) -> list[str]:
    """Return one line per kind: how many expectations hold."""
    lines = []
    for kind in KINDS:
        verdicts = table.loc[table["kind"] == kind, "verdict"]
        if len(verdicts):
            lines.append(f"{kind}: {int((verdicts == 'pass').sum())} of {len(verdicts)} hold")
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


def validation_page(
    table: pd.DataFrame, notes: Mapping[str, ExperimentNotes], crashed: Sequence[str], tallies: Sequence[Tally] = (),
    pictures: Sequence[Picture] = (),
) -> str:  # fmt: skip
    """Return the page as Markdown, its experiments in the order of `notes`."""
    lines = ["# Predicted against measured", ""]
    lines += [
        "Each row compares the mean over virtual subjects (95 % interval over subjects in brackets) with a published "
        "result. Calibration rows were used to set parameters and show only that this worked; the other kinds were "
        "not. A failed row is a finding about the model. This is a research model, not medical advice.",
        "",
    ]
    lines += [f"- {line}" for line in counts(table)]
    lines += [f"- {name}: a run crashed; its rows are incomplete" for name in crashed]
    for tally in tallies:
        head, *rows = tally.texts()
        lines += ["", *markdown([(f"By {head[0]}", *head[1:]), *rows])]
    for picture in pictures:
        lines += ["", f"![{picture.alt}](figures/{picture.name}.png)", "", picture.caption]
    for name, note in notes.items():
        read = rows_of(table[table["experiment"] == name])
        heading = f"{name} ({note.key})" if note.key else name
        lines += ["", f"## {heading}: {note.title}", "", f"{note.kind}, {note.species}. {note.note}".strip(), ""]
        lines += [f"From {note.origin}.", ""] if note.origin else []
        lines += [f"**Not independent.** {note.disclosure}", ""] if note.disclosure else []
        lines += markdown([COLUMNS, *(_cells(row, note) for row in read)])
        lines += ["", *(f"- {row['observable']}, {row['strategy']}: {row['note']}" for row in read if row["note"])]
        lines += [
            f"- Source: {key}. {reference_line(source)} {reading(source)}" for key, source in note.sources.items()
        ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _cells(row: Mapping[str, Any], note: ExperimentNotes) -> tuple[str, ...]:
    *cells, verdict = shown(row).values()
    return (*cells, verdict if row["kind"] == note.kind else f"{verdict} ({row['kind']})")


def markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table as lines of Markdown, the first row its head."""
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return [lines[0], f"|{' --- |' * len(rows[0])}", *lines[1:]]


def _quantity(row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not math.isfinite(value):
        return ""
    if row["measure"] == "relative":
        return percent(value)
    text = f"{value:.3g}"
    return text if row["measure"] in ("ratio", "d") or not row["unit"] else f"{text} {row['unit']}"
