"""What the shipped comparison of salts must show, from the rules and not from a switch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from mgcells.batch.batch import run_batch
from mgcells.scenario.shipped import load_named

SALTS = ("chloride", "citrate", "sulfate", "glycinate", "gluconate")
NEURONS = ("brain.neuron_magnesium", "brain.nr2b", "brain.synapse_density", "brain.memory")


def course(folder: Path, replicates: int, tissues: tuple[str, ...]) -> pd.DataFrame:
    """Return means over subjects, indexed by strategy and day."""
    scenario, _ = load_named("brain_salts_rat", replicates=replicates)
    assert run_batch(replace(scenario, tissues=tissues, endpoints=()), folder, workers=1).failed == 0
    table = pd.read_parquet(folder / "timeseries.parquet")
    return table.drop(columns="replicate").groupby(["strategy", "day"]).mean()


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The twenty bodies of the scenario without their tissues."""
    return course(tmp_path_factory.mktemp("bodies"), 20, ())


@pytest.fixture(scope="module")
def means(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """A few subjects with brain and spinal cord."""
    return course(tmp_path_factory.mktemp("brains"), 4, ("brain", "spinal cord"))


def rise(means: pd.DataFrame, strategy: str, observable: str, day: float) -> float:
    return float(means.loc[(strategy, day), observable] / means.loc[("vehicle", day), observable] - 1.0)


def test_l_tams_raises_csf_magnesium_as_in_rats(bodies: pd.DataFrame) -> None:
    assert 0.05 <= rise(bodies, "L-TAMS", "csf.magnesium", 12.0) <= 0.10
    assert 0.12 <= rise(bodies, "L-TAMS", "csf.magnesium", 24.0) <= 0.18


@pytest.mark.parametrize("salt", SALTS)
def test_an_ordinary_salt_moves_csf_magnesium_by_less_than_5_per_cent(bodies: pd.DataFrame, salt: str) -> None:
    assert abs(rise(bodies, salt, "csf.magnesium", 24.0)) < 0.05


@pytest.mark.parametrize("observable", NEURONS)
def test_without_glut_four_fifths_of_the_effect_on_neurons_are_gone(means: pd.DataFrame, observable: str) -> None:
    whole, blocked = (rise(means, name, observable, 24.0) for name in ("L-TAMS", "L-TAMS, GLUT blocked"))
    assert whole > 0.1
    assert blocked <= 0.2 * whole


def test_recall_falls_with_the_block_of_the_first_days_and_comes_back(means: pd.DataFrame) -> None:
    early, late = (rise(means, "L-TAMS", "brain.recall", day) for day in (3.0, 24.0))
    assert early < -0.05
    assert late > early + 0.05


@pytest.mark.acceptance
def test_recall_is_higher_after_24_days_in_sixteen_rats(tmp_path: Path) -> None:
    scenario, _ = load_named("brain_salts_rat", replicates=16)
    pair = tuple(scenario.strategy(name) for name in ("vehicle", "L-TAMS"))
    run_batch(replace(scenario, strategies=pair, tissues=("brain",), endpoints=()), tmp_path, workers=1)
    table = pd.read_parquet(tmp_path / "timeseries.parquet")
    recall = table[table["day"] == 24.0].pivot_table(index="replicate", columns="strategy", values="brain.recall")
    difference = recall["L-TAMS"] - recall["vehicle"]
    assert difference.size == 16
    assert difference.mean() > 2.13 * difference.sem()  # 95 % interval of a mean over 16


def test_vehicle_stays_where_it_began(means: pd.DataFrame) -> None:
    vehicle = means.loc["vehicle"]
    steady = ("plasma.", "csf.", "brain.", "body.", "bone.magnesium", "pain.")
    kept = [name for name in vehicle if name.startswith(steady)]
    drift = (vehicle[kept] / vehicle[kept].iloc[0] - 1.0).abs().max()
    assert drift.max() < 0.005, drift.idxmax()
