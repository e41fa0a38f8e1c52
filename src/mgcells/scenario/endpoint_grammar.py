"""How the texts of endpoints read: one example of each form, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

# Each text is read by `mgcells.scenario.endpoints.read_endpoint`.
GRAMMAR: Sequence[tuple[str, str]] = (
    ("24 d", "the value at that time"),
    ("last 3 d", "the mean of that time before the end"),
    ("3 d to 4 d", "the mean of a window, without its end"),
    ("highest 0 h to 4 h", "the highest value in a window, its end included"),
    ("lowest last 2 d", "the lowest value in a window, its end included"),
)
