"""Drawing: everything that a page can show of what ships can be drawn, and what cannot costs a sentence only."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mgcells.app import charts, drawing
from mgcells.app.exports import picture_of_all, scenario_file, timeseries
from mgcells.app.scenes import Scene
from mgcells.app.session import Session
from mgcells.app.viewer import Viewer
from mgcells.scenario import read_scenario
from mgcells.scenario.shipped import shipped_scenarios

SHIPPED = sorted(shipped_scenarios())
# One for each tissue and each kind of subject that the page treats in its own way.
SAMPLE = ("bone_scaffold_rat", "gut_barrier_culture")
HEALING = """title = "One bone with a hole, one without"
subject = "rat"
tissues = ["bone"]
duration = "2 d"
replicates = 1
control = "no hole"
[[strategy]]
name = "no hole"
[[strategy]]
name = "hole"
condition = "femoral-defect"
"""


@pytest.fixture(autouse=True)
def nothing_said_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_said", set())


@pytest.mark.parametrize(
    "name", [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.acceptance) for name in SHIPPED]
)
def test_every_choice_of_a_shipped_scenario_is_drawn_and_exported_at_first_and_after_a_step(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    viewer = Viewer(name)
    try:
        for _ in range(2):
            for problem in _problems(viewer):
                pytest.fail(f"{name}, day {viewer.session.day:g}: {problem}")
            with Image.open(io.BytesIO(picture_of_all(viewer))) as sheet:
                assert sheet.width >= 400
            rows = list(csv.reader(io.StringIO(timeseries(viewer))))
            assert len({len(row) for row in rows}) == 1
            assert read_scenario(scenario_file(viewer), name).title == viewer.session.scenario.title
            viewer.step()
        assert not viewer.problem.value
        assert not [record for record in caplog.records if record.name.startswith("mgcells")]
    finally:
        viewer.close()


def _problems(viewer: Viewer) -> Iterator[str]:
    """Look at every choice of every tissue on both sides and yield what the page says instead of drawing it."""
    session, first = viewer.session, dict(viewer.view.value.choices)
    for tissue in session.tissues:
        scene, (cells, ground) = session.sides[0].scenes[tissue], first[tissue]
        for choice in [(key, ground) for key in scene.cells] + [(cells, key) for key in scene.fields]:
            viewer.look(choices={**first, tissue: choice}, large=tissue, side_by_side=True)
            frame = viewer.frame.value
            sides, legends = frame.tissues[tissue]
            yield from (side["problem"] for side in sides if not side["source"])
            yield from (legend["what"] for legend in legends if not {"kinds", "gradient"} & set(legend))
            yield from (shown.problem for shown in (frame.body, frame.curves, frame.past) if shown.problem)
    viewer.look(choices=first, large="", side_by_side=False)


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    file = tmp_path / "healing.toml"
    file.write_text(HEALING, encoding="utf-8")
    opened = Viewer(str(file))
    yield opened
    opened.close()


def test_what_cannot_be_drawn_leaves_a_sentence_with_its_name_in_every_place(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*given: Any, **named: Any) -> Any:
        raise ZeroDivisionError("not today")

    for owner, name in ((Scene, "draw"), (Scene, "scale"), (charts, "body_chart"), (charts, "observable_chart"),
                        (charts, "cell_chart"), (Session, "why")):  # fmt: skip
        with monkeypatch.context() as broken:
            broken.setattr(owner, name, fail)
            viewer.session._scales.clear()
            viewer.pick("bone", 0, 0.5, 0.5)
            viewer.step()
            frame = viewer.frame.value
            sides, legends = frame.tissues["bone"]
            said = [*(side["problem"] for side in sides), *(legend["what"] for legend in legends),
                    *(shown.problem for shown in (frame.body, frame.curves, frame.past))]  # fmt: skip
            assert [text for text in said if "could not be drawn (ZeroDivisionError: not today)" in text], name
            assert sum(bool(shown.source) for shown in (frame.body, frame.curves)) >= 1
            with Image.open(io.BytesIO(picture_of_all(viewer))) as sheet:
                assert sheet.width >= 400
        viewer.step()
        assert viewer.frame.value.tissues["bone"][0][0]["source"]
    told = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert all(record.exc_info for record in told)
    assert 0 < len(told) <= 8


def test_a_ground_that_only_one_side_has_is_drawn_there_and_named_on_the_other(viewer: Viewer) -> None:
    viewer.look(choices={"bone": ("kind of cell", "early_magnesium")}, side_by_side=True)
    (hole, whole), _ = viewer.frame.value.tissues["bone"]
    assert hole["source"]
    assert not whole["source"]
    assert "no such ground under its strategy" in whole["problem"]
    viewer.compare(strategy="no hole", compared="hole")
    cells, ground = viewer.view.value.choices["bone"]
    assert (cells, ground) == ("kind of cell", "mineral")
    assert all(side["source"] for side in viewer.frame.value.tissues["bone"][0])


def test_tissues_that_cannot_live_on_stop_the_clock_with_a_sentence(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(session: Session, steps: int) -> int:
        raise FloatingPointError("bone magnesium is NaN at hour 3")

    monkeypatch.setattr(Session, "advance", fail)
    viewer.step()
    assert "bone magnesium is NaN at hour 3" in viewer.problem.value
    assert viewer.frame.value.day == 0.0
    viewer.restart()
    assert not viewer.problem.value
    viewer.play()
    halted = viewer._halt
    assert halted is not None
    assert halted.wait(30.0)
    assert np.isfinite(viewer.frame.value.day)
