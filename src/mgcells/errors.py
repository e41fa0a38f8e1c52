"""Errors that a user can act on: every problem at once, each with its place and the nearest valid name."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Control characters, halves of pairs, and separators of lines and paragraphs.
STEERING = ("Cc", "Cs", "Zl", "Zp")
# What turns the direction of reading.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in an input: its place (line 0 when none applies) and what to do."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return harmless(f"{place}  {self.text}")


def harmless(text: str) -> str:
    """Return a text in which characters that steer a terminal are written out.

    >>> harmless("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    return "".join(sign if unicodedata.category(sign) not in STEERING else ascii(sign)[1:-1] for sign in text)


def steers(text: str) -> bool:
    """Tell whether a text holds characters that steer a terminal or hide what is written."""
    return any(unicodedata.category(sign) in STEERING or sign in TURNING for sign in text)


class InputProblems(Exception):
    """Everything found wrong in what a user wrote; nothing has been run or written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[InputProblems], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class RunsKept(InputProblems):
    """What kept a batch from its end after it had begun; the runs that were done are kept."""


# More names than these are no help.
MOST_MEANT, MOST_LISTED = 3, 12
CLOSE = 0.55
# Before the last part of a name.
PARTING = (".", ":", " ")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, else the first that contains it; None when there is none.

    A path may be known by its end: `tau_gain` is `body.csf.tau_gain`.

    >>> nearest("tau_gian", ["body.csf.tau", "body.csf.tau_gain", "Aquamin"])
    'body.csf.tau_gain'
    """
    names, wanted = sorted(set(known)), name.casefold()
    ending = _ending(wanted, names)
    if ending:
        return ending[0]
    parts = wanted.count(".") + 1
    spelled = {".".join(candidate.casefold().split(".")[-parts:]): candidate for candidate in reversed(names)}
    spelled |= {candidate.casefold(): candidate for candidate in reversed(names)}
    close = difflib.get_close_matches(wanted, spelled, n=1, cutoff=CLOSE)
    if close:
        return spelled[close[0]]
    return next((candidate for candidate in names if name and wanted in candidate.casefold()), None)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the known name nearest to `name`, or the valid names when few, or "".

    >>> suggestion("citrat", ["magnesium citrate", "magnesium oxide"])
    "; did you mean 'magnesium citrate'?"
    >>> suggestion("zinc", ["on", "off"])
    '; valid: off, on'
    >>> suggestion("tau", ["body.csf.tau", "body.gut.tau", "body.csf.tau_gain"])
    "; did you mean 'body.csf.tau' or 'body.gut.tau'?"
    """
    names = sorted(set(known))
    ending = _ending(name.casefold(), names)
    if 1 < len(ending) <= MOST_MEANT:
        *first, last = (f"'{candidate}'" for candidate in ending)
        return f"; did you mean {', '.join(first)} or {last}?"
    meant = nearest(name, names)
    if meant is not None:
        return f"; did you mean '{meant}'?"
    return f"; valid: {', '.join(names)}" if 0 < len(names) <= MOST_LISTED else ""


def _ending(wanted: str, names: Iterable[str]) -> list[str]:
    """Return the names that are `wanted`, case aside, or else those whose last word or last part of a path it is."""
    same = [name for name in names if name.casefold() == wanted]
    ends = tuple(f"{sign}{wanted}" for sign in PARTING)
    return same or [name for name in names if wanted and name.casefold().endswith(ends)]
