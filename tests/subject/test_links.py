"""Links between organs that a scenario cuts, and what tissues say that reaches them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from mgcells.errors import InputProblems
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.subject import Subject, simulate
from mgcells.tissues.links import LEVELS, links
from mgcells.tissues.registry import tissue_kinds
from mgcells.tissues.tissue import Surroundings

HEAD = """title = "Links"
subject = "rat"
duration = "3 d"
replicates = 1
control = "vehicle"
tissues = ["brain", "gut"]
[[strategy]]
name = "vehicle"
[[strategy]]
name = "L-TAMS"
doses = [{ compound = "magnesium L-threonate", amount = "604 mg/kg", of = "salt", every = "12 h", route = "oral" }]
[[strategy]]
name = "cut"
like = "L-TAMS"
"""


def read(more: str) -> Scenario:
    return read_scenario(HEAD + more, "test.toml")


def test_a_brain_without_its_fluid_lives_as_without_the_dose() -> None:
    scenario = read('links = { off = ["csf.magnesium > brain", "csf.threonate > brain", "plasma.magnesium > brain"] }')
    vehicle, dosed, cut = (simulate(scenario, name, 0) for name in ("vehicle", "L-TAMS", "cut"))
    assert np.array_equal(cut["csf.magnesium"], dosed["csf.magnesium"])
    assert dosed["brain.neuron_magnesium"][-1] > vehicle["brain.neuron_magnesium"][-1]
    # The fluid of a control swings with its meals, that of a cut link stays as it was at the start.
    assert cut["brain.neuron_magnesium"][-1] == pytest.approx(vehicle["brain.neuron_magnesium"][-1], rel=1e-3)
    assert not np.array_equal(cut["gut.stool_water"], vehicle["gut.stool_water"], equal_nan=True)


def test_a_link_that_carries_nothing_can_be_cut_without_any_effect() -> None:
    scenario = read('links = { off = ["gut_inflammation > brain"] }')
    dosed, cut = (simulate(scenario, name, 0) for name in ("L-TAMS", "cut"))
    assert all(np.array_equal(dosed[name], cut[name], equal_nan=True) for name in dosed)


def test_a_link_that_is_not_there_is_told() -> None:
    with pytest.raises(InputProblems) as caught:
        read('links = { off = ["csf.magnesum > brain", "csf.magnesium > bone"] }')
    found = str(caught.value)
    assert "test.toml:15  links: unknown link 'csf.magnesum > brain'; did you mean 'csf.magnesium > brain'?" in found
    assert "unknown link 'csf.magnesium > bone'" in found


@pytest.mark.parametrize("tissue", ["brain", "spinal cord", "bone", "gut"])
def test_a_tissue_reads_nothing_of_its_surroundings_that_it_does_not_declare(tissue: str) -> None:
    declared = {LEVELS[name] for name in tissue_kinds()[tissue].senses if name in LEVELS}

    class Watched(Surroundings):
        read: set[str]

        def __getattribute__(self, name: str) -> object:
            if name in LEVELS.values():
                object.__getattribute__(self, "read").add(name)
            return object.__getattribute__(self, name)

    subject = Subject(find_scenario("brain_salts_rat"), "vehicle")
    given = subject._surroundings()
    watched = object.__new__(Watched)
    watched.__dict__ |= {field.name: getattr(given, field.name) for field in fields(given)} | {"read": set()}
    subject.tissues[tissue].step(watched, 1.0)
    assert object.__getattribute__(watched, "read") <= declared


def test_every_tissue_has_links_of_its_own_and_signals_only_where_they_are_sent() -> None:
    assert "gut_inflammation > brain" not in links(("brain",))
    assert "gut_inflammation > brain" in links(("brain", "gut"))
    assert links(("gut",))[-1] == "gut > absorption"
    assert not links(("monolayer",))
