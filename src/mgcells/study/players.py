"""What can be taken out of a scenario: rules, links between organs, mechanisms of the body, and groups of these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from mgcells import units
from mgcells.library import Library
from mgcells.library.in_force import Changes, layered, reference
from mgcells.scenario import Scenario, Strategy
from mgcells.scenario.phases import phases
from mgcells.tissues.links import ARROW, RETURNS, links
from mgcells.tissues.registry import concerns, is_culture, observables, tissue_kinds

Kind = Literal["rule", "link", "mechanism", "claim", "group"]
BODY = "body"


@dataclass(frozen=True)
class Player:
    """Something that can be taken out: the ids of single parts, and what they are together."""

    kind: Kind
    name: str
    parts: frozenset[str]
    title: str
    grade: str = ""
    organ: str = ""


def single_players(scenario: Scenario) -> list[Player]:
    """Return every rule that is in force in a strategy at any time, every link and every mechanism of the body."""
    library, culture = scenario.library, is_culture(scenario.tissues)
    found = [
        Player(
            "rule",
            name,
            frozenset([name]),
            name,
            library.rules[name].grade,
            organ_of(library.rules[name].cell, scenario),
        )
        for name in rules_in_force(scenario)
    ]
    found += [
        Player("link", name, frozenset([name]), name, "", _organ_of_link(name)) for name in links(scenario.tissues)
    ]
    for name, entry in library.mechanisms.items() if not culture else ():
        grade = max((library.claims[claim].grade for claim in entry.claims), default="")
        found.append(Player("mechanism", name, frozenset([name]), entry.title, grade, BODY))
    return found


def groups(scenario: Scenario, singles: Collection[Player]) -> list[Player]:
    """Return the claims of the review and the organs that have several parts among the players."""
    library = scenario.library
    by_claim: dict[str, set[str]] = {}
    by_organ: dict[str, set[str]] = {}
    for player in singles:
        by_organ.setdefault(player.organ, set()).update(player.parts if player.kind != "link" else ())
        for claim in claims_of(library, player):
            by_claim.setdefault(claim, set()).update(player.parts)
    found = [
        Player("claim", claim, frozenset(parts), library.claims[claim].statement, library.claims[claim].grade)
        for claim, parts in sorted(by_claim.items())
    ]
    found += [
        Player(
            "group",
            organ,
            frozenset(parts),
            f"every rule of {organ}" if organ != BODY else "every mechanism of the body",
        )
        for organ, parts in by_organ.items()
        if len(parts) > 1
    ]
    return found


def claims_of(library: Library, player: Player) -> tuple[str, ...]:
    """Return the claims that a single player stands on."""
    if player.kind == "rule":
        return library.rules[player.name].claims
    return tuple(library.mechanisms[player.name].claims) if player.kind == "mechanism" else ()


def rules_in_force(scenario: Scenario) -> tuple[str, ...]:
    """Return the rules that act in a strategy of a scenario, at hour 0 or later, in the order of the library."""
    found: set[str] = set()
    for strategy in scenario.strategies:
        held = (scenario.start(strategy), *(phase.strategy for phase in phases(strategy, scenario.hours)))
        for choice in held:
            found |= set(layered(scenario.library, choice).rules)
    known = scenario.library.rules
    return tuple(name for name in known if name in found and concerns(name, scenario.library, scenario.tissues))


def without(scenario: Scenario, parts: Iterable[str]) -> Scenario:
    """Return the scenario from which parts are gone in every strategy and from the start on.

    Of rules it is what `rules = { off = [...] }` at its top would make of it.
    """
    gone = set(parts)
    library = scenario.library
    rules = tuple(name for name in library.rules if name in gone)
    cut = tuple(name for name in links(scenario.tissues) if name in gone)

    def changed(strategy: Strategy) -> Strategy:
        known = reference(library, strategy.subject)
        numbers = tuple(
            (path, units.parse(str(value), known[path].dimension), str(value))
            for name, entry in library.mechanisms.items()
            if name in gone
            for path, value in entry.without.items()
        )
        more = Changes(rules_off=rules, links_off=cut, parameters=numbers)
        return replace(strategy, changes=strategy.changes.merged(more))

    strategies = tuple(map(changed, scenario.strategies))
    return replace(scenario, base=changed(scenario.base), strategies=strategies)


def silent(scenario: Scenario, players: Iterable[Player]) -> Iterator[Player]:
    """Yield the players that cannot move an endpoint: their tissue is not measured and gives nothing to any other."""
    read = {observables()[endpoint.observable].tissue for endpoint in scenario.endpoints}
    for player in players:
        kind = tissue_kinds().get(player.organ)
        if kind is not None and kind.name not in read and not kind.returns:
            yield player


def organ_of(cell: str, scenario: Scenario) -> str:
    """Return the tissue of a scenario in which the rules of a cell type act."""
    return next(tissue for tissue in scenario.library.cells[cell].record.tissue if tissue in scenario.tissues)


def _organ_of_link(name: str) -> str:
    source, _, target = name.partition(ARROW)
    return source if target in RETURNS else target
