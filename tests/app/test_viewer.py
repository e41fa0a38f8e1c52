"""The clock behind the page: play, pause and reset from one thread while another lives the hours and draws them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mgcells.app import charts
from mgcells.app.viewer import Frame, Viewer

TEXT = """title = "Ninety days of a brain"
subject = "rat"
tissues = ["brain"]
duration = "90 d"
replicates = 1
control = "vehicle"
[[strategy]]
name = "vehicle"
"""
LONG = 3.0


@pytest.fixture
def viewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Viewer]:
    """A viewer on a machine so busy that waiting for a thread runs out of time, and a picture may take long."""
    file = tmp_path / "brain.toml"
    file.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(threading.Thread, "join", lambda thread, timeout=None: None)
    opened = Viewer(str(file))
    opened.frame.subscribe(lambda frame: opened.seen(frame.number))
    yield opened
    opened.close()
    _until(lambda: not _clocks())


def test_a_clock_that_was_halted_never_runs_on_beside_a_new_one(viewer: Viewer) -> None:
    asked, drawn = threading.Event(), threading.Event()

    def draw(_: Frame) -> None:
        if threading.current_thread() is not threading.main_thread() and not asked.is_set():
            asked.set()
            drawn.wait(LONG)

    viewer.frame.subscribe(draw)
    viewer.play()
    assert asked.wait(30.0)
    (first,) = _clocks()
    viewer.restart()
    viewer.play()
    drawn.set()
    _until(lambda: first not in _clocks())
    assert viewer.playing.value
    (second,) = _clocks()
    _until(lambda: viewer.frame.value.day > 0)
    assert second.is_alive()


def test_playing_ends_after_the_last_picture_and_that_shows_the_present(viewer: Viewer) -> None:
    said: list[str] = []
    viewer.play()
    viewer.frame.subscribe(lambda _: said.append("picture"))
    viewer.playing.subscribe(lambda playing: said.append("playing" if playing else "over"))
    _until(lambda: len(said) >= 2)
    viewer.pause()
    stopped = viewer.session.day
    _until(lambda: not viewer.playing.value)
    time.sleep(0.5)
    assert said[-1] == "over"
    assert said.count("over") == 1
    assert viewer.frame.value.day == viewer.session.day == stopped


def test_after_a_reset_while_playing_the_page_shows_day_0(viewer: Viewer) -> None:
    viewer.look(hours=24.0)
    viewer.play()
    _until(lambda: viewer.frame.value.day > 0)
    viewer.restart()
    _until(lambda: not viewer.playing.value)
    assert viewer.frame.value.day == viewer.session.day == 0.0


def test_another_view_draws_only_the_charts_that_show_something_else(viewer: Viewer, monkeypatch: Any) -> None:
    drawn: list[str] = []
    for name in ("body_chart", "observable_chart", "cell_chart"):
        real = getattr(charts, name)
        monkeypatch.setattr(charts, name, lambda *given, real=real, name=name: (drawn.append(name), real(*given))[1])
    viewer.look(hours=3.0)
    assert drawn == []
    viewer.look(observables=("csf.magnesium",))
    assert drawn == ["observable_chart"]
    viewer.pick("brain", 0, 0.5, 0.5)
    assert drawn == ["observable_chart", "cell_chart"]
    viewer.step()
    assert sorted(drawn[2:]) == ["body_chart", "cell_chart", "observable_chart"]


def _clocks() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "clock"]


def _until(condition: Callable[[], bool]) -> None:
    latest = time.monotonic() + 30.0
    while not condition():
        assert time.monotonic() < latest, "waited for half a minute"
        time.sleep(0.01)


def test_the_page_takes_libraries_of_its_own(tmp_path: Path) -> None:
    lab = tmp_path / "lab" / "conditions"
    lab.mkdir(parents=True)
    (lab / "calm.toml").write_text('title = "Calm"\nnote = "For the test."\n')
    path = tmp_path / "x.toml"
    path.write_text(
        'title = "x"\nsubject = "rat"\ncondition = "calm"\nduration = "6 h"\ncontrol = "c"\ntissues = ["brain"]\n'
        '[[strategy]]\nname = "c"\n'
    )
    viewer = Viewer(str(path), (str(tmp_path / "lab"),))
    assert viewer.session.scenario.library.place("conditions", "calm").origin == "lab/conditions/calm.toml"
    viewer.steer(dose=2.0)
    assert not viewer.problem.value
