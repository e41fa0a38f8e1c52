"""The one guard around drawing: what cannot be drawn leaves a sentence in its place, and the page lives on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple, TypeVar

Drawn = TypeVar("Drawn")
MOST_SAID = 100

_log = logging.getLogger(__name__)
_said: set[str] = set()


class Missing(Exception):
    """There is nothing to draw, and the message says why."""


class Undrawn(NamedTuple):
    """What stands in the place of a picture that could not be drawn."""

    sentence: str


def drawn(what: str, draw: Callable[[], Drawn]) -> Drawn | Undrawn:
    """Return what `draw` returns, or a sentence with the name of what could not be drawn."""
    try:
        return draw()
    except Missing as missing:
        return Undrawn(f"{what}: {missing}.")
    except Exception as error:
        # Tissues, observables and views may be a user's own: whatever they raise may cost a picture, never the page.
        sentence = f"{what} could not be drawn ({type(error).__name__}: {error})."
        # Twenty pictures a second fail alike; the first of them is told where the command runs.
        if sentence not in _said and len(_said) < MOST_SAID:
            _said.add(sentence)
            _log.exception("%s", sentence)
        return Undrawn(sentence)
