"""What a run wrote down of its scenario: what holds when, and the mark by which old results are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mgcells.batch.batch import run_batch
from mgcells.batch.plan import simulated
from mgcells.batch.resolved import reported, resolved
from mgcells.reporting import build_report
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario.shipped import load_named

TEXT = """title = "Test"
subject = "rat"
duration = "4 d"
replicates = 2
control = "usual"
tissues = ["spinal cord"]
TOP
[[strategy]]
name = "usual"

[[strategy]]
name = "other"
STRATEGY
"""
INJURY = 'condition = [{ name = "neuropathic-pain", from = "1 d" }]'
LACK = 'condition = [{ name = "magnesium-free-diet", from = "0 d", until = "3 d" }]'
DIETS = 'diet = [{ magnesium = "0.1 g/kg", until = "1 d" }, { magnesium = "0.5 g/kg" }]'


def read(top: str = "", strategy: str = "") -> Scenario:
    return read_scenario(TEXT.replace("TOP", top).replace("STRATEGY", strategy), "test.toml")


def test_each_strategy_says_what_holds_when() -> None:
    found = resolved(read(DIETS, f"{LACK}\ndiet = []"))
    usual, other = found["strategies"]
    assert found["scenario"]["conditions"] == ["healthy"]
    assert found["scenario"]["diet"] == "0.1 g/kg until 1 d, then 0.5 g/kg"
    poor, rich = (part["diet_mmol_per_day"] for part in usual["phases"])
    assert rich == pytest.approx(5 * poor)
    assert usual["diet_mmol_per_day"] == pytest.approx((poor + 3 * rich) / 4)
    assert usual["changes"] == []
    assert other["changes"] == [
        "condition magnesium-free-diet until 3 d", "the diet of its conditions or its subject",
    ]  # fmt: skip
    lack, own = other["phases"]
    assert [(part["from_day"], part["until_day"], part["conditions"], part["diet"]) for part in (lack, own)] == [
        (0.0, 3.0, ["magnesium-free-diet"], "0.04 g/kg"), (3.0, 4.0, ["healthy"], ""),
    ]  # fmt: skip
    assert lack["diet_mmol_per_day"] == pytest.approx(0.4 * poor)
    assert {strategy["start"]["diet_mmol_per_day"] for strategy in (usual, other)} == {poor}


def test_a_constant_diet_is_its_own_mean() -> None:
    (part,) = resolved(read())["strategies"][0]["phases"]
    assert resolved(read())["strategies"][0]["diet_mmol_per_day"] == part["diet_mmol_per_day"]


def test_a_diet_of_two_phases_is_said_in_one_sentence() -> None:
    strategy = resolved(read("", DIETS))["strategies"][1]
    assert strategy["changes"] == ["diet magnesium 0.1 g/kg until 1 d, then 0.5 g/kg"]


def test_what_conditions_put_in_place_of_a_number_keeps_its_provenance() -> None:
    two = '{ name = "oxaliplatin", from = "1 d", until = "2 d" }, { name = "cystitis", from = "2 d" }'
    scenario = read("", f"condition = [{two}]")
    library, found = scenario.library, resolved(scenario)
    wasting = found["parameters"]["body.drive.wasting"]
    numbers = [library.conditions[name].parameters["body.drive.wasting"] for name in ("oxaliplatin", "cystitis")]
    assert wasting["origin"] == library.subjects["rat"].parameters["body.drive.wasting"].origin
    for entry, number in zip(wasting["set_by"], numbers, strict=True):
        for key in ("value", "text", "low", "high", "basis", "note", "origin"):
            assert entry[key] == getattr(number, key), key
        assert (entry["sources"], entry["claims"]) == (list(number.sources), list(number.claims))
        assert entry["strategies"] == ["other"]
        assert set(number.sources) <= set(found["sources"])
    assert found["parameters"]["body.plasma.volume"]["set_by"] == []


def test_what_a_strategy_says_itself_has_no_provenance_of_a_table() -> None:
    scenario = read("", 'condition = ["cystitis"]\nparameters = { "body.drive.wasting" = "0.6" }')
    wasting = resolved(scenario)["parameters"]["body.drive.wasting"]
    assert wasting["changed_by"] == {"other": "0.6"}
    assert wasting["set_by"] == []


def test_identity_does_not_depend_on_where_a_condition_stands() -> None:
    scenario = read("", 'condition = ["cystitis"]')
    library = scenario.library
    entry = library.conditions["cystitis"]
    moved = {path: replace(number, line=number.line + 7) for path, number in entry.parameters.items()}
    conditions = {**library.conditions, "cystitis": replace(entry, parameters=moved)}
    there = replace(scenario, library=replace(library, conditions=conditions))
    assert simulated(there) == simulated(scenario)
    noted = {path: replace(number, note="another") for path, number in entry.parameters.items()}
    conditions = {**library.conditions, "cystitis": replace(entry, parameters=noted)}
    there = replace(scenario, library=replace(library, conditions=conditions))
    assert (simulated(there), reported(there) != reported(scenario)) == (simulated(scenario), True)
    other = {path: replace(number, value=number.value * (1 + 1e-15)) for path, number in entry.parameters.items()}
    conditions = {**library.conditions, "cystitis": replace(entry, parameters=other)}
    assert simulated(replace(scenario, library=replace(library, conditions=conditions))) != simulated(scenario)


def test_parameters_and_rules_say_when_they_are_changed() -> None:
    two = '{ name = "diabetic-neuropathy", from = "1 d", until = "2 d" }, { name = "vincristine", from = "2 d" }'
    scenario = read("", f"condition = [{two}]")
    parameters = resolved(scenario)["parameters"]
    assert parameters["body.plasma.glucose"]["changed_by"] == {"other": "20 mM from 1 d until 2 d"}
    assert parameters["spinal_cord.drive.injury"]["changed_by"] == {"other": "0.3 from 1 d until 2 d, then 1"}
    shipped = scenario.library
    rule, off, *_ = (
        rule for rule in shipped.rules.values() if rule.cell == "dorsal_horn_neuron" and rule.status == "on"
    )
    told = replace(shipped.conditions["vincristine"], rules_off=(rule.id,), rules_on=(off.id,))
    library = replace(
        shipped,
        conditions={**shipped.conditions, "vincristine": told},
        rules={**shipped.rules, off.id: replace(off, status="off")},
    )
    rules = resolved(replace(scenario, library=library))["rules"]
    assert rules[rule.id]["changed_by"] == {"other": "off from 2 d"}
    assert rules[off.id]["changed_by"] == {"other": "on from 2 d"}


@pytest.mark.parametrize(
    ("top", "strategy"),
    [
        (INJURY.replace("1 d", "2 d"), ""),
        (INJURY.replace('from = "1 d"', 'from = "1 d", until = "3 d"'), ""),
        (INJURY, INJURY.replace("1 d", "2 d")),
        (f"{INJURY}\n{DIETS}", ""),
        (f"{INJURY}\n{DIETS.replace('1 d', '2 d')}", ""),
        (INJURY, DIETS),
        (INJURY, LACK),
        (INJURY, LACK.replace("3 d", "2 d")),
    ],
)
def test_times_of_conditions_and_diets_are_part_of_what_a_scenario_means(top: str, strategy: str) -> None:
    others = [
        read(INJURY),
        read(INJURY, INJURY.replace("1 d", "3 d")),
        read(f"{INJURY}\n{DIETS.replace('1 d', '3 d')}"),
    ]
    assert simulated(read(top, strategy)) not in {simulated(other) for other in others}


def test_a_start_that_no_strategy_shows_is_part_of_it_too() -> None:
    both = 'diet = { magnesium = "0.5 g/kg" }'
    text = TEXT.replace('name = "usual"', f'name = "usual"\n{both}').replace("STRATEGY", both)
    marks = {
        simulated(read_scenario(text.replace("TOP", top), "test.toml"))
        for top in ("", 'diet = { magnesium = "0.1 g/kg" }', 'diet = { magnesium = "0.2 g/kg" }')
    }
    assert len(marks) == 3
    begins = {simulated(read(f'condition = [{{ name = "aged"{begin} }}]')) for begin in ("", ', from = "0 d"')}
    assert len(begins) == 2


def test_other_words_for_the_same_are_the_same() -> None:
    assert simulated(read('condition = "healthy"', 'condition = ["healthy"]')) == simulated(read())
    assert simulated(read(DIETS)) == simulated(read(DIETS.replace('"1 d"', '"24 h"')))


def test_results_before_another_beginning_are_not_taken_for_new_ones(tmp_path: Path) -> None:
    tiny = TEXT.replace('["spinal cord"]', "[]").replace("STRATEGY", "")
    run_batch(read_scenario(tiny.replace("TOP", INJURY), "test.toml"), tmp_path / "out", workers=1)
    later = read_scenario(tiny.replace("TOP", INJURY.replace("1 d", "3 d")), "test.toml")
    again = run_batch(later, tmp_path / "out", workers=1)
    assert (again.resumed, again.done) == (0, 4)
    assert json.loads((tmp_path / "out" / "resolved.json").read_text())["scenario"]["conditions"] == [
        "neuropathic-pain from 3 d"
    ]


def test_a_report_shows_a_diet_of_two_phases(tmp_path: Path) -> None:
    text = TEXT.replace('["spinal cord"]', "[]").replace("TOP", "").replace("STRATEGY", DIETS)
    run_batch(read_scenario(text, "test.toml"), tmp_path, workers=1)
    build_report(tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<li>diet magnesium 0.1 g/kg until 1 d, then 0.5 g/kg</li>" in page
    assert "<td>0.0720 until 1 d, then 0.360</td>" in page
    assert "<dt>Condition</dt><dd>healthy</dd>" in page


@pytest.mark.parametrize(("own", "other"), [("rat", "human-adult"), ("human-adult", "rat")])
def test_numbers_that_one_species_lacks_are_kept_for_the_other(own: str, other: str) -> None:
    text = f"""
