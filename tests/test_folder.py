"""The output folder: nothing outside it is touched, and nothing within it that mgcells did not write."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.folder import Folder

HOLD = """import sys, time
from mgcells.folder import Folder
with Folder(sys.argv[1]).held():
    print("held", flush=True)
    time.sleep(60)
"""


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if ".mgcells" not in path.parts}


def test_it_removes_what_it_wrote_and_nothing_else(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "a.tmp").write_text("mine")
    with folder.held(["table.csv", "figures/"]):
        folder.write_text("table.csv", "1")
        folder.write_text("figures/one.svg", "1")
        (tmp_path / "figures" / "my.svg").write_text("mine")
        folder.clear()
    assert names(tmp_path) == {"a.tmp", "figures", "figures/my.svg"}


@pytest.mark.parametrize("name", ["table.csv", "figures/"])
def test_a_foreign_file_or_folder_in_the_way_is_named_and_kept(tmp_path: Path, name: str) -> None:
    (tmp_path / "table.csv").write_text("mine")
    (tmp_path / "figures").mkdir()
    with (
        pytest.raises(InputProblems, match="was not written by mgcells and is in the way"),
        Folder(tmp_path).held([name]),
    ):
        pass
    assert names(tmp_path) == {"table.csv", "figures"}
    assert not (tmp_path / ".mgcells").exists()


def test_a_folder_in_the_place_of_a_file_is_found_before_anything_is_computed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.held(["table.csv"]):
        folder.write_text("table.csv", "1")
    (tmp_path / "table.csv").unlink()
    (tmp_path / "table.csv").mkdir()
    with pytest.raises(InputProblems, match=r"table\.csv  is a folder"), Folder(tmp_path).held(["table.csv"]):
        pass


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    outside, here = tmp_path / "outside", tmp_path / "here"
    outside.mkdir()
    (outside / "one.svg").write_text("mine")
    folder = Folder(here)
    with folder.held(["figures/"]):
        folder.write_text("figures/one.svg", "1")
        (here / "figures" / "one.svg").unlink()
        (here / "figures").rmdir()
        (here / "figures").symlink_to(outside)
        folder.clear()
        with pytest.raises(InputProblems, match="behind a link that leads out"):
            folder.write_text("figures/one.svg", "1")
    with (
        pytest.raises(InputProblems, match="is a link, which mgcells does not follow"),
        Folder(here).held(["figures/"]),
    ):
        pass
    assert (outside / "one.svg").read_text() == "mine"


def test_a_home_folder_is_meant_by_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Folder("~/results").path == tmp_path / "results"


def test_another_program_that_holds_it_is_a_problem_and_the_same_one_may_hold_it_twice(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InputProblems, match="in use: another mgcells writes there"), Folder(tmp_path).held():
            pass
        other.kill()
    with Folder(tmp_path).held(), Folder(tmp_path).held(["table.csv"]):
        Folder(tmp_path).write_text("table.csv", "1")


def test_what_was_made_for_nothing_is_taken_away(tmp_path: Path) -> None:
    with Folder(tmp_path / "new" / "one").held():
        pass
    assert not (tmp_path / "new").exists()


def test_a_file_that_could_not_be_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    with folder.held():
        folder.write_text("table.csv", "before")

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space left"):
            folder.write_text("table.csv", "after")
        monkeypatch.undo()
    assert (tmp_path / "table.csv").read_text() == "before"
    assert not list(folder.asides.iterdir())


def test_a_ledger_that_cannot_be_read_takes_nothing_for_its_own(tmp_path: Path) -> None:
    with Folder(tmp_path).held(["table.csv"]):
        Folder(tmp_path).write_text("table.csv", "1")
    (tmp_path / ".mgcells" / "written.json").write_text('{"schema": 1, "writ')
    with pytest.raises(InputProblems, match="was not written by mgcells"), Folder(tmp_path).held(["table.csv"]):
        pass
    assert (tmp_path / "table.csv").read_text() == "1"


@pytest.mark.parametrize("place", ["/dev/null/results", "/proc/results"])
def test_a_place_that_cannot_be_written_to_is_a_problem(place: str) -> None:
    with pytest.raises(InputProblems, match="cannot be used for results"), Folder(place).held():
        pass
