"""The registry of figures, and how a figure becomes files whose bytes depend on the data only."""

from __future__ import annotations

import importlib
import io
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from mgcells.reporting import figures
from mgcells.reporting.results import Results
from mgcells.reporting.style import DOTS_PER_INCH, SETTINGS


@dataclass(frozen=True)
class Drawing:
    """A figure with the words it needs: `caption` states statistic, level and pairs; `alt` says what is to be seen."""

    figure: Figure
    caption: str
    alt: str


Draw = Callable[[Results], Drawing | None]


@dataclass(frozen=True)
class RegisteredFigure:
    """A figure of the report; `draw` returns None where the run has nothing to show in it."""

    name: str
    title: str
    order: int
    draw: Draw


@dataclass(frozen=True)
class DrawnFigure:
    """A figure as files in memory."""

    name: str
    title: str
    caption: str
    alt: str
    png: bytes
    svg: bytes


_REGISTERED: dict[str, RegisteredFigure] = {}


def figure(name: str, *, title: str, order: int) -> Callable[[Draw], Draw]:
    """Register the decorated function as a figure of every report, shown by rising `order`.

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
    """Return every figure in mgcells.reporting.figures, in the order of the report."""
    for module in pkgutil.iter_modules(figures.__path__):
        importlib.import_module(f"{figures.__name__}.{module.name}")
    return sorted(_REGISTERED.values(), key=lambda item: (item.order, item.name))


def draw_all(results: Results) -> list[DrawnFigure]:
    """Draw every registered figure that has something to show."""
    drawn = []
    settings: Any = {**matplotlib.rcParamsDefault, **SETTINGS}
    with matplotlib.rc_context(settings):
        for item in registered_figures():
            drawing = item.draw(results)
            if drawing is None:
                continue
            png, svg = render(drawing.figure)
            drawn.append(DrawnFigure(item.name, item.title, drawing.caption, drawing.alt, png, svg))
    return drawn


def save_figures(drawn: list[DrawnFigure], folder: Path) -> list[Path]:
    """Write `<name>.png` and `<name>.svg` for each figure and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for item in drawn:
        for suffix, content in (("png", item.png), ("svg", item.svg)):
            path = folder / f"{item.name}.{suffix}"
            path.write_bytes(content)
            written.append(path)
    return written


def render(shown: Figure) -> tuple[bytes, bytes]:
    """Return a figure as PNG and SVG."""
    shown.draw_without_rendering()
    shown.set_layout_engine("none")  # the layout is done: solving it again for each format doubles the time
    png, svg = io.BytesIO(), io.BytesIO()
    shown.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    shown.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return png.getvalue(), svg.getvalue()
