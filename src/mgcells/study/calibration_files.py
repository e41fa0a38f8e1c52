"""What a calibration leaves in its folder: tables, the figure of the profiles and a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mgcells.library import Library
from mgcells.study.calibration_figure import profile_files
from mgcells.study.calibration_page import calibration_page
from mgcells.study.calibration_tables import Calibration


def write_calibration(result: Calibration, library: Library, folder: Path) -> Calibration:
    """Write calibration.csv, -rows, -profiles and -correlations, the figure as PNG, SVG and PDF, and calibration.md.

    Returns
    -------
    Calibration
        The same, with the paths of its files.
    """
    tables = {
        "calibration.csv": result.numbers,
        "calibration-rows.csv": result.rows,
        "calibration-profiles.csv": result.profiles,
        "calibration-correlations.csv": result.correlations,
    }
    for name, table in tables.items():
        table.to_csv(folder / name, index=False, float_format="%.9g", lineterminator="\n", encoding="utf-8")
    names = [*tables]
    for suffix, content in profile_files(result.numbers, result.profiles).items():
        names.append(f"calibration-profiles.{suffix}")
        (folder / names[-1]).write_bytes(content)
    page = calibration_page(result.numbers, result.groups, result.rows, result.correlations, result.unfitted, library)
    names.append("calibration.md")
    (folder / names[-1]).write_text(page, encoding="utf-8", newline="\n")
    return replace(result, files=tuple(folder / name for name in names))
