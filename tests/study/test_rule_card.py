"""The card of a rule: its curve against its formula, what cells met, and what it carries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.scenario import read_scenario
from mgcells.study.rule_card import RuleCard, rule_card
from mgcells.study.rule_picture import card_lines, card_picture

TEXT = """title = "Card"
subject = "rat"
duration = "2 d"
control = "vehicle"
tissues = ["brain", "spinal cord"]
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
"""
RULE = "neuron.synapse_density.intracellular_magnesium"


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> RuleCard:
    studies = tmp_path_factory.mktemp("studies")
    (studies / "small-study" / "explain").mkdir(parents=True)
    rows = {"player": [RULE, RULE, "other"], "kind": "rule", "column": ["a", "b", "a"], "share": [0.2, -0.6, 0.9]}
    pd.DataFrame({**rows, "low": 0.1, "high": 0.3, "n": 4}).to_csv(studies / "small-study" / "explain" / "losses.csv")
    return rule_card(RULE, load_library(), read_scenario(TEXT, "card.toml"), studies)


def test_the_curve_is_that_of_the_row_and_1_in_health(card: RuleCard) -> None:
    effect = np.interp(card.healthy, card.curve["signal"], card.curve["effect"])
    assert effect == pytest.approx(1.0, abs=2e-3)
    assert card.curve["effect"].is_monotonic_increasing
    assert card.curve["effect"].iloc[0] < 1.0 < card.curve["effect"].iloc[-1] < 2.3


def test_cells_of_a_strategy_meet_more_of_the_signal_than_those_of_control(card: RuleCard) -> None:
    assert card.met["sulfate"][1] > card.met["vehicle"][1] == pytest.approx(1.0, abs=0.1)


def test_what_studies_found_is_read_largest_first(card: RuleCard) -> None:
    assert card.carried["share"].tolist() == [-0.6, 0.2]
    assert "Carries -60 % of b in small (n = 4)" in "\n".join(card_lines(card))


def test_a_card_names_claims_and_papers_and_has_a_picture(card: RuleCard) -> None:
    text = "\n".join(card_lines(card))
    assert "Claim B27: L-TAMS raises the density of synapses." in text
    assert "[Slutsky2010] Enhancement of Learning and Memory" in text
    drawn = card_picture(card)
    assert drawn is not None
    assert drawn[0].axes[0].get_xlabel() == "free intracellular magnesium relative to healthy"
    assert "n = 1" in drawn[1]


def test_a_rule_that_no_single_cell_reads_says_so_and_has_no_picture() -> None:
    card = rule_card("spinal_cord.nfkb.tnf", load_library(), read_scenario(TEXT, "card.toml"), "nowhere")
    assert card_picture(card) is None
    text = "\n".join(card_lines(card))
    assert "the tissue as a whole reads it" in text
    assert "What it carries: not run" in text


def test_an_unknown_rule_and_one_that_does_not_act_are_told() -> None:
    scenario = read_scenario(TEXT, "card.toml")
    with pytest.raises(InputProblems, match="is not a rule; did you mean"):
        rule_card("neuron.synapse_density.intracelular_magnesium", load_library(), scenario)
    with pytest.raises(InputProblems, match="does not act in 'Card'"):
        rule_card("osteoclast.resorption.threonate", load_library(), scenario)
