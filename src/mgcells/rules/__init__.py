"""Rule tables become compiled responses. Knows no biology and no Mesa.

`RuleTable` is imported from `mgcells.rules.compiled_table`, so that reading rules does not load the compiler.
"""

from mgcells.rules.behaviour import Behaviour, Signal
from mgcells.rules.response import FORMS, Response, RuleError, respond

__all__ = ["FORMS", "Behaviour", "Response", "RuleError", "Signal", "respond"]
