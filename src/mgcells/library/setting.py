"""One strategy of one scenario as plain numbers: what tissues and body are built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mgcells.library.entries import Rule


@dataclass(frozen=True)
class Setting:
    """Everything that a virtual subject under one strategy is made of, in internal units.

    Attributes
    ----------
    subject, species
        Names of the kind of subject.
    tissues
        Names of the tissues that are simulated.
    values : path -> float
        The parameters in force: library, subject, condition, strategy, then the virtual subject's own draw.
    healthy : path -> float
        The reference subject's values in health; rules are normalised to these and nothing ever changes them.
    rules : cell -> rows that are in force
    residuals : inhibitor target -> share of activity left (1 when it is not inhibited)
    """

    subject: str
    species: str
    tissues: tuple[str, ...]
    values: Mapping[str, float]
    healthy: Mapping[str, float]
    rules: Mapping[str, tuple[Rule, ...]]
    residuals: Mapping[str, float]

    def section(self, prefix: str) -> dict[str, float]:
        """Return the values below a dotted prefix, keyed by the rest of their path."""
        begin = prefix + "."
        return {path[len(begin) :]: value for path, value in self.values.items() if path.startswith(begin)}
