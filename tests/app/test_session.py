"""A session without its page: the run on screen is the batch's run, settings are a scenario, pictures read only."""

from __future__ import annotations

import csv
import gc
import io
import math
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from mgcells.app.charts import headline
from mgcells.app.colours import Scale
from mgcells.app.memory import CellRecord, History, Outline, table
from mgcells.app.scenes import KIND
from mgcells.app.session import ChosenCell, Session
from mgcells.app.steering import Steering, foreign_doses, in_subject, scenario_text, steered
from mgcells.errors import InputProblems
from mgcells.library.in_force import layered
from mgcells.model import MagnesiumModel
from mgcells.scenario import Scenario, load_scenario, read_scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.subject.subject import simulate

TEXT = """title = "Session"
subject = "rat"
duration = "3 d"
replicates = 2
control = "vehicle"
[[strategy]]
name = "vehicle"
[[strategy]]
name = "citrate"
inhibitors = [{ target = "NMDA", residual = 0.8 }]
[[strategy.doses]]
compound = "magnesium citrate"
amount = "40 mg/kg"
of = "magnesium"
every = "12 h"
route = "oral"
from = "6 h"
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(TEXT, "session.toml")


@pytest.fixture
def session(scenario: Scenario) -> Session:
    return Session(scenario, "citrate", "vehicle", replicate=1)


def test_watching_changes_no_bit_of_the_run(scenario: Scenario, session: Session) -> None:
    while session.running:
        session.advance(5)
        for tissue in session.tissues:
            picture = session.draw(tissue, 0, *session.first_choice(tissue), None)
            assert picture.ndim == 3
            cell = session.cell_at(tissue, 0, 0.4, 0.6)
            assert cell is not None
            assert session.why(cell)
    for side, strategy in enumerate(("citrate", "vehicle")):
        batch = simulate(scenario, strategy, 1)
        history = session.sides[side].history
        recorded = batch["recorded"] > 0
        shared = np.isin(history.days, batch["day"][recorded])
        for name in history.names:
            assert np.array_equal(history.series(name)[shared], batch[name][recorded], equal_nan=True), name


def test_every_choice_of_every_tissue_can_be_drawn_and_its_scale_holds_its_values(session: Session) -> None:
    session.advance(30)
    for tissue in session.tissues:
        scene = session.sides[0].scenes[tissue]
        for cells in scene.cells:
            assert session.draw(tissue, 0, cells, next(iter(scene.fields)), None).dtype == np.uint8
        for ground in scene.fields:
            values, scale = scene.field_values(ground), session.scale(tissue, ground)
            assert scale.low <= values.min() <= values.max() <= scale.high
            assert values.shape == scene.lattice.sites


def test_a_click_finds_the_cell_that_is_drawn_there(session: Session) -> None:
    for tissue in session.tissues:
        scene = session.sides[0].scenes[tissue]
        for kind, population in scene.tissue.populations.items():
            row, column = scene.sites(population)
            at, sites = population.count // 3, scene.lattice.sites
            found = scene.cell_at((column[at] + 0.5) / sites[1], (row[at] + 0.5) / sites[0])
            assert found is not None
            other = scene.tissue.populations[found[0]]
            place = np.array(scene.sites(other))[:, other.row(found[1])]
            assert tuple(place) == (row[at], column[at]), kind


def test_cells_coloured_by_kind_show_every_kind_in_its_colour(session: Session) -> None:
    scene = session.sides[0].scenes["gut"]
    kinds = scene.cell_values(KIND)
    assert set(np.unique(kinds)) <= set(range(len(scene.kinds())))
    assert len(np.unique(kinds)) == 4


def test_untouched_settings_are_the_strategy_itself(scenario: Scenario) -> None:
    assert steered(scenario, "citrate", Steering()) is scenario.strategy("citrate")
    assert scenario_text(scenario, "citrate", Steering()) == scenario.text


def test_settings_become_a_scenario_that_loads_and_says_what_was_set(scenario: Scenario, tmp_path: Path) -> None:
    steering = Steering(
        dose=2.0, times_per_day=4, glut=0.25, diet=0.5, condition="colitis",
        rules_off=("neuron.magnesium.threonate_entry",),
    )  # fmt: skip
    file = tmp_path / "steered.toml"
    file.write_text(scenario_text(scenario, "citrate", steering), encoding="utf-8")
    loaded = load_scenario(file)
    strategy, before = loaded.strategy("citrate, steered"), scenario.strategy("citrate")
    assert [strategy.name for strategy in loaded.strategies] == ["vehicle", "citrate", "citrate, steered"]
    (dose,), (old,) = strategy.doses, before.doses
    assert (dose.every, dose.begin, dose.route) == (6.0, 6.0, "oral")
    assert dose.amount / dose.every == pytest.approx(2.0 * old.amount / old.every, rel=1e-5)
    assert dict(strategy.inhibitors) == {"NMDA": 0.8, "GLUT1": 0.25, "GLUT3": 0.25}
    assert [activation.name for activation in strategy.conditions] == ["colitis"]
    assert strategy.changes.rules_off == steering.rules_off
    usual = MagnesiumModel(scenario, "citrate", collect=False).setting.healthy["body.diet.magnesium"]
    assert strategy.diet is not None
    assert strategy.diet.amount == pytest.approx(0.5 * usual, rel=1e-5)


def test_a_diet_that_changes_is_scaled_in_each_of_its_parts(scenario: Scenario) -> None:
    diet = 'diet = [{ magnesium = "2 mg/d", from = "2 h", until = "5 h" }, { magnesium = "4 mg/d" }]'
    text = scenario.text.replace('name = "vehicle"\n', f'name = "vehicle"\n{diet}\n', 1)
    changing = read_scenario(text, "x")
    strategy = steered(changing, "vehicle", Steering(diet=0.5))
    usual = MagnesiumModel(scenario, "citrate", collect=False).setting.healthy["body.diet.magnesium"]
    given = [(entry.begin, entry.until) for entry in strategy.diets]
    assert given == [(0.0, 2.0), (2.0, 5.0), (5.0, math.inf)]
    assert strategy.diets[0].amount == pytest.approx(0.5 * usual, rel=1e-5)
    assert [entry.text for entry in strategy.diets[1:]] == ["1 mg/d", "2 mg/d"]


def test_healthy_is_a_setting_that_takes_conditions_away(scenario: Scenario) -> None:
    ill = read_scenario(scenario.text.replace("[[strategy]]", 'condition = "aged"\n[[strategy]]', 1), "x")
    assert steered(ill, "citrate", Steering(diet=0.5)).conditions != ()
    assert steered(ill, "citrate", Steering(condition="healthy")).conditions == ()


def test_another_subject_lives_the_same_scenario_and_an_unknown_one_is_refused(scenario: Scenario) -> None:
    assert scenario.base.subject == "rat"
    other = in_subject(scenario, "mouse")
    assert {strategy.subject for strategy in other.strategies} == {"mouse"}
    assert (other.seed, other.hours, other.tissues) == (scenario.seed, scenario.hours, scenario.tissues)
    assert read_scenario(scenario_text(other, "citrate", Steering(diet=0.5)), "x").base.subject == "mouse"
    with pytest.raises(InputProblems):
        in_subject(scenario, "no-such-animal")


def test_a_dose_per_kg_of_another_species_is_said_with_what_a_day_amounts_to(scenario: Scenario) -> None:
    assert foreign_doses(scenario, scenario.strategy("citrate"), "rat") == []
    text = TEXT.replace("duration", 'tissues = ["gut"]\nduration')
    person = in_subject(read_scenario(text, "x"), "human-adult")
    (said,) = foreign_doses(person, person.strategy("citrate"), "rat")
    # 40 mg/kg twice a day are 80 mg of magnesium for every kg.
    weight = layered(person.library, person.strategy("citrate")).parameters["body.weight"].value / 1000.0
    times = 80.0 * weight / 350.0
    assert f"{times:.2g}" in said
    assert "times the tolerable upper intake" in said
    assert "a day for" in said
    assert foreign_doses(person, person.strategy("vehicle"), "rat") == []
    assert foreign_doses(person, steered(person, "citrate", Steering(dose=0.0)), "rat") == []


def test_a_cell_of_the_lining_is_named_by_what_it_is_and_its_day_of_death_stays(session: Session) -> None:
    scene = session.sides[0].scenes["gut"]
    population = scene.tissue.populations["Enterocyte"]
    kinds, names = population.trait("kind").astype(int), scene.kinds()
    for number, name in enumerate(names):
        uid = int(population.uid[np.flatnonzero(kinds == number)[0]])
        assert scene.name_of("Enterocyte", uid) == name
    assert scene.name_of("Enterocyte", 1) is None
    # Those at the tip are shed first.
    oldest = int(population.uid[np.argmax(population.trait("position"))])
    session.watch(ChosenCell(0, "gut", "Enterocyte", oldest))
    while session.died is None and session.running:
        session.advance(1)
    died = session.died
    assert died == session.day
    session.advance(3)
    assert session.died == died
    session.restart()
    assert session.died is None


def test_steering_acts_on_one_side_only_and_a_restart_keeps_it(session: Session) -> None:
    session.advance(24)
    session.steer(Steering(dose=0.0))
    session.advance(24)
    assert session.sides[0].model.strategy.doses[0].amount == 0.0
    assert session.sides[1].model.strategy.name == "vehicle"
    session.restart()
    assert session.day == 0.0
    assert session.sides[0].model.strategy.doses[0].amount == 0.0


def test_a_rule_switched_off_while_running_no_longer_contributes(session: Session) -> None:
    session.advance(12)
    cell = session.cell_at("brain", 0, 0.5, 0.5)
    assert cell is not None
    rule = "neuron.magnesium.extracellular_magnesium"
    named = lambda: {r.rule.id for account in session.why(cell) or [] for r in account.reasons}  # noqa: E731
    assert rule in named()
    session.steer(Steering(rules_off=(rule,)))
    session.advance(1)
    assert rule not in named()


def test_settings_that_contradict_the_scenario_are_refused_and_change_nothing(session: Session) -> None:
    with pytest.raises(InputProblems):
        session.steer(Steering(rules_off=("no.such.rule",)))
    assert session.steering == Steering()


def test_the_table_holds_both_sides_with_the_models_values(session: Session) -> None:
    session.advance(10)
    sides = [(side.model.strategy.name, session.replicate, side.history) for side in session.sides]
    rows = list(csv.DictReader(io.StringIO(table(sides, ["plasma.magnesium", "gut.teer"]))))
    assert len(rows) == 22
    assert [row["strategy"] for row in rows[::11]] == ["citrate", "vehicle"]
    model = session.sides[0].model
    assert float(rows[10]["plasma.magnesium"]) == float(model.body.plasma_magnesium[0])
    assert float(rows[10]["day"]) == model.day


def test_the_record_of_cells_stays_bounded_and_follows_a_cell(scenario: Scenario) -> None:
    model = MagnesiumModel(scenario, collect=False)
    record = CellRecord(model, most=8)
    neurons = model.tissues["brain"].populations["Neuron"]
    for _ in range(60):
        model.step()
        record.add(model)
    days, states = record.of("brain", "Neuron", int(neurons.uid[5]))
    assert 4 <= days.size <= 9
    assert np.all(np.diff(days) > 0)
    assert states.shape == (len(neurons.table.names), days.size)
    assert record.of("gut", "Enterocyte", 1)[0].size == 0


def test_an_outline_keeps_every_peak_in_a_bounded_number_of_points() -> None:
    outline, values = Outline(2, most=8), np.sin(np.arange(50.0))
    for step, value in enumerate(values):
        outline.add(float(step), np.array([value, np.nan]))
        days, drawn = outline.of(0)
        assert days.shape == drawn.shape
        assert drawn.size <= 16
        assert days[-1] == step
        assert (drawn.min(), drawn.max()) == (values[: step + 1].min(), values[: step + 1].max())
    assert np.isnan(outline.of(1)[1]).all()
    short = Outline(1, most=8)
    for step, value in enumerate(values[:8]):
        short.add(float(step), np.array([value]))
    assert np.array_equal(short.of(0)[1], values[:8])


def test_playing_on_takes_no_more_memory() -> None:
    model = MagnesiumModel(read_scenario(TEXT.replace('"3 d"', '"400 d"'), "long.toml"), "citrate", collect=False)
    history = History(model)
    model.step()
    for _ in range(1000):
        history.add(model)
    gc.collect()
    tracemalloc.start()
    for _ in range(4000):
        history.add(model)
    gc.collect()
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert history.days.size == 5001
    # A record of 99 observables holds 800 bytes.
    assert grown / 4000 < 8.0


def test_a_scale_widens_and_never_narrows() -> None:
    scale = Scale.around(1.0, 0.5)
    scale.take_in(np.array([0.9, 2.3, np.nan]))
    assert (scale.low, scale.high) == (0.5, 2.5)
    scale.take_in(np.array([1.0]))
    assert (scale.low, scale.high) == (0.5, 2.5)
    nothing = Scale.around(0.0, 0.5)
    nothing.take_in(np.array([0.0, 5e-14]))
    assert (nothing.low, nothing.high) == (0.0, 0.0)
    assert np.array_equal(scale.shade(np.array([0.5, 2.5]), np.arange(768).reshape(256, 3) % 256)[:, 0], [0, 253])


def test_small_bowel_and_colon_stand_side_by_side_and_a_click_finds_the_cell_that_is_drawn(session: Session) -> None:
    scene = session.sides[0].scenes["gut"]
    drawn: set[tuple[int, int]] = set()
    for name, share in (("Enterocyte", 0.25), ("Colonocyte", 0.75)):
        population = scene.tissue.populations[name]
        sites = list(zip(*(part.tolist() for part in scene.sites(population)), strict=True))
        assert len(sites) == len(set(sites)) == population.count
        assert not drawn & set(sites)
        drawn |= set(sites)
        cell = session.cell_at("gut", 0, share, 0.95)
        assert cell is not None
        assert cell.kind == name
    labels = [choice.label for choice in scene.cells.values()]
    assert len(labels) == len(set(labels))
    assert np.isfinite(scene.cell_values("Enterocyte.strand_resistance")).all()


def test_a_headline_begins_with_a_capital_and_leaves_abbreviations_alone() -> None:
    assert headline("calcium signal") == "Calcium signal"
    assert headline("cGMP") == "cGMP"
    assert headline("CaMKII activity") == "CaMKII activity"


def test_regions_and_segments_are_named_from_left_and_parted_by_a_line(session: Session) -> None:
    notes = {name: session.sides[0].scenes[name].note for name in session.tissues}
    assert notes["brain"] == "from left: hippocampus, prefrontal, amygdala"
    assert notes["gut"] == "from left: small bowel, colon"
    assert notes["bone"] == ""
    picture = session.draw("brain", 0, *session.first_choice("brain"), None)
    wide = session.sides[0].scenes["brain"].lattice.pixels[1]
    lines = np.flatnonzero((picture == 40).all(axis=(0, 2)))
    assert set((lines + 1) // wide) == {10, 16}


def test_a_hole_that_a_strategy_drills_can_be_looked_at_before_the_first_hour() -> None:
    scenario = find_scenario("bone_scaffold_rat")
    session = Session(scenario, scenario.strategies[-1].name, scenario.control)
    scene, tissue = session.sides[0].scenes["bone"], session.sides[0].model.tissues["bone"]
    assert "early_magnesium" in scene.fields
    for ground in scene.fields:
        assert session.draw("bone", 0, KIND, ground, None).dtype == np.uint8
    assert np.array_equal(scene.field_values("cgrp").ravel(), tissue.stroma.sites["cgrp"])
