"""Starting the local server of the page: this machine only, no request to any other, no usage reports."""

from __future__ import annotations

import importlib.util
import os
import threading
import warnings
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

from mgcells.app.address import address, is_loopback, listen

ASSETS = Path(__file__).with_name("assets")
# Where the page finds them.
VENDORED = "/vendored"
NEEDED = ("solara", "ipyvuetify", "PIL")
SCENARIO = "MGCELLS_APP_SCENARIO"
LIBRARIES = "MGCELLS_APP_LIBRARIES"
ENVIRONMENT = {
    "SOLARA_APP": "mgcells.app.page",
    "SOLARA_MODE": "production",
    "SOLARA_ROOT_PATH": "",
    "SOLARA_ASSETS_PROXY": "False",
    "SOLARA_ASSETS_CDN": VENDORED,
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_KERNEL_CULL_TIMEOUT": "2m",
}
# What a page sends is a name or a number at a time; all that it may send at once, and all that may connect.
MOST_MESSAGE, MOST_CONNECTIONS = 262_144, 256
EXPOSED = (
    "Other machines can reach this address. Whoever opens it with its token can run the tissues and read the scenario; "
    "give it to nobody else, and leave --host out to serve on this machine only."
)


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
    listening: Callable[[str], None] = lambda url: None,
    warn: Callable[[str], None] = lambda text: None,
) -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    scenario : path or name of a shipped scenario
        What the page opens with; it has been checked already.
    libraries : folders
        Own libraries beside those that scenarios name.
    host, port
        Where to serve. A host that other machines can reach is served to those who bring the token of its address.
    show : bool
        Open the system's browser once the server answers.
    listening : function
        Told the address to open once the server answers.
    warn : function
        Told when other machines can reach the address.

    Raises
    ------
    InputProblems
        Nothing can be served on that host and port.
    """
    sockets, place = listen(host, port), address(host, port)
    os.environ.update(ENVIRONMENT)
    os.environ[SCENARIO] = str(scenario)
    os.environ[LIBRARIES] = os.pathsep.join(map(str, libraries))
    import uvicorn

    from mgcells.app.site import Server, site

    def answering() -> None:
        listening(place.url)
        if show:
            # Some browsers are waited for until they are closed.
            threading.Thread(target=webbrowser.open, args=(place.url,), daemon=True).start()

    if not is_loopback(host):
        warn(EXPOSED)
    # Solara thinks of servers that stand behind another; this one does not.
    warnings.filterwarnings("ignore", "Cookies with samesite=none require https")
    settings = uvicorn.Config(
        site(place, VENDORED, ASSETS), log_level="warning", proxy_headers=False, server_header=False,
        ws_max_size=MOST_MESSAGE, limit_concurrency=MOST_CONNECTIONS,
    )  # fmt: skip
    Server(settings, answering).run(sockets)
