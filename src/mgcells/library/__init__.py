"""The science in data/, loaded once: typed, checked, cross-referenced."""

from mgcells.library.entries import CellType, Claim, Condition, Experiment, Parameter, Rule, Subject, Variation
from mgcells.library.sentences import rule_sentence
from mgcells.library.store import DATA, Library, library, load

__all__ = [
    "DATA",
    "CellType",
    "Claim",
    "Condition",
    "Experiment",
    "Library",
    "Parameter",
    "Rule",
    "Subject",
    "Variation",
    "library",
    "load",
    "rule_sentence",
]
