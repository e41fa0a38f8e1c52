"""Types that are wrong are named as a writer of these files knows them; words with a meaning are checked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.library import DATA, load
from mgcells.scenario import read_scenario

SCENARIO = (
    'title = "x"\nsubject = "rat"\nduration = "1 d"\ncontrol = "c"\nLINE\n[[strategy]]\nname = "c"\n'
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('diet = "0.1 g/kg"', "should be a table, such as { key ="),
        ("diet = { magnesium = 0.1 }", "should be a text in quotes"),
        ('condition = [{ name = "aged", from = 2 }]', "should be a text in quotes"),
        ('replicates = "2"', "should be a whole number"),
        ('doses = "none"', "unknown key 'doses'"),
    ],
)
def test_a_wrong_type_is_said_in_plain_words(line: str, message: str) -> None:
    with pytest.raises(InputProblems) as caught:
        read_scenario(SCENARIO.replace("LINE", line), "x.toml")
    found = [problem for problem in caught.value.problems if message in problem.text]
    assert found, caught.value.problems
    assert found[0].line == 5
    assert "Record" not in str(caught.value)


def test_verdicts_and_ways_of_reading_are_words_that_are_known(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    claims = folder / "claims.csv"
    claims.write_text(claims.read_text(encoding="utf-8").replace(",partly,", ",partially,", 1), encoding="utf-8")
    sources = folder / "sources.toml"
    sources.write_text(sources.read_text(encoding="utf-8").replace('seen = "abstract"', 'seen = "skimmed"', 1), "utf-8")
    with pytest.raises(InputProblems) as caught:
        load(folder)
    texts = " ".join(problem.text for problem in caught.value.problems)
    assert "verdict = 'partially'; did you mean 'partly'?" in texts
    assert "seen = 'skimmed' is not allowed" in texts


def test_a_strategy_that_is_not_there_is_named_with_the_nearest() -> None:
    scenario = read_scenario(SCENARIO.replace("LINE", "").replace('"c"', '"control"'), "x.toml")
    with pytest.raises(InputProblems, match="has no strategy 'contrl'; did you mean 'control'"):
        scenario.strategy("contrl")
