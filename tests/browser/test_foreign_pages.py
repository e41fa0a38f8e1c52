"""What a page of another port, and a scenario with a hostile text, can do to the page: nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from chromium_tab import IN_CHROMIUM, PATIENCE, STRATEGY, Tab, serving
from PIL import Image

from mgcells.app.server import ASSETS
from mgcells.library import load_library
from mgcells.scenario.shipped import find_scenario

pytestmark = IN_CHROMIUM
# What it tried comes back as a list; a refused frame shows the browser's own page of an error.
ATTACK = """async address => {
  const image = path => new Promise(done => {
    const one = new Image(); one.onload = () => done('loaded'); one.onerror = () => done('failed');
    one.src = address + path; document.body.append(one);
  });
  const socket = () => new Promise(done => {
    const one = new WebSocket(address.replace('http', 'ws') + '/jupyter/api/kernels/attack/channels?session_id=one');
    one.onopen = () => done('open'); one.onerror = () => done('failed');
  });
  const text = path => fetch(address + path).then(() => 'read', () => 'failed');
  const sent = path => fetch(address + path, {method: 'POST', mode: 'no-cors', body: 'x'.repeat(100000)});
  await sent('/_solara/api/close/attack?session_id=one').catch(() => 0);
  return [await image('/_solara/cdn/@widgetti/'), await image('/static/assets/favicon.png'), await socket(),
          await text('/')];
}"""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of another port of this machine."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html><body>elsewhere</body></html>")

        def log_message(self, *given: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as site:
        thread = threading.Thread(target=site.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()
        thread.join()


def test_a_page_of_another_port_loads_opens_and_removes_nothing(browser: Any, server: str, elsewhere: str) -> None:
    before = sorted(ASSETS.rglob("*"))
    foreign = browser.new_page()
    foreign.goto(elsewhere)
    assert foreign.evaluate(ATTACK, server) == ["failed", "failed", "failed", "failed"]
    foreign.evaluate(
        "address => { const one = document.createElement('iframe'); one.src = address; document.body.append(one); }",
        server,
    )
    foreign.wait_for_timeout(1000)
    framed = foreign.frames[1]
    assert framed.evaluate("() => document.querySelectorAll('script').length") == 0 or not framed.url.startswith(server)
    foreign.close()
    assert sorted(ASSETS.rglob("*")) == before
    tab = Tab(browser, server)
    tab.page.close()


def test_the_headline_follows_the_scenario_and_a_culture_gives_a_picture(tab: Tab, tmp_path: Path) -> None:
    wanted = find_scenario("gut_barrier_culture").title
    tab.choose("Scenario", "gut_barrier_culture")
    tab.page.locator(".v-toolbar__title", has_text=wanted).wait_for()
    tab.until("title => document.title.startsWith(title)", wanted)
    with Image.open(tab.download("Picture as PNG", tmp_path / "culture.png")) as picture:
        assert picture.width > 400


def test_a_dose_per_kg_of_a_rat_is_said_to_be_one_when_a_person_gets_it(tab: Tab) -> None:
    assert tab.page.get_by_text("was written for another species").count() == 0
    tab.choose("Strategy", STRATEGY)
    tab.choose("Show", "gut")
    tab.choose("Subject", load_library().subjects["human-adult"].title)
    tab.page.get_by_text("was written for another species (rat)").wait_for(timeout=PATIENCE)
    tab.page.get_by_text("times the tolerable upper intake").wait_for()


def test_texts_of_a_scenario_are_shown_as_they_are_written_and_run_nowhere(browser: Any, tmp_path: Path) -> None:
    code = "window.ran = 1"
    hostile = f"<img src=x onerror='{code}'><script>{code}</script> {{{{constructor.constructor('{code}')()}}}}"
    file = tmp_path / "hostile.toml"
    file.write_text(
        f'title = "{hostile}"\nsubject = "rat"\ntissues = ["gut"]\nduration = "1 d"\nreplicates = 1\n'
        f'control = "{hostile}"\n[[strategy]]\nname = "{hostile}"\n',
        encoding="utf-8",
    )
    with serving(file, tmp_path) as address:
        tab = Tab(browser, address)
        tab.page.locator(".glass").first.click(position={"x": 20, "y": 200})
        tab.page.locator(".why li").first.wait_for()
        assert tab.page.locator(".v-toolbar__title").inner_text() == hostile
        assert tab.page.evaluate("() => window.ran") is None
        for _ in range(10):
            tab.page.reload(wait_until="domcontentloaded")
        tab.page.wait_for_selector(".tissue img")
        assert not [said for said in tab.wrong if "ERR_ABORTED" not in said and "WebSocket" not in said]
        tab.page.close()
