"""The model as a Mesa user meets it: the same calls on every supported Mesa, and no deprecation warning."""

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import subprocess
import sys
import warnings
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.datacollection import DataCollector

from mgcells.errors import InputProblems
from mgcells.model import CellAgent, MagnesiumModel
from mgcells.scenario import Scenario, read_scenario
from mgcells.subject.subject import Subject
from mgcells.tissues.bone.units import FORMATION, RESORPTION

pytestmark = pytest.mark.smoke


def scenario() -> Scenario:
    text = """title = "Mesa"
subject = "rat"
duration = "4 h"
replicates = 1
control = "vehicle"
[[strategy]]
name = "vehicle"
[[strategy]]
name = "L-TAMS"
doses = [{ compound = "L-TAMS", amount = "604 mg/kg", of = "salt", every = "24 h", route = "drinking water" }]
"""
    return read_scenario(text, "mesa.toml")


def test_every_cell_is_an_agent_of_its_type() -> None:
    model = MagnesiumModel(scenario())
    assert isinstance(model, mesa.Model)
    counts = {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}
    assert {"Neuron", "Osteoblast", "Osteoclast", "Progenitor", "Enterocyte"} <= set(counts)
    assert sum(counts.values()) == len(model.agents) >= 1000
    assert all(isinstance(agent, mesa.Agent) and isinstance(agent, CellAgent) for agent in model.agents)
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)


def test_select_agg_get_and_set_read_and_write_the_columns() -> None:
    model = MagnesiumModel(scenario())
    neurons = model.agents.select(lambda cell: type(cell).__name__ == "Neuron")
    current = model.tissues["brain"].populations["Neuron"].behaviour("nmda_current")
    assert neurons.agg("nmda_current", np.mean) == pytest.approx(current.mean(), rel=1e-12)
    assert neurons.get("nmda_current") == pytest.approx(current, rel=1e-12)
    weak = neurons.select(lambda cell: cell.nmda_current < current.mean())
    assert len(weak) == np.count_nonzero(current < current.mean()) > 0
    weak.set("nmda_current", 2.0)
    assert np.count_nonzero(current == 2.0) == len(weak)


def test_agents_follow_births_and_deaths() -> None:
    model = MagnesiumModel(scenario(), collect=False)
    before = {agent.uid for agent in model.agents if type(agent).__name__ == "Enterocyte"}
    for _ in range(48):
        model.step()
    lining = model.tissues["gut"].populations["Enterocyte"]
    now = {agent.uid for agent in model.agents if type(agent).__name__ == "Enterocyte"}
    assert now == set(lining.uid[: lining.count].tolist())
    assert now - before
    assert before - now


def test_views_change_no_number() -> None:
    looked_at, left_alone = (MagnesiumModel(scenario(), strategy="L-TAMS", collect=False) for _ in range(2))
    for _ in range(4):
        assert len(looked_at.agents) > 0
        looked_at.step()
        left_alone.step()
    assert looked_at.measure() == left_alone.measure()


def test_data_collector_has_every_observable_at_every_step() -> None:
    model = MagnesiumModel(scenario())
    assert isinstance(model.datacollector, DataCollector)
    while model.running:
        model.step()
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == 5
    assert list(table.columns) == [observable.name for observable in model.observables]
    assert table.iloc[-1].tolist() == model.measure()


def test_batch_run_sweeps_keyword_arguments() -> None:
    parameters = {"scenario": [scenario()], "strategy": ["vehicle", "L-TAMS"], "replicate": [0, 1]}
    seeds = {"rng": [7]} if "rng" in inspect.signature(mesa.batch_run).parameters else {"iterations": 1}
    rows = batch_run(parameters, **seeds)
    threonate = {(row["strategy"], row["replicate"]): row["plasma.threonate"] for row in rows}
    assert set(threonate) == {("vehicle", 0), ("vehicle", 1), ("L-TAMS", 0), ("L-TAMS", 1)}
    for replicate in (0, 1):
        assert threonate["L-TAMS", replicate] > threonate["vehicle", replicate]


