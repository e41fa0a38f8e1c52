"""What an explanation leaves in its folder: tables, sentences, and a map for each endpoint that was moved."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd

from mgcells.folder import Folder
from mgcells.reporting.drawing import drawing_settings, figure_files, render
from mgcells.study.explain import Explanation
from mgcells.study.mechanism_map import mechanism_map
from mgcells.study.telling import told

PLACE = "explain/"
NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")


def write_explanation(explanation: Explanation) -> list[Path]:
    """Write losses, Shapley values, interactions, sentences and maps into `explain/` of the study; return the paths.

    Raises
    ------
    InputProblems
        The folder is in use, or something that mgcells did not write is in the way.
    """
    folder = Folder(explanation.study.folder)
    written: list[str] = []
    with folder.held([PLACE]), folder.refusing():
        tables = {
            "losses": explanation.losses,
            "shapley": explanation.shapley,
            "interactions": explanation.interactions,
        }
        for name, table in tables.items():
            written.append(f"{PLACE}{name}.csv")
            folder.write_text(written[-1], _csv(table))
        written.append(f"{PLACE}sentences.json")
        folder.write_text(written[-1], json.dumps(told(explanation), indent=1, ensure_ascii=False) + "\n")
        written.append(f"{PLACE}still.csv")
        still = [(player.kind, player.name, player.organ) for player in explanation.still]
        folder.write_text(written[-1], _csv(pd.DataFrame(still, columns=["kind", "player", "organ"])))
        with drawing_settings():
            for column in explanation.moved:
                written += _draw(explanation, column, folder)
        folder.remove(set(folder.written(PLACE)) - {*written, PLACE})
    return [folder / name for name in written]


def _draw(explanation: Explanation, column: str, folder: Folder) -> list[str]:
    drawn = mechanism_map(explanation, column)
    if drawn is None:
        return []
    stem = f"{PLACE}map-{NOT_IN_A_NAME.sub('-', column.lower()).strip('-')}"
    files = figure_files(stem, render(drawn[0]), f"{drawn[1]}\n")
    for name, content in files.items():
        folder.write_bytes(name, content)
    return [*files]


def _csv(table: pd.DataFrame) -> str:
    return str(table.to_csv(index=False, float_format="%.9g", lineterminator="\n"))
