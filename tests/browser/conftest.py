"""One server for all browser tests, and a tab of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium_tab import CHROMIUM, FLAGS, TEXT, Tab, serving


@pytest.fixture(scope="session")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "six_days.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def server(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(scenario, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Any, server: str) -> Iterator[Tab]:
    opened = Tab(browser, server)
    yield opened
    opened.page.close()
    assert not opened.wrong
