"""Errors that a user can act on: every problem at once, each with its place and the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in an input: its place (line 0 when none applies) and what to do."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}  {self.text}"


class InputProblems(Exception):
    """Everything found wrong in what a user wrote; nothing has been run or written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[InputProblems], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class RunsKept(InputProblems):
    """What kept a batch from its end after it had begun; the runs that were done are kept."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, else the first that contains it; None when there is none."""
    names = sorted(set(known))
    folded = {candidate.casefold(): candidate for candidate in reversed(names)}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.55)
    if close:
        return folded[close[0]]
    return next((candidate for candidate in names if name and name.casefold() in candidate.casefold()), None)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the known name nearest to `name`, or the valid names when few, or "".

    >>> suggestion("citrat", ["magnesium citrate", "magnesium oxide"])
    "; did you mean 'magnesium citrate'?"
    >>> suggestion("zinc", ["on", "off"])
    '; valid: off, on'
    """
    names = sorted(set(known))
    meant = nearest(name, names)
    if meant is not None:
        return f"; did you mean '{meant}'?"
    return f"; valid: {', '.join(names)}" if 0 < len(names) <= 12 else ""
