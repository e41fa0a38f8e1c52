"""A run divided into phases, and how one says what holds in them."""

from __future__ import annotations

import math

from mgcells.library.in_force import Activation
from mgcells.scenario import read_scenario
from mgcells.scenario.phases import phases, spoken_conditions, spoken_course, spoken_diets

TEXT = """title = "Test"
subject = "rat"
duration = "8 d"
control = "c"
tissues = []
diet = [{ magnesium = "0.1 g/kg", until = "2 d" }, { magnesium = "0.5 g/kg", until = "10 d" }]
condition = [{ name = "vincristine", from = "2 d" }, "aged", { name = "alcohol", from = "3 d", until = "5 d" }]
[[strategy]]
name = "c"
"""


def test_phases_cover_the_run_and_hold_what_holds_in_them() -> None:
    scenario = read_scenario(TEXT, "test.toml")
    found = phases(scenario.base, scenario.hours)
    assert [(phase.begin, phase.until) for phase in found] == [(0.0, 48.0), (48.0, 72.0), (72.0, 120.0), (120.0, 192.0)]
    held = [([entry.name for entry in phase.strategy.conditions], phase.strategy.diets[0].text) for phase in found]
    assert held == [
        (["aged"], "0.1 g/kg"),
        (["vincristine", "aged"], "0.5 g/kg"),
        (["vincristine", "aged", "alcohol"], "0.5 g/kg"),
        (["vincristine", "aged"], "0.5 g/kg"),
    ]
    assert not any(phase.strategy.timed for phase in found)


def test_an_edge_at_which_nothing_changes_makes_no_phase() -> None:
    twice = TEXT.replace('"0.5 g/kg", until', '"0.1 g/kg", until').replace(
        '{ name = "vincristine", from = "2 d" }, ', ""
    )
    assert [phase.begin for phase in phases(read_scenario(twice, "test.toml").base, 192.0)] == [0.0, 72.0, 120.0]


def test_times_are_said_as_a_reader_would_say_them() -> None:
    scenario = read_scenario(TEXT, "test.toml")
    assert spoken_diets(scenario.base.diets) == "0.1 g/kg until 2 d, then 0.5 g/kg until 10 d"
    assert spoken_conditions(scenario.base.conditions) == ["vincristine from 2 d", "aged", "alcohol from 3 d until 5 d"]
    assert spoken_conditions([Activation("aged", 0.0, 24.0)]) == ["aged until 1 d"]
    assert spoken_conditions(()) == ["healthy"]
    gap = [("1 mg/d", 0.0, 24.0), ("2 mg/d", 30.0, 48.0), ("3 mg/d", 48.0, math.inf)]
    assert spoken_course(gap) == "1 mg/d until 1 d, 2 mg/d from 30 h until 2 d, then 3 mg/d"
