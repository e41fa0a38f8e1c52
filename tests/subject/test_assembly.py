"""What begins or ends during a run: adopted at its hour, equal to a switch by hand, alone and in company."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mgcells.body.body import Body
from mgcells.library import load_library
from mgcells.model import MagnesiumModel
from mgcells.scenario import Scenario, read_scenario
from mgcells.subject.assembly import Assembly
from mgcells.subject.bodies import courses
from mgcells.subject.run_input import run_input
from mgcells.subject.sbml import subject_body
from mgcells.subject.steps import body_columns
from mgcells.subject.subject import KeptStart, Subject, simulate
from mgcells.subject.timeline import Timeline, clocked

HEAD = """title = "Test"
subject = "rat"
duration = "{days} d"
record_every = "1 h"
replicates = 3
control = "usual"
tissues = {tissues}
{top}
"""
STRATEGIES = """
[[strategy]]
name = "usual"

[[strategy]]
name = "free"
condition = "magnesium-free-diet"

[[strategy]]
name = "then usual"
condition = [{{ name = "magnesium-free-diet", from = "0 d", until = "{until}" }}]

[[strategy]]
name = "poor"
diet = {{ magnesium = "0.1 g/kg" }}
{doses}

[[strategy]]
name = "rich"
diet = {{ magnesium = "0.6 g/kg" }}
{doses}

