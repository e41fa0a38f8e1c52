"""`show` and `list`: complete, for every subject, and with the nearest name of all kinds."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from mgcells.body.routes import MEANINGS, ROUTES
from mgcells.cli import app
from mgcells.cli.library_commands import Listed
from mgcells.cli.numbers import paths
from mgcells.cli.shown import KINDS, entry_of
from mgcells.errors import InputProblems
from mgcells.library import Library, load_library
from mgcells.library.in_force import reference
from mgcells.scenario import read_scenario
from mgcells.scenario.endpoint_grammar import GRAMMAR
from mgcells.scenario.endpoints import read_endpoint

CAPACITY = "body.gut.magnesium.capacity"
TEXT = """title = "As shown"
subject = "SUBJECT"
duration = "2 d"
control = "c"
TOP

[[strategy]]
name = "c"
OWN
"""


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def said(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == status, result.output
    return result.output


def shown(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said("show", *arguments, "--json"))
    return found


@pytest.mark.parametrize("kind", list(KINDS))
def test_everything_that_is_listed_is_shown(kind: str, library: Library) -> None:
    names = list(KINDS[kind].names(library))
    assert names
    # Scenarios are resolved whole.
    for name in names[:3] if kind == "scenarios" else names:
        entry = entry_of(name, library, kind=kind)
        assert entry["listed in"] == kind
        json.dumps(entry)
    assert {*KINDS, "endpoints"} == {listed.value for listed in Listed}


def test_a_number_is_that_of_each_subject(library: Library) -> None:
    values = {name: entry for entry in shown(CAPACITY)["values"] for name in entry["subjects"]}
    assert values["human-adult"]["value"] == "1.72 mmol"
    assert values["rat"]["value"] == "0.0261 mmol"
    assert values["rat"]["origin"].startswith("data/subjects/rat.toml:")
    assert "caco-2" not in values
    text = said("show", CAPACITY)
    assert re.search(r"human-adult: 1\.72 mmol \(1\.3 to 2\.2 mmol\), derived \[K10, Fine1991\]; per meal", text)


@pytest.mark.parametrize("subject", ["rat", "mouse", "human-adult"])
def test_the_number_of_a_subject_is_the_one_in_force(subject: str, library: Library) -> None:
    numbers = reference(library, subject)
    for path in paths(library):
        if path in numbers and not path.startswith(("medium.", "monolayer.", "caco2.")):
            assert entry_of(path, library, subject=subject)["value"] == numbers[path].text
    assert shown(CAPACITY, "--subject", subject) == shown(f"{subject}:{CAPACITY}") | {"id": CAPACITY}
    listed = {entry["id"]: entry for entry in json.loads(said("list", "parameters", "--subject", subject, "--json"))}
    assert listed[CAPACITY]["text"] == f"{numbers[CAPACITY].text} ({numbers[CAPACITY].basis})"


def test_paths_are_listed_once_with_what_differs() -> None:
    listed = json.loads(said("list", "parameters", "--json"))
    names = [entry["id"] for entry in listed]
    assert len(names) == len(set(names))
    assert not any(":" in name for name in names)
    (capacity,) = [entry for entry in listed if entry["id"] == CAPACITY]
    assert "0.0261 mmol (derived), rat" in capacity["text"]
    assert "1.72 mmol (derived), human-adult and human-older" in capacity["text"]


def test_a_number_names_what_else_sets_it() -> None:
    wasting = shown("body.drive.wasting")
    assert "oxaliplatin" in [entry["condition"] for entry in wasting["set by"]]
    assert shown("body.csf.gain_maximum")["inhibited by"] == ["GLUT1"]
    assert [entry["subjects"] for entry in shown("body.weight", "--subject", "rat")["variation"]] == [["rat"]]
    assert shown("spinal_cord.drive.morphine")["drug"] == ["morphine"]
    assert shown("medium.magnesium")["subjects"] == ["caco-2"]


def test_compounds_have_all_their_numbers() -> None:
    text = said("show", "MgO")
    assert re.search(r"^available +0\.25 \(0\.15 to 0\.45\), fitted \[K10, Firoz2001, Siener2011\]", text, re.MULTILINE)
    assert re.search(r"^osmotic +0\.6 ", text, re.MULTILINE)
    found = shown("L-TAMS")
    assert (found["id"], found["magnesium"], found["threonate"]) == ("magnesium L-threonate", 1, 2)
    assert found["threonate_absorbed"]["basis"] == "assumed"
    assert found["sources"] == ["Fine1991b", "Wang2011"]


def test_choices_say_what_they_do() -> None:
    switch = shown("basal_nr2b")
    assert [option["id"] for option in switch["options"]] == ["homeostatic", "raised", "unchanged"]
    assert "neuron.nr2b.calcium_load" in switch["options"][0]["rules"]
    assert "B12" in switch["claims"]
    glut = shown("GLUT")
    assert glut["stands for"] == ["GLUT1", "GLUT3"]
    assert "brain.glut3" in glut["behaviours"]
    assert "body.csf.gain_maximum" in glut["parameters"]
    assert shown("morphine")["sets"][0]["id"] == "spinal_cord.drive.morphine"
    scenario = shown("brain_salts_rat")
    assert scenario["control"] == "vehicle"
    assert "604 mg/kg of magnesium L-threonate" in scenario["strategies"][1]["doses"][0]
    assert "L-TAMS, GLUT blocked: like L-TAMS; doses 604 mg/kg" in said("show", "brain_salts_rat")


def test_one_name_for_two_things() -> None:
    assert shown("brain")["other"] == ["cells (--kind cells)"]
    assert shown("brain", "--kind", "cells")["text"].startswith("Glia")


def test_what_is_shown_as_written_is_read(library: Library) -> None:
    names = [*library.switches, *ROUTES, "GLUT", "morphine", "rat", "gut", *list(library.compounds)[:4]]
    subjects = dict.fromkeys(names, "human-adult") | {CAPACITY: "rat", "medium.magnesium": "caco-2"}
    for name, condition in library.conditions.items():
        subjects[name] = next(kind.name for kind in library.subjects.values()
                              if not kind.in_vitro and kind.species in (condition.species or ("rat",)))  # fmt: skip
    for name, subject in subjects.items():
        number = name in (CAPACITY, "medium.magnesium")
        line = entry_of(name, library, subject=subject if number else None)["written"]
        own = line.startswith("doses")
        text = TEXT.replace("SUBJECT", subject).replace("TOP", "" if own else line).replace("OWN", line if own else "")
        text = text.replace(f'subject = "{subject}"\n', "") if line.startswith("subject") else text
        assert read_scenario(text, name, library=library).strategies


def test_every_route_is_explained_by_numbers_that_are_there(library: Library) -> None:
    for name in MEANINGS:
        entry = entry_of(name, library)
        assert entry["numbers"], name
        for begin in MEANINGS[name][1]:
            assert any(path.startswith(begin) for path in entry["numbers"]), begin
    assert "at once, or over a while (over)" in said("show", "intravenous")


def test_endpoints_that_are_listed_are_read() -> None:
    listed = {entry["id"]: entry["text"] for entry in json.loads(said("list", "endpoints", "--json"))}
    assert listed == dict(GRAMMAR)
    kinds = {read_endpoint("csf.magnesium", text, 24.0 * 24.0).kind for text in listed}
    assert {"at", "mean", "highest", "area", "time above", "until above"} <= kinds


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tau_gain"], "tau_gain  is not in the library; did you mean 'body.csf.tau_gain'?"),
        (["morphin"], "did you mean 'morphine'?"),
        (["intrathecl"], "did you mean 'intrathecal'?"),
        (["basal_nr2"], "did you mean 'basal_nr2b'?"),
        (["brain_salt_rat"], "did you mean 'brain_salts_rat'?"),
        (["alzheimr"], "did you mean 'alzheimer'?"),
        (["citrat", "--kind", "compounds"], "is not among the compounds; did you mean 'magnesium citrate'?"),
        (["body.weight", "--subject", "ratt"], "unknown subject 'ratt'; did you mean 'rat'?"),
        (["body.weight", "--subject", "caco-2"], "has no such number; those that have it: human-adult, human-older"),
        (["tau_gain", "--subject", "rat"], "not among the parameters; did you mean 'body.csf.tau_gain'?"),
        (["mous:body.weight"], "did you mean"),
    ],
)
def test_what_is_unknown_is_answered_with_the_nearest(arguments: list[str], words: str) -> None:
    assert words in said("show", *arguments, status=2)


def test_a_subject_is_for_parameters() -> None:
    assert "only parameters are a subject's own" in said("list", "rules", "--subject", "rat", status=2)
    with pytest.raises(InputProblems):
        entry_of("alzheimer", load_library(), subject="rat")
