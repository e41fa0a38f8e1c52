"""How a figure becomes files whose bytes depend on the data only."""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from mgcells.folder import Folder
from mgcells.library.installed import owner
from mgcells.reporting.registry import registered_figures
from mgcells.reporting.results import Results
from mgcells.reporting.style import DOTS_PER_INCH, FURTHER_FONTS, SETTINGS, installed_fonts

GLYPH = re.compile(r"Glyph (\d+) .*missing from")


@dataclass(frozen=True)
class DrawnFigure:
    """A figure as files in memory."""

    name: str
    title: str
    caption: str
    alt: str
    png: bytes
    svg: bytes


def draw_all(results: Results) -> list[DrawnFigure]:
    """Draw every registered figure that has something to show."""
    drawn = []
    with drawing_settings():
        for item in registered_figures():
            drawing = item.draw(results)
            if drawing is None:
                continue
            png, svg = render(drawing.figure)
            package = owner(item.draw.__module__)
            caption = f"{drawing.caption} Drawn by the package {package.label}." if package else drawing.caption
            drawn.append(DrawnFigure(item.name, item.title, caption, drawing.alt, png, svg))
    return drawn


@contextlib.contextmanager
def drawing_settings() -> Iterator[None]:
    """Draw with our own look and the fonts that this machine has; what they all lack is said once, as a warning."""
    settings: Any = {**matplotlib.rcParamsDefault, **SETTINGS, "font.family": installed_fonts()}
    with warnings.catch_warnings(record=True) as caught, matplotlib.rc_context(settings):
        warnings.simplefilter("always")
        yield
    missing: set[str] = set()
    for item in caught:
        glyph = GLYPH.match(str(item.message))
        if glyph is None:
            warnings.warn_explicit(item.message, item.category, item.filename, item.lineno)
        elif unicodedata.category(character := chr(int(glyph[1]))) != "Cc":
            missing.add(character)
    if missing:
        warnings.warn(
            f"no font here has the characters {''.join(sorted(missing))}: figures show boxes for them, the text of the "
            f"report does not; install a font that has them, such as {FURTHER_FONTS[0]}", stacklevel=3,
        )  # fmt: skip


def save_figures(drawn: list[DrawnFigure], folder: Folder, place: str) -> list[Path]:
    """Write `<name>.png` and `<name>.svg` for each figure at `place` in a folder, and return the paths."""
    written = []
    for item in drawn:
        for suffix, content in (("png", item.png), ("svg", item.svg)):
            name = f"{place}{item.name}.{suffix}"
            folder.write_bytes(name, content)
            written.append(folder / name)
    return written


def render(shown: Figure, dots_per_inch: int = DOTS_PER_INCH) -> tuple[bytes, bytes]:
    """Return a figure as PNG, with so many dots per inch, and SVG."""
    shown.draw_without_rendering()
    shown.set_layout_engine("none")  # the layout is done: solving it again for each format doubles the time
    png, svg = io.BytesIO(), io.BytesIO()
    shown.savefig(png, format="png", dpi=dots_per_inch, metadata={"Software": None})
    shown.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return png.getvalue(), svg.getvalue()
