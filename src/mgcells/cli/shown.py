"""One entry of the library by its name, whatever kind it is of; where there is none, the nearest of all kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mgcells.body.routes import ROUTES
from mgcells.cli import choices, details
from mgcells.cli.numbers import Entry, number_entry, paths
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Library
from mgcells.library.targets import drugs, inhibitor_targets
from mgcells.scenario.shipped import load_named, shipped_scenarios
from mgcells.scenario.texts import spoken
from mgcells.tissues.registry import observables, tissue_kinds


class Findable(NamedTuple):
    """The names of a kind of thing, and what is shown of one of them."""

    names: Callable[[Library], Iterable[str]]
    show: Callable[[str, Library], Entry | None]


def entry_of(name: str, library: Library, *, subject: str | None = None, kind: str | None = None) -> Entry:
    """Return everything about the rule, parameter, claim, source, compound ... with this name, its origin last.

    Parameters
    ----------
    name : str
    library : Library
    subject : str, optional
        Whose parameter it is; without it a parameter has the values of all subjects.
    kind : str, optional
        As `mgcells list` names it, where a name stands for several things.

    Returns
    -------
    Entry
        Under `listed in` its kind, under `other` further kinds of things that have this name.

    Raises
    ------
    InputProblems
        Nothing has this name (with the nearest that something has), or the subject has no such parameter.
    """
    kind = "parameters" if subject is not None else kind
    kinds = {key: entry for key, entry in KINDS.items() if kind in (None, key)}
    if subject is None:
        shown = {key: entry.show(name, library) for key, entry in kinds.items()}
    else:
        shown = {"parameters": number_entry(name, library, subject)}
    found = {key: entry for key, entry in shown.items() if entry is not None}
    if not found:
        known = [candidate for entry in kinds.values() for candidate in entry.names(library)]
        where = "in the library" if kind is None else f"among the {kind}"
        raise InputProblems([Problem(name, 0, f"is not {where}{suggestion(name, known)}")])
    (first, entry), *others = found.items()
    other = {"other": [f"{key} (--kind {key})" for key, _ in others]} if others else {}
    return {"id": entry["id"], "listed in": first, **other, **entry}


def _compounds(library: Library) -> Iterator[str]:
    for name, compound in library.compounds.items():
        yield from (name, *compound.aliases)


def _experiments(library: Library) -> Iterator[str]:
    for name, entry in library.experiments.items():
        yield from (name, entry.record.key) if entry.record.key else (name,)


def _scenario(name: str) -> Entry | None:
    """Return a shipped scenario: who, how long, and what each strategy gives and changes."""
    from mgcells.batch.resolved import resolved

    if name not in shipped_scenarios():
        return None
    scenario, _ = load_named(shipped_scenarios()[name])
    what = resolved(scenario)
    return {
        "id": name,
        "text": scenario.title,
        "subject": scenario.base.subject,
        "conditions": what["scenario"]["conditions"],
        "diet": what["scenario"]["diet"],
        "duration": spoken(scenario.hours),
        "step": spoken(scenario.step_hours),
        "record every": spoken(scenario.record_hours),
        "replicates": scenario.replicates,
        "seed": scenario.seed,
        "tissues": list(scenario.tissues),
        "control": scenario.control,
        "strategies": [
            {key: strategy[key] for key in ("name", "like", "doses", "co_medication", "changes")}
            for strategy in what["strategies"]
        ],
        "endpoints": [f"{entry.observable}: {entry.label}" for entry in scenario.endpoints],
        "sources": list(what["sources"]),
        "path": shipped_scenarios()[name].name,
    }


# In the order in which a name is looked for; the keys are those of `mgcells list`.
KINDS: Mapping[str, Findable] = {
    "rules": Findable(lambda library: library.rules, details.rule),
    "parameters": Findable(paths, number_entry),
    "claims": Findable(lambda library: library.claims, details.claim),
    "sources": Findable(lambda library: library.sources, details.source),
    "compounds": Findable(_compounds, details.compound),
    "experiments": Findable(_experiments, details.experiment),
    "conditions": Findable(lambda library: library.conditions, details.condition),
    "subjects": Findable(lambda library: library.subjects, details.subject),
    "tissues": Findable(lambda library: tissue_kinds(), details.tissue),
    "scenarios": Findable(lambda library: shipped_scenarios(), lambda name, library: _scenario(name)),
    "cells": Findable(lambda library: library.cells, details.cell),
    "switches": Findable(lambda library: library.switches, choices.switch),
    "inhibitors": Findable(inhibitor_targets, choices.inhibitor),
    "drugs": Findable(drugs, choices.drug),
    "routes": Findable(lambda library: ROUTES, choices.route),
    "observables": Findable(lambda library: observables(), details.observable),
}
