"""The page's controls in a real Chromium: what each changes, that it can be undone, that the keyboard reaches it."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
from chromium_tab import IN_CHROMIUM, STRATEGY, Tab

from mgcells.app.session import Session
from mgcells.library import load_library
from mgcells.scenario import load_scenario
from mgcells.tissues.registry import observables

pytestmark = IN_CHROMIUM
FOCUSED = """() => {
  const one = document.activeElement, ring = one.closest('.v-input') || one, style = getComputedStyle(ring);
  const box = ring.getBoundingClientRect();
  return {
    body: one === document.body,
    what: (one.getAttribute('aria-label') || ring.innerText || '').split('\\n')[0].trim(),
    ring: style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def test_contested_rules_can_be_switched_on_and_all_settings_undone(tab: Tab, scenario: Path, tmp_path: Path) -> None:
    contested = min(name for name, rule in load_library().rules.items() if rule.status == "off")
    tab.slide("GLUT transport", "ArrowLeft", 10)
    tab.page.get_by_text("GLUT transport left: 50 %").wait_for()
    tab.choose("Contested rules switched on", contested)
    chosen = tab.page.locator(".v-select__selection", has_text=contested)
    chosen.wait_for()
    steered = load_scenario(tab.download("Settings as a scenario", tmp_path / "steered.toml"))
    strategy = steered.strategy(f"{STRATEGY}, steered")
    assert strategy.changes.rules_on == (contested,)
    tab.press("Undo all settings")
    tab.page.get_by_text("GLUT transport left: 100 %").wait_for()
    chosen.wait_for(state="detached")
    undone = tab.download("Settings as a scenario", tmp_path / "undone.toml")
    assert undone.read_text(encoding="utf-8") == scenario.read_text(encoding="utf-8")


def test_two_strategies_stand_beside_each_other_with_their_own_values(tab: Tab, scenario: Path, tmp_path: Path) -> None:
    tab.choose("Strategy", "vehicle")
    tab.page.get_by_text("This strategy gives no dose.").wait_for()
    tab.choose("Beside", STRATEGY)
    tab.page.get_by_text(f"vehicle, beside {STRATEGY}.").wait_for()
    tab.page.get_by_text("Both strategies side by side").click()
    tab.until("() => document.querySelectorAll('.tissue img').length === 8")
    assert tab.page.locator(".sides figcaption").all_inner_texts() == ["vehicle", STRATEGY] * 4
    tab.choose("Time between pictures", "12 hours")
    tab.press("Step")
    tab.until_day("Day 0.50")
    text = tab.download("Values as CSV", tmp_path / "beside.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    twin = Session(load_scenario(scenario), "vehicle", STRATEGY)
    twin.advance(12)
    for side in twin.sides:
        threonate = [float(row["plasma.threonate"]) for row in rows if row["strategy"] == side.model.strategy.name]
        assert np.array_equal(threonate, side.history.series("plasma.threonate"))
    assert twin.sides[1].history.series("plasma.threonate").max() > 0.0


def test_observables_can_be_added_to_the_curves_and_taken_away(tab: Tab) -> None:
    height = "() => [...document.querySelectorAll('.picture img')].at(-1).naturalHeight"
    before = tab.page.evaluate(height)
    known = observables()["brain.tnf"]
    tab.choose("Observables", f"{known.label} (brain.tnf)")
    tab.until(f"before => ({height})() > before", before)
    chosen = tab.page.locator(".v-select__selection", has_text="(brain.tnf)")
    chosen.wait_for()
    tab.choose("Observables", f"{known.label} (brain.tnf)")
    tab.until(f"before => ({height})() === before", before)
    assert chosen.count() == 0


def test_the_tab_key_reaches_every_control_in_reading_order_and_shows_where_it_is(tab: Tab) -> None:
    reached: list[str] = []
    for _ in range(80):
        tab.page.keyboard.press("Tab")
        focused = tab.page.evaluate(FOCUSED)
        if focused["body"]:
            break
        assert focused["ring"], f"no frame around {focused['what']}"
        assert focused["seen"], f"{focused['what']} has the focus out of sight"
        reached.append(focused["what"])
    settings = [
        "Play", "Step", "Reset", "Time between pictures", "Scenario", "Strategy", "Beside", "Subject",
        "Virtual subject", "Show", "Both strategies side by side", "Dose", "Doses", "GLUT", "Magnesium of the diet",
        "Condition", "Rules switched off", "Contested rules", "Undo", "Settings as a scenario",
    ]  # fmt: skip
    titles = ("Brain", "Dorsal horn", "Trabecular bone", "Gut lining")
    tissues = [name for title in titles for name in (f"{title}: cells show", "Ground shows", f"{title}, ")]
    expected = [*settings, *tissues, "Observables", "Values as CSV", "Picture as PNG"]
    places = iter(name.casefold() for name in reached)
    for wanted in expected:
        assert any(name.startswith(wanted.casefold()) for name in places), f"{wanted} is not reached in {reached}"


def test_four_tissues_fit_a_projector_without_scrolling(tab: Tab) -> None:
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    tab.until("() => Math.abs(document.querySelector('.glass').getBoundingClientRect().height - 216) < 3")
    for box in tab.page.locator(".glass").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())"):
        assert box["top"] > 44
        assert box["bottom"] < 720
        assert box["right"] < 1280


def test_the_exported_scenario_runs_and_gives_what_was_on_screen(tab: Tab, tmp_path: Path) -> None:
    tab.slide("Dose", "ArrowRight", 4)
    tab.page.get_by_text("600 mg/kg of magnesium L-threonate").wait_for()
    tab.slide("GLUT transport", "ArrowLeft", 10)
    tab.page.get_by_text("GLUT transport left: 50 %").wait_for()
    tab.choose("Time between pictures", "1 day")
    tab.press("Play")
    tab.until_day("Day 6.00")
    played = tab.download("Values as CSV", tmp_path / "played.csv")
    file = tab.download("Settings as a scenario", tmp_path / "steered.toml")
    run = [sys.executable, "-m", "mgcells.cli", "run", str(file), "--replicates", "1", "--quiet"]
    done = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    name = f"{STRATEGY}, steered"
    batch = _rows(tmp_path / "outputs" / "steered" / "timeseries.csv", name)
    screen = _rows(played, name)[:: round(load_scenario(file).record_hours)]
    assert len(batch) == len(screen) > 1
    for observable in observables().keys() & batch[0].keys():
        values = [[float(row[observable]) for row in rows] for rows in (batch, screen)]
        assert np.array_equal(*values, equal_nan=True), observable


def _rows(file: Path, strategy: str) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return [row for row in csv.DictReader(text) if row["strategy"] == strategy]
