"""One page in a real Chromium, and how its controls are worked."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
MISSING = [name for name in ("playwright", "solara", "ipyvuetify") if importlib.util.find_spec(name) is None]
IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TEXT = """title = "Six days of a rat"
subject = "rat"
duration = "6 d"
replicates = 3
control = "vehicle"
[[strategy]]
name = "vehicle"
[[strategy]]
name = "L-TAMS by mouth"
doses = [{ compound = "L-TAMS", amount = "300 mg/kg", of = "salt", every = "12 h", route = "oral" }]
"""
STRATEGY = "L-TAMS by mouth"
# Milliseconds that a busy machine may need for what takes a tenth of a second on an idle one.
PATIENCE = 120_000


class Tab:
    """One open page; at its end nothing may have gone wrong in it or been asked of another machine."""

    def __init__(self, browser: Any, address: str) -> None:
        self.page = browser.new_page(viewport={"width": 1500, "height": 1000})
        self.page.set_default_timeout(PATIENCE)
        self.wrong: list[str] = []
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url, address))
        self.page.goto(address)
        self.page.wait_for_selector(".tissue img", timeout=PATIENCE)

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.wrong.append(f"asked {url}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def day(self) -> float:
        return float(self.page.inner_text("#day").split()[1])

    def until(self, condition: str, argument: Any = None) -> None:
        self.page.wait_for_function(condition, arg=argument, timeout=PATIENCE)

    def until_day(self, text: str) -> None:
        self.until("text => document.querySelector('#day').innerText === text", text)

    def choose(self, label: str, option: str) -> None:
        exact = self.page.locator("label", has_text=re.compile(f"^{re.escape(label)}$"))
        self.page.locator(".v-input", has=exact).first.locator(".v-select__slot").click()
        menu = self.page.locator(".menuable__content__active")
        entries = menu.locator(".v-list-item")
        entries.first.wait_for()
        wanted = menu.locator(".v-list-item", has_text=re.compile(f"^{re.escape(option)}$"))
        for _ in range(10):
            if wanted.count():
                break
            # A long list shows its first entries; scrolling brings the rest.
            entries.last.scroll_into_view_if_needed()
            self.page.wait_for_timeout(200)
        wanted.first.click()
        self.page.keyboard.press("Escape")

    def slide(self, label: str, key: str, times: int) -> None:
        thumb = self.page.locator(".v-input__slider", has_text=re.compile(f"^{re.escape(label)}")).locator(
            "[role=slider]"
        )
        thumb.focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def download(self, name: str, to: Path) -> Path:
        with self.page.expect_download() as waiting:
            self.press(name)
        waiting.value.save_as(to)
        return to


@contextmanager
def serving(scenario: Path, folder: Path) -> Iterator[str]:
    """Serve a scenario until the block ends, and yield the address; the server may have complained of nothing."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log.txt"
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
