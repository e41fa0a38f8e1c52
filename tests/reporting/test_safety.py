"""Safety lines of people: intake above the tolerable limit, plasma magnesium above normal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mgcells.batch.bodies import run_bodies
from mgcells.reporting import answers, build_report
from mgcells.scenario import read_scenario

TEXT = """title = "Safety"
subject = "human-adult"
duration = "12 h"
replicates = 4
control = "none"
tissues = []
record_every = "1 h"

[[strategy]]
name = "none"

[[strategy]]
name = "too much by mouth"
doses = [{ compound = "magnesium citrate", amount = "400 mg", of = "magnesium", every = "24 h", route = "oral" }]

[[strategy]]
name = "clamp"
doses = [{ compound = "magnesium sulfate", route = "intravenous", clamp = "2.6 mM" }]

[[strategy]]
name = "daily infusion"
doses = [
    { compound = "MgSO4", amount = "20 mmol", of = "salt", route = "intravenous", every = "24 h", over = "12 h" },
]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("safety")
    run_bodies(read_scenario(TEXT, "test.toml"), folder, workers=1)
    build_report(folder)
    return folder


def test_levels_are_counted_by_band(folder: Path) -> None:
    table = pd.read_csv(folder / "safety.csv")
    clamp = table[table["strategy"] == "clamp"].set_index("line")
    bands = ["hypermagnesaemia", "nausea flushing weakness", "reflexes lost", "hypotension"]
    assert clamp.index.tolist() == bands
    assert clamp["subjects"].tolist() == [4] * 4
    assert clamp["highest"].tolist() == pytest.approx([2.6] * 4)
    (intake,) = table[table["strategy"] == "too much by mouth"].to_dict("records")
    assert intake == {
        "strategy": "too much by mouth", "line": "tolerable upper intake of supplements", "limit": 350.0,
        "unit": "mg/d", "subjects": 4, "of": 4, "highest": 400.0,
    }  # fmt: skip


def test_lines_stand_in_the_report_and_in_the_log(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    said = "\n".join(answers(folder))
    for text in (page, said):
        assert "400 mg/d of supplemental magnesium is above the tolerable upper intake of 350 mg/d" in text
        assert "plasma magnesium above 2.5 mM (hypotension) in 4 of 4 subjects, highest 2.60 mM" in text
        assert "486 mg/d" not in text, "an infusion is no supplement"


def test_rats_have_no_such_lines(tmp_path: Path) -> None:
    text = TEXT.replace("human-adult", "rat").replace("400 mg", "4 mg").replace("20 mmol", "0.2 mmol")
    run_bodies(read_scenario(text, "test.toml"), tmp_path, workers=1)
    build_report(tmp_path)
    assert pd.read_csv(tmp_path / "safety.csv").empty
