"""The model as a Mesa user meets it: the same calls on every supported Mesa, and no deprecation warning."""

from __future__ import annotations

import gc
import inspect
import weakref

import mesa
import numpy as np
import pytest
from mesa.datacollection import DataCollector

from mgcells.model import CellAgent, MagnesiumModel
from mgcells.scenario import Scenario, read_scenario

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
    rows = mesa.batch_run(MagnesiumModel, parameters, number_processes=1, max_steps=4, display_progress=False, **seeds)
    threonate = {(row["strategy"], row["replicate"]): row["plasma.threonate"] for row in rows}
    assert set(threonate) == {("vehicle", 0), ("vehicle", 1), ("L-TAMS", 0), ("L-TAMS", 1)}
    for replicate in (0, 1):
        assert threonate["L-TAMS", replicate] > threonate["vehicle", replicate]


def test_a_model_can_be_forgotten() -> None:
    model = MagnesiumModel(scenario())
    assert len(model.agents) > 0
    model.remove_all_agents()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
