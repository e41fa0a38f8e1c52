"""Subjects of any size: the shipped brain scenario with every lattice grown alike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from mgcells.cells.population import Population
from mgcells.fields import workspace as fields
from mgcells.library.in_force import Changes
from mgcells.rules import workspace as rules
from mgcells.scenario import Scenario
from mgcells.scenario.scenario import Strategy
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.subject import Subject
from mgcells.tissues.nervous.nervous_tissue import NervousTissue
from mgcells.tissues.nervous.network import Wiring

SCENARIO, STRATEGY = "brain_salts_rat", "L-TAMS"
GUT_COLUMNS = ("gut.lattice.columns", "gut.lattice.colon_columns")
SQUARE_LATTICES = ("brain", "spinal_cord", "bone")


def scaled_subject(cells: int, *, strategy: str = STRATEGY, tissue: str | None = None) -> Subject:
    """Return a rat with about `cells` living cells in four tissues, or in one, whose lattices have grown alike."""
    return Subject(scaled_scenario(cells, tissue), strategy, 0)


def scaled_scenario(cells: int, tissue: str | None = None) -> Scenario:
    """Return the scenario of `scaled_subject`: lattices grow in area, the gut in columns."""
    scenario = find_scenario(SCENARIO)
    factor = cells / _cells_as_shipped(tissue)
    shipped = _setting()
    grown = {
        path: math.sqrt(factor) * shipped[path]
        for path in (f"{name}.lattice.{side}" for name in SQUARE_LATTICES for side in ("rows", "columns"))
    }
    grown |= {path: factor * shipped[path] for path in GUT_COLUMNS}
    changes = Changes(parameters=tuple((path, float(max(1, round(value))), "") for path, value in grown.items()))

    def changed(strategy: Strategy) -> Strategy:
        return replace(strategy, changes=strategy.changes.merged(changes))

    return replace(
        scenario,
        base=changed(scenario.base),
        strategies=tuple(changed(strategy) for strategy in scenario.strategies),
        tissues=scenario.tissues if tissue is None else (tissue,),
    )


def populations(subject: Subject) -> list[Population]:
    """Return all populations of living cells; the niches between them are not counted as cells."""
    return [population for tissue in subject.tissues.values() for population in tissue.populations.values()]


def wirings(subject: Subject) -> list[Wiring]:
    """Return the networks of the tissues that have one."""
    return [tissue.wiring for tissue in subject.tissues.values() if isinstance(tissue, NervousTissue)]


def array_bytes(roots: Iterable[object]) -> int:
    """Return the size of all NumPy arrays that can be reached from some objects, each counted once."""
    found: dict[int, int] = {}
    seen: set[int] = set()
    waiting = list(roots)
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, np.ndarray):
            while isinstance(thing.base, np.ndarray):
                thing = thing.base
            found[id(thing)] = thing.nbytes
        elif isinstance(thing, dict):
            waiting += thing.values()
        elif isinstance(thing, (list, tuple)):
            waiting += thing
        elif hasattr(thing, "__dict__") and not isinstance(thing, type):
            waiting += vars(thing).values()
    return sum(found.values())


def subject_bytes(subject: Subject) -> int:
    """Return the size of all arrays of a subject's tissues, and of what solvers and rules work in."""
    return array_bytes([fields.WORKSPACE, rules.WORKSPACE, *subject.tissues.values()])


def population_bytes(population: Population) -> int:
    """Return the size of a population's columns, spare rows included."""
    arrays = (population.state, population.traits, population.voxel, population.uid)
    return sum(array.nbytes for array in arrays)


@lru_cache(maxsize=1)
def _as_shipped() -> Subject:
    return Subject(SCENARIO, STRATEGY, 0)


def _cells_as_shipped(tissue: str | None) -> int:
    tissues = _as_shipped().tissues
    chosen = tissues.values() if tissue is None else (tissues[tissue],)
    return sum(population.count for one in chosen for population in one.populations.values())


def _setting() -> dict[str, float]:
    return dict(_as_shipped().setting.values)
