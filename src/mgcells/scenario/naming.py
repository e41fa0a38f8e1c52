"""What strategies may be called: names go to terminals, tables and spreadsheets."""

from __future__ import annotations

from mgcells.errors import Problem, steers
from mgcells.library.located import Document
from mgcells.scenario.records import ScenarioRecord

# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@")
LONGEST_NAME = 200


def name_faults(record: ScenarioRecord, document: Document) -> list[Problem]:
    """Return a problem for every name of a strategy that would do more than name it."""
    found = []
    for index, entry in enumerate(record.strategy):
        fault = fault_of_name(entry.name, "a strategy")
        if fault:
            found.append(Problem(document.shown, document.line("strategy", index, "name"), fault))
    return found


def fault_of_name(name: str, owner: str) -> str:
    """Return why the name of `owner` would do more than name it, "" when it does not."""
    if steers(name):
        return f"the name of {owner} holds control characters; leave them out"
    if name.lstrip().startswith(FORMULA):
        return (
            f"the name '{name}' begins with '{name.lstrip()[0]}', which a spreadsheet would compute; begin it otherwise"
        )
    if len(name) > LONGEST_NAME:
        return f"the name '{name[:40]}...' is longer than {LONGEST_NAME} characters"
    return ""
