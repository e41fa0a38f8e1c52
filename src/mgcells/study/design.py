"""The runs of a study: every strategy of every variant on every subject, each run once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field

from mgcells.batch.plan import NAME_LENGTH, RunSpec, plan
from mgcells.identity import digest
from mgcells.scenario import Scenario
from mgcells.subject.run_input import Identities

Variants = Mapping[str, Scenario]


@dataclass(frozen=True)
class Life(RunSpec):
    """A run of a variant, of which the endpoints are kept. `run_id` is a hash of what decides them."""

    variant: str = field(compare=False)
    scenario: Scenario = field(compare=False, repr=False)


def lives(variants: Variants) -> list[Life]:
    """Return every run of a study in the order of its table: variants, strategies, subjects.

    Runs of several variants that read the same have one `run_id`: they are one run.
    """
    found = []
    shared: dict[tuple[int, tuple[str, ...]], Identities] = {}
    for name, scenario in variants.items():
        key = id(scenario.library), scenario.tissues
        identities = shared.setdefault(key, Identities(scenario.library, scenario.tissues))
        read = [astuple(endpoint) for endpoint in scenario.endpoints]
        found += [
            Life(digest(spec.run_id, read)[:NAME_LENGTH], spec.strategy, spec.replicate, name, scenario)
            for spec in plan(scenario, identities)
        ]
    return found
