"""Progress where there is no terminal: few lines, the first and the last among them."""

from __future__ import annotations

import pytest

from mgcells.batch.batch import Progress
from mgcells.cli.progress import Lines, Watch, stage, validation_progress


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def test_a_long_batch_says_a_line_at_each_tenth_or_half_minute(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    watch = Watch(None, Lines(clock))
    watch.runs(Progress(0, 0, 1000, 0, 0.0))
    for done in range(1, 1001):
        clock.now += 2.0
        watch.runs(Progress(done, 0, 1000, 0, 2.0 * done))
    lines = said(capsys)
    assert lines[0].startswith("preparing")
    assert lines[1] == "15 of 1000 runs, 33 min left"
    assert lines[-1] == "1000 of 1000 runs"
    assert 60 <= len(lines) <= 70
    watch = Watch(None, Lines(clock))
    for done in range(101):
        clock.now += 0.5
        watch.runs(Progress(done, 1, 101, 1, 0.5 * done))
    lines = said(capsys)
    assert "12 of 101 runs, 1 from before, 1 failed, 44 s left" in lines
    assert 9 <= len(lines) <= 12


def test_a_short_batch_says_its_first_and_last_line_only(capsys: pytest.CaptureFixture[str]) -> None:
    watch = Watch(None, Lines(Clock()))
    for done in range(11):
        watch.runs(Progress(done, 0, 10, 0, 0.01 * done))
    watch.reporting()
    watch.close()
    assert [line.partition(" (")[0] for line in said(capsys)] == [
        "preparing", "10 of 10 runs", "drawing figures and report",
    ]  # fmt: skip


def test_a_quiet_batch_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    watch = Watch(None, None)
    watch.runs(Progress(1, 0, 1, 0, 0.0))
    watch.reporting()
    watch.close()
    assert said(capsys) == []


def test_validations_and_benchmarks_say_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    with validation_progress() as show:
        for name, place in (("one", 1), ("two", 2)):
            for done in range(3):
                show(name, place, 2, Progress(done, 0, 2, 0, 0.0))
    assert said(capsys) == ["one (1 of 2): 0 of 2 runs", "two (2 of 2): 2 of 2 runs"]
    with stage("starting") as tell:
        tell("rules")
    assert said(capsys) == ["starting"]
