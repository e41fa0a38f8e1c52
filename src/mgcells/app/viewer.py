"""What one open page holds: its session, what it looks at, the picture last sent, and the clock that drives it."""

from __future__ import annotations

import base64
import io
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import solara
from PIL import Image

from mgcells.app import charts
from mgcells.app.colours import CELLS, FIELD, KINDS, Picture, gradient, hexadecimal
from mgcells.app.drawing import Undrawn, drawn
from mgcells.app.session import ChosenCell, Session, values_now
from mgcells.app.steering import Steering, in_subject
from mgcells.cells.reasons import Account
from mgcells.errors import InputProblems
from mgcells.scenario.shipped import load_named
from mgcells.tissues.firsts import first_curves
from mgcells.tissues.view import KIND

SHORTEST_FRAME, CHARTS_EVERY = 0.04, 0.8
# Curves rest this many times as long as they took to draw: on a slow machine too, most of the time is the tissues'.
CHARTS_REST = 4.0
MOST_FIRST = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PageState:
    """What the page looks at. `large` names the only tissue shown, "" all; `hours` pass between two pictures."""

    hours: float = 1.0
    side_by_side: bool = False
    large: str = ""
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    observables: tuple[str, ...] = ()
    chosen: ChosenCell | None = None


@dataclass(frozen=True)
class Shown:
    """A picture as the address of its data, or the sentence that stands in its place; neither where there is none."""

    source: str = ""
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment as it is shown."""

    number: int
    day: float
    running: bool
    tissues: Mapping[str, tuple[list[dict[str, str]], list[dict[str, Any]]]]
    body: Shown
    curves: Shown
    looked: PageState
    why: tuple[Account, ...] | None
    past: Shown
    cell: str
    died: float | None


class Viewer:
    """The page's state; it is built once per open page and ends with it."""

    def __init__(self, scenario: str, libraries: tuple[str, ...] = ()) -> None:
        self._libraries = libraries
        self.playing: solara.Reactive[bool] = solara.reactive(False)
        self.problem: solara.Reactive[str] = solara.reactive("")
        self.began: solara.Reactive[int] = solara.reactive(0)
        # What solara keeps ends with the page; the clock's thread reads this instead.
        self._alive = True
        # Of the thread that played last; set, it takes no further step.
        self._halt: threading.Event | None = None
        # Frames leave one after another and `playing` turns between them, whichever thread draws.
        self._sending = threading.RLock()
        self.session, self._view = _open(scenario, libraries)
        self._last: Frame | None = None
        self._last = self._frame(slow=True)
        self.view: solara.Reactive[PageState] = solara.reactive(self._view)
        self.frame: solara.Reactive[Frame] = solara.reactive(self._last)
        self._seen = threading.Event()

    def begin(self, scenario: str) -> None:
        """Start another scenario from its day 0; one that cannot be read changes nothing but the message."""
        try:
            session, view = _open(scenario, self._libraries)
        except InputProblems as error:
            self.problem.value = "; ".join(map(str, error.problems))
            return
        self.pause()
        self.session, self._view = session, replace(view, hours=self._view.hours, side_by_side=self._view.side_by_side)
        self._begun()

    def compare(self, strategy: str | None = None, compared: str | None = None, replicate: int | None = None) -> None:
        """Start again with another strategy, comparison or subject; settings belong to a strategy and are undone."""
        old = self.session
        self.pause()
        same = strategy is None or strategy == old.strategy
        self.session = Session(
            old.scenario, strategy or old.strategy, compared or old.compared,
            old.replicate if replicate is None else replicate, old.steering if same else Steering(), old.home,
        )  # fmt: skip
        self._begun()

    def inhabit(self, subject: str) -> None:
        """Start the scenario again in another kind of subject, or say why it cannot live there."""
        old = self.session
        try:
            scenario = in_subject(old.scenario, subject)
            self.pause()
            self.session = Session(scenario, old.strategy, old.compared, old.replicate, home=old.home)
        except InputProblems as error:
            self.problem.value = "; ".join(map(str, error.problems))
            return
        self._begun()

    def restart(self) -> None:
        """Put the subject back to day 0; playing stops, settings stay."""
        self.pause()
        self.session.restart()
        self._begun()

    def steer(self, **changes: Any) -> None:
        """Let settings act from now on, or say why they cannot."""
        try:
            self.session.steer(replace(self.session.steering, **changes))
            self.problem.value = ""
        except (InputProblems, ValueError) as error:
            self.problem.value = (
                "; ".join(p.text for p in error.problems) if isinstance(error, InputProblems) else str(error)
            )
        self.publish()

    def look(self, **changes: Any) -> None:
        """Change what is looked at."""
        self._view = replace(self._view, **changes)
        self.view.value = self._view
        self.publish(slow=False)

    def pick(self, tissue: str, side: int, across: float, down: float) -> None:
        """Choose the cell nearest to a point of a picture."""
        cell = self.session.cell_at(tissue, side, across, down)
        self.session.watch(cell)
        self.look(chosen=cell)

    def step(self) -> None:
        """Let the hours between two pictures pass once."""
        with self._telling():
            self.session.advance(self._steps())
        self.publish()

    def play(self) -> None:
        """Let time pass until paused or the scenario ends."""
        with self._sending:
            if (self._halt is None or self._halt.is_set()) and self.session.running:
                self._halt = threading.Event()
                self.playing.value = True
                self._seen.set()
                threading.Thread(target=self._run, args=(self._halt,), name="clock", daemon=True).start()

    def pause(self) -> None:
        """Stop after the step that is under way; `playing` turns once the last picture is drawn."""
        if self._halt is not None:
            # A step holds the session's lock: none begins once this has returned.
            with self.session.lock:
                self._halt.set()

    def close(self) -> None:
        """End with the page."""
        self._alive = False
        if self._halt is not None:
            self._halt.set()

    def seen(self, number: int) -> None:
        """Hear from the page that a frame is on screen."""
        if self._last is not None and number >= self._last.number:
            self._seen.set()

    def publish(self, slow: bool = True) -> None:
        """Draw the present and send it; `slow` draws every chart anew, not only those that show something else now."""
        with self._sending:
            self._last = self._frame(slow)
            self._seen.clear()
            if self._alive:
                self.frame.value = self._last

    def _run(self, halt: threading.Event) -> None:
        session, curves_due = self.session, 0.0
        while not halt.is_set():
            # A page that no longer answers (closed, asleep) halts the clock; nothing is computed for nobody.
            if not self._seen.wait(0.2):
                continue
            begun = time.monotonic()
            with self._telling(halt):
                self._live(session, halt)
            if halt.is_set():
                break
            slow = begun >= curves_due
            self.publish(slow)
            if slow:
                drawn = time.monotonic()
                curves_due = drawn + max(CHARTS_EVERY, CHARTS_REST * (drawn - begun))
            halt.wait(max(0.0, SHORTEST_FRAME - (time.monotonic() - begun)))
        with self._sending:
            if self._alive:
                self.publish()
                # A thread that was started since plays on.
                if self._halt is halt:
                    self.playing.value = False

    def _live(self, session: Session, halt: threading.Event) -> None:
        for _ in range(self._steps()):
            with session.lock:
                if not halt.is_set():
                    session.advance(1)
                if not session.running:
                    halt.set()

    @contextmanager
    def _telling(self, halt: threading.Event | None = None) -> Iterator[None]:
        """Say on the page why the tissues cannot live on, and play no further."""
        try:
            yield
        except Exception as error:
            _log.exception("The tissues cannot live on.")
            if halt is not None:
                halt.set()
            if self._alive:
                self.problem.value = f"The tissues cannot live on: {error} ({type(error).__name__}). Reset begins anew."

    def _steps(self) -> int:
        return max(1, round(self._view.hours / self.session.scenario.step_hours))

    def _begun(self) -> None:
        self.problem.value = ""
        session, choices = self.session, self._view.choices
        kept = {tissue: session.kept_choice(tissue, choices[tissue]) for tissue in session.tissues}
        self._view = replace(self._view, choices=kept, chosen=None)
        self.publish()
        self.view.value = self._view
        self.began.value += 1

    def _frame(self, slow: bool) -> Frame:
        session, view, before = self.session, self._view, self._last
        with session.lock:
            shown = [name for name in session.tissues if view.large in ("", name)]
            tissues = {name: (_pictures(session, view, name), _legends(session, view, name)) for name in shown}
            kept = None if slow else before
            body = kept.body if kept else _shown("The body", lambda: charts.body_chart(session))
            if kept and kept.looked.observables == view.observables:
                curves = kept.curves
            else:
                curves = _shown("The curves", lambda: charts.observable_chart(session, view.observables))
            if kept and kept.looked.chosen == view.chosen:
                accounts, past = kept.why, kept.past
            else:
                accounts, past = _reasons(session, view.chosen)
            number = before.number + 1 if before else 0
            cell = self._name(view.chosen)
            return Frame(
                number, session.day, session.running, tissues, body, curves, view, accounts, past, cell, session.died
            )

    def _name(self, chosen: ChosenCell | None) -> str:
        """Return what the chosen cell is, or was when it was last seen to live."""
        if chosen is None:
            return ""
        before = self._last.cell if self._last and self._last.looked.chosen == chosen else ""
        return self.session.name_of(chosen) or before or "cell"


