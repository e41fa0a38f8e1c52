"""Folders outside the package."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mgcells import places
from mgcells.errors import InputProblems


def test_an_output_folder_is_tried_before_work_begins(tmp_path: Path) -> None:
    places.refuse_unusable(tmp_path / "a" / "b", ["table.csv"], ["figures"])
    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "a" / "b" / "table.csv").mkdir()
    (tmp_path / "a" / "b" / "figures").write_text("")
    with pytest.raises(InputProblems) as caught:
        places.refuse_unusable(tmp_path / "a" / "b", ["table.csv"], ["figures"])
    assert [problem.text for problem in caught.value.problems] == [
        "is a file where a folder is to be made; move it away",
        "is a folder where a file is to be written; move it away",
    ]


@pytest.mark.parametrize("where", ["file", "file/below", "nul\0"])
def test_an_output_folder_that_cannot_be_is_a_problem(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputProblems, match="cannot be written"):
        places.refuse_unusable(tmp_path / where)


def test_an_output_file_is_whole_or_a_problem(tmp_path: Path) -> None:
    places.write_output(tmp_path / "model.xml", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["model.xml"]
    with pytest.raises(InputProblems, match=r"cannot be written: No such file or directory"):
        places.write_output(tmp_path / "nowhere" / "model.xml", "text")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputProblems, match="cannot be written: Is a directory"):
        places.write_output(tmp_path / "folder", "text")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_device_is_written_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="/dev/full  cannot be written: No space left on device"):
        places.write_output(Path("/dev/full"), "text")
    assert not list(Path("/dev").glob("full.*"))


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="temporary files belong to one user anyway")
def test_a_scratch_folder_is_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.tempfile, "tempdir", str(tmp_path))
    folder = places.scratch_folder("kernels")
    assert folder is not None
    assert folder.parent.stat().st_mode & 0o077 == 0
    folder.parent.chmod(0o777)
    assert places.scratch_folder("kernels") is None
    folder.rmdir()
    folder.parent.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.parent.symlink_to(tmp_path / "elsewhere")
    assert places.scratch_folder("kernels") is None
    monkeypatch.chdir(tmp_path)
    assert places.scratch_folder("other") is None


def test_matplotlib_gets_a_folder_only_where_its_own_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.tempfile, "tempdir", str(tmp_path))
    given: dict[str, str] = {}
    monkeypatch.setattr(places.os, "environ", given)
    (tmp_path / "home").mkdir()
    monkeypatch.setattr(places.Path, "home", lambda: tmp_path / "home")
    places.house_matplotlib()
    assert given == {}
    monkeypatch.setattr(places.Path, "home", lambda: Path(os.devnull))
    places.house_matplotlib()
    assert given["MPLCONFIGDIR"].startswith(str(tmp_path))
    given["MPLCONFIGDIR"] = "mine"
    places.house_matplotlib()
    assert given == {"MPLCONFIGDIR": "mine"}
