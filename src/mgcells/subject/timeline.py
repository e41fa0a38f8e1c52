"""What pushes a subject during a run without changing what it is made of: the drives of conditions and drugs."""

from __future__ import annotations

from collections.abc import Mapping

from mgcells.arrays import GRAMS_PER_KILOGRAM
from mgcells.library import Library
from mgcells.library.in_force import HEALTHY
from mgcells.library.targets import DRIVE, drugs
from mgcells.scenario.scenario import CoMedication, Strategy

TITRATION = "titration"


def clocked(library: Library, strategy: Strategy) -> frozenset[str]:
    """Return the timed conditions that do no more than push drives: body and tissues need not adopt anything."""
    timed = {entry.name for entry in strategy.conditions if entry.timed}
    if not timed:
        return frozenset()
    told = {name for rule in library.rules.values() for key, names in rule.applies_when for name in names
            if key == "condition"}  # fmt: skip
    if HEALTHY in told:
        return frozenset()
    return frozenset(name for name in timed - told if _drives_alone(library, name))


def _drives_alone(library: Library, name: str) -> bool:
    condition = library.conditions[name]
    other = condition.diet or condition.rules_on or condition.rules_off
    return not other and all(DRIVE in path for path in condition.parameters)


class Timeline:
    """The parameters in force at each hour of a run.

    Attributes
    ----------
    edges : tuple of float
        The hours at which something begins or ends.
    """

    def __init__(self, library: Library, strategy: Strategy, values: Mapping[str, float]) -> None:
        self._values = values
        self._timed: list[tuple[float, float, Mapping[str, float]]] = []
        # What is set later, by a condition that always holds or by the strategy's own parameters, stays as it is.
        stated = {path for path, _, _ in strategy.changes.parameters}
        for activation in reversed(strategy.conditions):
            parameters = library.conditions[activation.name].parameters
            if not activation.timed:
                stated |= set(parameters)
                continue
            changed = {path: entry.value for path, entry in parameters.items() if path not in stated}
            self._timed.insert(0, (activation.begin, activation.until, changed))
        known = drugs(library)
        self._timed += [(drug.begin, drug.until, _given(drug, known[drug.drug], values))
                        for drug in strategy.co_medication]  # fmt: skip
        self.edges = tuple({edge for begin, until, _ in self._timed for edge in (begin, until)})
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
