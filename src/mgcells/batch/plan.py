"""Which runs a scenario asks for, each named by all that decides its result."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mgcells.batch.drawn_on import packages_drawn_on
from mgcells.batch.program import program
from mgcells.identity import digest
from mgcells.scenario import Scenario
from mgcells.subject.run_input import Identities, run_input

NAME_LENGTH = 16


@dataclass(frozen=True)
class RunSpec:
    """One subject under one strategy. `run_id` is a hash of everything that decides the result."""

    run_id: str
    strategy: str
    replicate: int


def plan(scenario: Scenario, identities: Identities | None = None) -> list[RunSpec]:
    """Return every run in the order of the tables: strategies as written, then replicates; see `strategy_marks`."""
    marks = strategy_marks(scenario, identities)
    return [
        # The name counts, though no cell reads it: two strategies that are alike are still two.
        RunSpec(digest(mark, name, replicate)[:NAME_LENGTH], name, replicate)
        for name, mark in marks.items()
        for replicate in range(scenario.replicates)
    ]


def strategy_marks(scenario: Scenario, identities: Identities | None = None) -> dict[str, str]:
    """Return for each strategy a hash of all that its runs read, the number of the subject aside.

    `identities` of the same library and tissues save work where scenarios have much in common.
    """
    packages = [package["digest"] for package in packages_drawn_on(scenario)]
    identities = identities or Identities(scenario.library, scenario.tissues)
    names = [strategy.name for strategy in scenario.strategies]
    return {name: digest(program(), packages, identities.of(run_input(scenario, name, 0))) for name in names}


def simulated(scenario: Scenario) -> str:
    """Return a hash of all that the runs of a scenario read; neither words nor the number of subjects count."""
    return digest(strategy_marks(replace(scenario, replicates=1)))
