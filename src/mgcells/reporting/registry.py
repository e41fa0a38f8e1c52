"""The registry of figures: one decorated function each. Registering one loads nothing that draws."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mgcells.library.installed import installed_modules
from mgcells.reporting import figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mgcells.reporting.results import Results

Draw = Callable[["Results"], "Drawing | None"]
_REGISTERED: dict[str, RegisteredFigure] = {}


@dataclass(frozen=True)
class Drawing:
    """A figure with the words it needs: `caption` states statistic, level and pairs; `alt` says what is to be seen."""

    figure: Figure
    caption: str
    alt: str


@dataclass(frozen=True)
class RegisteredFigure:
    """A figure of the report; `draw` returns None where the run has nothing to show in it."""

    name: str
    title: str
    order: int
    draw: Draw


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
