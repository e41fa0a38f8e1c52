"""`mgcells explain`: a scenario, a folder of results, a rule, and what is none of these."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mgcells.batch.batch import run_batch
from mgcells.study.running import TABLE

TEXT = """title = "What carries it?"
subject = "human-adult"
duration = "2 d"
replicates = 4
control = "none"
tissues = []
[[strategy]]
name = "none"
[[strategy]]
name = "citrate"
doses = [{ compound = "magnesium citrate", of = "magnesium", amount = "300 mg", every = "24 h", route = "oral" }]
[endpoints]
"urine.magnesium" = "end"
"""


def mgcells(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mgcells", *arguments], cwd=folder, capture_output=True, text=True, timeout=600
    )


def test_a_scenario_and_its_folder_of_results_are_explained_from_the_same_runs(tmp_path: Path) -> None:
    (tmp_path / "what.toml").write_text(TEXT)
    first = mgcells(tmp_path, "explain", "what.toml", "--workers", "1")
    assert first.returncode == 0, first.stderr
    assert "urine.magnesium, at 2 d: citrate raised it by" in first.stdout
    assert (tmp_path / "outputs" / "what-study" / "explain" / "losses.csv").exists()
    run_batch(tmp_path / "what.toml", tmp_path / "outputs" / "what", workers=1)
    again = mgcells(tmp_path, "explain", "outputs/what", "--workers", "1")
    assert again.returncode == 0, again.stderr
    assert again.stdout.splitlines()[:-1] == first.stdout.splitlines()[:-1]
    assert "from before" in again.stderr


def test_what_is_none_of_these_is_told_with_the_nearest(tmp_path: Path) -> None:
    for asked, nearest in (
        ("brain_salt_rat", "brain_salts_rat"),
        ("neuron.synapse_densty.intracellular_magnesium", "neuron.synapse_density.intracellular_magnesium"),
    ):
        result = mgcells(tmp_path, "explain", asked)
        assert result.returncode == 2
        assert f"did you mean '{nearest}'?" in result.stderr.replace("\n", " ")
    (tmp_path / "what.toml").write_text(TEXT)
    result = mgcells(tmp_path, "explain", "what.toml", "--strategy", "citrat")
    assert (result.returncode, "did you mean 'citrate'?" in result.stderr) == (2, True)
    assert not (tmp_path / "outputs").exists()


@pytest.mark.acceptance
def test_a_study_that_is_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "what.toml").write_text(TEXT.replace("replicates = 4", "replicates = 30"))
    command = ["explain", "what.toml", "--workers", "2", "--quiet", "--replicates", "30", "--out"]
    assert mgcells(tmp_path, *command, "whole").returncode == 0
    begin = time.perf_counter()
    assert mgcells(tmp_path, *command, "timed").returncode == 0
    usual, chance = time.perf_counter() - begin, random.Random(2)
    for _ in range(10):
        process = subprocess.Popen([sys.executable, "-m", "mgcells", *command, "killed"], cwd=tmp_path, env=os.environ)
        time.sleep(chance.uniform(0.2, 0.9) * usual)
        process.kill()
        process.wait()
    assert mgcells(tmp_path, *command, "killed").returncode == 0
    for name in (TABLE, "explain/losses.csv", "explain/sentences.json"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
