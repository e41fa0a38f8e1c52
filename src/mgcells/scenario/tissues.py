"""Which tissues a scenario simulates."""

from __future__ import annotations

from collections.abc import Sequence

from mgcells.errors import Problem, suggestion
from mgcells.library import Library
from mgcells.library.located import Document
from mgcells.scenario.records import Common, ScenarioRecord
from mgcells.scenario.scenario import Strategy
from mgcells.tissues.checks import foreign_faults, subject_faults
from mgcells.tissues.links import links
from mgcells.tissues.registry import tissue_kinds, tissues_of, usual_tissues


def read_tissues(
    record: ScenarioRecord, library: Library, document: Document, problems: list[Problem]
) -> tuple[str, ...]:
    """Return the tissues of a scenario, the usual ones of its subject when it names none, in the order of a step."""

    def problem(text: str) -> None:
        problems.append(Problem(document.shown, document.line("tissues"), text))

    subject = library.subjects[record.subject]
    problems += subject_faults(subject)
    allowed = tissues_of(subject)
    named = usual_tissues(subject) if record.tissues is None else tuple(record.tissues)
    for index, tissue in enumerate(named):
        if tissue not in tissue_kinds():
            problem(f"unknown tissue '{tissue}'{suggestion(tissue, tissue_kinds())}")
        elif tissue not in allowed:
            problem(f"subject '{record.subject}' has no {tissue}{suggestion(tissue, allowed)}")
        if tissue in named[:index]:
            problem(f"tissue '{tissue}' stands twice")
    tissues = tuple(tissue for tissue in tissue_kinds() if tissue in named)
    if subject.in_vitro and not tissues:
        problem(f"subject '{record.subject}' is a culture: without its tissue nothing is left of it")
    for tissue in tissues:
        problems += foreign_faults(tissue, library)
    return tissues


def check_links(record: ScenarioRecord, tissues: Sequence[str], document: Document, problems: list[Problem]) -> None:
    """Add a problem for every link that a scenario cuts and its tissues do not have."""
    known = links(tissues)
    parts: list[tuple[Common, tuple[str | int, ...]]] = [(record, ())]
    parts += [(entry, ("strategy", index)) for index, entry in enumerate(record.strategy)]
    for part, at in parts:
        for name in part.links.off:
            if name not in known:
                text = f"links: unknown link '{name}'{suggestion(name, known)}"
                problems.append(Problem(document.shown, document.line(*at, "links", "off"), text))


def check_strategies(
    tissues: Sequence[str],
    common: str,
    strategies: Sequence[Strategy],
    library: Library,
    document: Document,
    problems: list[Problem],
) -> None:
    """Add a problem for every tissue that the subject of a strategy lacks; `common` is the scenario's own subject."""
    for index, strategy in enumerate(strategies):
        if strategy.subject == common:
            continue
        subject = library.subjects[strategy.subject]
        problems += subject_faults(subject)
        for tissue in tissues:
            if tissue_kinds()[tissue].culture == subject.in_vitro and tissue not in tissues_of(subject):
                text = f"subject '{strategy.subject}' has no {tissue}; name the scenario's tissues without it"
                problems.append(Problem(document.shown, document.line("strategy", index, "subject"), text))
