"""When something may begin and end during a run."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from mgcells.errors import Problem
from mgcells.library.located import Document
from mgcells.scenario.texts import hours, spoken
from mgcells.units import UnitProblem

Address = tuple[str | int, ...]


@dataclass(frozen=True)
class RunClock:
    """The hours of a scenario, collecting problems on the way.

    A subject changes at the beginning of a step and never within one, so that a window that does not begin and end
    with whole steps is refused. Doses are no change of the subject: they may fall at any time.

    Attributes
    ----------
    duration, step : float
        Hours; a step that could not be read is NaN and refuses nothing.
    doubts : list of Problem
        What can be run but is hardly meant.
    """

    document: Document
    problems: list[Problem]
    duration: float
    step: float
    doubts: list[Problem] = field(default_factory=list)

    def window(self, what: str, begin: str | None, until: str | None, start: float, at: Address) -> tuple[float, float]:
        """Return [begin, until) in hours of `what`, found at `at`; it begins at `start` where it does not say when.

        What has no end lasts to infinity. A time that cannot be read is NaN.
        """
        first = start if begin is None else self._step_time(begin, *at, "from")
        last = math.inf if until is None else self._step_time(until, *at, "until")
        if last <= max(first, 0.0):
            after = spoken(max(first, 0.0))
            self.problem(f"{what} ends before it begins; let its until lie after {after}", *at, "until")
        elif first >= self.duration:
            end = spoken(self.duration)
            self.problem(f"{what} begins at or after the end, {end}; let it begin earlier or leave it out", *at, "from")
        return first, last

    def problem(self, text: str, *path: str | int) -> None:
        """Note what is wrong at `path`."""
        self.problems.append(Problem(self.document.shown, self.document.line(*path), text))

    def doubt(self, text: str, *path: str | int) -> None:
        """Note what is hardly meant at `path`."""
        self.doubts.append(Problem(self.document.shown, self.document.line(*path), text))

    def time(self, text: str, *path: str | int) -> float:
        """Return the hours that a text says, NaN where it cannot be read."""
        try:
            return hours(text)
        except UnitProblem as error:
            self.problem(f"{path[-1]}: {error}", *path)
            return math.nan

    def _step_time(self, text: str, *path: str | int) -> float:
        value = self.time(text, *path)
        count = value / self.step if self.step > 0.0 else math.nan
        if not math.isfinite(count):
            return value
        if not math.isclose(count, round(count), abs_tol=1e-9):
            why = "a subject changes at the beginning of a step only"
            self.problem(
                f"{path[-1]} = '{text}' should be a whole number of steps of {spoken(self.step)}: {why}", *path
            )
        return self.step * round(count)
