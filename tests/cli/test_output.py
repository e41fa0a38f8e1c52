"""What reaches a terminal: any text in any encoding, nothing that moves its cursor, and a quiet end."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mgcells.cli import output
from mgcells.cli.output import harmless, indented, prepare, say

FULL = Path("/dev/full")
TITLE = "\x1b[2J\x1b]0;owned\x07Rise −5 µM"
SCENARIO = """title = "Rise −5 µM"
subject = "rat"
tissues = []
duration = "1 h"
replicates = 1
control = "vehicle"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "镁"
"""


def shell(command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in which $mgcells stands for the program."""
    there = {**os.environ, **environment, "mgcells": f"{sys.executable} -m mgcells"}
    return subprocess.run(["bash", "-c", command], capture_output=True, cwd=cwd, env=there, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "utf-8"])
def test_any_text_can_be_printed_in_any_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    prepare()
    say("−5.2 % of 1.0 × 10⁻⁷ µM 镁 \udcff é")
    shown = raw.getvalue().decode(encoding, "replace" if encoding == "utf-8" else "strict")
    assert shown.endswith("\n")
    if encoding == "ascii":
        assert shown == "-5.2 % of 1.0 x 10^-7 uM \\u9541 \\udcff e\n"
    if encoding == "utf-8":
        assert shown.startswith("−5.2 % of 1.0 × 10⁻⁷ µM 镁")


def test_control_characters_are_shown_and_not_obeyed() -> None:
    assert harmless(TITLE) == "\\x1b[2J\\x1b]0;owned\\x07Rise −5 µM"
    assert harmless("a\rb\x9b31m\u202ec") == "a\\rb\\x9b31m\\u202ec"
    assert harmless("two\n\tlines, é, 镁") == "two\n\tlines, é, 镁"


def test_a_lost_standard_error_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    say("half way", err=True)


@pytest.mark.parametrize(("error", "status"), [(BrokenPipeError(), 141), (OSError(28, "No space left on device"), 1)])
def test_a_lost_standard_output_ends_the_command(
    error: OSError, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lose(text: str, file: io.TextIOBase) -> None:
        if file is not sys.stderr:
            raise error
        file.write(f"{text}\n")

    monkeypatch.setattr(output.typer, "echo", lose)
    monkeypatch.setattr(output, "_close", lambda stream: None)
    with pytest.raises(SystemExit) as ended:
        say("a line")
    assert ended.value.code == status
    said = capsys.readouterr().err
    assert said == ("" if status == 141 else "standard output  cannot be written: No space left on device\n")


def test_long_texts_are_wrapped_at_80_columns_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = list(indented("word " * 60 + "a-name-of-a-file/that-is-not-broken-at-all/" * 3, 11))
    assert all(len(line) <= 80 for line in lines[:-1])
    assert all(line.startswith(" " * 11) for line in lines)
    assert lines[-1].count("/") == 6


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
def test_output_that_goes_nowhere_is_one_sentence(tmp_path: Path) -> None:
    ran = shell("$mgcells list rules > /dev/full", tmp_path)
    assert (ran.returncode, ran.stderr) == (1, b"standard output  cannot be written: No space left on device\n")
    ran = shell("$mgcells --help > /dev/full", tmp_path)
    assert (ran.returncode, ran.stderr) == (1, b"mgcells  cannot go on: No space left on device\n")
    ran = shell("$mgcells list rules >&-", tmp_path)
    assert (ran.returncode, ran.stderr) == (1, b"standard output  cannot be written: Bad file descriptor\n")
    assert shell("$mgcells list rules 2>&- | wc -l", tmp_path).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="a pipe of a shell")
def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    ran = shell('$mgcells rules | true; echo "${PIPESTATUS[@]}"', tmp_path)
    assert ran.stderr == b""
    # One that has gone before anything is said.
    assert ran.stdout.splitlines()[-1] == b"141 0"


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
def test_a_batch_ends_well_whatever_becomes_of_its_output(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SCENARIO, encoding="utf-8")
    c_locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ran = shell("$mgcells run s.toml --workers 1", tmp_path, **c_locale)
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout + ran.stderr
    assert said.isascii()
    assert b"\x1b" not in said
    assert b"Traceback" not in said
    assert ran.stderr.splitlines()[0] == b"Rise -5 uM"
    assert b"was the same with \\u9541." in ran.stdout
    lines = ran.stderr.decode().splitlines()
    assert [line for line in lines if "of 2 runs" in line][-1] == "2 of 2 runs"
    assert "drawing figures and report" in lines
    again = shell("$mgcells run s.toml --workers 1 2> /dev/full | true; exit ${PIPESTATUS[0]}", tmp_path)
    assert (again.returncode, again.stderr) == (0, b"")
    assert (tmp_path / "outputs" / "s" / "report.html").stat().st_size > 10_000
