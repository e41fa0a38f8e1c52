"""Starting the page: what is said when its packages are missing, and that its files name no content network."""

from __future__ import annotations

import importlib.util

import pytest
from typer.testing import CliRunner

from mgcells.app.server import ASSETS, NEEDED
from mgcells.cli import app


def test_missing_packages_are_named_before_any_address_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in NEEDED else find(name))
    result = CliRunner().invoke(app, ["app", "brain_salts_rat", "--no-open"])
    assert result.exit_code == 2
    assert 'pip install "mgcells[app]"' in result.output
    assert "http://" not in result.output


@pytest.mark.parametrize("network", ["jsdelivr", "unpkg.com", "googleapis", "cdnjs"])
def test_no_file_of_the_page_names_a_content_network(network: str) -> None:
    files = [file for file in ASSETS.rglob("*") if file.suffix in (".js", ".css")]
    assert files
    assert not [file.name for file in files if network in file.read_text(encoding="utf-8", errors="replace")]


def test_fonts_and_icons_stand_beside_their_licences() -> None:
    fonts = list(ASSETS.rglob("*.woff2"))
    names = next(ASSETS.rglob("fonts.css")).read_text(encoding="utf-8")
    assert fonts
    # The README states a licence for the fonts of this stylesheet and for no other.
    assert not [font.name for font in fonts if font.name not in names]
    assert "Apache License" in (ASSETS / "LICENSE-Apache-2.0.txt").read_text(encoding="utf-8")
    assert "Apache 2.0" in (ASSETS / "LICENSE-MaterialDesignIcons.txt").read_text(encoding="utf-8")
