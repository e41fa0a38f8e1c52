"""A layer of cells in culture rests in its medium, tightens or breaks as the medium says, and has no body."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from mgcells.batch.bodies import run_bodies
from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.library.in_force import Changes, Setting, setting
from mgcells.model import MagnesiumModel
from mgcells.scenario import read_scenario
from mgcells.scenario.scenario import Strategy
from mgcells.scenario.shipped import load_named
from mgcells.streams import Streams
from mgcells.tissues.gut.monolayer import Monolayer
from mgcells.tissues.tissue import Surroundings

CULTURE = (
    'title = "x"\nsubject = "caco-2"\nduration = "1 d"\nreplicates = 1\ncontrol = "c"\n{top}\n'
    '[[strategy]]\nname = "c"\n{strategy}\n'
)


def culture(**medium: float) -> Setting:
    """Return the reference culture with other levels in its medium, in internal units."""
    changes = Changes(parameters=tuple((f"medium.{name}", level, "") for name, level in medium.items()))
    return setting(load_library(), Strategy("x", "caco-2", changes=changes), ("monolayer",))


def grown(days: float, seed: int = 1, **medium: float) -> Monolayer:
    """Return a layer that has lived in usual medium and then for `days` in another."""
    usual, other = culture(), culture(**medium)
    layer = Monolayer(load_library(), usual, Streams(seed, 0), Surroundings.of_medium(0.0, usual.values))
    layer.adopt(load_library(), other)
    for hour in range(round(24 * days)):
        layer.step(Surroundings.of_medium(hour + 1.0, other.values), 1.0)
    return layer


def seen(layer: Monolayer) -> tuple[float, float, float, float, float]:
    return layer.teer(), layer.permeability(), layer.permeability_large(), layer.junctions(), layer.alive()


def test_an_untreated_layer_stays_as_it_is() -> None:
    assert seen(grown(10)) == pytest.approx((1.0,) * 5, rel=1e-12)


def test_butyrate_tightens_at_2_and_breaks_at_8_millimolar() -> None:
    tight, broken = grown(4, butyrate=2.0), grown(4, butyrate=8.0)
    assert tight.teer() > 1.15
    assert tight.permeability() < 0.95
    assert broken.teer() < 0.9
    assert broken.permeability() > 1.5
    assert broken.alive() < 0.85 < 0.98 < tight.alive()


def test_the_harm_at_8_millimolar_is_the_death_of_cells() -> None:
    usual = culture(butyrate=8.0)
    rules = {"caco2": tuple(rule for rule in usual.rules["caco2"] if rule.behaviour != "apoptosis")}
    spared = Setting(**{**vars(usual), "rules": rules})
    layer = Monolayer(load_library(), spared, Streams(1, 0), Surroundings.of_medium(0.0, spared.values))
    assert layer.teer() > 1.3


@pytest.mark.parametrize(("tnf", "left"), [(100.0, 0.19), (10.0, 0.5)])
def test_tnf_lowers_resistance_by_dose(tnf: float, left: float) -> None:
    assert grown(6, tnf=tnf).teer() == pytest.approx(left, abs=0.02)


def test_butyrate_rescues_a_layer_under_tnf_in_part() -> None:
    hurt, helped = grown(4, tnf=10.0), grown(4, tnf=10.0, butyrate=2.0)
    assert hurt.teer() < helped.teer() < 1.0
    assert helped.permeability() < hurt.permeability()


def test_neighbours_close_over_dead_cells() -> None:
    layer = grown(6, butyrate=8.0)
    row, place = layer.layer.sheet.column(layer.cells), layer.cells.trait("position")
    for number in range(layer.shape[0]):
        np.testing.assert_array_equal(np.sort(place[row == number]), np.arange(np.count_nonzero(row == number)))
    open_before = layer.cells.trait("gap").sum()
    usual = culture()
    layer.adopt(load_library(), usual)
    for hour in range(24 * 15):
        layer.step(Surroundings.of_medium(hour, usual.values), 1.0)
    assert layer.cells.trait("gap").sum() < 0.01 * open_before
    assert layer.permeability_large() == pytest.approx(1.0, abs=0.05)


def test_a_layer_without_cells_is_an_open_gap() -> None:
    layer = grown(60, butyrate=1000.0)
    assert layer.alive() < 0.01
    assert all(math.isfinite(value) for value in seen(layer))
    assert layer.teer() < 0.1


def test_agents_of_a_layer_can_be_removed_one_or_all() -> None:
    model = MagnesiumModel("gut_barrier_culture", collect=False)
    layer = model.tissues["monolayer"]
    assert isinstance(layer, Monolayer)
    before = layer.cells.count
    model.agents.select(at_most=9).do("remove")
    model.step()
    assert layer.cells.count == len(model.agents) == before - 9
    position, row = layer.cells.trait("position"), layer.layer.sheet.column(layer.cells)
    assert all(sorted(position[row == each]) == list(range((row == each).sum())) for each in range(layer.shape[0]))
    assert layer.permeability() > 1.0
    model.remove_all_agents()
    model.step()
    assert layer.alive() == len(model.agents) == 0


def test_wells_differ_and_the_same_well_is_the_same_under_every_medium() -> None:
    scenario, _ = load_named("gut_barrier_culture")
    first, other = (MagnesiumModel(scenario, "medium alone", replicate, collect=False) for replicate in (0, 1))
    again = MagnesiumModel(scenario, "butyrate 8 mM", 0, collect=False)
    assert first.measure() == again.measure() != other.measure()
    assert not any(observable.tissue == "" for observable in first.observables)


@pytest.mark.parametrize(
    ("top", "strategy", "words"),
    [
        ('condition = "colitis"', "", "takes no condition"),
        ('diet = { magnesium = "300 mg/d" }', "", "takes no diet"),
        ("tissues = []", "", "nothing is left"),
        ('tissues = ["gut"]', "", "has no gut"),
        ("", 'medium = { butyrat = "2 mM" }', "medium.butyrate"),
        ("", 'medium = { butyrate = "2 mg" }', "butyrate"),
        ("", 'subject = "mouse"', "cannot be compared"),
        ("", 'doses = [{ compound = "magnesium chloride", amount = "1 mg", of = "salt", route = "oral" }]', "no doses"),
    ],
)
def test_what_a_culture_cannot_have_is_refused(top: str, strategy: str, words: str) -> None:
    with pytest.raises(InputProblems, match=words):
        read_scenario(CULTURE.format(top=top, strategy=strategy), "test.toml")


def test_a_body_has_no_medium_and_a_culture_no_kinetics(tmp_path: Path) -> None:
    text = CULTURE.format(top="", strategy='medium = { tnf = "1 ng/mL" }').replace("caco-2", "mouse")
    with pytest.raises(InputProblems, match="no medium"):
        read_scenario(text, "test.toml")
    with pytest.raises(InputProblems, match="has no body"):
        run_bodies("gut_barrier_culture", tmp_path)
