"""Signals of an own library on a cell of mgcells: refused before anything runs where its tissue does not offer them."""

from pathlib import Path

import pytest

from mgcells.batch.batch import run_batch
from mgcells.errors import InputProblems
from mgcells.library.loading import load_library
from mgcells.scenario import read_scenario
from mgcells.subject.trial import refuse_unreadable, unreadable

SIGNAL = '[signals.weather]\nlabel = "weather"\nreads = "{}"\nhealthy = "bone.reference.one"\n'
SCENARIO = """title = "t"
subject = "rat"
duration = "1 d"
control = "a"
tissues = ["{}"]
[[strategy]]
name = "a"
"""


def own(folder: Path, reads: str) -> Path:
    cells = folder / "own" / "cells"
    cells.mkdir(parents=True)
    (cells / "osteoclast.toml").write_text(SIGNAL.format(reads))
    return folder / "own"


def test_what_a_tissue_does_not_offer_is_refused_by_check_and_by_a_run(tmp_path: Path) -> None:
    folder = own(tmp_path, "level:rnkl")
    found = unreadable(load_library(folder))
    assert [(problem.file, problem.line) for problem in found] == [("own/cells/osteoclast.toml", 1)]
    assert "signal weather: reads = 'level:rnkl': its tissue offers no level 'rnkl'" in found[0].text
    scenario = read_scenario(SCENARIO.format("bone"), "study.toml", libraries=[folder])
    with pytest.raises(InputProblems, match="offers no level 'rnkl'"):
        run_batch(scenario, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    refuse_unreadable(read_scenario(SCENARIO.format("brain"), "study.toml", libraries=[folder]))


@pytest.mark.parametrize("reads", ["level:occupancy", "scalar:load", "level:magnesium"])
def test_what_it_offers_is_read(reads: str, tmp_path: Path) -> None:
    assert unreadable(load_library(own(tmp_path, reads))) == []
