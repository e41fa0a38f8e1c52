"""How many pages may be open: a bound, places that come back, and that those go first whom nobody looks at."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest
from solara.server import kernel_context
from solara.server.kernel_context import PageStatus

from mgcells.app import visits


@dataclass
class Session:
    """What a place needs to know of a page's session."""

    name: str
    status: PageStatus
    left: list[Any] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def page_status(self) -> dict[str, PageStatus]:
        return {"page": self.status}

    def on_close(self, leave: Any) -> None:
        self.left.append(leave)

    def close(self, reason: str = "") -> None:
        del kernel_context.contexts[self.name]
        for leave in reversed(self.left):
            leave()
        self.ended.set()


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The sessions that live, none at first; two places and four connections, and nobody waits for long."""
    living: dict[str, Any] = {}
    monkeypatch.setattr(kernel_context, "contexts", living)
    monkeypatch.setattr(visits, "_places", threading.BoundedSemaphore(2))
    monkeypatch.setattr(visits, "_arriving", set())
    monkeypatch.setattr(visits, "MOST_CONNECTED", 4)
    monkeypatch.setattr(visits, "PATIENCE", 0.3)
    return living


def _open(living: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch, left: list[str]) -> bool:
    session = living[name] = Session(name, PageStatus.CONNECTED)
    monkeypatch.setattr(kernel_context, "get_current_context", lambda: session)
    return visits.take_place(lambda: left.append(name))


def test_a_page_too_many_gets_no_place_until_one_is_closed(
    sessions: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []
    assert [_open(sessions, name, monkeypatch, left) for name in "abc"] == [True, True, False]
    sessions["a"].close()
    assert left == ["a"]
    assert _open(sessions, "d", monkeypatch, left)
    assert not _open(sessions, "e", monkeypatch, left)


def test_a_page_whose_browser_has_gone_makes_room(sessions: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "PATIENCE", 30.0)
    left: list[str] = []
    assert [_open(sessions, name, monkeypatch, left) for name in "ab"] == [True, True]
    sessions["b"].status = PageStatus.DISCONNECTED
    gone = sessions["b"]
    assert _open(sessions, "c", monkeypatch, left)
    assert gone.ended.wait(30.0)
    assert left == ["b"]


def test_connections_have_a_bound_and_a_known_page_comes_back(sessions: dict[str, Any]) -> None:
    arrived = [asyncio.run(visits.arrive(name)) for name in "abcde"]
    assert arrived == [True, True, True, True, False]
    sessions["a"] = Session("a", PageStatus.CONNECTED)
    assert asyncio.run(visits.arrive("a"))
    for name in "abcd":
        visits.depart(name)
    assert [asyncio.run(visits.arrive(name)) for name in "efgh"] == [True, True, True, False]


def test_a_forsaken_session_makes_room_for_a_connection(
    sessions: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "PATIENCE", 30.0)
    for name in "abcd":
        sessions[name] = Session(name, PageStatus.CONNECTED)
    sessions["c"].status = PageStatus.DISCONNECTED
    assert asyncio.run(visits.arrive("e"))
    assert sorted(sessions) == ["a", "b", "d"]
