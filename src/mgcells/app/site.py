"""What the page's server answers, and nothing else.

Solara's own application answers more: it asks a content network for files that it lacks, keeps them in a folder that
it also clears, and reports on its sessions. Here stand the few of its answers that the page needs.
"""

from __future__ import annotations

import socket
import warnings
from collections.abc import Callable
from pathlib import Path

import uvicorn
from solara.server import kernel_context
from solara.server.server import solara_static
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from mgcells.app.address import Address
from mgcells.app.guard import Guard
from mgcells.app.visits import arrive, depart

with warnings.catch_warnings():
    # Solara imports a part of websockets that is to go.
    warnings.simplefilter("ignore", DeprecationWarning)
    import solara.server.starlette as solara_site

TRY_LATER, REFUSED = 1013, 1008


def site(address: Address, vendored: str, assets: Path) -> Starlette:
    """Return the application that serves the page at an address, and the files of `assets` below `vendored`."""
    answers = Starlette(
        routes=[
            Route("/", solara_site.root),
            WebSocketRoute("/jupyter/api/kernels/{kernel_id}/channels", connect),
            Route("/_solara/api/close/{kernel_id}", close, methods=["POST"]),
            Mount(vendored, StaticFiles(directory=assets)),
            Mount("/static/assets", StaticFiles(directory=solara_static.parent / "assets")),
            Mount("/static", StaticFiles(directory=solara_static)),
            Mount("/jupyter/nbextensions", solara_site.StaticNbFiles()),
        ],
        middleware=[Middleware(Guard, address=address)],
        lifespan=solara_site.lifespan,
    )
    answers.router.redirect_slashes = False
    return answers


class Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, answering: Callable[[], None]) -> None:
        super().__init__(config)
        self._answering = answering

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._answering()


async def connect(line: WebSocket) -> None:
    """Connect a page with its session."""
    page = line.path_params["kernel_id"]
    if not line.query_params.get("session_id"):
        await line.close(REFUSED)
    elif not await arrive(page):
        await line.close(TRY_LATER)
    else:
        try:
            await solara_site.kernel_connection(line)
        finally:
            depart(page)


def close(request: Request) -> Response:
    """End the session of a page that was closed."""
    session = kernel_context.contexts.get(request.path_params["kernel_id"])
    if session is None or request.query_params.get("session_id") not in session.page_status:
        return PlainTextResponse("No such page is open.\n", 404)
    answer: Response = solara_site.close(request)
    return answer
