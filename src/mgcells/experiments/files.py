"""What a validation leaves in its folder: a table, figures and a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mgcells.experiments.figures import draw_agreement, draw_validation, pictures
from mgcells.experiments.page import ExperimentNotes, validation_page
from mgcells.experiments.tally import Tally
from mgcells.reporting.drawing import drawing_settings, render


@dataclass(frozen=True)
class ValidationFiles:
    """What was written."""

    table: Path
    page: Path
    figures: tuple[Path, ...]


def write_validation(
    table: pd.DataFrame, notes: Mapping[str, ExperimentNotes], crashed: Sequence[str], tallies: Sequence[Tally],
    folder: Path,
) -> ValidationFiles:  # fmt: skip
    """Write validation.csv, validation.md and, as .png, .svg and .pdf, figures/agreement and figures/validation."""
    folder.mkdir(parents=True, exist_ok=True)
    csv, page = folder / "validation.csv", folder / "validation.md"
    table.to_csv(csv, index=False, float_format="%.9g", lineterminator="\n", encoding="utf-8")
    shown = () if table.empty else pictures(table)
    page.write_text(validation_page(table, notes, crashed, tallies, shown), encoding="utf-8", newline="\n")
    figures = []
    if shown:
        (folder / "figures").mkdir(exist_ok=True)
        open_to_doubt = [name for name, note in notes.items() if note.disclosure]
        tissues = {name: note.tissues for name, note in notes.items()}
        draw = {
            "agreement": lambda: draw_agreement(table, tissues),
            "validation": lambda: draw_validation(table, open_to_doubt),
        }
        with drawing_settings():
            for picture in shown:
                for suffix, content in render(draw[picture.name]())._asdict().items():
                    path = folder / "figures" / f"{picture.name}.{suffix}"
                    path.write_bytes(content)
                    figures.append(path)
    return ValidationFiles(csv, page, tuple(figures))
