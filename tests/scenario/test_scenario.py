"""Scenarios: what the file format promises, and every kind of bad input in one list with line and nearest name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mgcells.batch.plan import simulated
from mgcells.batch.resolved import resolved
from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.library.in_force import layered, setting
from mgcells.scenario import Scenario, load_scenario, read_scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.assembly import deliveries, diet_rate
from mgcells.subject.timeline import Timeline

GOOD = """title = "Test"
subject = "rat"
duration = "4 d"
replicates = 2
control = "vehicle"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "L-TAMS"
doses = [{ compound = "magnesium L-threonate", amount = "604 mg/kg", of = "salt", every = "24 h", route = "oral" }]

[[strategy]]
name = "blocked"
like = "L-TAMS"
rules = { off = ["brain.glut3.threonate"] }
inhibitors = [{ target = "GLUT", residual = 0.1 }]

[endpoints]
"csf.magnesium" = { at = "4 d" }
"brain.synapse_density" = { mean_over = "last 3 d" }
"""


def read(text: str) -> Scenario:
    return read_scenario(text, "test.toml")


def problems_of(text: str) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_a_good_scenario_is_read_whole() -> None:
    scenario = read(GOOD)
    assert [strategy.name for strategy in scenario.strategies] == ["vehicle", "L-TAMS", "blocked"]
    assert (scenario.hours, scenario.step_hours, scenario.record_hours, scenario.steps) == (96.0, 1.0, 6.0, 96)
    assert scenario.tissues == ("brain", "spinal cord", "bone", "gut")
    blocked = scenario.strategy("blocked")
    assert blocked.doses == scenario.strategy("L-TAMS").doses
    assert dict(blocked.inhibitors) == {"GLUT1": 0.1, "GLUT3": 0.1}
    assert [endpoint.label for endpoint in scenario.endpoints] == ["at 4 d", "mean of last 3 d"]


def test_one_window_has_one_label_whichever_unit_it_is_written_in() -> None:
    text = GOOD.replace('at = "4 d"', 'at = "48 h"').replace("last 3 d", "last 24 h")
    assert [endpoint.label for endpoint in read(text).endpoints] == ["at 2 d", "mean of last 1 d"]


def test_salt_magnesium_and_threonate_doses_agree() -> None:
    library, amounts = load_library(), []
    for of, amount in (("salt", "604 mg/kg"), ("magnesium", "49.848 mg/kg"), ("threonate", "554.14 mg/kg")):
        text = GOOD.replace('amount = "604 mg/kg", of = "salt"', f'amount = "{amount}", of = "{of}"')
        strategy = read(text).strategy("L-TAMS")
        values = setting(library, strategy, ()).values
        (delivery,) = deliveries(library, strategy, values)
        assert delivery.threonate == pytest.approx(2 * delivery.magnesium)
        amounts.append(delivery.magnesium)
    assert amounts == pytest.approx([amounts[0]] * 3, rel=1e-4)
    assert amounts[0] == pytest.approx(604 * 0.3 / 294.5, rel=1e-3)


def test_without_endpoints_every_observable_at_the_end() -> None:
    scenario = read(GOOD[: GOOD.index("[endpoints]")])
    assert len(scenario.endpoints) > 20
    assert {endpoint.label for endpoint in scenario.endpoints} == {"at 4 d"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "Test"', 'titel = "Test"', ":1  unknown key 'titel'; did you mean 'title'?"),
        ('title = "Test"\n', "", "title is missing"),
        ('subject = "rat"', 'subject = "ratt"', ":2  unknown subject 'ratt'; did you mean 'rat'?"),
        ('"4 d"\nrep', '"4 days of"\nrep', ":3  duration"),
        ('"4 d"\nrep', '"4 mM"\nrep', "'4 mM' is a concentration, expected a time"),
        ('"4 d"\nrep', '"-4 d"\nrep', "'-4 d' is negative"),
        ('"4 d"\nrep', '"90 min"\nrep', "whole number of steps"),
        ("replicates = 2", "replicates = 0", ":4  replicates = 0 should be at least 1"),
        ("replicates = 2", 'replicates = "2"', ":4  replicates = '2'"),
        ("replicates = 2", "replicates = true", ":4  replicates = True"),
        (
            'control = "vehicle"', 'control = "vehical"',
            ":5  control = 'vehical' is not a strategy; did you mean 'vehicle'?",
        ),
        ('name = "L-TAMS"', 'name = "vehicle"', ":11  strategy 'vehicle' stands twice"),
        ('like = "L-TAMS"', 'like = "MgT"', ":16  like = 'MgT' is not a strategy above this one"),
        (
            "magnesium L-threonate", "magnesium L-threonat",
            "unknown compound 'magnesium L-threonat'; did you mean 'magnesium L-threonate'?",
        ),
        ("604 mg/kg", "-604 mg/kg", ":12  amount: '-604 mg/kg' is negative"),
        ("604 mg/kg", "604 mgg/kg", "unknown unit 'mgg'; did you mean 'mg'?"),
        ("604 mg/kg", "604 h", "a dose is a mass or an amount"),
        (', of = "salt"', "", ":12  say what the amount is of"),
        (', of = "salt"', ', of = "sald"', "of = 'sald' is not allowed; did you mean 'salt'?"),
        ('route = "oral"', 'route = "orel"', ":12  unknown route 'orel'; did you mean 'oral'?"),
        ('every = "24 h"', 'every = "0 h"', ":12  every = 0"),
        ('every = "24 h"', 'every = "24 h", from = "9 d"', "the first dose lies after the end, 4 d"),
        ('every = "24 h"', 'every = "24 h", dayly = 1', "unknown key 'dayly'"),
        (
            "brain.glut3.threonate", "brain.glut3.treonate",
            ":17  unknown rule 'brain.glut3.treonate'; did you mean 'brain.glut3.threonate'?",
        ),
        ('target = "GLUT"', 'target = "GLUD"', ":18  unknown inhibitor target 'GLUD'"),
        ("residual = 0.1", "residual = 1.1", ":18  residual = 1.1 should lie between 0 and 1"),
        (
            '"csf.magnesium"', '"csf.magnesum"',
            ":21  endpoint: unknown observable 'csf.magnesum'; did you mean 'csf.magnesium'?",
        ),
        ('at = "4 d"', 'at = "last 3 d"', "'last 3 d' is not a time such as '24 d'; anything else is written"),
        ('at = "4 d"', 'at = "5 d"', ":21  endpoint csf.magnesium: '5 d' lies after the end"),
        (
            '"last 3 d"', '"first 3 d"',
            ":22  endpoint brain.synapse_density: 'first 3 d' is not a number with a unit",
        ),
        ('"last 3 d"', '"last 5 d"', "'last 5 d' should be a window within the duration, 4 d"),
        (
            'control = "vehicle"', 'control = "vehicle"\ntissues = ["brian"]',
            "unknown tissue 'brian'; did you mean 'brain'?",
        ),
        ('control = "vehicle"', 'control = "vehicle"\ncondition = "healty"', "unknown condition 'healty'"),
        ('control = "vehicle"', 'control = "vehicle"\ndiet = { magnesium = "0.5 g/g" }', "diet: '0.5 g/g'"),
        (
            'control = "vehicle"', 'control = "vehicle"\nparameters = { "body.csf.tau_gian" = "10 d" }',
            "has no parameter 'body.csf.tau_gian'; did you mean 'body.csf.tau_gain'?",
        ),
        (
            'control = "vehicle"', 'control = "vehicle"\nparameters = { "body.csf.tau_gain" = "10 mM" }',
            "expected a time",
        ),
        (
            'control = "vehicle"', 'control = "vehicle"\nswitches = { basal_nr2b = "down" }',
            "switch basal_nr2b has no option 'down'",
        ),
        (
            "rules = { off", 'rules = { set = { "neuron.nr2b.intracellular_magnesium.half" = "1 mM" }, off',
            "has no number 'half'; did you mean 'half_max'?",
        ),
    ],
)  # fmt: skip
def test_bad_input_names_line_and_nearest_match(old: str, new: str, message: str) -> None:
    assert old in GOOD
    found = problems_of(GOOD.replace(old, new))
    assert any(message in problem for problem in found), found


def test_all_problems_come_in_one_list() -> None:
    text = (
        GOOD.replace("magnesium L-threonate", "salt of life").replace('"GLUT"', '"GLUTT"').replace("csf.mag", "cfs.mag")
    )
    assert len(problems_of(text)) == 3


FAULTY = """titel = 3
subject = "rta"
duration = "12 hh"
replicates = "two"
condition = [{ nam = "healthy" }, "healty"]
parameters = { "body.csf.tau_gian" = "10 d", "body.csf.tau_gain" = [1] }
[[strategy]]
name = "vehicle"
colour = "red"
[[strategy]]
doses = [{compound = "L-TAMZ", amount = 5, of = "salt", route = "diet"}, {amount = "-5 mg", of = "sal", route = "oral"}]
[endpoints]
"csf.magnesum" = { at = "2 d" }
"csf.magnesium" = { att = "2 d" }
"""


def test_faults_of_form_do_not_hide_faults_of_meaning() -> None:
    problems = problems_of(FAULTY)
    for line, text in (
        (1, "unknown key 'titel'"), (2, "'rta'"), (3, "'hh'"), (4, "'two'"), (5, "unknown key 'nam'"), (6, "tau_gian"),
        (6, "tau_gain = [1]: should be a text in quotes"), (9, "'colour'"), (10, "strategy.1.name is missing"),
        (11, "'L-TAMZ'"), (11, "compound is missing"), (11, "did you mean 'salt'"),
        (13, "did you mean 'csf.magnesium'"), (14, "unknown key 'att'"),
    ):  # fmt: skip
        assert any(f":{line}  " in problem and text in problem for problem in problems), (line, text)
    assert any(problem.endswith("  control is missing") for problem in problems)
    assert not any("list[" in problem for problem in problems)


def test_a_person_is_not_fed_chow() -> None:
    text = GOOD.replace('subject = "rat"', 'subject = "human-adult"\ndiet = { magnesium = "0.5 g/kg" }')
    assert any("content of chow" in problem for problem in problems_of(text))


def test_diet_in_chow_and_per_day() -> None:
    library = load_library()
    for diet, per_day in (("0.5 g/kg", None), ("6 mg/d", 6 / 24.305), ("0.25 mmol/d", 0.25)):
        strategy = read(
            GOOD.replace('control = "vehicle"', f'control = "vehicle"\ndiet = {{ magnesium = "{diet}" }}')
        ).base
        values = setting(library, strategy, ()).values
        expected = values["body.diet.food"] * 24 * 0.5e-3 / 24.305e-3 if per_day is None else per_day
        assert diet_rate(library, strategy, values) * 24 == pytest.approx(expected)


def test_a_lattice_is_one_for_all_strategies() -> None:
    lattice = 'parameters = { "brain.lattice.rows" = 9 }\n'
    assert read(GOOD.replace('control = "vehicle"\n', f'control = "vehicle"\n{lattice}'))
    found = problems_of(GOOD.replace('name = "blocked"\n', f'name = "blocked"\n{lattice}'))
    assert found == [
        "test.toml:16  brain.lattice.rows: living tissue cannot change its lattice; set it for the whole scenario"
    ]


def test_parameters_rules_and_switches_change_only_their_strategy() -> None:
    text = GOOD.replace('like = "L-TAMS"', 'like = "L-TAMS"\nparameters = { "body.csf.tau_gain" = "10 d" }').replace(
        "rules = { off", 'rules = { set = { "neuron.synapse_density.intracellular_magnesium.half_max" = "1.2" }, off'
    )
    scenario, library = read(text), load_library()
    plain, changed = (layered(library, scenario.strategy(name)) for name in ("vehicle", "blocked"))
    assert changed.parameters["body.csf.tau_gain"].value == 240.0
    assert plain.parameters["body.csf.tau_gain"].value != 240.0
    assert changed.healthy["body.csf.tau_gain"] == plain.healthy["body.csf.tau_gain"]
    assert "brain.glut3.threonate" not in changed.rules
    assert "brain.glut3.threonate" in plain.rules
    assert changed.rules["neuron.synapse_density.intracellular_magnesium"].half_max == pytest.approx(1.2)


def test_a_timed_condition_acts_in_its_window_only() -> None:
    text = GOOD.replace(
        'control = "vehicle"',
        'control = "vehicle"\ncondition = [{ name = "neuropathic-pain", from = "2 d", until = "3 d" }]',
    )
    scenario, library = read(text), load_library()
    values = setting(library, scenario.base, ()).values
    timeline = Timeline(library, scenario.base, values)
    drive = "spinal_cord.drive.injury"
    assert [timeline.at(hour)[drive] for hour in (0.0, 47.0, 48.0, 71.0, 72.0)] == [0.0, 0.0, 1.0, 1.0, 0.0]


def test_who_lacks_a_condition_of_the_top_begins_without_it() -> None:
    scenario = find_scenario("ageing_memory_human")
    starts = {strategy.name: scenario.start(strategy) for strategy in scenario.strategies}
    assert {name for name, origin in starts.items() if origin == scenario.base} >= {"placebo", "L-TAMS 2 g/d"}
    assert starts["young, placebo"].conditions == ()
    assert starts["young, placebo"].subject == "human-adult"


def test_what_is_simulated_follows_meaning_not_spelling_or_replicates() -> None:
    base = simulated(read(GOOD))
    assert simulated(read(GOOD.replace("replicates = 2", "replicates = 50"))) == base
    assert simulated(read(GOOD.replace('"4 d"\nrep', '"96 h"\nrep'))) == base
    assert simulated(read(GOOD.replace("604 mg/kg", "605 mg/kg"))) != base
    assert simulated(read(GOOD.replace("replicates = 2", "replicates = 2\nseed = 2"))) != base


def test_overrides_come_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(GOOD)
    scenario = load_scenario(path, replicates=7, seed=None)
    assert (scenario.replicates, scenario.seed) == (7, 1)


def test_what_is_given_when_is_kept_for_the_figures() -> None:
    plain, text = 'route = "oral"', GOOD.replace('every = "24 h"', 'every = "36 h", from = "1 d"')
    assert dosing(text) == [[1.0, 1.0], [2.5, 2.5]]
    assert dosing(text.replace(plain, 'route = "drinking water", until = "3 d"')) == [[1.0, 3.0]]
    assert dosing(text.replace(plain, 'route = "intravenous", over = "12 h"')) == [[1.0, 1.5], [2.5, 3.0]]


def dosing(text: str) -> list[list[float]]:
    found: list[list[float]] = resolved(read(text))["strategies"][1]["dosing"]
    return found


def test_intake_is_the_mean_of_what_was_given_and_the_highest_day() -> None:
    once, loaded = (resolved(find_scenario("bone_scaffold_rat"))["strategies"][place] for place in (1, 4))
    assert once["magnesium_mmol_per_day"] == pytest.approx(0.6e-3 / 84)
    assert once["highest_magnesium_mmol_in_a_day"] == pytest.approx(0.6e-3)
    assert loaded["magnesium_mmol_per_day"] == pytest.approx(0.6e-3 / 12)


def test_a_file_that_was_edited_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    assert find_scenario(path) is find_scenario(path)
    path.write_text(GOOD.replace('"Test"', '"Edited"'))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert find_scenario(path).title == "Edited"


MORPHINE = 'co_medication = [{ drug = "morphine", amount = "5 mg/kg", every = "12 h", route = "oral", from = "1 d" }]\n'


def test_a_drug_beside_the_supplement() -> None:
    scenario = read(GOOD.replace("[[strategy]]", MORPHINE + "[[strategy]]", 1))
    for strategy in scenario.strategies:
        (drug,) = strategy.co_medication
        assert drug.rate * 24.0 == pytest.approx(0.01)
        assert (drug.per_kilogram, drug.begin, drug.titrate) == (True, 24.0, False)
    at = Timeline(load_library(), scenario.base, setting(load_library(), scenario.base, ("spinal cord",)).values).at
    assert at(23.0)["spinal_cord.drive.morphine"] == 0.0
    assert at(24.0)["spinal_cord.drive.morphine"] * 24.0 == pytest.approx(0.003)
    assert simulated(scenario) != simulated(read(GOOD))


def test_an_unknown_drug_is_named_with_its_nearest_match() -> None:
    wrong = MORPHINE.replace("morphine", "morphin").replace('"oral"', '"orl"').replace('"12 h"', '"0 h"')
    text = "\n".join(problems_of(GOOD.replace("[[strategy]]", wrong + "[[strategy]]", 1)))
    assert "unknown drug 'morphin'" in text
    assert "morphine" in text
    assert "unknown route 'orl'" in text
    assert "every = 0" in text
