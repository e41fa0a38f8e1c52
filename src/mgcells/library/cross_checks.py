"""Names that one table uses and another must know: sources, claims, parameters, behaviours."""

from __future__ import annotations

from collections.abc import Iterable

from mgcells.errors import Problem, suggestion
from mgcells.library.entries import Parameter
from mgcells.library.library import Library

READS = ("level", "own", "trait", "scalar")


def cross_check(library: Library) -> list[Problem]:
    """Return a problem for every name that nothing answers to."""
    return [*_parameters(library), *_rules(library), *_claims(library), *_cells(library), *_overlays(library),
            *_experiments(library)]  # fmt: skip


def all_parameters(library: Library) -> Iterable[Parameter]:
    """Yield every parameter of the library, those of subjects, variation and conditions included."""
    yield from library.parameters.values()
    for overrides in library.species.values():
        yield from overrides.values()
    for subject in library.subjects.values():
        yield from subject.parameters.values()
        yield from (variation.spread for variation in subject.variation.values())
    for condition in library.conditions.values():
        yield from condition.parameters.values()


def _unknown(file: str, line: int, owner: str, kind: str, names: Iterable[str], known: Iterable[str]) -> list[Problem]:
    valid = set(known)
    return [
        Problem(file, line, f"{owner}: unknown {kind} '{name}'{suggestion(name, valid)}")
        for name in names
        if name not in valid
    ]


def _parameters(library: Library) -> list[Problem]:
    found: list[Problem] = []
    for parameter in all_parameters(library):
        place = (parameter.file, parameter.line, parameter.path)
        found += _unknown(*place, "source", parameter.sources, library.sources)
        found += _unknown(*place, "claim", parameter.claims, library.claims)
        if parameter.basis in ("measured", "derived") and not parameter.sources and not parameter.claims:
            found.append(Problem(*place[:2], f"{parameter.path}: basis '{parameter.basis}' needs a source or a claim"))
        if parameter.basis in ("fitted", "assumed") and not parameter.note:
            found.append(Problem(*place[:2], f"{parameter.path}: basis '{parameter.basis}' needs a note that says why"))
    return found


def _rules(library: Library) -> list[Problem]:
    found: list[Problem] = []
    for rule in library.rules.values():
        place = (rule.file, rule.line, f"rule {rule.id}")
        found += _unknown(*place, "source", rule.sources, library.sources)
        found += _unknown(*place, "claim", rule.claims, library.claims)
        for key, values in rule.applies_when:
            known = {
                "subject": library.subjects, "condition": library.conditions,
                "species": {subject.species for subject in library.subjects.values()},
                "switch": {f"{n}:{option}" for n, switch in library.switches.items() for option in switch.options},
            }[key]  # fmt: skip
            found += _unknown(*place, key, values, known)
    return found


def _claims(library: Library) -> list[Problem]:
    found: list[Problem] = []
    for claim in library.claims.values():
        found += _unknown("data/claims.csv", 0, f"claim {claim.id}", "source", claim.sources, library.sources)
    return found


def _cells(library: Library) -> list[Problem]:
    found: list[Problem] = []
    paths = set(library.parameters)
    for subject in library.subjects.values():
        paths |= set(subject.parameters)
    for cell in library.cells.values():
        for name, signal in cell.record.signals.items():
            reads, _, quantity = signal.reads.partition(":")
            owner = f"signal {name}"
            if reads not in READS or not quantity:
                found.append(
                    Problem(cell.file, 0, f"{owner}: reads = '{signal.reads}' should begin with {', '.join(READS)}")
                )
            if reads == "own":
                found += _unknown(cell.file, 0, owner, "behaviour", [quantity], cell.record.behaviours)
            elif signal.healthy is None:
                found.append(
                    Problem(cell.file, 0, f"{owner}: healthy is missing; name the parameter with its healthy level")
                )
            else:
                found += _unknown(cell.file, 0, owner, "parameter", [signal.healthy], paths)
    return found


def _experiments(library: Library) -> list[Problem]:
    found: list[Problem] = []
    known = {subject.species for subject in library.subjects.values()}
    keys: dict[str, str] = {}
    for name, experiment in library.experiments.items():
        document, key = experiment.document, experiment.record.key
        if key and keys.setdefault(key.casefold(), name) != name:
            text = f"experiment {name}: key '{key}' is also that of {keys[key.casefold()]}"
            found.append(Problem(document.shown, document.line("key"), text))
        place = (document.shown, document.line("source"), f"experiment {name}")
        found += _unknown(*place, "source", experiment.sources, library.sources)
        place = (document.shown, document.line("species"), f"experiment {name}")
        found += _unknown(*place, "species", [experiment.record.species], known)
    return found


def _overlays(library: Library) -> list[Problem]:
    found: list[Problem] = []
    paths = set(library.parameters)
    for subject in library.subjects.values():
        paths |= set(subject.parameters)
    for overrides in library.species.values():
        for parameter in overrides.values():
            place = (parameter.file, parameter.line, "override")
            found += _unknown(*place, "parameter", [parameter.path], library.parameters)
    for condition in library.conditions.values():
        found += _unknown(condition.file, 0, "rules", "rule", condition.rules_on + condition.rules_off, library.rules)
        for parameter in condition.parameters.values():
            found += _unknown(parameter.file, parameter.line, "set", "parameter", [parameter.path], paths)
    for subject in library.subjects.values():
        for path, variation in subject.variation.items():
            found += _unknown(subject.file, variation.spread.line, "variation", "parameter", [path], paths)
    return found
