"""The science in data/, loaded once: typed, checked, cross-referenced."""

from mgcells.library.entries import CellType, Claim, Condition, Experiment, Parameter, Rule, SubjectKind, Variation
from mgcells.library.layers import DATA
from mgcells.library.library import Library
from mgcells.library.loading import load, load_library
from mgcells.library.sentences import rule_number, rule_range, rule_sentence

__all__ = [
    "DATA",
    "CellType",
    "Claim",
    "Condition",
    "Experiment",
    "Library",
    "Parameter",
    "Rule",
    "SubjectKind",
    "Variation",
    "load",
    "load_library",
    "rule_number",
    "rule_range",
    "rule_sentence",
]
