"""Which runs a scenario asks for, each named by its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mgcells.batch.resolved import fingerprint
from mgcells.scenario import Scenario


@dataclass(frozen=True)
class RunSpec:
    """One subject under one strategy. `run_id` is a hash of everything that decides the result."""

    run_id: str
    strategy: str
    replicate: int


def plan(scenario: Scenario) -> list[RunSpec]:
    """Return every run in the order of the tables: strategies as written, then replicates."""
    mark = fingerprint(scenario)
    return [
        RunSpec(_run_id(mark, strategy.name, replicate), strategy.name, replicate)
        for strategy in scenario.strategies
        for replicate in range(scenario.replicates)
    ]


def _run_id(fingerprint: str, strategy: str, replicate: int) -> str:
    text = f"{fingerprint}\n{strategy}\n{replicate}"
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
