"""A plan of what will be written, and the words that all kinds share."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from mgcells.errors import InputProblems, Problem

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Request:
    """What was asked for: the path, and the options that some kinds take ("" and none where not given)."""

    path: Path
    name: str = ""
    tissue: str = ""
    libraries: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What will be written.

    Attributes
    ----------
    files : path -> text
        New files.
    added : path -> text
        What is put at the end of a file that exists.
    steps : tuple of str
        What to do next, a line each.
    """

    files: Mapping[Path, str] = field(default_factory=dict)
    added: Mapping[Path, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()


def wrong(path: Path | str, text: str) -> InputProblems:
    """Return a problem located at what was asked for."""
    return InputProblems([Problem(str(path), 0, text)])


def filled(template: str, **words: str) -> str:
    """Return the text of a template with its words put in."""
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(words)


def is_new(path: Path) -> None:
    """Refuse a path that is taken."""
    if path.exists() or path.is_symlink():
        raise wrong(path, "exists already and is left as it is; edit it, or choose another name")


def checked_name(path: Path) -> str:
    """Return the name that a file gives to what it holds; InputProblems when it cannot be one."""
    if not NAME.fullmatch(path.stem):
        raise wrong(path, f"'{path.stem}' cannot be a name; use letters, digits, - and _, as in small-rat")
    return path.stem


def parent_name(path: Path) -> str:
    """Return the name of the folder that a file lies in, also where the path does not say it."""
    return Path(os.path.abspath(path)).parent.name


def title_of(name: str) -> str:
    """Return a name as a title.

    >>> title_of("small-rat")
    'Small rat'
    """
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def typed(path: Path | str) -> str:
    """Return a path as it is typed on a command line."""
    return shlex.quote(str(path))