def _open(name: str, libraries: tuple[str, ...]) -> tuple[Session, PageState]:
    scenario, _ = load_named(name, libraries=libraries)
    others = [strategy.name for strategy in scenario.strategies if strategy.name != scenario.control]
    session = Session(scenario, others[0] if others else scenario.control, scenario.control)
    names = [name for tissue in scenario.tissues for name in first_curves(tissue)]
    known = set(session.sides[0].history.names)
    # The first of every tissue, then the second.
    shown = tuple(name for place in (0, 1) for name in names[place::2] if name in known)[:MOST_FIRST]
    choices = {tissue: session.first_choice(tissue) for tissue in scenario.tissues}
    return session, PageState(choices=choices, observables=shown or ("plasma.magnesium", "csf.magnesium"))


def _pictures(session: Session, view: PageState, tissue: str) -> list[dict[str, str]]:
    cells, ground = view.choices[tissue]
    found = []
    for number in range(2 if view.side_by_side else 1):
        text = session.caption(tissue, number, cells, ground)

        def draw(number: int = number) -> bytes:
            return png(session.draw(tissue, number, cells, ground, view.chosen))

        name = session.sides[number].model.strategy.name
        found.append({"name": name, "text": text, **vars(_shown(text, draw))})
    return found


def _reasons(session: Session, chosen: ChosenCell | None) -> tuple[tuple[Account, ...] | None, Shown]:
    if chosen is None:
        return None, Shown()
    why = drawn("Why this cell does what it does", lambda: session.why(chosen))
    if isinstance(why, Undrawn):
        return (), Shown(problem=why.sentence)
    past = _shown("The past of this cell", lambda: charts.cell_chart(session, chosen, why)) if why else Shown()
    return (tuple(why) if why else None), past


