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
from typing import Any, NamedTuple

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from mgcells.folder import Folder
from mgcells.library.installed import owner
from mgcells.reporting.registry import registered_figures
from mgcells.reporting.results import Results
from mgcells.reporting.style import DOTS_PER_INCH, FONT, FURTHER_FONTS, SETTINGS, installed_fonts

# Text stays text in an SVG, and a reader may lack our font: of those that most have, Verdana is nearest in its widths.
WRITTEN_FONT = f"'{FONT}'".encode()
ASKED_FONTS = f"'{FONT}', Verdana, sans-serif".encode()
GLYPH = re.compile(r"Glyph (\d+) .*missing from")


class Rendered(NamedTuple):
    """The bytes of a figure: pixels for a screen, drawings whose text stays text for a paper."""

    png: bytes
    svg: bytes
    pdf: bytes


@dataclass(frozen=True)
class DrawnFigure:
    """A figure as files in memory."""

    name: str
    title: str
    caption: str
    alt: str
    files: Rendered

    @property
    def words(self) -> str:
        """The title and the caption, as they stand in the file beside the figure."""
        return f"{self.title}. {self.caption}\n"


def draw_all(results: Results) -> list[DrawnFigure]:
    """Draw every registered figure that has something to show."""
    drawn = []
    with drawing_settings():
        for item in registered_figures():
            package = owner(item.draw.__module__)
            by = f" Drawn by the package {package.label}." if package else ""
            for drawing in item.drawings(results):
                name = f"{item.name}-{drawing.part}" if drawing.part else item.name
                title, files = drawing.title or item.title, render(drawing.figure)
                drawn.append(DrawnFigure(name, title, drawing.caption + by, drawing.alt, files))
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
    """Write each figure at `place` in a folder as `<name>.png`, `.svg` and `.pdf`, with its caption in `<name>.txt`.

    Figures that mgcells wrote there before and that are no longer drawn are taken away. Returns the paths of the
    figures, without the captions.
    """
    files = {
        name: content
        for item in drawn
        for name, content in figure_files(f"{place}{item.name}", item.files, item.words).items()
    }
    folder.remove(set(folder.written(place)) - files.keys() - {place})
    for name, content in files.items():
        folder.write_bytes(name, content)
    return [folder / name for name in files if not name.endswith(".txt")]


def figure_files(stem: str, rendered: Rendered, words: str) -> dict[str, bytes]:
    """Return the files of a figure by name: each format, and its caption as text."""
    return {f"{stem}.{suffix}": content for suffix, content in {**rendered._asdict(), "txt": words.encode()}.items()}


def render(shown: Figure) -> Rendered:
    """Return a figure as PNG, SVG and PDF.

    Each canvas is asked by itself, as `savefig` would draw every figure twice to place what is placed already.
    """
    shown.draw_without_rendering()
    shown.set_layout_engine("none")
    png, svg, pdf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    canvases: Any = (FigureCanvasSVG(shown), FigureCanvasPdf(shown), FigureCanvasAgg(shown))
    canvases[0].print_svg(svg, metadata={"Date": None, "Creator": None})
    canvases[1].print_pdf(pdf, metadata={"CreationDate": None, "Creator": None, "Producer": None})
    shown.dpi = DOTS_PER_INCH
    canvases[2].print_png(png, metadata={"Software": None})
    return Rendered(png.getvalue(), svg.getvalue().replace(WRITTEN_FONT, ASKED_FONTS), pdf.getvalue())
