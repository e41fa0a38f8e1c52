"""What carries a difference, on a small scenario whose chain is known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mgcells.analysis.endpoints import column_of
from mgcells.errors import InputProblems
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario.shipped import find_scenario
from mgcells.study.explain import Explanation, explain, variant_name
from mgcells.study.explanation_files import write_explanation
from mgcells.study.players import groups, rules_in_force, silent, single_players, without
from mgcells.study.telling import told

TEXT = """title = "Chain"
subject = "rat"
duration = "4 d"
replicates = 3
control = "vehicle"
tissues = ["brain"]
[[strategy]]
name = "vehicle"
[[strategy]]
name = "sulfate"
[[strategy.doses]]
compound = "magnesium sulfate"
amount = "2 mmol/kg"
of = "magnesium"
every = "12 h"
route = "intraperitoneal"
[endpoints]
"brain.neuron_magnesium" = "mean of last 1 d"
"plasma.threonate" = "end"
"""
COLUMN = "brain.neuron_magnesium, mean of last 1 d"
ENTRY = "neuron.magnesium.extracellular_magnesium"
LINK = "csf.magnesium > brain"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(TEXT, "chain.toml")


@pytest.fixture(scope="module")
def found(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    return explain(scenario, out=tmp_path_factory.mktemp("explained"), workers=1)


def row(found: Explanation, player: str, kind: str) -> dict[str, float]:
    own = found.losses
    return dict(own[(own["column"] == COLUMN) & (own["player"] == player) & (own["kind"] == kind)].iloc[0])


def test_of_a_chain_each_part_carries_all_and_shares_it_out_evenly(found: Explanation) -> None:
    assert found.moved == (COLUMN,)
    for player, kind in ((ENTRY, "rule"), (LINK, "link")):
        assert row(found, player, kind)["share"] == pytest.approx(1.0, abs=0.05)
    shares = found.shapley.set_index("player")["share"]
    assert shares.sum() == pytest.approx(1.0)
    assert shares[ENTRY] == pytest.approx(shares[LINK], abs=0.05)


def test_a_loss_is_the_difference_less_that_without_the_part(found: Explanation) -> None:
    everything = found.losses
    assert np.allclose(everything["difference"] - everything["without"], everything["loss"], equal_nan=True)
    own = found.study.read(variants=[variant_name([ENTRY]), variant_name([])])
    means = own.groupby(["variant", "strategy"])[COLUMN].mean()
    left = means[variant_name([ENTRY]), "sulfate"] - means[variant_name([ENTRY]), "vehicle"]
    assert row(found, ENTRY, "rule")["without"] == pytest.approx(left)


def test_what_does_nothing_is_listed(found: Explanation) -> None:
    still = {player.name for player in found.still}
    assert "neuron.synapse_density.age" in still
    assert ENTRY not in still
    singles = len(single_players(found.scenario))
    assert f"{len(found.still)} of {singles} rules, links and mechanisms change no endpoint" in told(found)[-1]


def test_sentences_name_the_part_its_interval_and_its_evidence_once(found: Explanation) -> None:
    text = "\n".join(told(found))
    assert f"Without {ENTRY} " in text
    assert "free intracellular magnesium" in text
    assert "[Xu2017]" in text
    assert "sulfate moved plasma.threonate, at 4 d by nothing that is clear of zero" in text


def test_tables_sentences_and_maps_lie_beside_the_runs(found: Explanation) -> None:
    written = {path.name for path in write_explanation(found)}
    assert {"losses.csv", "shapley.csv", "interactions.csv", "sentences.json", "still.csv"} < written
    assert {f"map-brain-neuron-magnesium-mean-of-last-1-d.{kind}" for kind in ("png", "svg", "txt")} < written
    folder = found.study.folder / "explain"
    assert json.loads((folder / "sentences.json").read_text()) == told(found)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_explanation(found)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_groups_are_claims_and_organs_of_what_is_in_force(scenario: Scenario) -> None:
    singles = single_players(scenario)
    together = {player.name: player for player in groups(scenario, singles)}
    assert together["brain"].parts == set(rules_in_force(scenario))
    assert ENTRY in together["B28"].parts


def test_rules_of_a_tissue_that_gives_nothing_back_are_not_run_for_endpoints_elsewhere() -> None:
    whole = find_scenario("brain_salts_rat")
    outside = {player.organ for player in silent(whole, single_players(whole))}
    assert outside == {"spinal cord"}


def test_a_mechanism_that_is_taken_out_leaves_numbers_in_force_that_a_file_could_say(scenario: Scenario) -> None:
    out = without(scenario, ["barrier_ceiling"])
    assert ("body.csf.gain_maximum", 0.0, "0") in out.base.changes.parameters
    assert all(("body.csf.gain_maximum", 0.0, "0") in entry.changes.parameters for entry in out.strategies)


def test_control_cannot_be_explained_and_an_unknown_strategy_is_told(scenario: Scenario, tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="'vehicle' is the control"):
        explain(scenario, "vehicle", out=tmp_path)
    with pytest.raises(InputProblems, match="did you mean 'sulfate'"):
        explain(scenario, "sulphate", out=tmp_path)
    alone = replace(scenario, strategies=scenario.strategies[:1])
    with pytest.raises(InputProblems, match="'vehicle' is the control"):
        explain(alone, out=tmp_path)


def test_endpoints_are_named_as_in_the_tables(found: Explanation, scenario: Scenario) -> None:
    assert set(found.losses["column"]) == {column_of(endpoint) for endpoint in scenario.endpoints}


def test_a_notebook_gets_sentences_and_a_figure_to_change(found: Explanation) -> None:
    assert found._repr_html_().startswith("<h4>Chain</h4><ul><li>brain.neuron_magnesium")
    shown = found.figure()
    assert shown is not None
    assert any("free intracellular magnesium" in text.get_text().replace("\n", " ") for text in shown.axes[0].texts)


def test_whatever_carries_a_tenth_is_named_however_many_there_are(found: Explanation) -> None:
    own = found.losses[(found.losses["column"] == COLUMN) & found.losses["kind"].isin(["rule", "link", "mechanism"])]
    many = own.assign(share=np.linspace(0.9, 0.1, len(own)))
    other = found.losses[found.losses["column"] != COLUMN]
    text = "\n".join(told(replace(found, losses=pd.concat([many, other], ignore_index=True))))
    assert "A tenth or more is also gone without: " in text
    assert all(name in text for name in many["player"])
