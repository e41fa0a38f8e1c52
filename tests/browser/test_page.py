"""The page in a real Chromium: what it loads, every control, and that its numbers are the model's."""

from __future__ import annotations

import csv
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
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mgcells.app.session import Session, values_now
from mgcells.library import library
from mgcells.model import simulate
from mgcells.scenario import load_scenario
from mgcells.scenario.settings import layered

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
MISSING = [name for name in ("playwright", "solara", "ipyvuetify") if importlib.util.find_spec(name) is None]
pytestmark = [
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


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "six_days.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


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


@pytest.fixture
def tab(browser: Any, server: str) -> Iterator[Tab]:
    opened = Tab(browser, server)
    yield opened
    opened.page.close()
    assert not opened.wrong


@pytest.fixture(scope="module")
def twin(scenario: Path) -> Session:
    """The session that the page should be showing after one step."""
    session = Session(load_scenario(scenario), STRATEGY, "vehicle")
    session.advance(1)
    return session


def test_a_step_shows_the_models_own_numbers(tab: Tab, twin: Session) -> None:
    assert tab.page.locator(".tissue").count() == 4
    tab.press("Step")
    tab.until_day("Day 0.04")
    shown = tab.page.locator(".tissue").evaluate_all("all => all.map(one => one.innerText)")
    for tissue, text in zip(twin.tissues, shown, strict=True):
        scene = twin.sides[0].scenes[tissue]
        assert scene.title in text
        for key in twin.first_choice(tissue):
            if "kind" not in key:
                assert f"mean {values_now(scene, key)[0]:.4g}" in text


def test_what_was_played_is_the_batch_run_bit_for_bit(tab: Tab, scenario: Path, tmp_path: Path) -> None:
    tab.choose("Time between pictures", "3 hours")
    tab.press("Play")
    tab.until_day("Day 6.00")
    tab.page.get_by_text("The scenario ends here.").wait_for()
    text = tab.download("Values as CSV", tmp_path / "played.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    study = load_scenario(scenario)
    assert len(rows) == 2 * (study.steps + 1)
    for strategy in (STRATEGY, "vehicle"):
        batch = simulate(study, strategy, 0)
        played = [row for row in rows if row["strategy"] == strategy][:: round(study.record_hours)]
        for name, values in batch.items():
            assert np.array_equal([float(row[name]) for row in played], values, equal_nan=True), name


def test_reset_while_playing_pause_and_play_again(tab: Tab) -> None:
    tab.press("Play")
    tab.until("() => parseFloat(document.querySelector('#day').innerText.slice(4)) > 0.1")
    tab.press("Reset")
    tab.until_day("Day 0.00")
    tab.press("Play")
    tab.until("() => parseFloat(document.querySelector('#day').innerText.slice(4)) > 0.1")
    tab.press("Pause")
    tab.page.get_by_role("button", name="Play", exact=True).wait_for()
    stopped = tab.day()
    time.sleep(0.5)
    assert tab.day() == stopped


def test_a_clicked_cell_says_why_with_sources_and_the_keyboard_reaches_it(tab: Tab, twin: Session) -> None:
    tab.press("Step")
    tab.until_day("Day 0.04")
    glass = tab.page.locator(".glass").first
    box = glass.bounding_box()
    glass.click(position={"x": 0.62 * box["width"], "y": 0.41 * box["height"]})
    tab.page.locator(".why li").first.wait_for()
    cell = twin.cell_at("brain", 0, 0.62, 0.41)
    assert cell is not None
    expected = [reason.sentence for account in twin.why(cell) or [] for reason in account.reasons]
    assert tab.page.locator(".why li").all_inner_texts() == expected
    assert any("[" in sentence for sentence in expected)
    tab.press("Close")
    tab.page.locator(".glass").nth(3).focus()
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("Enter")
    tab.page.get_by_text("Why this enterocyte does what it does").wait_for()


def test_settings_act_and_leave_as_a_scenario_that_check_accepts(tab: Tab, scenario: Path, tmp_path: Path) -> None:
    tab.press("Step")
    tab.slide("Dose", "ArrowRight", 4)
    tab.page.get_by_text("600 mg/kg of magnesium L-threonate").wait_for()
    tab.choose("Doses", "4 times a day")
    tab.page.get_by_text("every 6 h").wait_for()
    tab.slide("GLUT transport", "ArrowLeft", 10)
    tab.page.get_by_text("GLUT transport left: 50 %").wait_for()
    tab.slide("Magnesium of the diet", "ArrowLeft", 5)
    tab.page.get_by_text("Magnesium of the diet: 75 %").wait_for()
    tab.choose("Condition", "colitis")
    # The list draws its first entries only, until one scrolls.
    rule = min(layered(library(), load_scenario(scenario).strategy(STRATEGY)).rules)
    tab.choose("Rules switched off", rule)
    tab.until_day("Day 0.04")
    file = tab.download("Settings as a scenario", tmp_path / "steered.toml")
    arm = load_scenario(file).strategy(f"{STRATEGY}, steered")
    assert arm.doses[0].every == 6.0
    assert dict(arm.inhibitors) == {"GLUT1": 0.5, "GLUT3": 0.5}
    assert arm.changes.rules_off == (rule,)
    assert arm.conditions[0].name == "colitis"
    check = subprocess.run([sys.executable, "-m", "mgcells.cli", "check", str(file)], capture_output=True, text=True)
    assert check.returncode == 0, check.stderr


def test_views_strategies_subjects_and_scenarios_can_be_chosen(tab: Tab, tmp_path: Path) -> None:
    tab.page.get_by_text("Both strategies side by side").click()
    tab.until("() => document.querySelectorAll('.tissue img').length === 8")
    sources = tab.page.locator(".tissue img").evaluate_all("all => all.map(one => one.src)")
    assert sources[0] == sources[1], "both sides start as the same subject"
    tab.choose("Show", "bone")
    tab.until("() => document.querySelectorAll('.tissue').length === 1")
    tab.choose("Trabecular bone: cells show", "Osteoblast: matrix formation by each cell")
    tab.choose("Ground shows", "osteoid (matrix without mineral)")
    tab.page.get_by_text("Ground: osteoid").wait_for()
    with Image.open(tab.download("Picture as PNG", tmp_path / "shown.png")) as picture:
        assert picture.width > 800
    tab.choose("Virtual subject", "3")
    tab.page.get_by_text("virtual subject 3").wait_for()
    tab.choose("Subject", library().subjects["mouse"].title)
    tab.page.get_by_text(f"{library().subjects['mouse'].title}, virtual subject 3").wait_for()
    tab.choose("Strategy", "vehicle")
    tab.page.get_by_text("This strategy gives no dose.").wait_for()
    tab.choose("Scenario", "gut_salts_laxative_human")
    tab.page.get_by_text("Gut lining: cells show").wait_for()
    assert tab.page.locator(".tissue").count() == 1
    tab.choose("Scenario", "pain_prevention_rat")
    tab.page.get_by_text("Dorsal horn: cells show").wait_for()
    assert tab.page.locator(".tissue").count() == 2


def test_tabs_live_apart_and_a_closed_one_takes_nothing_along(browser: Any, server: str) -> None:
    one, other = Tab(browser, server), Tab(browser, server)
    one.press("Play")
    one.until("() => parseFloat(document.querySelector('#day').innerText.slice(4)) > 0.1")
    assert other.day() == 0.0
    one.page.close()
    other.press("Step")
    other.until_day("Day 0.04")
    assert not one.wrong + other.wrong
    other.page.close()
