"""A rule says the numbers that it works with, also when they were changed."""

from __future__ import annotations

import pytest

from mgcells.library import Rule, load_library, rule_number, rule_sentence
from mgcells.library.in_force import edited
from mgcells.library.rule_rows import EDITABLE_COLUMNS

RULES = load_library().rules


def editable(rule: Rule) -> list[str]:
    """Return the numbers that a scenario may set of a rule; a sum has no effect at zero to set."""
    adds = load_library().cells[rule.cell].record.behaviours[rule.behaviour].combine == "sum"
    columns = [column for column in EDITABLE_COLUMNS if not (adds and column == "at_zero")]
    return [*(columns if rule.form == "hill" else ()), *rule.parameters]


@pytest.mark.parametrize("name", RULES)
def test_every_number_that_can_be_changed_is_seen_to_change(name: str) -> None:
    rule, cells = RULES[name], load_library().cells
    for column in editable(rule):
        texts = set()
        for number in (0.0625, 0.125, 0.1875):
            changed = edited(rule, column, number)
            texts |= {(rule_sentence(changed, cells), rule_number(changed, column, cells))}
        assert len({sentence for sentence, _ in texts}) == len({number for _, number in texts}) == 3, (column, texts)


def test_a_half_max_is_said_in_the_unit_of_its_table() -> None:
    rule = next(rule for rule in RULES.values() if rule.half_max_unit == "mM")
    changed = edited(rule, "half_max", 0.9)
    assert changed.half_max_text == "0.9 mM"
    assert "half-max 0.9 mM" in rule_sentence(changed, load_library().cells)
    assert f"half-max {rule.half_max_text}" in rule_sentence(rule, load_library().cells)
    assert rule.half_max_text != "0.9 mM"
