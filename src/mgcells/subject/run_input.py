"""All that one run reads: a subject is built from this and from nothing else, and its digest is the run's identity."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from mgcells.identity import WORDS, digest
from mgcells.library import Library, Rule
from mgcells.library.in_force import layered
from mgcells.scenario.phases import phases
from mgcells.scenario.scenario import Scenario, Strategy
from mgcells.tissues.registry import concerns

Entry = TypeVar("Entry")
# The tables of the library of which a digest needs nothing: they are for readers, or what they decide is in the
# strategies (targets of inhibitors) or in the rules that are in force (switches).
WITHOUT_TRACE = frozenset(
    {"sources", "claims", "experiments", "places", "layers", "inhibitors", "switches", "mechanisms", "calibrations"}
)


@dataclass(frozen=True)
class RunInput:
    """One virtual subject under one strategy.

    Attributes
    ----------
    origin : Strategy
        The state in which the subject starts; see `Scenario.start`.
    hours, step_hours, record_hours : float
        Length of the run, of a step, and between two records.
    """

    library: Library = field(compare=False, repr=False, metadata=WORDS)
    origin: Strategy
    strategy: Strategy
    tissues: tuple[str, ...]
    seed: int
    replicate: int
    hours: float
    step_hours: float
    record_hours: float

    @property
    def steps(self) -> int:
        """Number of steps of the whole run."""
        return round(self.hours / self.step_hours)


def run_input(scenario: Scenario, strategy: str, replicate: int) -> RunInput:
    """Return what the run of a scenario's strategy reads; InputProblems when there is no such strategy."""
    chosen = scenario.strategy(strategy)
    return RunInput(
        scenario.library, scenario.start(chosen), chosen, scenario.tissues, scenario.seed, replicate, scenario.hours,
        scenario.step_hours, scenario.record_hours,
    )  # fmt: skip


class Identities:
    """Digests of runs that share a library and tissues; what they share is digested once."""

    def __init__(self, library: Library, tissues: tuple[str, ...]) -> None:
        self._library, self._tissues = library, tissues
        self._shared = digest(self._concerned(library.parameters), self._concerned(library.cells))
        self._rules: dict[int, tuple[Rule, str]] = {}
        self._subjects: dict[str, str] = {}

    def of(self, run: RunInput) -> str:
        """Return the digest of everything that decides the result of a run of this library and these tissues."""
        held = (run.origin, *(phase.strategy for phase in phases(run.strategy, run.hours)))
        return digest(self._shared, run, *(self._drawn_on(strategy) for strategy in (*held, run.strategy)))

    def _drawn_on(self, strategy: Strategy) -> tuple[object, ...]:
        """Return what of the library a strategy puts in force."""
        library = self._library
        rules = layered(library, strategy).rules
        return (
            self._subject(strategy.subject),
            _named(library.conditions, {entry.name for entry in strategy.conditions}),
            _named(library.compounds, {dose.compound for dose in strategy.doses}),
            [self._rule(rule) for name, rule in sorted(self._concerned(rules).items())],
        )

    def _subject(self, name: str) -> str:
        if name not in self._subjects:
            subject = self._library.subjects[name]
            numbers, spreads = self._concerned(subject.parameters), self._concerned(subject.variation)
            of_species = self._concerned(self._library.species.get(subject.species, {}))
            self._subjects[name] = digest(replace(subject, parameters=numbers, variation=spreads), of_species)
        return self._subjects[name]

    def _rule(self, rule: Rule) -> str:
        # A rule that a strategy changes is another object; all others are digested once.
        if id(rule) not in self._rules:
            self._rules[id(rule)] = rule, digest(rule)
        return self._rules[id(rule)][1]

    def _concerned(self, table: Mapping[str, Entry]) -> dict[str, Entry]:
        return {path: entry for path, entry in table.items() if concerns(path, self._library, self._tissues)}


def _named(table: Mapping[str, Entry], names: Collection[str]) -> dict[str, Entry]:
    return {name: entry for name, entry in table.items() if name in names}
