"""The page on the claims is complete and current."""

from __future__ import annotations

import runpy
from pathlib import Path

from mgcells.library import load_library
from mgcells.library.verdicts import read_verdicts

DOCS = Path(__file__).parents[2] / "docs"
MAKER = runpy.run_path(str(DOCS / "make_claims.py"))


def test_the_page_is_what_the_library_says() -> None:
    library = load_library()
    written = (DOCS / "claims.md").read_text(encoding="utf-8")
    assert written == MAKER["page"](library, read_verdicts(library)), "run `python docs/make_claims.py`"
    assert written.count("\n### ") == len(library.claims)


def test_a_rule_that_needs_a_switch_is_not_said_to_be_on() -> None:
    written = (DOCS / "claims.md").read_text(encoding="utf-8")
    assert "`neuron.nr2b.intracellular_magnesium` (needs switch basal_nr2b:raised)" in written
    assert "`brain.tnf_secretion.gut_inflammation` (needs switch gut_to_brain:linked)" in written
