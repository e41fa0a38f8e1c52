"""Characters that a font lacks: another is asked, and where none has them one sentence says so."""

from __future__ import annotations

import warnings

import pytest
from matplotlib.figure import Figure

from mgcells.reporting import drawing, style
from mgcells.reporting.drawing import drawing_settings, render


def draw(text: str) -> bytes:
    with drawing_settings():
        figure = Figure(figsize=(1.0, 1.0))
        figure.text(0.1, 0.5, text)
        return render(figure)[0]


def test_characters_without_a_font_are_named_in_one_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "installed_fonts", lambda: [style.FONT])
    with pytest.warns(UserWarning, match="no font here has the characters 硫镁: figures show boxes") as said:
        draw("镁硫镁\x1b")
    assert len(said) == 1


def test_other_warnings_of_a_figure_are_passed_on() -> None:
    with pytest.warns(DeprecationWarning, match="old"), drawing_settings():
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_only_installed_fonts_are_asked_and_the_first_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    style.installed_fonts.cache_clear()
    monkeypatch.setattr(style.fontManager.__class__, "get_font_names", lambda self: ["SimHei", "Comic Sans"])
    assert style.installed_fonts() == ["DejaVu Sans", "SimHei"]
    style.installed_fonts.cache_clear()
