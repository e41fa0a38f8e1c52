"""The application that the commands belong to: the options that they share, and how a problem ends one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from mgcells.errors import InputProblems, Problem
from mgcells.version import __version__

BAD_INPUT = 2

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
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mgcells {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line."""
    try:
        app()
    except BrokenPipeError:
        # The reader of a pipe has left; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def warn(warnings: Iterable[Problem]) -> None:
    """Print what can be run but is hardly meant, each on a line."""
    for warning in warnings:
        typer.echo(f"warning: {warning}", err=True)


@contextmanager
def refusing(end: str = "Nothing was run.") -> Iterator[None]:
    """End the command when the input has problems: each on a line, then their number and `end`."""
    try:
        yield
    except InputProblems as error:
        refuse(error, end)


def refuse(error: InputProblems, end: str = "Nothing was run.") -> NoReturn:
    """Print every problem, their number and `end`, and end the command with status 2."""
    for problem in error.problems:
        typer.echo(str(problem), err=True)
    count = len(error.problems)
    typer.echo(f"{count} problem{'s' if count != 1 else ''}. {end}", err=True)
    raise typer.Exit(BAD_INPUT)
