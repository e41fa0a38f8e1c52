"""The science in data/, loaded once: typed, checked, cross-referenced."""

from mgcells.library.entries import CellType, Claim, Condition, Parameter, Rule, Subject, Variation
from mgcells.library.sentences import rule_sentence
from mgcells.library.store import DATA, Library, library, load

__all__ = [
    "DATA",
    "CellType",
    "Claim",
    "Condition",
    "Library",
    "Parameter",
    "Rule",
    "Subject",
    "Variation",
    "library",
    "load",
    "rule_sentence",
]
