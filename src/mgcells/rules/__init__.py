"""Rule tables become compiled responses. Knows no biology and no Mesa."""

from mgcells.rules.behaviour import Behaviour, Signal
from mgcells.rules.compiled_table import RuleTable
from mgcells.rules.response import FORMS, Response, RuleError, respond

__all__ = ["FORMS", "Behaviour", "Response", "RuleError", "RuleTable", "Signal", "respond"]
