"""Every experiment file can be run and judged; nothing here says how the verdict must fall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mgcells.analysis.endpoints import column_of
from mgcells.batch.endpoint_table import endpoints_of_run
from mgcells.experiments import read_experiment
from mgcells.experiments.judging import judge
from mgcells.library import load_library
from mgcells.subject.subject import simulate
from mgcells.tissues.registry import units

EXPERIMENTS = load_library().experiments


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_experiment(name: str) -> None:
    experiment = EXPERIMENTS[name]
    scenario, expectations = read_experiment(experiment, load_library())
    assert experiment.record.title.strip()
    assert experiment.sources
    assert scenario.base.subject == experiment.record.scenario["subject"]
    species = {load_library().subjects[strategy.subject].species for strategy in scenario.strategies}
    assert experiment.record.species in species
    needed = {name for entry in expectations for name in (*entry.strategies, entry.against, entry.above)}
    for strategy in (strategy.name for strategy in scenario.strategies):
        assert strategy in needed or strategy == scenario.control, f"strategy '{strategy}' answers no expectation"


@pytest.mark.parametrize("name", [name for name, entry in EXPERIMENTS.items() if not entry.record.full])
def test_the_first_hours_of_an_experiment_run_and_are_judged(name: str) -> None:
    scenario, expectations = read_experiment(EXPERIMENTS[name], load_library())
    short = replace(scenario, hours=2 * scenario.step_hours, record_hours=scenario.step_hours)
    names = [column_of(endpoint) for endpoint in scenario.endpoints]
    tables = []
    for strategy in scenario.strategies:
        columns = simulate(short, strategy.name, 0)
        assert all(np.isfinite(values[1:]).all() for values in columns.values())
        columns["day"] *= scenario.hours / short.hours  # stands in for the whole course, so that every moment is found
        values = endpoints_of_run(columns, short)[: len(names)]
        tables.append({"strategy": strategy.name, "replicate": 0, **dict(zip(names, values, strict=True))})
    read = pd.DataFrame(tables)
    shown = {entry.observable: units([entry.observable])[entry.observable][0] for entry in expectations}
    table = judge(name, read, expectations, units=shown, seed=1)
    assert set(table["verdict"]) <= {"pass", "fail", "no result"}
    assert len(table) == len(expectations)
