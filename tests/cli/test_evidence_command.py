"""`mgcells evidence`: the table of claims and the card of one."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from mgcells.cli import app
from mgcells.library import load_library


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, ["evidence", *words], env={"COLUMNS": "80"})


def test_the_table_holds_every_claim_within_80_columns() -> None:
    result = ask()
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines[1:] if line[:1].strip()][: len(load_library().claims)] == list(
        load_library().claims
    )


def test_the_card_says_what_stands_for_and_against_and_what_a_rule_needs() -> None:
    result = ask("b12", "B05")
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "Verdict: contested, grade B (animal in vivo)." in text
    assert "neuron.nr2b.intracellular_magnesium: needs switch basal_nr2b:raised" in text
    assert text.index("For Slutsky2010-synapses") < text.index("Against Chen2023-uninjured")
    assert "predictions agree)" in text
    without = text[text.index("Without it go: ") : text.index("B05: compound")]
    assert "neuron.nr2b.calcium_load (also on B09, P13)" in without
    assert "intracellular_magnesium (also" in without
    assert "neuron.nr2b.intracellular_magnesium" not in without
    assert max(map(len, result.output.splitlines())) <= 80


def test_what_is_off_says_why() -> None:
    text = " ".join(ask("--status", "off", "--tissue", "brain").output.split())
    assert "Enrichment of pathways in serum and gut" in text
    assert "contested" not in text.split(" claims by verdict")[0]


@pytest.mark.parametrize(
    ("words", "meant"),
    [(("B5O",), "did you mean 'B"), (("--tissue", "bonne"), "'bone'"), (("--status", "contestd"), "'contested'")],
)
def test_an_unknown_word_names_the_nearest_and_ends_with_2(words: tuple[str, ...], meant: str) -> None:
    result = ask(*words)
    assert result.exit_code == 2
    assert meant in result.output


def test_a_tissue_is_known_by_either_spelling_and_gathers_what_acts_there() -> None:
    spelled = [ask("--tissue", name, "--json").stdout for name in ("spinal_cord", "Spinal Cord")]
    assert spelled[0] == spelled[1]
    found = {entry["id"]: entry for entry in json.loads(spelled[0])}
    assert "P14" in found
    assert "G15" not in found
    assert found["P14"]["for"][0]["id"] == "Xu2017-pain"
    assert found["P14"]["rules"] == [entry for entry in found["P14"]["rules"] if entry["acts"]]
