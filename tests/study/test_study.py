"""Many variants as one design: each run once, resumed to the same bytes, reused, and read a few at a time."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mgcells.analysis.endpoints import column_of
from mgcells.arrays import Floats
from mgcells.batch.batch import BatchInterrupted, Progress, run_batch
from mgcells.errors import InputProblems
from mgcells.scenario import Scenario, read_scenario
from mgcells.study.players import without
from mgcells.study.running import TABLE, run_study

TEXT = """title = "Study"
subject = "rat"
duration = "2 d"
replicates = 2
control = "vehicle"
tissues = ["brain", "gut"]
{rules}
[[strategy]]
name = "vehicle"
[[strategy]]
name = "L-TAMS"
doses = [{{ compound = "magnesium L-threonate", amount = "604 mg/kg", of = "salt", every = "12 h", route = "oral" }}]
[endpoints]
"plasma.magnesium" = ["highest of 0 h to 12 h", "area of 0 h to 1 d"]
"brain.nr2b" = "mean of last 1 d"
"gut.teer" = "change at 1 d"
"""
RULE = "neuron.magnesium.extracellular_magnesium"


def read(rules: str = "") -> Scenario:
    return read_scenario(TEXT.format(rules=rules), "study.toml")


def constant(scenario: Scenario, strategy: str, replicate: int) -> dict[str, Floats]:
    """A life that takes no time, and whose endpoints tell it from others."""
    value = np.array([replicate + 0.5 * len(strategy)])
    return {column_of(endpoint): value for endpoint in scenario.endpoints}


def thousand(count: int) -> Mapping[str, Scenario]:
    return {f"variant {number}": replace(read(), replicates=25, seed=number) for number in range(count)}


def test_a_life_has_the_endpoints_of_a_batch_to_the_last_bit(tmp_path: Path) -> None:
    scenario = read()
    study = run_study({"as it is": scenario}, tmp_path / "study", workers=1)
    run_batch(scenario, tmp_path / "batch", workers=1)
    batch = pd.read_parquet(tmp_path / "batch" / "endpoints.parquet")
    found = study.read()
    for endpoint in scenario.endpoints:
        assert found[column_of(endpoint)].tolist() == batch[column_of(endpoint)].tolist()


def test_a_rule_that_is_taken_out_is_the_rule_switched_off_byte_for_byte(tmp_path: Path) -> None:
    out = without(read(), [RULE])
    off = read(f'rules = {{ off = ["{RULE}"] }}')
    study = run_study({"out": out, "off": off}, tmp_path / "study", workers=1)
    assert study.reused == 4
    found = study.read()
    run_batch(off, tmp_path / "batch", workers=1)
    batch = pd.read_parquet(tmp_path / "batch" / "endpoints.parquet")
    for column in (column_of(endpoint) for endpoint in off.endpoints):
        assert found[found["variant"] == "out"][column].tolist() == batch[column].tolist()


def test_an_edited_study_runs_only_what_is_new(tmp_path: Path) -> None:
    scenario = read()
    first = run_study({"as it is": scenario}, tmp_path / "study", workers=1, simulate=constant)
    again = run_study(
        {"as it is": scenario, "out": without(scenario, [RULE])}, tmp_path / "study", workers=1, simulate=constant
    )
    assert (first.reused, again.reused, again.total) == (0, 4, 8)


def test_a_study_that_was_stopped_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    variants = thousand(2)
    run_study(variants, tmp_path / "whole", workers=1, simulate=constant)

    def stop(state: Progress) -> None:
        if state.done == 37:
            raise KeyboardInterrupt

    with pytest.raises(BatchInterrupted):
        run_study(variants, tmp_path / "stopped", workers=1, simulate=constant, progress=stop)
    assert not (tmp_path / "stopped" / TABLE).exists()
    # What was half written or damaged is run again.
    parts = sorted((tmp_path / "stopped" / "parts").iterdir())
    parts[0].write_bytes(parts[0].read_bytes()[:100])
    study = run_study(variants, tmp_path / "stopped", workers=1, simulate=constant)
    assert study.reused == 36
    assert (tmp_path / "stopped" / TABLE).read_bytes() == (tmp_path / "whole" / TABLE).read_bytes()


def test_two_thousand_lives_keep_the_memory_of_the_parent_flat(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        study = run_study(thousand(count), tmp_path / f"study{count}", workers=1, simulate=constant)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert study.done == 50 * count
        return most

    peak(1)
    # Of a life the parent keeps its name and its place, well below a kilobyte and a half.
    assert peak(40) - peak(4) < 1800 * 1500


def test_a_life_that_fails_is_told_and_the_others_stand(tmp_path: Path) -> None:
    def failing(scenario: Scenario, strategy: str, replicate: int) -> dict[str, Floats]:
        if strategy == "vehicle" and replicate == 1:
            raise ValueError("this rat does not live")
        return constant(scenario, strategy, replicate)

    study = run_study({"as it is": read()}, tmp_path, workers=1, simulate=failing)
    assert (study.done, study.failed, study.errors) == (3, 1, ("ValueError: this rat does not live",))
    assert len(study.read()) == 3


def test_variants_with_other_endpoints_and_folders_of_other_results_are_refused(tmp_path: Path) -> None:
    scenario = read()
    with pytest.raises(ValueError, match="same endpoints"):
        run_study({"one": scenario, "other": replace(scenario, endpoints=scenario.endpoints[:1])}, tmp_path / "a")
    run_batch(scenario, tmp_path / "batch", workers=1, simulate=_still)
    with pytest.raises(InputProblems, match="holds results of mgcells run"):
        run_study({"one": scenario}, tmp_path / "batch", workers=1, simulate=constant)


def _still(scenario: Scenario, strategy: str, replicate: int) -> dict[str, Floats]:
    from mgcells.subject.subject import simulate

    return simulate(replace(scenario, tissues=scenario.tissues), strategy, replicate)
