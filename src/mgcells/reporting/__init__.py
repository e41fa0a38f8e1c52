"""Figures and one self-contained page, drawn from the tables of a finished run and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mgcells.places import house_matplotlib

house_matplotlib()

NAMES = ("report.html", "effects.csv", "safety.csv", "references.bib")
FIGURES = "figures/"


@dataclass(frozen=True)
class ReportFiles:
    """What `build_report` wrote."""

    page: Path
    effects: Path
    safety: Path
    references: Path
    figures: tuple[Path, ...]


def build_report(folder: str | Path) -> ReportFiles:
    """Write effects.csv, safety.csv, figures/, references.bib and report.html into a finished output folder.

    Parameters
    ----------
    folder : path
        An output folder with timeseries.parquet, endpoints.parquet, units.csv, runs.csv, manifest.json and
        resolved.json.

    Raises
    ------
    FileNotFoundError
        One of these files is missing; the message names it.
    InputProblems
        Another program writes there, or something that mgcells did not write is in the way.
    OSError
        The disk is full; what was there before stays.
    """
    from mgcells.analysis.effects import write_effects
    from mgcells.folder import Folder
    from mgcells.reporting.drawing import draw_all, save_figures
    from mgcells.reporting.page import render_page
    from mgcells.reporting.references import bibtex
    from mgcells.reporting.results import read_results
    from mgcells.reporting.safety import write_safety

    target = Folder(folder)
    results = read_results(target.path)
    if not target.used:
        target.adopt((*NAMES, FIGURES))
    with target.held((*NAMES, FIGURES)):
        drawn = draw_all(results)
        figures = save_figures(drawn, target, FIGURES)
        with target.writing("effects.csv") as aside:
            write_effects(results.effects, aside)
        with target.writing("safety.csv") as aside:
            write_safety(results, aside)
        target.write_text("references.bib", bibtex(results.sources))
        target.write_text("report.html", render_page(results, drawn))
    page, effects, safety, references = (target / name for name in NAMES)
    return ReportFiles(page, effects, safety, references, tuple(figures))


def answers(folder: Path) -> list[str]:
    """Return the five lines that the report of a finished output folder opens with, and its safety lines."""
    from mgcells.reporting.opening import opening
    from mgcells.reporting.results import read_results
    from mgcells.reporting.safety import safety_sentences

    results = read_results(folder)
    warnings = [f"Safety: {text} ({names})" for text, names in safety_sentences(results)]
    return [*(f"{line.label}: {line.text}" for line in opening(results)), *warnings]


__all__ = ["ReportFiles", "answers", "build_report"]
