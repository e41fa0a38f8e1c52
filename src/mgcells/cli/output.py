"""What the commands print: text that any terminal can show, whatever was written into it, and a quiet end."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import typer

LOST, READER_GONE = 1, 141
NARROWEST, WIDEST = 40, 100
# What our own texts hold beyond ASCII; a minus sign that became a question mark would turn a fall into a rise.
PLAIN = str.maketrans({"−": "-", "–": "-", "—": "-", "×": "x", "·": "*", "…": "...", "≥": ">=", "≤": "<=", "→": "->",
                       "µ": "u", "μ": "u", "‘": "'", "’": "'", "“": '"', "”": '"', "•": "*", "°": " deg"})  # fmt: skip
# Control characters but for line ends and tabs, and those that change the direction of reading.
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def prepare() -> None:
    """Let standard output and error take every text; a closed one fails only when something is to be said there."""
    codecs.register_error("plain", _plain)
    with contextlib.suppress(OSError):
        # What is opened next must not take the place of a stream that was closed.
        for name, mode in (("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY)):
            if getattr(sys, name) is None:
                number = os.open(os.devnull, mode)
                setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="plain")


def say(text: str = "", *, lead: str = "", colour: str | None = None, err: bool = False) -> None:
    """Print a line with its control characters shown instead of obeyed; `lead` stands before it in a colour.

    When standard output is lost the command ends: without a word where its reader has gone, else with a sentence. That
    standard error is lost cannot be said anywhere, so that it ends nothing.
    """
    first = typer.style(harmless(lead), fg=colour) if lead and colour else harmless(lead)
    try:
        # Named, as typer would write UTF-8 wherever an encoding is ASCII.
        typer.echo(first + harmless(text), file=sys.stderr if err else sys.stdout)
    except OSError as error:
        if err:
            _close(sys.stderr)
        else:
            lost(error)


def harmless(text: str) -> str:
    r"""Return text that moves no cursor: "\x1b[2J" reads as such.

    >>> harmless("\x1b[2Jtitle")
    '\\x1b[2Jtitle'
    """
    return HARMFUL.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)


def lost(error: OSError, what: str = "standard output  cannot be written") -> NoReturn:
    """End the command, as its output cannot be written: without a word where its reader has gone."""
    _close(sys.stdout)
    if isinstance(error, BrokenPipeError):
        raise SystemExit(READER_GONE)
    say(f"{what}: {error.strerror or error}", err=True)
    raise SystemExit(LOST)


@contextlib.contextmanager
def courtesy() -> Iterator[None]:
    """Go on when what is said here cannot be: it stands in files too, so that finished work ends well."""
    with contextlib.suppress(SystemExit):
        yield


def indented(text: str, indent: int) -> Iterator[str]:
    """Yield a text in lines that the terminal, or 80 columns where there is none, holds; no name is broken."""
    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST) - indent
    lines = textwrap.wrap(harmless(text), width, break_long_words=False, break_on_hyphens=False)
    yield from (f"{' ' * indent}{line}" for line in lines)


def _close(stream: Any) -> None:
    """Lead a stream to nowhere, or Python would complain again when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for characters that an encoding lacks: the nearest ASCII, else their number."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, raised = "", False
    for character in error.object[error.start : error.end]:
        before, raised = raised, "<super>" in unicodedata.decomposition(character)
        text += ("^" if raised and not before else "") + _nearest(character)
    return text, error.end


def _nearest(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character).translate(PLAIN)
    nearest = "".join(part for part in parts if not unicodedata.combining(part))
    return nearest if nearest and nearest.isascii() else character.encode("ascii", "backslashreplace").decode("ascii")
