"""What pushes a subject during a run without changing what it is made of: the drives of conditions and drugs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mgcells.arrays import GRAMS_PER_KILOGRAM
from mgcells.library import Library
from mgcells.library.in_force import HEALTHY
from mgcells.library.targets import DRIVE, drugs, titration_of
from mgcells.scenario.scenario import CoMedication, Strategy


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
        self._drugs, self._paths = strategy.co_medication, drugs(library)
        windows = [(begin, until) for begin, until, _ in self._timed]
        self._windows = (*windows, *((drug.begin, drug.until) for drug in self._drugs))
        self.edges = tuple({edge for window in self._windows for edge in window})
        self._active: tuple[bool, ...] = ()
        self._now: Mapping[str, float] = values

    def at(self, hour: float) -> Mapping[str, float]:
        """Return path -> value for the step that begins at `hour`."""
        if not self._windows:
            return self._values
        active = tuple(begin <= hour < until for begin, until in self._windows)
        if active != self._active:
            now, count = dict(self._values), len(self._timed)
            for holds, (_, _, changed) in zip(active, self._timed, strict=False):
                if holds:
                    now |= changed
            taken = [drug for holds, drug in zip(active[count:], self._drugs, strict=True) if holds]
            self._active, self._now = active, now | self._taken(taken)
        return self._now

    def _taken(self, drugs_now: Sequence[CoMedication]) -> dict[str, float]:
        """Return the drives that drugs set; what several entries give of one drug adds up."""
        found: dict[str, float] = {}
        for drug in drugs_now:
            rate = drug.rate * (self._values["body.weight"] / GRAMS_PER_KILOGRAM if drug.per_kilogram else 1.0)
            for path in self._paths[drug.drug]:
                found[path] = found.get(path, 0.0) + rate
                titration = titration_of(path)
                if titration in self._values:
                    found[titration] = max(found.get(titration, 0.0), float(drug.titrate))
        return found
