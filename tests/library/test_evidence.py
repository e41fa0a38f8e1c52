"""What speaks for and against a claim, and how its rules stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.library import Library, Rule, load_library
from mgcells.library.evidence import STATES, evidence, standing
from mgcells.library.verdicts import FILE, read_record, read_verdicts, verdict_text

EXPERIMENT = """id = "Lab2026-body"
title = "A day on citrate"
source = "Lab2026"
species = "human"
kind = "validation"
{links}
[scenario]
subject = "human-adult"
duration = "1 d"
tissues = []

[[scenario.strategy]]
name = "none"

[[expect]]
observable = "plasma.magnesium"
strategy = "none"
measure = "value"
low = 0.5
"""
SOURCE = '[Lab2026]\nauthors = "Lab"\nyear = 2026\ntitle = "A day"\n'


def rule(name: str, **changes: object) -> Rule:
    return replace(load_library().rules[name], **changes)


def own(tmp_path: Path, links: str) -> Path:
    folder = tmp_path / "lab"
    (folder / "experiments").mkdir(parents=True)
    (folder / "sources.toml").write_text(SOURCE)
    (folder / "experiments" / "Lab2026-body.toml").write_text(EXPERIMENT.format(links=links))
    return folder


def test_every_claim_has_a_rule_or_an_answer_and_a_reason_where_it_is_off() -> None:
    for name, entry in evidence(load_library()).items():
        assert entry.state in STATES
        assert entry.rules or entry.claim.answer, f"{name} has neither a rule nor an answer"
        assert entry.reasons or entry.state != "off", f"{name} is off, and nothing says why"


def test_a_rule_that_needs_a_switch_does_not_count_as_on() -> None:
    library = load_library()
    raised = standing(rule("neuron.nr2b.intracellular_magnesium"), library)
    assert not raised.acts
    assert raised.text == "needs switch basal_nr2b:raised"
    assert standing(rule("neuron.nr2b.calcium_load"), library).acts
    assert standing(rule("gut.tnf.symbiont_surplus"), library).text == "on"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"status": "off"}, "off"),
        ({"status": "switch"}, "needs a scenario that switches it on"),
        ({"applies_when": (("species", ("rat", "mouse")),)}, "on, only with species rat or mouse"),
        ({"status": "off", "applies_when": (("species", ("rat",)),)}, "off, only with species rat"),
    ],
)
def test_how_a_rule_stands(changes: dict[str, object], text: str) -> None:
    assert standing(rule("gut.aqp3.opioid", **changes), load_library()).text == text


def test_a_rule_that_a_condition_switches_on_names_it() -> None:
    library = load_library()
    condition = replace(next(iter(library.conditions.values())), rules_on=("gut.aqp3.opioid",))
    changed = replace(library, conditions={condition.name: condition})
    assert standing(rule("gut.aqp3.opioid", status="off"), changed).text == f"needs condition {condition.name}"


def test_the_state_of_a_claim_follows_its_rules_then_its_role() -> None:
    def state(library: Library) -> str:
        return evidence(library)["G12"].state

    library = load_library()
    assert state(library) == "switch"
    name = "brain.tnf_secretion.gut_inflammation"
    on = replace(library.rules[name], status="on", applies_when=())
    assert state(replace(library, rules={**library.rules, name: on})) == "on"
    off = replace(on, status="off")
    assert state(replace(library, rules={**library.rules, name: off})) == "off"
    claim = replace(library.claims["G12"], role="prediction")
    changed = replace(library, rules={**library.rules, name: off}, claims={**library.claims, "G12": claim})
    assert state(changed) == "prediction"


def test_an_experiment_of_an_own_library_speaks_for_and_against_claims(tmp_path: Path) -> None:
    folder = own(tmp_path, 'supports = ["K10"]\nopposes = ["K01", "K10"]\n')
    found = evidence(load_library(folder))
    assert "Lab2026-body" in [entry.record.id for entry in found["K10"].supporting]
    for name in ("K01", "K10"):
        assert "Lab2026-body" in [entry.record.id for entry in found[name].opposing]


def test_an_unknown_claim_of_an_experiment_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match=r"Lab2026-body.toml:6 .*unknown claim 'K99'; did you mean 'K"):
        load_library(own(tmp_path, 'opposes = ["K99"]\n'))


def test_a_record_speaks_of_its_own_library_only(tmp_path: Path) -> None:
    folder = own(tmp_path, "")
    rows = "experiment,observable,comparison,verdict\nLab2026-body,plasma.magnesium,x,fail\nBrewer2001-fluid,a,b,fail\n"
    (folder / FILE).write_text(rows)
    verdicts = read_verdicts(load_library(folder))
    assert verdict_text("Lab2026-body", verdicts) == "0 of 1 predictions agree"
    assert ("a", "b") not in verdicts["Brewer2001-fluid"]
    assert verdict_text("Nobody2026", verdicts) == "no verdict recorded"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [("a,b,c,passed\n", "verdict = 'passed' should be"), ("a,b,c,pass\na,b,c,fail\n", "stands twice")],
)
def test_a_record_that_cannot_be_read_names_the_line(rows: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f"experiment,observable,comparison,verdict\n{rows}")
    with pytest.raises(InputProblems, match=reason):
        read_record(tmp_path / FILE)


def test_a_claim_of_an_own_library_says_what_answers_it_and_a_wrong_role_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    folder.mkdir()
    head = "id,section,topic,statement,verdict,grade,review_refs,sources,note,role,answer\n"
    line = "L01,gut,lab,Salt helps.,not-tested,D,,,,{},Nobody asked.\n"
    (folder / "claims.csv").write_text(head + line.format("off"))
    entry = evidence(load_library(folder))["L01"]
    assert (entry.state, entry.reasons, entry.places) == ("off", ("Nobody asked.",), {"gut"})
    assert entry.statuses == {"not-tested", "off"}
    (folder / "claims.csv").write_text(head + line.format("of"))
    with pytest.raises(InputProblems, match=r"claims.csv:2 .*role = 'of'; did you mean 'off'"):
        load_library(folder)
