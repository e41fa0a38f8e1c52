"""The page on the claims about brain and pain is complete and current."""

from __future__ import annotations

import runpy
from pathlib import Path

from mgcells.library import load_library

DOCS = Path(__file__).parents[2] / "docs"
MAKER = runpy.run_path(str(DOCS / "make_claims_brain.py"))


def test_every_claim_has_a_rule_or_a_recorded_answer() -> None:
    ruled = {claim for rule in load_library().rules.values() for claim in rule.claims}
    assert len(MAKER["CLAIMS"]) == 65
    assert [name for name in MAKER["CLAIMS"] if name not in ruled and name not in MAKER["answers"]()] == []


def test_the_page_is_what_the_library_says() -> None:
    written = (DOCS / "claims-brain.md").read_text(encoding="utf-8")
    assert written == MAKER["page"](load_library(), MAKER["answers"]())
