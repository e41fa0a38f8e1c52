"""The command line, as a user meets it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from mgcells.cli.library_commands import Listed

TINY = """title = "Tiny"
subject = "rat"
duration = "12 h"
replicates = 2
control = "vehicle"
tissues = ["brain"]

[[strategy]]
name = "vehicle"

[[strategy]]
name = "L-TAMS"
doses = [{ compound = "L-TAMS", amount = "604 mg/kg", of = "salt", every = "24 h", route = "drinking water" }]
"""


def mgcells(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mgcells.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "tiny.toml").write_text(TINY)
    result = mgcells("run", "tiny.toml", "--workers", "1", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "Report: outputs/tiny/report.html" in result.stdout
    return folder


@pytest.mark.smoke
def test_run_leaves_what_the_contract_says(finished: Path) -> None:
    out = finished / "outputs" / "tiny"
    for name in (
        "scenario.toml", "resolved.json", "manifest.json", "timeseries.csv", "timeseries.parquet", "units.csv",
        "effects.csv", "runs.csv", "report.html", "references.bib",
    ):  # fmt: skip
        assert (out / name).stat().st_size > 0, name
    figures = {path.name for path in (out / "figures").iterdir()}
    ends = {name.rpartition(".")[2] for name in figures if name.startswith("endpoint-01-")}
    assert ends == {"png", "svg", "pdf", "txt"}
    assert (out / "scenario.toml").read_text() == TINY
    head = (out / "timeseries.csv").read_text().splitlines()[0].replace('"', "")
    assert head.startswith("strategy,replicate,day,plasma.magnesium")
    effects = (out / "effects.csv").read_text().splitlines()[0]
    assert effects == (
        "strategy,observable,endpoint,control_mean,strategy_mean,difference,low,high,relative,pairs_favouring,n,unit,against"
    )
    assert (out / "runs.csv").read_text().splitlines()[0] == "run_id,strategy,replicate,status,seconds,error"
    page = (out / "report.html").read_text()
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "not medical advice" in page


def test_resolved_names_every_number_and_its_origin(finished: Path) -> None:
    resolved = json.loads((finished / "outputs" / "tiny" / "resolved.json").read_text())
    gain = resolved["parameters"]["body.csf.tau_gain"]
    assert gain["unit"] == "h"
    assert gain["origin"].startswith("data/subjects/rat.toml:")
    assert resolved["rules"]["brain.glut3.threonate"]["sentence"].startswith("In ")
    assert resolved["strategies"][1]["threonate_mmol_per_day"] == pytest.approx(1.23, abs=0.01)
    assert set(resolved["sources"]) >= set(gain["sources"])


def test_a_second_run_resumes_and_changes_nothing(finished: Path) -> None:
    out = finished / "outputs" / "tiny"
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".csv", ".parquet", ".bib")}
    result = mgcells("run", "tiny.toml", "--workers", "2", "--quiet", cwd=finished)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    after = {path.name: path.read_bytes() for path in out.iterdir() if path.name in before}
    before.pop("runs.csv")
    after.pop("runs.csv")
    assert after == before


def test_another_scenario_is_not_written_over(finished: Path) -> None:
    (finished / "other.toml").write_text(TINY.replace("12 h", "13 h").replace('"Tiny"', '"Other"'))
    result = mgcells("run", "other.toml", "--out", "outputs/tiny", cwd=finished)
    assert result.returncode == 2
    assert "holds results of a different scenario" in result.stderr
    assert "--force" in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TINY.replace("vehicle", "vehical", 1), "control = 'vehical' is not a strategy; did you mean 'vehicle'?"),
        (TINY.replace('"604 mg/kg"', '"-604 mg/kg"'), "bad.toml:13  amount: '-604 mg/kg' is negative"),
        ("", "is empty"),
        ("title = \n", "bad.toml:1  is not valid TOML"),
        (b"\x89PNG\x00\xff", "is not a text file"),
    ],
)
def test_bad_files_are_refused_with_status_2_and_nothing_written(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for command in ("check", "run"):
        result = mgcells(command, "bad.toml", cwd=tmp_path)
        assert result.returncode == 2
        assert message in result.stderr
        assert "Traceback" not in result.stderr
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["bad.toml"]


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    result = mgcells("check", "folder.toml", "missing.toml", cwd=tmp_path)
    assert result.returncode == 2
    assert "folder.toml  holds nothing of a library" in result.stderr
    assert "missing.toml  does not exist" in result.stderr
    assert "2 problems" in result.stderr
    assert "did you mean 'brain_salts_rat'?" in mgcells("run", "brain_salt_rat", cwd=tmp_path).stderr


def test_check_finds_all_problems_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(TINY.replace("L-TAMS", "L-TAMZ").replace('"rat"', '"ratt"'))
    (tmp_path / "two.toml").write_text(TINY.replace("drinking water", "drinking"))
    result = mgcells("check", "one.toml", "two.toml", cwd=tmp_path)
    assert result.returncode == 2
    assert "one.toml:2  unknown subject 'ratt'" in result.stderr
    assert "two.toml:13  unknown route 'drinking'; did you mean 'drinking water'?" in result.stderr
    listed = json.loads(mgcells("check", "one.toml", "--json", cwd=tmp_path).stdout)
    assert listed[0]["line"] == 2


@pytest.mark.parametrize("kind", list(Listed))
def test_lists(kind: str) -> None:
    result = mgcells("list", kind)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()
    entries = json.loads(mgcells("list", kind, "--json").stdout)
    assert all(entry["id"] and entry["text"] for entry in entries)


def test_an_output_that_an_unset_variable_names_is_refused(tmp_path: Path) -> None:
    result = mgcells("run", "brain_salts_rat", "--out", "", cwd=tmp_path)
    assert result.returncode == 2
    assert "it is empty; name a path, or leave the option out" in result.stderr
    assert not list(tmp_path.iterdir())


def test_rules_and_show_read_as_sentences() -> None:
    text = mgcells("rules", "--cell", "neuron").stdout
    assert "In neuron of the brain, " in text
    assert "fitted" in text
    assert mgcells("rules", "--cell", "nevron").returncode == 2
    for name in ("neuron.magnesium.baseline", "B04", "Slutsky2010", "L-TAMS", "rat", "csf.magnesium", "XK09"):
        assert mgcells("show", name).returncode == 0, name
    assert "did you mean" in mgcells("show", "Slutsky2011").stderr
    assert re.search(r"^range +8 to 40 d$", mgcells("show", "rat:body.csf.tau_gain").stdout, re.MULTILINE)


def test_version_and_usage() -> None:
    assert mgcells("--version").stdout.startswith("mgcells 0.")
    assert mgcells("frobnicate").returncode == 2
    assert "Traceback" not in mgcells("run").stderr


LONG = TINY.replace("12 h", "20 d").replace("replicates = 2", "replicates = 20")


def start(folder: Path) -> subprocess.Popen[str]:
    """Start a long batch in a session of its own and wait for its first finished run."""
    (folder / "long.toml").write_text(LONG)
    command = [sys.executable, "-m", "mgcells.cli", "run", "long.toml", "--workers", "2"]
    # A shell lets what it starts in the background ignore SIGINT, and children inherit that.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heed
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not list((folder / "outputs" / "long" / "parts").glob("*.parquet")):
        time.sleep(0.02)
    return process


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the processes of a session in /proc")
def test_a_killed_batch_leaves_no_worker_behind_and_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    def living() -> list[str]:
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
                found += [stat.parent.name] if session == str(process.pid) and state != "Z" else []
        return found

    process = start(tmp_path)
    assert len(living()) > 2
    process.kill()
    process.communicate(timeout=30)
    deadline = time.monotonic() + 20
    while living() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert living() == []
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "long.toml").write_text(LONG)
    for folder, workers in ((tmp_path, "2"), (tmp_path / "whole", "1")):
        assert mgcells("run", "long.toml", "--quiet", "--workers", workers, cwd=folder).returncode == 0
    for name in ("timeseries.csv", "timeseries.parquet", "effects.csv", "units.csv", "resolved.json"):
        resumed, whole = (folder / "outputs" / "long" / name for folder in (tmp_path, tmp_path / "whole"))
        assert resumed.read_bytes() == whole.read_bytes(), name


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT as a terminal does")
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(tmp_path: Path) -> None:
    process = start(tmp_path)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    kept = len(list((tmp_path / "outputs" / "long" / "parts").glob("*.parquet")))
    assert 0 < kept <= 40
    assert not (tmp_path / "outputs" / "long" / "report.html").exists()
    assert mgcells("run", "long.toml", cwd=tmp_path).returncode == 0
