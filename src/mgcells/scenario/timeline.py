"""Conditions that begin or end during a run."""

from __future__ import annotations

from collections.abc import Mapping

from mgcells.library import Library
from mgcells.scenario.scenario import Strategy


class Timeline:
    """The parameters in force at each hour of a run."""

    def __init__(self, library: Library, strategy: Strategy, values: Mapping[str, float]) -> None:
        self._values = values
        self._timed = [
            (activation.begin, activation.until, library.conditions[activation.name].parameters)
            for activation in strategy.conditions
            if activation.begin > 0 or activation.until != float("inf")
        ]
        self._active: tuple[bool, ...] = ()
        self._now: Mapping[str, float] = values

    def at(self, hour: float) -> Mapping[str, float]:
        """Return path -> value for the step that begins at `hour`."""
        if not self._timed:
            return self._values
        active = tuple(begin <= hour < until for begin, until, _ in self._timed)
        if active != self._active:
            now = dict(self._values)
            for holds, (_, _, parameters) in zip(active, self._timed, strict=True):
                if holds:
                    now |= {path: parameter.value for path, parameter in parameters.items()}
            self._active, self._now = active, now
        return self._now
