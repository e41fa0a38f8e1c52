"""What speaks for and against each claim, and what becomes of it in the model: its rules, numbers and experiments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mgcells.library.cross_checks import all_parameters
from mgcells.library.entries import CellType, Claim, Experiment, Rule
from mgcells.library.library import Library

BODY = "body"
STATES = {
    "on": "a rule that stands on it acts by default",
    "switch": "its rules act only when a scenario chooses them",
    "machinery": "no rule of its own; numbers and laws of the model answer it",
    "prediction": "nothing is set for it; a scenario asks",
    "off": "not in the model",
}


@dataclass(frozen=True)
class Standing:
    """How a rule stands where a scenario changes nothing.

    `acts` says whether it acts in some healthy or ill subject; `needs` names what must be chosen before it does, and
    `only` the subjects and conditions to which it is confined.
    """

    rule: Rule
    acts: bool
    needs: str = ""
    only: str = ""

    @property
    def text(self) -> str:
        """The standing in words."""
        state = "on" if self.acts else f"needs {self.needs}" if self.needs else "off"
        return f"{state}, only with {self.only}" if self.only else state


@dataclass(frozen=True)
class ClaimEvidence:
    """A claim with everything in the library that names it.

    Attributes
    ----------
    state : str
        One of `STATES`.
    tissues : tuple of str
        What its rules and numbers belong to: tissues, and "body" for whole-body kinetics.
    parameters : tuple of str
        Paths of numbers.
    supporting, opposing : tuple of Experiment
        What was measured for it and against it; an experiment can be both.
    """

    claim: Claim
    state: str
    tissues: tuple[str, ...]
    rules: tuple[Standing, ...]
    parameters: tuple[str, ...]
    supporting: tuple[Experiment, ...]
    opposing: tuple[Experiment, ...]

    @property
    def places(self) -> frozenset[str]:
        """The section of the review and the tissues: the names by which the claim can be asked for."""
        return frozenset({self.claim.section, *self.tissues})

    @property
    def statuses(self) -> frozenset[str]:
        """The words by which the claim can be asked for: our verdict on it and its state in the model."""
        return frozenset({self.claim.verdict, self.state})

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not in the model, and what speaks against it or remains open, each where there is something."""
        off = self.claim.answer or " ".join(entry.rule.note for entry in self.rules)
        return tuple(filter(None, (off if self.state == "off" else "", self.claim.note)))


def evidence(library: Library) -> dict[str, ClaimEvidence]:
    """Return the evidence of every claim, in the order of the library."""
    rules: dict[str, list[Standing]] = {name: [] for name in library.claims}
    for rule in library.rules.values():
        for name in rule.claims:
            rules[name].append(standing(rule, library))
    numbers: dict[str, set[str]] = {name: set() for name in library.claims}
    for parameter in all_parameters(library):
        for name in parameter.claims:
            numbers[name].add(parameter.path)
    return {
        name: _evidence(claim, rules[name], sorted(numbers[name]), library) for name, claim in library.claims.items()
    }


def standing(rule: Rule, library: Library) -> Standing:
    """Return how a rule stands where a scenario changes nothing."""
    usual = {f"{name}:{switch.default}" for name, switch in library.switches.items()}
    chosen = [values for key, values in rule.applies_when if key == "switch"]
    lacking = [" or ".join(values) for values in chosen if not usual & set(values)]
    only = " and ".join(f"{key} {' or '.join(values)}" for key, values in rule.applies_when if key != "switch")
    if lacking:
        return Standing(rule, False, f"switch {' and '.join(lacking)}", only)
    if rule.status == "on" or (rule.status == "switch" and chosen):
        return Standing(rule, True, "", only)
    by = [name for name, condition in library.conditions.items() if rule.id in condition.rules_on]
    needs = (
        f"condition {' or '.join(by)}" if by else "a scenario that switches it on" if rule.status == "switch" else ""
    )
    return Standing(rule, False, needs, only)


def _evidence(claim: Claim, rules: list[Standing], paths: list[str], library: Library) -> ClaimEvidence:
    if any(entry.acts for entry in rules):
        state = "on"
    elif any(entry.needs for entry in rules):
        state = "switch"
    else:
        state = claim.role or ("machinery" if paths and not rules else "off")
    tissues = dict.fromkeys(name for entry in rules for name in _tissues(entry.rule.cell, library.cells))
    tissues |= dict.fromkeys(name for path in paths for name in _tissues(path.partition(".")[0], library.cells))
    experiments = library.experiments.values()
    return ClaimEvidence(
        claim, state, tuple(tissues), tuple(rules), tuple(paths),
        tuple(entry for entry in experiments if claim.id in entry.record.supports),
        tuple(entry for entry in experiments if claim.id in entry.record.opposes),
    )  # fmt: skip


def _tissues(owner: str, cells: Mapping[str, CellType]) -> Iterator[str]:
    """Yield the tissues of a cell type or of the first part of a number's path."""
    if owner in cells:
        yield from cells[owner].record.tissue
    elif owner == BODY or any(owner in cell.record.tissue for cell in cells.values()):
        yield owner
