"""What begins or ends during a run: conditions and drugs."""

from __future__ import annotations

from collections.abc import Mapping

from mgcells.arrays import GRAMS_PER_KILOGRAM
from mgcells.library import Library
from mgcells.library.targets import DRIVE, drugs
from mgcells.scenario.scenario import CoMedication, Strategy

TITRATION = "titration"


class Timeline:
    """The parameters in force at each hour of a run."""

    def __init__(self, library: Library, strategy: Strategy, values: Mapping[str, float]) -> None:
        self._values = values
        self._timed: list[tuple[float, float, Mapping[str, float]]] = []
        for activation in strategy.conditions:
            if activation.timed:
                parameters = library.conditions[activation.name].parameters
                changed = {path: parameter.value for path, parameter in parameters.items()}
                self._timed.append((activation.begin, activation.until, changed))
        known = drugs(library)
        self._timed += [(drug.begin, drug.until, _given(drug, known[drug.drug], values))
                        for drug in strategy.co_medication]  # fmt: skip
        self._active: tuple[bool, ...] = ()
        self._now: Mapping[str, float] = values

    def at(self, hour: float) -> Mapping[str, float]:
        """Return path -> value for the step that begins at `hour`."""
        if not self._timed:
            return self._values
        active = tuple(begin <= hour < until for begin, until, _ in self._timed)
        if active != self._active:
            now = dict(self._values)
            for holds, (_, _, changed) in zip(active, self._timed, strict=True):
                if holds:
                    now |= changed
            self._active, self._now = active, now
        return self._now


def _given(drug: CoMedication, paths: list[str], values: Mapping[str, float]) -> dict[str, float]:
    rate = drug.rate * (values["body.weight"] / GRAMS_PER_KILOGRAM if drug.per_kilogram else 1.0)
    given = dict.fromkeys(paths, rate)
    for path in paths:
        titration = path.rpartition(DRIVE)[0] + DRIVE + TITRATION
        if titration in values:
            given[titration] = float(drug.titrate)
    return given