[[strategy]]
name = "poor, then rich"
diet = [{{ magnesium = "0.1 g/kg", until = "{until}" }}, {{ magnesium = "0.6 g/kg" }}]
{doses}
"""
DOSES = """doses = [
  { compound = "L-TAMS", amount = "100 mg/kg", of = "salt", every = "12 h", route = "oral" },
  { compound = "MgSO4", amount = "0.1 mmol", of = "salt", route = "intravenous", over = "9 h", from = "27 h" },
]"""


def read(
    days: int = 3, tissues: str = "[]", top: str = "", until: str = "30 h", strategies: str = STRATEGIES
) -> Scenario:
    head = HEAD.format(days=days, tissues=tissues, top=top)
    return read_scenario(head + strategies.format(until=until, doses=DOSES), "test.toml")


def lived(subject: Subject, hours: int) -> np.ndarray:
    rows = []
    for _ in range(hours):
        subject.step()
        rows.append(subject.measure())
    return np.array(rows)


def by_hand(scenario: Scenario, first: str, then: str, hour: int, hours: int) -> np.ndarray:
    subject = Subject(scenario, first, 1)
    before = lived(subject, hour)
    subject.adopt(scenario.strategy(then))
    return np.concatenate([before, lived(subject, hours - hour)])


def test_ten_days_without_magnesium_are_those_of_a_subject_that_is_switched_by_hand() -> None:
    scenario = read(days=14, tissues='["spinal cord", "gut"]', until="10 d")
    own = lived(Subject(scenario, "then usual", 1), 14 * 24)
    assert np.array_equal(own, by_hand(scenario, "free", "usual", 240, 14 * 24), equal_nan=True)
    names = [observable.name for observable in Subject(scenario, "usual", 1).observables]
    usual = lived(Subject(scenario, "usual", 1), 14 * 24)
    excreted = own[:, names.index("urine.magnesium")] / usual[:, names.index("urine.magnesium")]
    assert excreted[239] < 0.6
    assert excreted[239] < excreted[100] < 1.0
    assert excreted[-1] > excreted[239] + 0.1
    assert not np.array_equal(own[:, names.index("pain.threshold")], usual[:, names.index("pain.threshold")])


def test_a_diet_that_changes_while_doses_are_given_is_a_switch_by_hand() -> None:
    scenario = read()
    own = lived(Subject(scenario, "poor, then rich", 1), 72)
    assert np.array_equal(own, by_hand(scenario, "poor", "rich", 30, 72))
    assert np.array_equal(own[:30], lived(Subject(scenario, "poor", 1), 30))
    assert not np.array_equal(own[30], lived(Subject(scenario, "poor", 1), 31)[30])


@pytest.mark.parametrize("strategy", ["then usual", "poor, then rich"])
def test_in_company_as_alone(strategy: str) -> None:
    scenario = read(top='condition = [{ name = "vincristine", from = "20 h" }]')
    together = np.array(list(courses(scenario, strategy, range(3))))
    for replicate in range(3):
        subject = Subject(scenario, strategy, replicate)
        alone = np.concatenate([[subject.measure()], lived(subject, 72)])
        assert np.array_equal(together[:, : alone.shape[1], replicate], alone)
        columns = simulate(scenario, strategy, replicate)
        every = np.array([columns[name] for name in body_columns()]).T
        assert np.array_equal(together[:, :, replicate], every, equal_nan=True)


def test_a_mesa_model_and_a_copied_beginning_follow_it_too() -> None:
    scenario = read(days=2, tissues='["spinal cord"]')
    own = lived(Subject(scenario, "then usual", 0), 48)
    model = MagnesiumModel(scenario, "then usual", 0)
    for row in own:
        model.step()
        assert np.array_equal(model.measure(), row)
    assert np.array_equal(lived(KeptStart().subject(run_input(scenario, "then usual", 0), shared=True), 48), own)


def test_a_strategy_that_is_adopted_on_the_way_is_met_as_it_holds_then() -> None:
    scenario = read()
    early, late = (Subject(scenario, "usual", 1) for _ in range(2))
    for subject, hour in ((early, 10), (late, 40)):
        lived(subject, hour)
        subject.adopt(scenario.strategy("then usual"))
    assert early.body is not None
    assert late.body is not None
    free, usual = early.body.diet[0], late.body.diet[0]
    assert free < 0.1 * usual
    lived(early, 21)
    assert early.body.diet[0] == usual


def counted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []
    adopt: Callable[..., None] = Body.adopt
    monkeypatch.setattr(
        Body, "adopt", lambda self, values, **keys: (calls.append(keys), adopt(self, values, **keys))[1]
    )
    return calls


def test_nothing_is_adopted_when_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    strategies = """
[[strategy]]
name = "usual"
condition = [{{ name = "magnesium-free-diet", until = "{until}" }}]
diet = [{{ magnesium = "0.6 g/kg", until = "1 d" }}, {{ magnesium = "0.6 g/kg" }}]
"""
    calls, subject = counted(monkeypatch), Subject(read(strategies=strategies, tissues='["spinal cord"]'))
    assert len(calls) == 1
    adopted: list[object] = []
    monkeypatch.setattr(type(subject.tissues["spinal cord"]), "adopt", lambda *given: adopted.append(given))
    lived(subject, 48)
    assert (len(calls), adopted) == (1, [])


def test_a_push_reaches_drives_and_nothing_is_adopted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    top = 'condition = [{ name = "vincristine", from = "20 h", until = "30 h" }]'
    scenario = read(top=top, tissues='["spinal cord"]')
    assert clocked(scenario.library, scenario.base) == {"vincristine"}
    calls, subject = counted(monkeypatch), Subject(scenario)
    setting = subject.setting
    lived(subject, 48)
    assert subject.setting is setting
    assert [set(keys) for keys in calls[1:]] == [set(), set(), set()]


def test_a_condition_that_changes_the_body_changes_it_in_its_window_only() -> None:
    top = 'condition = [{ name = "permeable-barrier", from = "5 h", until = "7 h" }]'
    subject, path = Subject(read(top=top)), "body.csf.saturation"
    known, seen = subject.setting.healthy[path], []
    for _ in range(9):
        subject.step()
        seen.append(subject.setting.values[path] == known)
    assert seen == [True] * 5 + [False] * 2 + [True] * 2


def switching(condition: str, **changes: Any) -> Scenario:
    """Return a scenario in which an injury in [3, 6) h also does what `changes` say."""
    scenario = read(top=f"condition = {condition}", tissues='["spinal cord"]')
    library = load_library()
    told = replace(library.conditions["vincristine"], **changes)
    return replace(scenario, library=replace(library, conditions={**library.conditions, "vincristine": told}))


WINDOW = '[{ name = "vincristine", from = "3 h", until = "6 h" }]'


def acting(scenario: Scenario, rule: str, hours: int = 8) -> list[bool]:
    subject, seen = Subject(scenario), []
    for _ in range(hours):
        subject.step()
        seen.append(rule in {row.id for rows in subject.setting.rules.values() for row in rows})
    return seen


def test_rules_are_switched_by_a_timed_condition_in_its_window_only() -> None:
    known = load_library().rules
    on = next(name for name, rule in known.items() if rule.status == "on" and rule.cell == "dorsal_horn_neuron")
    off = next(name for name, rule in known.items() if rule.status == "off" and not rule.applies_when)
    inside = [False] * 3 + [True] * 3 + [False] * 2
    assert acting(switching(WINDOW, rules_off=(on,)), on) == [not now for now in inside]
    assert acting(switching(WINDOW, rules_on=(off,)), off) == inside


@pytest.mark.parametrize("condition", ["vincristine", "healthy"])
def test_rules_that_apply_under_a_condition_act_while_it_holds(condition: str) -> None:
    scenario = switching(WINDOW)
    library = scenario.library
    name = next(
        name for name, rule in library.rules.items() if rule.status == "on" and rule.cell == "dorsal_horn_neuron"
    )
    rule = replace(library.rules[name], applies_when=(("condition", (condition,)),))
    scenario = replace(scenario, library=replace(library, rules={**library.rules, name: rule}))
    inside = [False] * 3 + [True] * 3 + [False] * 2
    assert acting(scenario, name) == (inside if condition == "vincristine" else [not now for now in inside])


def test_rules_out_of_their_window_leave_the_tissue_as_it_was() -> None:
    rule = next(name for name, rule in load_library().rules.items()
                if rule.status == "on" and rule.cell == "dorsal_horn_neuron" and rule.behaviour == "nr2b")  # fmt: skip
    plain, switched = Subject(switching(WINDOW)), Subject(switching(WINDOW, rules_off=(rule,)))
    assert np.array_equal(lived(plain, 3), lived(switched, 3))
    assert not np.array_equal(lived(plain, 3), lived(switched, 3))


def test_of_two_that_set_a_number_the_later_word_wins_and_a_stated_one_beats_both() -> None:
    condition = '["diabetic-neuropathy", { name = "vincristine", from = "3 h", until = "6 h" }]'
    backwards = '[{ name = "vincristine", from = "3 h", until = "6 h" }, "diabetic-neuropathy"]'
    stated = 'parameters = { "spinal_cord.drive.injury" = 0.5 }'
    for entries, more, inside, outside in (
        (condition, "", 1.0, 0.3), (backwards, "", 0.3, 0.3), (condition, stated, 0.5, 0.5),
    ):  # fmt: skip
        scenario = read(top=f"condition = {entries}\n{more}")
        strategy = replace(scenario.base, name="x")
        subjects = Assembly(scenario.library, scenario.start(strategy), [Subject(scenario).streams], ())
        subjects.adopt(strategy, 0.0)
        seen = []
        for hour in (0.0, 3.0, 6.0):
            subjects.meet(hour)
            seen.append(subjects.values[0]["spinal_cord.drive.injury"])
        assert seen == [outside, inside, outside]


def test_a_timeline_knows_its_edges() -> None:
    scenario = read(top='condition = [{ name = "vincristine", from = "3 h", until = "6 h" }]')
    values = Subject(scenario).setting.values
    assert set(Timeline(scenario.library, scenario.base, values).edges) == {3.0, 6.0}


@pytest.mark.parametrize("strategy", ["then usual", "poor, then rich"])
def test_what_changes_during_the_run_is_not_exported(strategy: str) -> None:
    with pytest.raises(ValueError, match="a condition or a diet that begins or ends during the run"):
        subject_body(read(), strategy, 0)
    assert subject_body(read(), "poor", 0).diet[0] > 0.0


def test_a_step_of_twenty_minutes_changes_at_its_own_beginning() -> None:
    scenario = read(top='step = "20 min"', until="29 h")
    subject = Subject(scenario, "poor, then rich")
    assert subject.body is not None
    poor = subject.body.diet[0]
    diets = []
    for _ in range(90):
        subject.step()
        diets.append(subject.body.diet[0])
    assert [diet == poor for diet in diets] == [True] * 87 + [False] * 3
