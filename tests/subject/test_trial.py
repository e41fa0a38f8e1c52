"""Signals of an own library on a cell of mgcells: refused before anything runs where its tissue does not offer them."""

from functools import partial
from pathlib import Path

import pytest

from mgcells.batch.batch import run_batch
from mgcells.batch.bodies import run_bodies
from mgcells.errors import InputProblems
from mgcells.library.loading import load_library
from mgcells.scenario import read_scenario
from mgcells.subject.trial import refuse_failing, refuse_unreadable, unreadable

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


BODIES = """title = "t"
subject = "rat"
duration = "2 d"
control = "a"
tissues = []
[[strategy]]
name = "a"
[[strategy]]
name = "b"
LINE
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('parameters = { "body.gut.residence.ileum" = 0.95 }', "a rate of the body is negative"),
        ('parameters = { "body.plasma.volume" = "0.1 mL" }', "steps an hour"),
    ],
)
def test_bodies_that_cannot_live_are_refused_by_check_and_by_every_run(line: str, words: str, tmp_path: Path) -> None:
    scenario = read_scenario(BODIES.replace("LINE", line), "study.toml")
    for run in (refuse_failing, partial(run_batch, out=tmp_path / "out"), partial(run_bodies, out=tmp_path / "out")):
        with pytest.raises(InputProblems) as caught:
            run(scenario)  # type: ignore[operator]
        assert [(entry.file, entry.line) for entry in caught.value.problems] == [("study.toml", 8)]
        assert words in caught.value.problems[0].text
    assert not (tmp_path / "out").exists()


def test_what_a_later_phase_would_fail_with_is_refused_before_the_first() -> None:
    line = 'diet = [{ magnesium = "0.36 mmol/d", until = "1 d" }, { magnesium = "0.3 mmol/d" }]'
    refuse_failing(read_scenario(BODIES.replace("LINE", line), "study.toml"))


def test_an_arm_of_another_species_is_built_as_it_will_be() -> None:
    text = BODIES.replace("tissues = []", 'tissues = []\nparameters = { "body.kidney.splay" = 8 }')
    refuse_failing(read_scenario(text.replace("LINE", 'subject = "human-adult"'), "study.toml"))
