"""The page in a real Chromium: what it loads, and that its numbers are the model's."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromium_tab import IN_CHROMIUM, STRATEGY, Tab
from PIL import Image

from mgcells.app.session import Session, values_now
from mgcells.library import load_library
from mgcells.library.in_force import layered
from mgcells.scenario import load_scenario
from mgcells.subject.subject import simulate

pytestmark = IN_CHROMIUM


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
    scenes = {tissue: twin.sides[0].scenes[tissue] for tissue in twin.tissues}
    means = [
        [f"mean {values_now(scene, key)[0]:.4g}" for key in twin.first_choice(tissue) if "kind" not in key]
        for tissue, scene in scenes.items()
    ]
    # The panels are drawn after the day, one after the other.
    tab.until(
        "means => [...document.querySelectorAll('.tissue')].every((one, n) => "
        "means[n].every(mean => one.innerText.includes(mean)))",
        means,
    )
    shown = tab.page.locator(".tissue").evaluate_all("all => all.map(one => one.innerText)")
    for scene, wanted, text in zip(scenes.values(), means, shown, strict=True):
        assert scene.title in text
        for mean in wanted:
            assert mean in text


def test_what_was_played_is_the_batch_run_bit_for_bit(tab: Tab, scenario: Path, tmp_path: Path) -> None:
    tab.choose("Time between pictures", "3 hours")
    tab.press("Play")
    tab.until_day("Day 6.00")
    tab.page.get_by_text("The scenario ends here.").wait_for()
    text = tab.download("Values as CSV", tmp_path / "played.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    scenario = load_scenario(scenario)
    assert len(rows) == 2 * (scenario.steps + 1)
    for strategy in (STRATEGY, "vehicle"):
        batch = simulate(scenario, strategy, 0)
        played = [row for row in rows if row["strategy"] == strategy][:: round(scenario.record_hours)]
        recorded = batch["recorded"] > 0
        for name in batch.keys() & rows[0].keys():
            assert np.array_equal([float(row[name]) for row in played], batch[name][recorded], equal_nan=True), name


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
    tab.page.get_by_text("Why this absorptive cell does what it does").wait_for()


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
    rule = min(layered(load_library(), load_scenario(scenario).strategy(STRATEGY)).rules)
    tab.choose("Rules switched off", rule)
    tab.until_day("Day 0.04")
    file = tab.download("Settings as a scenario", tmp_path / "steered.toml")
    strategy = load_scenario(file).strategy(f"{STRATEGY}, steered")
    assert strategy.doses[0].every == 6.0
    assert dict(strategy.inhibitors) == {"GLUT1": 0.5, "GLUT3": 0.5}
    assert strategy.changes.rules_off == (rule,)
    assert strategy.conditions[0].name == "colitis"
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
    tab.choose("Subject", load_library().subjects["mouse"].title)
    tab.page.get_by_text(f"{load_library().subjects['mouse'].title}, virtual subject 3").wait_for()
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
