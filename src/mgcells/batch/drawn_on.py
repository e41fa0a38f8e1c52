"""What of own libraries and installed packages a scenario draws on; what else is installed leaves no trace in a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mgcells.library import Library, Parameter, Rule
from mgcells.library.in_force import Layered, layered
from mgcells.library.installed import Installed, code_digest, owner
from mgcells.library.layers import Layer
from mgcells.scenario.phases import phases
from mgcells.scenario.scenario import Scenario, Strategy
from mgcells.scenario.tissues import is_simulated
from mgcells.tissues.declared import declared
from mgcells.tissues.registry import recorded

Named = tuple[str, str]
PARTS_OF_CELLS = ("rules", "behaviours", "signals")


def concerns(path: str, scenario: Scenario) -> bool:
    """Tell whether a parameter or rule belongs to the body or to a simulated tissue."""
    return is_simulated(path, scenario.library, scenario.tissues)


def layers_drawn_on(scenario: Scenario) -> tuple[Layer, ...]:
    """Return the own libraries that count: each that is named, and of what is installed what the scenario draws on."""
    own = scenario.library.own
    if not any(layer.installed for layer in own):
        return own
    files = _files(scenario)
    return tuple(
        layer for layer in own if not layer.installed or any(layer.show(path) in files for path, _ in layer.files)
    )


def packages_drawn_on(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the installed packages whose tissues are simulated or whose observables are recorded, by name."""
    tissues: dict[Installed, list[str]] = {}
    observables: dict[Installed, list[str]] = {}
    for name in scenario.tissues:
        _note(tissues, declared()[name].module, name)
    for item in recorded(scenario.tissues):
        _note(observables, item.measure.__module__, item.name)
    return [
        {
            "name": entry.name,
            "version": entry.version,
            "digest": code_digest(entry.package),
            "tissues": tissues.get(entry, []),
            "observables": observables.get(entry, []),
        }
        for entry in sorted({*tissues, *observables})
    ]


def _note(found: dict[Installed, list[str]], module: str, name: str) -> None:
    entry = owner(module)
    if entry is not None:
        found.setdefault(entry, []).append(name)


def _files(scenario: Scenario) -> set[str]:
    """Return every file of the library in which something stands that the scenario draws on."""
    library = scenario.library
    everyone = (scenario.base, *scenario.strategies)
    held = [phase.strategy for strategy in everyone for phase in phases(strategy, scenario.hours)]
    in_force = [layered(library, strategy) for strategy in (*everyone, *map(scenario.start, everyone), *held)]
    parameters = [entry for entry in _parameters(library, everyone, in_force) if concerns(entry.path, scenario)]
    rules = [rule for layers in in_force for rule in layers.rules.values() if concerns(rule.id, scenario)]
    named = {*_chosen(library, everyone), *_of_cells(scenario, {rule.id for rule in rules})}
    quantities = [
        quantity
        for kind, name in named
        if kind == "compounds"
        for compound in (library.compounds[name],)
        for quantity in (compound.available, compound.osmotic, compound.threonate_absorbed)
        if quantity
    ]
    evidence = [(entry.sources, entry.claims) for entry in parameters]
    evidence += [(rule.sources, rule.claims) for rule in rules]
    evidence += [(tuple(quantity.sources), tuple(quantity.claims)) for quantity in quantities]
    evidence += [((), tuple(library.switches[name].claims)) for kind, name in named if kind == "switches"]
    for sources, claims in evidence:
        named |= {("sources", name) for name in sources} | {("claims", name) for name in claims}
    files = {entry.file for entry in parameters} | {rule.file for rule in rules}
    return files | {library.places[key].file for key in named if key in library.places}


def _parameters(library: Library, everyone: Iterable[Strategy], in_force: Iterable[Layered]) -> Iterator[Parameter]:
    for layers in in_force:
        yield from layers.parameters.values()
        yield from layers.healthy.values()
    for strategy in everyone:
        yield from (entry.spread for entry in library.subjects[strategy.subject].variation.values())


def _chosen(library: Library, everyone: Iterable[Strategy]) -> Iterator[Named]:
    """Yield what the scenario names of the library."""
    for strategy in everyone:
        yield "subjects", strategy.subject
        yield from (("conditions", entry.name) for entry in strategy.conditions)
        yield from (("compounds", dose.compound) for dose in strategy.doses)
        yield from (("switches", name) for name, _ in strategy.changes.switches)
        blocked = {target for target, _ in strategy.inhibitors}
        for name, entry in library.inhibitors.items():
            # A strategy knows the targets only, not by which name they were called together.
            if name in blocked or (entry.stands_for and blocked.issuperset(entry.stands_for)):
                yield "inhibitors", name


def _of_cells(scenario: Scenario, in_force: set[str]) -> Iterator[Named]:
    """Yield the cell types that are simulated, what their rules look at, and what was replaced of them.

    Parameters
    ----------
    in_force : set of str
        The rules that act. One that does not may be kept from it by a switch of another layer, which then counts.
    """
    library = scenario.library
    yield from (("cells", name) for name in library.cells if concerns(name, scenario))
    for rule in library.rules.values():
        if concerns(rule.id, scenario):
            needed = [("signals", f"{rule.cell}.{rule.signal}"), *(("switches", name) for name in _switches(rule))]
            layer = library.place("rules", rule.id).layer
            yield from (
                key for key in needed
                if rule.id in in_force or (key in library.places and library.places[key].layer != layer)
            )  # fmt: skip
    for (kind, name), place in library.places.items():
        if place.replaces and kind in PARTS_OF_CELLS and concerns(name, scenario):
            yield kind, name


def _switches(rule: Rule) -> Iterator[str]:
    for key, values in rule.applies_when:
        if key == "switch":
            yield from (value.partition(":")[0] for value in values)
