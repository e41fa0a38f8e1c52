"""Models of any size: the shipped brain scenario with every lattice grown alike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from mgcells.cells.population import Population
from mgcells.model import MagnesiumModel
from mgcells.scenario import Scenario
from mgcells.scenario.scenario import Changes, Strategy
from mgcells.scenario.shipped import find_scenario

SCENARIO, STRATEGY = "brain_salts_rat", "L-TAMS"
SQUARE_LATTICES = ("brain", "spinal_cord", "bone")


def scaled_model(cells: int, *, strategy: str = STRATEGY) -> MagnesiumModel:
    """Return a rat with four tissues and about `cells` living cells: lattices grow in area, the gut in columns."""
    return MagnesiumModel(scaled_scenario(cells), strategy, 0, collect=False)


def scaled_scenario(cells: int) -> Scenario:
    """Return the scenario of `scaled_model`."""
    study = find_scenario(SCENARIO)
    factor = cells / _cells_as_shipped()
    shipped = _setting()
    grown = {
        path: math.sqrt(factor) * shipped[path]
        for path in (f"{tissue}.lattice.{side}" for tissue in SQUARE_LATTICES for side in ("rows", "columns"))
    }
    grown["gut.lattice.columns"] = factor * shipped["gut.lattice.columns"]
    changes = Changes(parameters=tuple((path, float(max(1, round(value))), "") for path, value in grown.items()))

    def changed(strategy: Strategy) -> Strategy:
        return replace(strategy, changes=strategy.changes.merged(changes))

    return replace(
        study, base=changed(study.base), strategies=tuple(changed(strategy) for strategy in study.strategies)
    )


def populations(model: MagnesiumModel) -> list[Population]:
    """Return all populations of living cells; the niches between them are not counted as cells."""
    return [population for tissue in model.tissues.values() for population in tissue.populations.values()]


def living(model: MagnesiumModel) -> int:
    """Return the number of living cells."""
    return sum(population.count for population in populations(model))


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


def population_bytes(population: Population) -> int:
    """Return the size of a population's columns, spare rows included."""
    arrays = (population.state, population.traits, population.voxel, population.uid)
    return sum(array.nbytes for array in arrays)


@lru_cache(maxsize=1)
def _as_shipped() -> MagnesiumModel:
    return MagnesiumModel(SCENARIO, STRATEGY, 0, collect=False)


def _cells_as_shipped() -> int:
    return living(_as_shipped())


def _setting() -> dict[str, float]:
    return dict(_as_shipped().setting.values)
