"""Kernels are kept on disk where that can be done, and work where it cannot."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import numba
import pytest

from mgcells import compiled, places

LAW = "from mgcells.compiled import kernel\n\n\n@kernel\ndef twice(x):\n    return 2.0 * x\n"


def law(folder: Path) -> Any:
    path = folder / "law.py"
    if not path.exists():
        path.write_text(LAW)
        (folder / "__pycache__").write_text("in the way: nothing can be kept beside the module")
    spec = importlib.util.spec_from_file_location("law", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.twice


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that cannot be written, and no cache folder of the user's."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, os.devnull)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(places.tempfile, "tempdir", str(tmp_path / "temporary"))
    compiled._say_not_kept.cache_clear()
    return tmp_path


def kept(folder: Path) -> list[Path]:
    return list((folder / "temporary").rglob("*.nbc"))


def test_kernels_of_a_read_only_package_are_kept_among_the_temporary_files(nowhere: Path) -> None:
    assert law(nowhere)(2.0) == 4.0
    assert len(kept(nowhere)) == 1
    again = law(nowhere)
    assert again(2.0) == 4.0
    assert sum(again.stats.cache_hits.values()) == 1


def test_without_any_folder_kernels_are_compiled_and_one_sentence_says_so(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "scratch_folder", lambda name: None)
    with pytest.warns(RuntimeWarning, match="set NUMBA_CACHE_DIR to a folder that can be written"):
        twice = law(nowhere)
    assert (twice(2.0), law(nowhere)(3.0)) == (4.0, 6.0)


def test_a_damaged_file_costs_a_compilation(nowhere: Path) -> None:
    assert law(nowhere)(2.0) == 4.0
    for path in (nowhere / "temporary").rglob("*.nb[ic]"):
        path.write_bytes(path.read_bytes()[:40])
    assert law(nowhere)(2.0) == 4.0
    assert sum(law(nowhere).stats.cache_hits.values()) == 0


def test_a_full_disk_costs_a_warning(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(numba.core.caching.IndexDataCacheFile, "save", full)
    with pytest.warns(RuntimeWarning, match="cannot be kept on disk"):
        assert law(nowhere)(2.0) == 4.0


def test_no_folder_called_tilde_is_made_where_the_home_is_unknown(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled.os.path, "expanduser", lambda path: path)
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.chdir(nowhere)
    assert law(nowhere)(2.0) == 4.0
    assert not (nowhere / "~").exists()
    assert len(kept(nowhere)) == 1
