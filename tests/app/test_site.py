"""What the running server answers: the page and its files, to the page alone; nothing reaches out or writes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import CHANNELS, Served, served
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from mgcells.app.server import ASSETS, MOST_MESSAGE

CDN = (
    "/_solara/cdn/@widgetti", "/_solara/cdn/@widgetti/", "/_solara/cdn/@widgetti/solara-vuetify-app@10.1.1/dist",
    "/_solara/cdn/requirejs@2.3.6/require.js", "/_solara/cdn/", "/_solara/cdn", "//_solara/cdn/@widgetti",
    "/_solara//cdn/@widgetti", "/%5fsolara/cdn/@widgetti", "/_solara%2fcdn%2f@widgetti", "/_SOLARA/CDN/@widgetti",
    "/static/../_solara/cdn/@widgetti", "/static/%2e%2e/_solara/cdn/@widgetti", "/./_solara/cdn/@widgetti",
    "/_solara/cdn/%2e%2e/%2e%2e", "/_solara/cdn/..%2f..%2f", "/_solara/cdn/left-pad@1.3.0/index.js",
    "/_solara\\cdn\\@widgetti", "/vendored/../_solara/cdn/@widgetti", "/jupyter/_solara/cdn/@widgetti",
)  # fmt: skip
OUTSIDE = (
    "/vendored/../server.py", "/vendored/%2e%2e/server.py", "/vendored/..%2fserver.py", "/vendored/..%5cserver.py",
    "/vendored//etc/passwd", "/vendored/%2fetc%2fpasswd", "/static/../server.py", "/static/%2e%2e/server.py",
    "/static/assets/..%2f..%2fserver.py", "/jupyter/nbextensions/..%2f..%2f..%2f..%2fpyvenv.cfg",
    "/jupyter/nbextensions/%2fetc%2fpasswd", "/jupyter/nbextensions/jupyter-vue/..%2f..%2f..%2fkernels",
    "/vendored/%00", "/vendored", "/vendored/@widgetti",
)  # fmt: skip
UNNEEDED = (
    "/readyz", "/resourcez", "/jupyter/api/kernels/one", "/static/public/x", "/some/page", "/brain_salts_rat.toml",
    "/_solara/api/evict/one", "/_solara/auth/login", "/index.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running
        assert running.asked.read_text(encoding="utf-8") == "", "the server asked another machine"
        assert "Traceback" not in running.said.read_text(encoding="utf-8")


def test_the_address_is_printed_once_it_answers_and_all_that_the_page_names_is_there(server: Served) -> None:
    assert server.url == f"http://127.0.0.1:{server.port}"
    page = server.ask("/")
    assert page.status == 200
    text = page.body
    files = re.findall(r'(?:href|src)="(/[^"]+)"', text)
    assert any(name.startswith("/vendored/@widgetti") for name in files)
    assert [name for name in files if server.ask(name).status != 200] == []
    assert "jsdelivr" not in text
    assert "/_solara/cdn" not in text
    assert server.said.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_no_request_removes_writes_or_fetches_a_file(server: Served, method: str) -> None:
    before = _files()
    assert len(before) > 20
    answers = {path: server.ask(path, method, origin=f"http://{server.host}").status for path in CDN}
    assert {path: status for path, status in answers.items() if status not in (404, 405)} == {}
    assert _files() == before
    assert server.asked.read_text(encoding="utf-8") == ""


def test_a_page_of_another_port_reaches_no_file_by_an_image(server: Served) -> None:
    before = _files()
    seen = {"sec_fetch_site": "same-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"}
    for path in ("/", CDN[0], "/vendored/@widgetti/solara-vuetify-app@10.1.1/dist/fonts.css"):
        assert server.ask(path, referer="http://127.0.0.1:9000/", **seen).status == 403
    assert _files() == before


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_spelling_of_a_path_leaves_the_folders_of_the_page(server: Served, path: str) -> None:
    assert server.ask(path).status in (400, 404)


@pytest.mark.parametrize("path", UNNEEDED)
def test_what_the_page_does_not_need_is_not_there(server: Served, path: str) -> None:
    own = f"http://{server.host}"
    assert {server.ask(path, method, origin=own).status for method in ("GET", "POST")} <= {404, 405}


def test_only_the_address_that_is_served_is_answered(server: Served) -> None:
    port = server.port
    for host in (f"localhost:{port}", f"LOCALHOST:{port}", f"[::1]:{port}", f"127.0.0.1:{port}"):
        assert server.ask("/", host=host).status == 200, host
    for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "127.0.0.1", "localhost:1",
                 f"127.0.0.1:{port}@evil.example", f"10.0.0.1:{port}"):  # fmt: skip
        assert server.ask("/", host=host).status == 421, host
    assert server.ask("/", host="").status == 400


def test_a_websocket_of_another_page_or_of_none_is_refused(server: Served) -> None:
    own, kernel = f"http://{server.host}", "00000000-0000-0000-0000-00000000000a"
    for origin in ("http://evil.example", "http://127.0.0.1:9000", "http://localhost:" + str(server.port), "null", "",
                   f"https://{server.host}", f"http://{server.host}.evil.example"):  # fmt: skip
        assert server.upgrade(kernel, origin=origin) == 403, origin
    assert (
        server.upgrade(kernel, host=f"evil.example:{server.port}", origin=f"http://evil.example:{server.port}") == 403
    )
    assert server.upgrade(kernel, origin=own) == 101
    assert server.ask(CHANNELS.format(kernel).partition("?")[0], origin=own).status == 404


def test_a_page_is_closed_by_itself_only(server: Served) -> None:
    path = "/_solara/api/close/no-such-page?session_id=one"
    assert server.ask(path, "POST").status == 403
    assert server.ask(path, "POST", origin="http://127.0.0.1:9000").status == 403
    assert server.ask(path, "POST", origin=f"http://{server.host}").status == 404


def test_what_a_request_or_a_message_may_hold_has_an_end(server: Served) -> None:
    own = f"http://{server.host}"
    close = "/_solara/api/close/no-such-page?session_id=one"
    assert server.ask(close, "POST", origin=own, content_length="10000000000").status == 413
    assert server.ask(close, "POST", origin=own, transfer_encoding="chunked").status == 413
    address = f"ws://{server.host}" + CHANNELS.format("00000000-0000-0000-0000-00000000000b")
    with connect(address, origin=own, proxy=None) as line:  # type: ignore[arg-type]
        line.send("x" * (MOST_MESSAGE + 1))
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_no_other_page_may_frame_it_and_it_may_load_nothing_from_elsewhere(server: Served) -> None:
    headers = server.ask("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert f"connect-src 'self' ws://{server.host};" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_headers_of_a_server_in_front_change_nothing(server: Served) -> None:
    answer = server.ask("/", x_forwarded_proto="gopher", x_forwarded_host="evil.example", x_script_name="/evil")
    assert answer.status == 200
    assert "evil" not in answer.body


def test_other_machines_need_the_token_that_was_printed(tmp_path: Path) -> None:
    with served(tmp_path, "--host", "0.0.0.0") as open_to_all:
        assert "Other machines can reach this address" in open_to_all.said.read_text(encoding="utf-8")
        path, token = open_to_all.url.partition("/?")[1:][1], open_to_all.url.partition("token=")[2]
        assert len(token) > 40
        for wrong in ("/", "/?token=", f"/?token={token[:-1]}", f"/?{path}x", "/?token=%ff"):
            assert open_to_all.ask(wrong).status == 403, wrong
        entrance = open_to_all.ask(f"/?token={token}")
        cookie = entrance.headers["Set-Cookie"].partition(";")[0]
        assert (entrance.status, entrance.headers["Location"]) == (303, "/")
        assert "HttpOnly" in entrance.headers["Set-Cookie"]
        own = f"http://{open_to_all.host}"
        assert open_to_all.ask("/", cookie=cookie).status == 200
        assert open_to_all.upgrade("one", origin=own) == 403
        assert open_to_all.upgrade("one", origin=own, cookie=cookie) == 101
        assert open_to_all.ask("/", host="evil.example", cookie=cookie).status == 421
        assert open_to_all.ask("/", host="192.168.1.5:9000", cookie=cookie).status == 200
        assert open_to_all.asked.read_text(encoding="utf-8") == ""


def _files() -> dict[str, str]:
    return {
        str(file.relative_to(ASSETS)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in ASSETS.rglob("*")
        if file.is_file()
    }
