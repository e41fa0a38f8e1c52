"""One server for all browser tests, and a tab of its own for each."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium_tab import CHROMIUM, FLAGS, TEXT, Tab


@pytest.fixture(scope="session")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "six_days.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def server(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    # Whatever the server asked of the outside would fail at this proxy and be written to its log.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "mgcells.cli", "app", str(scenario), "--no-open", "--port", str(port)]
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **nowhere}, cwd=log.parent)
        address = f"http://127.0.0.1:{port}"
        try:
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            for _ in range(480):
                try:
                    direct.open(address, timeout=5).close()
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.25)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=60)
    said = log.read_text()
    assert "Could not load URL" not in said
    assert "Traceback" not in said, said


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
