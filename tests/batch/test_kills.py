"""A program that is killed at any moment, again and again, leaves the same bytes as one that was let alone."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

TEXT = """title = "Killed"
subject = "rat"
duration = "2 d"
replicates = 12
control = "none"
tissues = []

[[strategy]]
name = "none"

[[strategy]]
name = "L-TAMS"
doses = [{ compound = "L-TAMS", of = "salt", amount = "604 mg/kg", every = "24 h", route = "oral" }]

[endpoints]
"plasma.magnesium" = { at = "25 h" }
"""


def start(folder: Path, out: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "mgcells.cli", "run", "killed.toml", "--out", out, "--workers", "2", "--quiet"]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Wait for the end; return the status and what was said."""
    said = process.communicate()[1]
    return process.returncode, said.decode()


def contents(folder: Path) -> dict[str, object]:
    """Return every file but what tells this call from the results, and the seconds that a run took."""
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or name.startswith((".mgcells/", "parts/")):
            continue
        found[name] = path.read_bytes()
    found["parts"] = sorted(path.name for path in (folder / "parts").iterdir())
    found["manifest.json"] = {**json.loads((folder / "manifest.json").read_text()), "this_call": None}
    rows = list(csv.DictReader((folder / "runs.csv").read_text().splitlines()))
    found["runs.csv"] = [{**row, "seconds": ""} for row in rows]
    return found


def check(folder: Path, kills: int, seed: int) -> None:
    (folder / "killed.toml").write_text(TEXT)
    # The first may have kernels to compile; how long the second takes is where the kills may fall.
    for out in ("first", "whole"):
        begin = time.perf_counter()
        assert ended(start(folder, out)) == (0, "")
    usual = time.perf_counter() - begin
    chance = random.Random(seed)
    count, died = 0, 0
    while died < kills:
        process = start(folder, f"out{count}")
        time.sleep(chance.uniform(0.2, 1.0) * usual)
        if process.poll() is None:
            process.kill()
            ended(process)
            died += 1
            # Killed over and over a folder would never be finished: some are let alone at last.
            if chance.random() < 0.6:
                continue
            process = start(folder, f"out{count}")
        assert ended(process) == (0, "")
        assert contents(folder / f"out{count}") == contents(folder / "whole")
        count += 1
    assert ended(start(folder, f"out{count}")) == (0, "")
    assert contents(folder / f"out{count}") == contents(folder / "whole")


@pytest.mark.acceptance
def test_fifty_kills_leave_the_same_bytes(tmp_path: Path) -> None:
    check(tmp_path, kills=50, seed=1)


def test_of_several_starts_at_once_one_runs_and_the_others_say_why_not(tmp_path: Path) -> None:
    (tmp_path / "killed.toml").write_text(TEXT)
    started = [start(tmp_path, "out") for _ in range(3)]
    found = [ended(process) for process in started]
    assert sum(status == 0 for status, _ in found) >= 1
    for status, said in found:
        assert (status, said) == (0, "") or (status == 2 and "in use: another mgcells writes there" in said)
    assert ended(start(tmp_path, "out")) == (0, "")