title = "Two species"
subject = "{own}"
duration = "2 d"
control = "a"
tissues = ["gut"]
[[strategy]]
name = "a"
[[strategy]]
name = "b"
subject = "{other}"
"""
    numbers = resolved(read_scenario(text, "test.toml"))["parameters"]
    lacking = {path: entry["changed_by"] for path, entry in numbers.items() if "none" in entry["changed_by"].values()}
    assert lacking["body.diet.food"] == {"a" if own == "human-adult" else "b": "none"}
    assert lacking["body.limit.plasma.asystole"] == {"a" if own == "rat" else "b": "none"}


RULE = "spinal_cord.tnf_secretion.magnesium"


def test_numbers_of_rules_are_said_as_they_are_in_force() -> None:
    top, own = (f'rules = {{ set = {{ "{RULE}.half_max" = "{text}" }} }}' for text in ("600 uM", "500 uM"))
    found = resolved(read(top, own))
    rule, (usual, other) = found["rules"][RULE], found["strategies"]
    assert "half-max 0.6 mM" in rule["sentence"]
    assert "half-max 0.5 mM" in rule["changed_by"]["other"]
    assert "0.65 mM" not in rule["sentence"] + rule["changed_by"]["other"]
    assert (usual["changes"], other["changes"]) == ([], [f"{RULE}.half_max = 0.5 mM"])


def test_claims_of_the_rules_in_force_stand_beside_them() -> None:
    found = resolved(load_named("brain_salts_rat")[0])
    named = {claim for rule in found["rules"].values() for claim in rule["claims"]}
    assert set(found["claims"]) == named
    assert found["claims"]["B12"]["verdict"] == "contested"
    assert "Slutsky2010-synapses" in found["claims"]["B12"]["for"]
    assert "N11" not in found["claims"]
