"""A server of the page in a process of its own that may reach nothing, and raw requests to it."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import NamedTuple

# What the process asks of the outside is refused and written down; the addresses of this machine are no names to ask.
LAUNCHER = """
import sys
asked = open(sys.argv.pop(1), "a", buffering=1)
def watch(event, given):
    if event in ("socket.connect", "socket.gethostbyname", "socket.sendto"):
        asked.write(f"{event} {given[-1]!r}\\n")
        raise OSError("the test lets nothing out")
    if event == "socket.getaddrinfo" and given[0] not in (None, "127.0.0.1", "0.0.0.0"):
        asked.write(f"{event} {given[0]!r}\\n")
        raise OSError("the test lets nothing out")
sys.addaudithook(watch)
from mgcells.cli import main
main()
"""
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
CHANNELS = "/jupyter/api/kernels/{}/channels?session_id=one"


class Answer(NamedTuple):
    """What came back for one request."""

    status: int
    headers: Message
    body: str


@dataclass
class Served:
    """A server that answers: its port, the address it printed, and what it has said and asked."""

    port: int
    url: str
    said: Path
    asked: Path

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Send one request as it is spelled; `headers` with _ for -, and none of those that are empty."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            return self._ask(line, path, method, body, headers)

    def _ask(
        self, line: http.client.HTTPConnection, path: str, method: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        named = {"host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        for name, value in named.items():
            if value:
                line.putheader(name, value)
        line.endheaders(body or None)
        with line.getresponse() as answer:
            text = "" if answer.status == 101 else answer.read().decode("utf-8", "replace")
            return Answer(answer.status, answer.headers, text)

    def upgrade(self, kernel: str, **headers: str) -> int:
        """Return the status of the answer to a websocket's handshake."""
        shaken = {name.replace("-", "_"): value for name, value in HANDSHAKE.items()}
        return self.ask(CHANNELS.format(kernel), **shaken, **headers).status


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Served]:
    """Serve a shipped scenario until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said, asked = folder / "said.txt", folder / "asked.txt"
    asked.touch()
    command = [sys.executable, "-u", "-c", LAUNCHER, str(asked), "app", "brain_salts_rat", "--no-open"]
    with said.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*command, "--port", str(port), *options], stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder,
            env=dict(os.environ),
        )  # fmt: skip
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+?(?=;)", line)
            assert found, line + said.read_text(encoding="utf-8")
            yield Served(port, found[0], said, asked)
        finally:
            process.terminate()
            process.wait(timeout=60)
            if process.stdout is not None:
                process.stdout.close()
