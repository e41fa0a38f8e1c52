"""Progress on standard error: a bar where there is a terminal, else a line now and then."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from mgcells.arrays import HOURS_PER_DAY
from mgcells.cli.output import harmless, say

if TYPE_CHECKING:
    from mgcells.batch.batch import Progress as BatchProgress
    from mgcells.scenario import Scenario

PREPARING = "preparing (the first run after installation compiles its kernels)"
SECONDS_APART, TENTH, SECOND = 30.0, 0.1, 1.0


class Lines:
    """Decides which of many messages are worth a line: one every half a minute, or at another tenth of the work."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said, self._share = -math.inf, 0.0

    def tell(self, text: str, share: float = 0.0, *, always: bool = False) -> None:
        """Say a message, the work being done to a share of 0 to 1, if it is time for one."""
        since = self._clock() - self._said
        further = share - self._share >= TENTH and since >= SECOND
        if always or further or since >= SECONDS_APART:
            say(text, err=True)
            self._said, self._share = self._clock(), share


class Watch:
    """Shows what a batch reports; written to standard error, so that results can be piped."""

    def __init__(self, bar: Progress | None, lines: Lines | None) -> None:
        self._bar, self._lines = bar, lines
        self._task = bar.add_task(PREPARING, total=None) if bar else None

    def runs(self, state: BatchProgress) -> None:
        """Take the state of the batch; the bar appears with the first, when the output folder is known to be usable."""
        failed = f", {state.failed} failed" if state.failed else ""
        resumed = f", {state.resumed} from before" if state.resumed else ""
        ended = state.done + state.failed
        begun = ended > state.resumed or ended == state.total
        if self._bar and self._task is not None:
            self._bar.start()
            description = f"runs{resumed}{failed}" if begun else PREPARING
            self._bar.update(self._task, total=state.total, completed=ended, description=description)
        if self._lines:
            left = state.remaining_seconds
            rest = f", {_duration(left)} left" if left and ended < state.total else ""
            text = f"{ended} of {state.total} runs{resumed}{failed}{rest}" if begun else PREPARING
            self._lines.tell(text, ended / state.total, always=ended == state.total)

    def reporting(self) -> None:
        """Say that figures and report are being drawn."""
        text = "drawing figures and report"
        if self._bar and self._task is not None:
            self._bar.update(self._task, description=text)
        if self._lines:
            self._lines.tell(text, always=True)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar:
            self._bar.stop()


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


@contextmanager
def batch_progress(scenario: Scenario, folder: Path, *, quiet: bool) -> Iterator[Watch]:
    """Show how far a batch is while it runs."""
    runs = len(scenario.strategies) * scenario.replicates
    hours = scenario.hours
    span = f"{hours / HOURS_PER_DAY:.3g} days" if hours >= HOURS_PER_DAY else f"{hours:g} h"
    count = f"{len(scenario.strategies)} strategies x {scenario.replicates} subjects = {runs} runs"
    with study_progress(scenario.title, f"{count} of {span}, into {folder}", quiet=quiet) as watch:
        yield watch


@contextmanager
def study_progress(*said: str, quiet: bool) -> Iterator[Watch]:
    """Say what is run, then show how far its runs are."""
    bar = None
    if not quiet:
        for text in said:
            say(text, err=True)
        bar = _bar(TextColumn("left"), TimeRemainingColumn())
    watch = Watch(bar, None if quiet or bar else Lines())
    try:
        yield watch
    finally:
        watch.close()


@contextmanager
def validation_progress() -> Iterator[Callable[[str, int, int, BatchProgress], None]]:
    """Show which experiment is running."""
    bar, lines = _bar(transient=True), Lines()
    task = bar.add_task("reading experiments", total=None) if bar else None
    begun: set[str] = set()

    def show(name: str, place: int, count: int, state: BatchProgress) -> None:
        ended, text = state.done + state.failed, f"{name} ({place} of {count})"
        if bar and task is not None:
            bar.update(task, description=text, total=state.total, completed=ended)
        else:
            share = (place - 1 + ended / max(1, state.total)) / count
            lines.tell(f"{text}: {ended} of {state.total} runs", share, always=not begun or share == 1.0)
            begun.add(name)

    with _running(bar):
        yield show


@contextmanager
def stages_progress(title: str, *, quiet: bool) -> Iterator[Callable[[str, BatchProgress], None] | None]:
    """Show what a study of several stages is doing and how far that is; None where nothing is to be shown."""
    if quiet:
        yield None
        return
    say(title, err=True)
    bar, lines = _bar(TextColumn("left"), TimeRemainingColumn()), Lines()
    task = bar.add_task(PREPARING, total=None) if bar else None
    begun: set[str] = set()

    def show(doing: str, state: BatchProgress) -> None:
        ended = state.done + state.failed
        reused = f", {state.resumed} from before" if state.resumed else ""
        if bar and task is not None:
            bar.start()
            bar.update(task, description=f"{doing}{reused}", total=state.total, completed=ended)
            return
        left = state.remaining_seconds
        rest = f", {_duration(left)} left" if left and ended < state.total else ""
        lines.tell(
            f"{doing}: {ended} of {state.total} lives{reused}{rest}",
            ended / max(1, state.total),
            always=doing not in begun,
        )
        begun.add(doing)

    try:
        yield show
    finally:
        if bar:
            bar.stop()


@contextmanager
def counting(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show how much of a piece of work is done, one piece after the other."""
    bar, lines = None if quiet else _bar(transient=True), Lines()
    task = bar.add_task("reading experiments", total=None) if bar else None

    def show(what: str, done: int, count: int) -> None:
        if bar and task is not None:
            bar.update(task, description=what, total=count, completed=done)
        elif not quiet:
            lines.tell(f"{what}: {done} of {count}", done / max(1, count), always=done in (0, count))

    with _running(bar):
        yield show


@contextmanager
def stage(first: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done, beginning with `first`."""
    if sys.stderr.isatty():
        with Console(stderr=True).status(first) as status:
            yield lambda text: status.update(harmless(text))
    else:
        lines = Lines()
        lines.tell(first, always=True)
        yield lines.tell


@contextmanager
def _running(bar: Progress | None) -> Iterator[None]:
    """Show a bar, where there is one, and take it away at the end."""
    try:
        if bar:
            bar.start()
        yield
    finally:
        if bar:
            bar.stop()


def _bar(*further: TextColumn | TimeRemainingColumn, transient: bool = False) -> Progress | None:
    """Return a bar that is not shown yet, None where there is no terminal to draw it on."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, *further, console=console, transient=transient)
