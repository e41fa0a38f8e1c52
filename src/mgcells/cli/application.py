"""The application that the commands belong to: the options that they share, and how a problem ends one."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from mgcells.cli.output import lost, prepare, say
from mgcells.errors import InputProblems, Problem, RunsKept
from mgcells.version import __version__

RUNS_FAILED, BAD_INPUT = 1, 2

app = typer.Typer(
    name="mgcells",
    help="Simulate what magnesium supplements do to brain, spinal cord, bone and gut, cell by cell.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Libraries = Annotated[
    list[Path] | None,
    typer.Option("--library", metavar="FOLDER", help="A library of your own, laid out like data/; repeatable."),
]


def named_path(text: str) -> Path:
    """Return the path that an option names; an empty text, as an unset variable leaves it, names none."""
    if not text.strip():
        raise typer.BadParameter("it is empty; name a path, or leave the option out")
    return Path(text)


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def _version(wanted: bool) -> None:
    if wanted:
        say(f"mgcells {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line; what the system refuses ends it with one sentence."""
    prepare()
    warnings.showwarning = _show_warning
    try:
        app()
    except OSError as error:
        if error.filename is not None:
            say(f"{error.filename}  cannot be used: {error.strerror or error}", err=True)
            sys.exit(BAD_INPUT)
        lost(error, "mgcells  cannot go on")


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    say(f"Warning: {message}", err=True)


def warn(warnings: Iterable[Problem]) -> None:
    """Print what can be run but is hardly meant, each on a line."""
    for warning in warnings:
        say(f"warning: {warning}", err=True)


@contextmanager
def refusing(end: str = "Nothing was run.") -> Iterator[None]:
    """End the command when the input has problems: each on a line, then their number and `end`."""
    try:
        yield
    except InputProblems as error:
        refuse(error, end)


def refuse(error: InputProblems, end: str = "Nothing was run.") -> NoReturn:
    """Print every problem, their number and `end`, and end the command with status 2; 1 when runs had begun."""
    for problem in error.problems:
        say(str(problem), err=True)
    if isinstance(error, RunsKept):
        raise typer.Exit(RUNS_FAILED)
    count = len(error.problems)
    say(f"{count} problem{'s' if count != 1 else ''}. {end}", err=True)
    raise typer.Exit(BAD_INPUT)
