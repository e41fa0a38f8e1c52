"""Every key of every shipped scenario is changed: whenever a result changes, the identity of the run does."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mgcells.batch.plan import strategy_marks
from mgcells.body.routes import ROUTES
from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.library.located import Document, parse
from mgcells.scenario import Scenario, read_document
from mgcells.scenario.shipped import shipped_scenarios
from mgcells.subject.steps import body_observables
from mgcells.subject.subject import simulate

Address = tuple[str | int, ...]
# What is reported, or how many runs there are; a name of a strategy is part of the name of a run all the same.
READ_BY_NO_RUN = {"title", "control", "replicates", "endpoints", "like", "name"}


def leaves(data: Any, at: Address = ()) -> Iterator[tuple[Address, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, (*at, index))
    else:
        yield at, data


def others(address: Address, value: Any) -> list[Any]:
    """Return other values that may stand in the place of one, the likeliest first."""
    library = load_library()
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value * 1.01, value * 0.99]
    number, _, unit = value.partition(" ")
    try:
        size = float(number)
    except ValueError:
        kinds = (library.compounds, library.conditions, library.subjects, library.switches, ROUTES, library.rules,
                 ("salt", "magnesium", "threonate"), ("brain", "spinal cord", "bone", "gut"))  # fmt: skip
        named = [name for kind in kinds if value in kind for name in kind if name != value]
        return named or [f"{value} x"]
    return [f"{size + step:g} {unit}" for step in (1, 2, -1, size)] + [f"{size * 1.0000001:.12g} {unit}"]


def changed(data: dict[str, Any], address: Address, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(data)
    place: Any = data
    for part in address[:-1]:
        place = place[part]
    place[address[-1]] = value
    return data


def variants(document: Document) -> Iterator[tuple[Address, Scenario]]:
    """Yield every key, and what becomes of a scenario when the key says something else."""
    for address, value in leaves(document.data):
        for other in others(address, value):
            data = changed(document.data, address, other)
            try:
                yield address, read_document(replace(document, data=data), library=load_library())
            except InputProblems:
                continue
            break


def lived(scenario: Scenario, strategy: str) -> list[bytes]:
    """Return what the body does in the first hours."""
    brief = replace(scenario, tissues=(), hours=3.0, record_hours=1.0)
    columns = simulate(brief, strategy, 0)
    return [columns[item.name].tobytes() for item in body_observables()]


def check(name: str) -> None:
    document = parse(shipped_scenarios()[name].read_text(encoding="utf-8"), name)
    scenario = read_document(document, library=load_library())
    before, changes = strategy_marks(scenario), 0
    for address, varied in variants(document):
        if address[0] in READ_BY_NO_RUN or address[-1] in READ_BY_NO_RUN:
            continue
        after = strategy_marks(varied)
        changes += before != after
        in_strategy = address[0] == "strategy" and isinstance(address[1], int)
        said = [scenario.strategies[int(address[1])].name] if in_strategy else list(before)
        for strategy in said:
            # An amount of another thing may be the same dose; then the results are the same to the last bit.
            if before[strategy] == after[strategy]:
                assert lived(scenario, strategy) == lived(varied, strategy), (address, strategy)
    assert changes >= 5


@pytest.mark.parametrize("name", ["bone_scaffold_rat", "pain_prevention_rat"])
def test_the_identity_changes_whenever_a_result_does(name: str) -> None:
    check(name)


@pytest.mark.acceptance
@pytest.mark.parametrize("name", sorted(shipped_scenarios()))
def test_the_identity_changes_whenever_a_result_of_any_shipped_scenario_does(name: str) -> None:
    check(name)
