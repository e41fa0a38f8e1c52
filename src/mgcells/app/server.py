"""Starting the local server of the page: this machine only, no request to any other, no usage reports."""

from __future__ import annotations

import importlib.util
import os
import threading
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path

ASSETS = Path(__file__).with_name("assets")
NEEDED = ("solara", "ipyvuetify", "PIL")
SCENARIO = "MGCELLS_APP_SCENARIO"
LIBRARIES = "MGCELLS_APP_LIBRARIES"
ENVIRONMENT = {
    "SOLARA_APP": "mgcells.app.page",
    "SOLARA_MODE": "production",
    "SOLARA_ASSETS_PROXY_CACHE_DIR": str(ASSETS),
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_KERNEL_CULL_TIMEOUT": "2m",
}


class MissingExtra(Exception):
    """What the page needs is not installed; the message says how to install it."""


def require_extra() -> None:
    """Raise MissingExtra when what the page needs is not installed."""
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise MissingExtra('The browser view needs more packages; install them with: pip install "mgcells[app]"')


def serve(
    scenario: str | Path,
    *,
    libraries: Sequence[str | Path] = (),
    host: str = "127.0.0.1",
    port: int = 8765,
    show: bool = True,
) -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    scenario : path or name of a shipped scenario
        What the page opens with; it has been checked already.
    libraries : folders
        Own libraries beside those that scenarios name.
    show : bool
        Open the system's browser once the server answers.
    """
    os.environ.update(ENVIRONMENT)
    os.environ[SCENARIO] = str(scenario)
    os.environ[LIBRARIES] = os.pathsep.join(map(str, libraries))
    import uvicorn

    server = uvicorn.Server(uvicorn.Config("solara.server.starlette:app", host=host, port=port, log_level="warning"))
    if show:
        threading.Thread(target=_open, args=(server, f"http://{host}:{port}"), daemon=True).start()
    server.run()


def _open(server: object, address: str) -> None:
    while not getattr(server, "started", False):
        time.sleep(0.1)
    webbrowser.open(address)
