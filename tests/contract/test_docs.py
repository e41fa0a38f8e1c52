"""The pages for users: every block of a page is run, in order, in one folder, as a reader would."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mgcells.library import load_library
from mgcells.scenario import read_scenario

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/tutorial.md")
BLOCK = re.compile(r"```(toml|python)\n(.*?)```", re.DOTALL)
SAVED_AS = re.compile(r"Save it as\s+`([^`]+)`")


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_works(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) >= 2
    names: dict[str, Any] = {}
    end = 0
    for block in blocks:
        saved = SAVED_AS.findall(text[end : block.start()])
        end = block.end()
        if block[1] == "python":
            exec(compile(block[2], page, "exec"), names)
            continue
        for name in saved:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(block[2], encoding="utf-8")
        libraries = {Path(name).parts[0] for name in saved if len(Path(name).parts) > 1}
        if libraries:
            assert load_library(*libraries).own
        else:
            assert read_scenario(block[2], page).strategies
