"""The registry of figures: one decorated function each. Registering one loads nothing that draws."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mgcells.library.installed import installed_modules
from mgcells.reporting import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mgcells.reporting.results import Results

Draw = Callable[["Results"], "Drawing | Sequence[Drawing] | None"]
_REGISTERED: dict[str, RegisteredFigure] = {}


@dataclass(frozen=True)
class Drawing:
    """A figure with the words it needs: `caption` states statistic, level, n and unit; `alt` says what is to be seen.

    Where one function draws several figures, each has a `part`, which follows in its file name (letters, digits and
    hyphens), and may have a `title` of its own.
    """

    figure: Figure
    caption: str
    alt: str
    part: str = ""
    title: str = ""


@dataclass(frozen=True)
class RegisteredFigure:
    """A figure of the report, or several of a kind; `draw` returns None where the run has nothing to show in it."""

    name: str
    title: str
    order: int
    draw: Draw

    def drawings(self, results: Results) -> list[Drawing]:
        """Return what it draws of a run, as a list that may be empty."""
        drawn = self.draw(results)
        if drawn is None:
            return []
        return list(drawn) if isinstance(drawn, Sequence) else [drawn]


def figure(name: str, *, title: str, order: int) -> Callable[[Draw], Draw]:
    """Register the decorated function as a figure of every report, shown in ascending `order`.

    Raises
    ------
    ValueError
        Another function has this name.
    """

    def register(draw: Draw) -> Draw:
        known = _REGISTERED.get(name)
        if known and known.draw.__module__ != draw.__module__:
            raise ValueError(f"two figures are called '{name}': in {known.draw.__module__} and {draw.__module__}")
        _REGISTERED[name] = RegisteredFigure(name, title, order, draw)
        return draw

    return register


def registered_figures() -> list[RegisteredFigure]:
    """Return every figure of mgcells.reporting.figures and of installed packages, in the order of the report.

    Raises
    ------
    InputProblems
        The module of an installed package cannot be imported.
    """
    installed_modules()
    for module in pkgutil.iter_modules(figures.__path__):
        importlib.import_module(f"{figures.__name__}.{module.name}")
    return sorted(_REGISTERED.values(), key=lambda item: (item.order, item.name))