def _legends(session: Session, view: PageState, tissue: str) -> list[dict[str, Any]]:
    cells, ground = view.choices[tissue]
    legends = drawn("The legend", lambda: [_legend_of_cells(session, tissue, cells), _bar(session, tissue, ground)])
    return [{"what": legends.sentence}] if isinstance(legends, Undrawn) else legends


def _legend_of_cells(session: Session, tissue: str, cells: str) -> dict[str, Any]:
    if cells != KIND:
        return _bar(session, tissue, cells)
    colours = itertools.cycle(KINDS.tolist())
    kinds = session.sides[0].scenes[tissue].kinds()
    return {"what": "Cells", "kinds": [{"name": name, "colour": hexadecimal(next(colours))} for name in kinds]}


def png(picture: Picture) -> bytes:
    """Return a picture as PNG."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _inline(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"


def _shown(what: str, draw: Callable[[], bytes | None]) -> Shown:
    picture = drawn(what, draw)
    if isinstance(picture, Undrawn):
        return Shown(problem=picture.sentence)
    return Shown(_inline(picture)) if picture else Shown()


def _bar(session: Session, tissue: str, key: str) -> dict[str, Any]:
    scene, scale = session.sides[0].scenes[tissue], session.scale(tissue, key)
    of_cells = key in scene.cells
    choice = scene.cells[key] if of_cells else scene.fields[key]
    width = scale.high - scale.low
    at = 100.0 * (choice.healthy - scale.low) / width if width > 0 and np.isfinite(choice.healthy) else -1.0
    return {
        "what": f"{'Cells' if of_cells else 'Ground'}: {choice.label}",
        "low": f"{scale.low:.3g}",
        "high": f"{scale.high:.3g}",
        "unit": choice.unit or ("(healthy = 1)" if choice.healthy == 1.0 else ""),
        "mean": f"{values_now(scene, key)[0]:.4g}",
        "gradient": gradient(CELLS if of_cells else FIELD),
        "healthy": at if at <= 100.0 else -1.0,
    }
