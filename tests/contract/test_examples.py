"""Examples in docstrings: every one is run as it stands, and none is passed over."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import mgcells

ROOT = Path(mgcells.__file__).parent
FEWEST = 12
PROMPT = re.compile(r"^\s*>>> ", re.MULTILINE)
PROMPTS = {
    ".".join(("mgcells", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): count
    for path in sorted(ROOT.rglob("*.py"))
    if (count := len(PROMPT.findall(path.read_text(encoding="utf-8"))))
}


def examples_in(module: str) -> list[doctest.DocTest]:
    return [found for found in doctest.DocTestFinder().find(importlib.import_module(module)) if found.examples]


@pytest.mark.parametrize("module", PROMPTS)
def test_every_example_of_a_module_gives_what_it_says(module: str) -> None:
    found = examples_in(module)
    assert sum(len(entry.examples) for entry in found) == PROMPTS[module], "an example stands where nothing runs it"
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    failed = sum(runner.run(entry, out=report.append).failed for entry in found)
    assert not failed, "".join(report)


def test_public_functions_have_examples() -> None:
    assert sum(len(examples_in(module)) for module in PROMPTS) >= FEWEST
