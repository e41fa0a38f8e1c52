"""Warnings: what can be run but is hardly meant has a line and a reason, and what is meant has none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mgcells.batch.plan import simulated
from mgcells.batch.resolved import resolved
from mgcells.scenario import load_scenario, read_scenario
from mgcells.scenario.shipped import shipped_scenarios

TEXT = """title = "t"
subject = "rat"
duration = "2 d"
control = "c"
tissues = ["brain"]
TOP
[[strategy]]
name = "c"
[[strategy]]
name = "d"
OWN
"""
RAISED = "neuron.nr2b.intracellular_magnesium"


def warned(top: str = "", own: str = "") -> list[tuple[int, str]]:
    scenario = read_scenario(TEXT.replace("TOP", top).replace("OWN", own), "t.toml")
    return [(warning.line, warning.text) for warning in scenario.warnings]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f'rules = {{ set = {{ "{RAISED}.half_max" = 1.3 }} }}', "acts only with switch basal_nr2b:raised"),
        (
            'rules = { set = { "osteoclast.lifespan.occupancy.half_max" = 0.5 } }',
            "belongs to a tissue that is not simulated",
        ),
        (f'rules = {{ on = ["{RAISED}"] }}', "changes nothing: the rule " + RAISED),
        ('rules = { on = ["brain.tnf_secretion.magnesium"] }', "acts anyway"),
        ('rules = { off = ["bone.recruitment.dkk1"] }', "rules.off changes nothing"),
        ('switches = { akkermansia = "unchanged" }', "no rule that acts here depends on it"),
        (
            'co_medication = [{ drug = "morphine", amount = "5 mg/kg", every = "12 h", route = "subcutaneous" }]',
            "no tissue that it acts on is simulated",
        ),
        ('parameters = { "bone.unit.resorption_time" = "3 d" }', "its tissue is not simulated"),
        ('parameters = { "body.kidney.splay" = 20 }', "lies outside its plausible range, 5 to 12"),
        ('rules = { set = { "brain.tnf_secretion.magnesium.half_max" = "0.5 mM" } }', "range, 0.55 to 0.75"),
        ('rules = { set = { "brain.tnf_secretion.magnesium.at_zero" = 1.5 } }', "range, 1.8 to 4.4"),
    ],
)
def test_what_changes_nothing_or_lies_outside_its_range_is_a_warning_with_its_line(line: str, words: str) -> None:
    for found, number in ((warned(top=line), 6), (warned(own=line), 11)):
        assert [number] == [place for place, text in found if words in text], found


@pytest.mark.parametrize(
    "line",
    [
        'rules = { set = { "brain.tnf_secretion.magnesium.half_max" = "0.6 mM" } }',
        'rules = { off = ["brain.tnf_secretion.magnesium"] }',
        f'switches = {{ basal_nr2b = "raised" }}\nrules = {{ set = {{ "{RAISED}.half_max" = 1.3 }} }}',
        'switches = { basal_nr2b = "homeostatic" }',
        'parameters = { "body.csf.tau_gain" = "10 d" }',
    ],
)
def test_what_changes_something_is_no_warning(line: str) -> None:
    assert warned(top=line) == []
    assert warned(own=line) == []


def test_a_number_of_a_rule_that_acts_in_one_strategy_only_is_no_warning() -> None:
    top = f'rules = {{ set = {{ "{RAISED}.half_max" = 1.3 }} }}'
    assert warned(top=top, own='switches = { basal_nr2b = "raised" }') == []


def test_two_conditions_that_set_one_number_are_a_warning() -> None:
    sets: dict[tuple[str, str], str] = {}
    library = read_scenario(TEXT.replace("TOP", "").replace("OWN", ""), "t.toml").library
    rats = [entry for entry in library.conditions.values() if not entry.species or "rat" in entry.species]
    for one in rats:
        for other in rats:
            for path, parameter in one.parameters.items():
                rival: Mapping[str, object] = other.parameters
                if one is not other and path in rival and other.parameters[path].value != parameter.value:
                    sets[one.name, other.name] = path
    (first, second), path = next(iter(sets.items()))
    found = warned(own=f'condition = ["{first}", "{second}"]')
    assert any(f"both set {path}" in text or "both set" in text for _, text in found), found


def test_warnings_are_kept_with_the_results_and_are_no_part_of_what_is_simulated() -> None:
    line = 'parameters = { "bone.unit.resorption_time" = "3 d" }'
    scenario = read_scenario(TEXT.replace("TOP", line).replace("OWN", ""), "some/where/t.toml")
    assert resolved(scenario)["warnings"] == [
        "t.toml:6  bone.unit.resorption_time changes nothing: its tissue is not simulated"
    ]
    elsewhere = read_scenario(TEXT.replace("TOP", f"\n{line}").replace("OWN", ""), "t.toml")
    assert simulated(scenario) == simulated(elsewhere)


def test_no_shipped_scenario_says_what_changes_nothing() -> None:
    for name in shipped_scenarios():
        texts = [warning.text for warning in load_scenario(name).warnings]
        assert not [text for text in texts if "changes nothing" in text], name


def test_the_example_of_the_readme_changes_something() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    begin = readme.index("`rules = { set = {") + 1
    example = " ".join(readme[begin : readme.index("`", begin)].split())
    assert warned(top=example) == []
