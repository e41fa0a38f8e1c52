"""Who may speak to the page's server: the page itself, at the address it is served at, and nobody else.

Every other page that is open in the same browser can send requests here, by an image, a form or a websocket, and a
name server can make a foreign name mean this machine. Host and Origin tell them apart: a browser lets no page choose
them.
"""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mgcells.app.address import Address

# The page's own requests have no body; what is said goes through its websocket.
MOST_BODY = 65_536
READING = ("GET", "HEAD")
REFUSED = 1008
# Solara answers to some of these as if a server in front of it had set them; there is none.
FORWARDED = (b"x-forwarded-", b"forwarded", b"script-name", b"x-script-name")
# Templates of widgets are compiled in the page. All that it loads comes from here, and no other page may frame it.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://{host}; object-src 'none'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """An application that lets only the page of one address through to another application."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request or websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        answer = self._refusal(asked) or self._entrance(asked)
        if answer is None:
            plain = [pair for pair in scope["headers"] if not pair[0].startswith(FORWARDED)]
            await self._app({**scope, "headers": plain}, receive, _with_headers(send, asked.headers["host"]))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": REFUSED})
        else:
            await answer(scope, receive, send)

    def _refusal(self, asked: HTTPConnection) -> Response | None:
        hosts, origins = asked.headers.getlist("host"), asked.headers.getlist("origin")
        if len(hosts) != 1 or not self._address.serves(hosts[0]):
            return _no(421, f"This page is served at {self._plain} only; open that address.")
        method = asked.scope.get("method", "")
        if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
            return _no(403, "Only the page itself may ask for this, and another page did.")
        if method not in READING and not origins:
            return _no(403, "Only the page itself may ask for this; the request does not say which page it is from.")
        if not _from_here(asked):
            return _no(403, "No other page may load or frame this one.")
        if "transfer-encoding" in asked.headers or not _small(asked.headers.get("content-length", "0")):
            return _no(413, f"A request has a body of at most {MOST_BODY} bytes.")
        return None

    def _entrance(self, asked: HTTPConnection) -> Response | None:
        """Ask for the token where there is one; it is remembered in a cookie, so that it leaves the address bar."""
        token, cookie = self._address.token, f"mgcells-token-{self._address.port}"
        if not token or _same(asked.cookies.get(cookie, ""), token):
            return None
        if asked.scope["type"] == "http" and _same(asked.query_params.get("token", ""), token):
            inside = RedirectResponse("/", 303)
            inside.set_cookie(cookie, token, httponly=True, samesite="lax")
            return inside
        return _no(403, "Open the address that mgcells app has printed, with its token.")

    @property
    def _plain(self) -> str:
        return self._address.url.partition("/?")[0]


def _from_here(asked: HTTPConnection) -> bool:
    """Tell whether a page of this address asks, or someone who opens it; older browsers do not say."""
    site, mode = asked.headers.get("sec-fetch-site", "none"), asked.headers.get("sec-fetch-mode", "")
    opened = mode == "navigate" and asked.headers.get("sec-fetch-dest") == "document"
    return site in ("same-origin", "none") or opened


def _small(length: str) -> bool:
    return length.isascii() and length.isdigit() and len(length) < 20 and int(length) <= MOST_BODY


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode(), token.encode())


def _no(status: int, text: str) -> Response:
    return PlainTextResponse(text + "\n", status, headers=HEADERS)


def _with_headers(send: Send, host: str) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in {**HEADERS, "Content-Security-Policy": POLICY.format(host=host)}.items():
                headers[name] = value
        await send(message)

    return add
