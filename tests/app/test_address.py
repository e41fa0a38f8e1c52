"""Where the page may be served, and by which names it may be asked for."""

from __future__ import annotations

import socket

import pytest

from mgcells.app.address import Address, address, is_loopback, listen
from mgcells.errors import InputProblems


@pytest.mark.parametrize(
    ("host", "served", "foreign"),
    [
        ("127.0.0.1", ["127.0.0.1:8765", "localhost:8765", "LocalHost:8765", "[::1]:8765"],
         ["", ":8765", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8765:8765", "10.0.0.1:8765", "evil.example:8765",
          "localhost.evil.example:8765", "evil.example#127.0.0.1:8765", "[::1]", "::1:8765", "localhost:08765"]),
        ("192.168.1.5", ["192.168.1.5:8765"], ["localhost:8765", "192.168.1.6:8765", "192.168.1.5"]),
        ("lab.example", ["lab.example:8765", "LAB.example:8765"], ["evil.example:8765", "lab.example.evil:8765"]),
        ("::1", ["[::1]:8765", "localhost:8765"], ["[::2]:8765", "::1"]),
        ("0.0.0.0", ["127.0.0.1:8765", "10.1.2.3:9000", "[fe80::1]:8765", "localhost:9000", socket.gethostname()],
         ["evil.example:8765", "10.1.2.3.evil.example", ""]),
    ],
)  # fmt: skip
def test_a_host_is_served_only_by_its_own_names(host: str, served: list[str], foreign: list[str]) -> None:
    place = Address(host, 8765)
    assert [name for name in served if not place.serves(name)] == []
    assert [name for name in foreign if place.serves(name)] == []


def test_a_port_that_browsers_leave_out_may_be_left_out() -> None:
    place = Address("127.0.0.1", 80)
    assert place.url == "http://127.0.0.1"
    assert place.serves("127.0.0.1")
    assert place.serves("localhost:80")
    assert not place.serves("localhost:8765")


def test_only_what_other_machines_can_reach_has_a_token_and_no_two_are_alike() -> None:
    assert [host for host in ("127.0.0.1", "127.0.0.2", "localhost", "::1") if address(host, 8765).token] == []
    open_to_all = [address(host, 8765) for host in ("0.0.0.0", "::", "", "192.168.1.5", "lab.example", "0.0.0.0")]
    assert len({place.token for place in open_to_all}) == len(open_to_all)
    assert open_to_all[0].url == f"http://127.0.0.1:8765/?token={open_to_all[0].token}"
    assert open_to_all[0].token not in repr(open_to_all[0])
    assert address("::1", 8765).url == "http://[::1]:8765"
    assert not is_loopback("127.0.0.1.evil.example")


def test_a_port_is_taken_by_whoever_listens_first() -> None:
    with socket.create_server(("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        for host in ("127.0.0.1", "localhost", "0.0.0.0"):
            with pytest.raises(InputProblems, match=f"port {port} is taken"):
                listen(host, port)
    for opened in (again := listen("127.0.0.1", port)):
        opened.close()
    assert len(again) == 1
