"""Where the page is served: the sockets that listen, the addresses by which it may be asked for, and its token."""

from __future__ import annotations

import errno
import ipaddress
import secrets
import socket
from dataclasses import dataclass, field

from mgcells.errors import InputProblems, Problem

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
TOKEN_BYTES = 32
# 80 is left out of an address by every browser.
PLAIN = 80
REASONS = {
    errno.EADDRINUSE: "port {port} is taken: another program, or another mgcells app, listens there; choose a free "
    "one, such as --port {other}",
    errno.EACCES: "the system does not let you serve on port {port}; choose one above 1023, such as --port 8765",
    errno.EADDRNOTAVAIL: "'{host}' is not an address of this machine; leave --host out to serve on this machine only",
}


@dataclass(frozen=True)
class Address:
    """A host and a port, and the token that visitors must bring where others than this machine can reach it."""

    host: str
    port: int
    token: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The address to open, with the token if there is one."""
        name = "127.0.0.1" if _everywhere(self.host) else _bracketed(self.host)
        port = "" if self.port == PLAIN else f":{self.port}"
        return f"http://{name}{port}" + (f"/?token={self.token}" if self.token else "")

    def serves(self, host: str) -> bool:
        """Tell whether the Host of a request is this address.

        A name that is not ours may be another site's, led here by its name server. What is served to other machines
        may be reached by every number that this machine has, and through another port.
        """
        name, port = _parted(host.lower())
        if _everywhere(self.host):
            return name in (*LOOPBACK, socket.gethostname().lower()) or _number(name) is not None
        ours = (*(LOOPBACK if is_loopback(self.host) else ()), _bracketed(self.host.lower()))
        return name in ours and port == str(self.port)


def address(host: str, port: int) -> Address:
    """Return the address of a page; one that other machines can reach has a token."""
    return Address(host, port, "" if is_loopback(host) else secrets.token_urlsafe(TOKEN_BYTES))


def listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen on a port of a host, one for each kind of address that it has.

    Raises
    ------
    InputProblems
        The port is taken or forbidden, or the host is not this machine.
    """
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise InputProblems([Problem("--host", 0, REASONS[errno.EADDRNOTAVAIL].format(host=host))]) from None
    sockets: list[socket.socket] = []
    failed: OSError | None = None
    for family, place in dict.fromkeys((family, place) for family, _, _, _, place in found):
        try:
            sockets.append(socket.create_server(place[:2], family=family))
        except OSError as error:
            failed = error if failed is None or error.errno == errno.EADDRINUSE else failed
    # One of two kinds may be missing on a machine; a port that is taken for one of them is taken.
    if failed is not None and (not sockets or failed.errno == errno.EADDRINUSE):
        for opened in sockets:
            opened.close()
        raise InputProblems([_problem(failed, host, port)])
    return sockets


def is_loopback(host: str) -> bool:
    """Tell whether a host is reached from this machine only."""
    number = _number(host)
    return host.lower() == "localhost" or (number is not None and number.is_loopback)


def _problem(error: OSError, host: str, port: int) -> Problem:
    reason = REASONS.get(error.errno or 0, f"nothing can be served on '{host}', port {port}: {error.strerror}")
    option = "--host" if error.errno == errno.EADDRNOTAVAIL else "--port"
    return Problem(option, 0, reason.format(host=host, port=port, other=port + 1 if port < 65535 else port - 1))


def _everywhere(host: str) -> bool:
    number = _number(host)
    return not host or (number is not None and number.is_unspecified)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _parted(host: str) -> tuple[str, str]:
    """Return name and port of a Host."""
    name, colon, port = host.rpartition(":")
    return (name, port) if colon and not port.endswith("]") else (host, str(PLAIN))
