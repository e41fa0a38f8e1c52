"""Cutting links between organs: what is cut stays for ever as it was at hour 0."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from mgcells.tissues.links import ARROW, LEVELS, RETURNS
from mgcells.tissues.tissue import Feedback, Surroundings


def sensed(surroundings: Surroundings, start: Surroundings, tissue: str, cut: Collection[str]) -> Surroundings:
    """Return what a tissue senses: of links that are cut what it sensed at hour 0."""
    names = [name.removesuffix(f"{ARROW}{tissue}") for name in cut if name.endswith(f"{ARROW}{tissue}")]
    if not names:
        return surroundings
    held = {LEVELS[name]: getattr(start, LEVELS[name]) for name in names if name in LEVELS}
    signals = dict(surroundings.signals)
    for name in names:
        if name not in LEVELS and name in start.signals:
            signals[name] = start.signals[name]
        elif name not in LEVELS:
            signals.pop(name, None)
    return replace(surroundings, **held, signals=signals)


def returned(given: Feedback, start: Feedback, tissue: str, cut: Collection[str]) -> Feedback:
    """Return what a tissue gives back: of links that are cut what it gave at hour 0."""
    held = {field: getattr(start, field) for name, field in RETURNS.items() if f"{tissue}{ARROW}{name}" in cut}
    return replace(given, **held) if held else given
