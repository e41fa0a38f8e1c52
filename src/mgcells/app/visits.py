"""How many pages may be open at once: each holds two living subjects and what they remember.

A page that was closed gives its place back at once. One whose browser has gone without a word keeps it for a while,
because it may come back, and loses it when somebody else needs it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from solara.server import kernel_context
from solara.server.kernel_context import PageStatus

# Pages with living tissues, and connections of pages, those included that only say that there is no place.
MOST_PAGES, MOST_CONNECTED = 8, 16
# Seconds that a page waits while another one ends, such as itself before it was loaded again.
PATIENCE, LOOK_AGAIN = 10.0, 0.1

_places = threading.BoundedSemaphore(MOST_PAGES)
_arriving: set[str] = set()


def take_place(leave: Callable[[], None]) -> bool:
    """Take a place for the page that calls, until it ends, and `leave` is called; False when there is none."""
    if not _places.acquire(blocking=False):
        end_forsaken()
        if not _places.acquire(timeout=PATIENCE):
            return False
    page = kernel_context.get_current_context()
    page.on_close(_places.release)
    page.on_close(leave)
    return True


async def arrive(page: str) -> bool:
    """Let a page connect, once fewer than MOST_CONNECTED others are; False when there are as many for long.

    `depart` belongs to every page that has arrived.
    """
    waited = 0.0
    while page not in kernel_context.contexts and len({*kernel_context.contexts, *_arriving}) >= MOST_CONNECTED:
        end_forsaken()
        if waited >= PATIENCE:
            return False
        await asyncio.sleep(LOOK_AGAIN)
        waited += LOOK_AGAIN
    _arriving.add(page)
    return True


def depart(page: str) -> None:
    """Forget a connection; its page counts as long as its session lives."""
    _arriving.discard(page)


def end_forsaken() -> None:
    """End the session that has been without its page for longest, where there is one."""
    for name, session in list(kernel_context.contexts.items()):
        pages = set(session.page_status.values())
        if PageStatus.DISCONNECTED in pages and PageStatus.CONNECTED not in pages:
            # Sessions end in the thread that ends those that nobody comes back to.
            kernel_context.keep_alive_event_loop.call_soon_threadsafe(_end, name)
            return


def _end(name: str) -> None:
    session = kernel_context.contexts.get(name)
    if session is not None:
        session.close("cull")