def test_iterations_of_a_batch_are_other_subjects_and_the_same_ones_again() -> None:
    body = replace(scenario(), tissues=())
    parameters = {"scenario": [body], "strategy": ["vehicle", "L-TAMS"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        first, again = (batch_run(parameters, iterations=4) for _ in range(2))
    found = {(row["iteration"], row["strategy"]): row["plasma.magnesium"] for row in first}
    assert len(set(found.values())) == len(found) == 8
    assert found == {(row["iteration"], row["strategy"]): row["plasma.magnesium"] for row in again}
    for iteration in range(4):
        model = MagnesiumModel(body, rng=body.seed + iteration)
        assert model.scenario.seed == body.seed + iteration
        for _ in range(4):
            model.step()
        alone = model.datacollector.get_model_vars_dataframe()["plasma.magnesium"]
        assert found[iteration, "vehicle"] in alone.tolist()


def test_seeds_of_a_batch_are_used_as_they_are() -> None:
    if "rng" not in inspect.signature(mesa.batch_run).parameters:
        pytest.skip("this Mesa hands over no seeds")
    body = replace(scenario(), tissues=())
    rows = batch_run({"scenario": [body]}, rng=[7, 8])
    levels = [row["plasma.magnesium"] for row in rows]
    assert levels[0] != levels[1]
    assert levels == [row["plasma.magnesium"] for row in batch_run({"scenario": [body]}, rng=[7, 8])]


def test_a_sweep_of_seeds_is_used_or_refused_and_never_lost() -> None:
    parameters = {"scenario": [replace(scenario(), tissues=())], "rng": [7, 8]}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        with pytest.raises(ValueError, match=r"loses the parameter 'rng'; give it rng=\[...\] itself"):
            batch_run(parameters)
    else:
        rows = batch_run(parameters)
        assert rows[0]["plasma.magnesium"] != rows[1]["plasma.magnesium"]


def test_iterations_that_cannot_be_told_apart_are_refused() -> None:
    names = {"__name__": "mesa.batchrunner", "MagnesiumModel": MagnesiumModel, "scenario": scenario()}
    with pytest.raises(ValueError, match="does not tell its iterations apart"):
        exec("MagnesiumModel(scenario)", names)
    exec("MagnesiumModel(scenario, rng=3)", names)


def batch_run(parameters: dict[str, list[Any]], **keys: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = mesa.batch_run(
        MagnesiumModel, parameters, number_processes=1, max_steps=4, display_progress=False, **keys
    )
    return rows


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"replicate": -1}, "replicate = -1 should be a whole number from 0 on"),
        ({"replicate": "a"}, "replicate = 'a' should be a whole number"),
        ({"replicate": 1.5}, "replicate = 1.5 should be a whole number"),
        ({"rng": "seven"}, "rng = 'seven' should be a whole number"),
        ({"rng": -3}, "rng = -3 should be a whole number"),
    ],
)
def test_an_argument_that_names_no_subject_is_refused(keys: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        MagnesiumModel(scenario(), **keys)


def test_an_unknown_strategy_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputProblems, match="no strategy 'l-tams'; did you mean 'L-TAMS'"):
        MagnesiumModel(scenario(), strategy="l-tams")


