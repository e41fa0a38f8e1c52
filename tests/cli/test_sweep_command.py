"""`mgcells sweep`: its plan, its question, its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mgcells.cli import app

TEXT = """title = "How does plasma answer?"
subject = "human-adult"
duration = "1 d"
record_every = "1 h"
replicates = 2
control = "placebo"
tissues = []
[[strategy]]
name = "placebo"
[[strategy]]
name = "citrate"
doses = [{ compound = "magnesium citrate", amount = "300 mg", of = "magnesium", every = "24 h", route = "oral" }]
[endpoints]
"plasma.magnesium" = "highest of last 1 d"
[sweep.over]
"""
Ask = Callable[..., Result]
AMOUNTS = '"citrate.doses.amount" = ["0 mg", "300 mg", "600 mg", "900 mg"]\n'
LARGE = '"citrate.doses.amount" = { from = "1 mg", to = "900 mg", count = 3000 }\n'


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.chdir(tmp_path)

    def asked(over: str, *options: str, command: str = "sweep") -> Result:
        Path("question.toml").write_text(TEXT + over, encoding="utf-8")
        return CliRunner().invoke(app, [command, "question.toml", *options], env={"COLUMNS": "80"})

    return asked


def test_a_dry_run_prints_the_plan_and_runs_nothing(ask: Ask) -> None:
    result = ask(AMOUNTS, "--dry-run")
    assert result.exit_code == 0, result.output
    for words in ("grid, 4 variants", "0 mg, 300 mg, 600 mg, 900 mg", "10 runs: 4 variants", "s a run, measured here"):
        assert words in result.output
    assert not Path("outputs").exists()


def test_a_sweep_leaves_its_files_in_the_folder_of_the_study_and_says_what_it_found(ask: Ask) -> None:
    result = ask(AMOUNTS, "--workers", "1")
    assert result.exit_code == 0, result.output
    folder = Path("outputs/question-study")
    names = {path.name for path in (folder / "sweep").iterdir()}
    assert {"sweep.csv", "sweep.parquet", "curves.csv", "figures"} <= names
    assert (folder / "runs.parquet").exists()
    assert "citrate against placebo" in result.output
    assert "curve" in result.output
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_large_sweep_is_asked_for_twice(ask: Ask) -> None:
    result = ask(LARGE)
    assert result.exit_code == 2
    assert "12000 runs: 3000 variants" in result.output
    assert "give --yes" in result.output
    assert not Path("outputs").exists()


def test_values_that_cannot_be_end_with_2_at_their_line(ask: Ask) -> None:
    for command in ("sweep", "check", "run"):
        result = ask('"citrat.doses.amount" = ["1 mg"]\n', command=command)
        assert result.exit_code == 2, command
        assert "question.toml:16" in result.output
        assert "did you mean 'citrate.doses" in result.output


def test_a_plain_run_says_that_it_does_not_sweep(ask: Ask) -> None:
    result = ask(AMOUNTS, "--workers", "1", command="kinetics")
    assert result.exit_code == 0, result.output
    assert "mgcells sweep runs its [sweep]" in result.output
    assert not Path("outputs/question-study").exists()


def test_what_is_hardly_meant_is_a_warning(ask: Ask) -> None:
    over = '"parameters.body.weight" = ["70 kg", "180 kg"]\n'
    for command, options in (("sweep", ("--dry-run",)), ("check", ())):
        result = ask(over, *options, command=command)
        assert result.exit_code == 0, result.output
        assert "outside its plausible range" in " ".join(result.output.split())
