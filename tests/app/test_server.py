"""Starting the page: what is said when it cannot be served, and that its files name no content network."""

from __future__ import annotations

import importlib.util
import socket
from typing import Any

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


def test_a_taken_port_is_a_problem_and_no_address_is_promised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(app, ["app", "brain_salts_rat", "--no-open", "--port", str(port)])
    assert result.exit_code == 2
    assert f"port {port} is taken" in result.output
    assert f"--port {port + 1 if port < 65535 else port - 1}" in result.output
    assert "Nothing is served." in result.output
    assert "http://" not in result.output


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host", "x" * 300])
def test_a_host_that_is_not_this_machine_is_a_problem(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def numbers_only(name: str, *given: Any, **named: Any) -> Any:
        if not name[0].isdigit():
            raise socket.gaierror(socket.EAI_NONAME, "no name server in tests")
        return real(name, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", numbers_only)
    result = CliRunner().invoke(app, ["app", "brain_salts_rat", "--no-open", "--host", host])
    assert result.exit_code == 2
    assert f"'{host}' is not an address of this machine" in result.output


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