def test_to_remove_an_agent_is_the_death_of_its_cell_in_every_tissue() -> None:
    model = MagnesiumModel(scenario(), strategy="L-TAMS")
    model.step()
    before = {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}
    for kind, agents in list(model.agents_by_type.items()):
        leaving = agents.select(at_most=max(1, len(agents) // 20))
        names = [(agent.tissue, agent.uid) for agent in leaving]
        leaving.shuffle_do("remove")
        for tissue, uid in names:
            assert uid not in model.tissues[tissue].populations[kind.__name__]
    assert agree(model)
    after = {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}
    assert all(after[kind] == count - max(1, count // 20) for kind, count in before.items())
    for _ in range(12):
        model.step()
        assert agree(model)
    assert np.isfinite(model.measure()).all()


def agree(model: MagnesiumModel) -> bool:
    shown = {(agent.tissue, agent.uid) for agent in model.agents}
    living = {(name, uid) for name, t in model.tissues.items() for p in t.populations.values()
              for uid in p.uid[: p.count].tolist()}  # fmt: skip
    return shown == living and len(model.agents) == model.cells


def test_bone_keeps_its_books_when_cells_are_removed() -> None:
    model = MagnesiumModel(replace(scenario(), tissues=("bone",)), collect=False)
    bone: Any = model.tissues["bone"]
    for kind in ("Osteoclast", "Osteoblast", "Progenitor"):
        count = bone.populations[kind].count
        model.agents.select(lambda agent, kind=kind: type(agent).__name__ == kind).select(at_most=0.5).do("remove")
        assert bone.populations[kind].count == count - count // 2
    for _ in range(48):
        model.step()
        assert bone.recruited == bone.osteoblasts.count + bone.fate_counts.sum()
        marrow = bone.reservoir
        assert marrow.born == marrow.cells.count + marrow.committed + marrow.died
        busy = np.flatnonzero(bone.units.phase == RESORPTION)
        assert set(busy.tolist()) == set(bone.osteoclasts.voxel[: bone.osteoclasts.count].tolist())
        assert np.isin(np.flatnonzero(bone.units.phase == FORMATION), bone.mature_osteoblasts).all()


def test_a_lining_closes_over_cells_and_keeps_the_last_of_a_column() -> None:
    model = MagnesiumModel(replace(scenario(), tissues=("gut",)), collect=False)
    lining: Any = model.tissues["gut"].small
    column = lining.sheet.column(lining.cells)
    names = lining.cells.uid[: lining.cells.count][column == 3].tolist()
    here = [agent for agent in model.agents if type(agent).__name__ == "Enterocyte" and agent.uid in set(names)]
    for agent in here[:-1]:
        agent.remove()
    with pytest.raises(ValueError, match="gut: a column of its lining keeps its last Enterocyte"):
        here[-1].remove()
    assert here[-1] in model.agents
    assert here[-1].position == 0.0
    with pytest.raises(ValueError, match="leave one in each column"):
        model.remove_all_agents()
    assert agree(model)
    model.step()
    assert agree(model)


@pytest.mark.parametrize("tissue", ["brain", "spinal cord", "bone"])
def test_all_agents_can_be_removed_and_the_tissue_steps_on(tissue: str) -> None:
    model = MagnesiumModel(replace(scenario(), tissues=(tissue,)), collect=False)
    assert len(model.agents) > 0
    model.remove_all_agents()
    assert len(model.agents) == model.cells == 0
    for _ in range(12):
        model.step()
    assert agree(model)


def test_a_removed_neuron_falls_silent() -> None:
    model = MagnesiumModel(replace(scenario(), tissues=("brain",)), collect=False)
    neuron = next(iter(model.agents))
    x, y = neuron.pos
    site = y * model.tissues["brain"].shape[1] + x
    brain: Any = model.tissues["brain"]
    assert brain.levels[-1, site] > 0.0
    neuron.remove()
    neuron.remove()
    model.step()
    assert brain.levels[-1, site] == 0.0
    assert brain.survival < 1.0


def test_other_agents_live_beside_the_cells() -> None:
    class Nurse(mesa.Agent):  # type: ignore[misc]
        rounds = 0

        def step(self) -> None:
            self.rounds += 1

    model = MagnesiumModel(replace(scenario(), tissues=("brain",)), collect=False)
    cells = len(model.agents)
    nurse = Nurse(model)
    assert len(model.agents) == cells + 1
    assert len({agent.unique_id for agent in model.agents}) == cells + 1
    model.agents.shuffle_do("step")
    model.step()
    assert nurse.rounds == 1
    assert list(model.agents_by_type[Nurse]) == [nurse]
    nurse.remove()
    assert len(model.agents) == cells == model.cells


@pytest.mark.parametrize(
    "twin", [lambda model: pickle.loads(pickle.dumps(model)), copy.deepcopy], ids=["pickle", "copy"]
)
def test_a_model_that_was_kept_lives_on_as_the_original(twin: Callable[[MagnesiumModel], MagnesiumModel]) -> None:
    model = MagnesiumModel(scenario(), strategy="L-TAMS")
    model.step()
    assert len(model.agents) > 0
    kept = twin(model)
    for _ in range(3):
        model.step()
        kept.step()
    assert kept.measure() == model.measure()
    assert kept.steps == model.steps == 4
    pairs = (each.datacollector.get_model_vars_dataframe() for each in (kept, model))
    assert next(pairs).equals(next(pairs))
    assert agree(kept)
    gone = next(iter(kept.agents))
    gone.remove()
    assert len(kept.agents) == len(model.agents) - 1
    assert agree(model)


def test_a_model_that_was_kept_lives_on_in_a_program_that_has_met_no_tissue(tmp_path: Path) -> None:
    model = MagnesiumModel(replace(scenario(), tissues=("brain",)), collect=False)
    agents = len(model.agents)
    (tmp_path / "model").write_bytes(pickle.dumps(model))
    model.step()
    lines = "import pickle, sys; m = pickle.load(open(sys.argv[1], 'rb')); m.step(); print(len(m.agents), m.measure())"
    done = subprocess.run(
        [sys.executable, "-c", lines, str(tmp_path / "model")], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == f"{agents} {model.measure()}", done.stderr


def test_a_subject_can_be_kept() -> None:
    subject = Subject(scenario(), "L-TAMS", 1)
    subject.step()
    kept = pickle.loads(pickle.dumps(subject))
    subject.step()
    kept.step()
    assert kept.measure() == subject.measure()


def test_a_model_can_be_forgotten() -> None:
    model = MagnesiumModel(scenario())
    assert len(model.agents) > 0
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
