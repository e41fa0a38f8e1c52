"""Broken input: refused with a line, or accepted and run; never a traceback, a hang or a table of nonsense."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from mutants import LONGEST_SECONDS, judge, mutant

from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.scenario import read_scenario
from mgcells.subject.trial import refuse_failing

QUICK, LONG = 120, 20_000
WITH_TISSUES = 400

TEXT = """title = "t"
subject = "rat"
duration = "2 d"
control = "c"
tissues = []
TOP
[[strategy]]
name = "c"
[[strategy]]
name = "d"
OWN
"""


def refused(top: str = "", own: str = "", text: str = TEXT) -> list[tuple[int, str]]:
    """Return what `check` says of a scenario, by line."""
    with pytest.raises(InputProblems) as caught:
        refuse_failing(read_scenario(text.replace("TOP", top).replace("OWN", own), "t.toml"))
    return [(problem.line, problem.text) for problem in caught.value.problems]


def judged(seeds: range, tissues_every: int = 0) -> tuple[Counter[str], list[tuple[int, str]]]:
    """Return how many mutants were accepted, refused and slow, and each that did what none may."""
    library, counts, faults = load_library(), Counter[str](), list[tuple[int, str]]()
    for seed in seeds:
        verdict = judge(mutant(seed), library=library, tissues=bool(tissues_every) and seed % tissues_every == 0)
        counts["accepted" if verdict.accepted else "refused"] += 1
        counts["slow"] += verdict.seconds > LONGEST_SECONDS
        if verdict.fault:
            faults.append((seed, verdict.fault))
    return counts, faults


def test_mutants_are_refused_with_a_line_or_run() -> None:
    counts, faults = judged(range(QUICK))
    assert faults == []
    assert counts["accepted"] > QUICK / 20
    assert counts["refused"] > QUICK / 4


@pytest.mark.acceptance
def test_twenty_thousand_mutants_are_refused_with_a_line_or_run() -> None:
    counts, faults = judged(range(LONG), tissues_every=WITH_TISSUES)
    sys.stdout.write(f"{LONG} mutants: {dict(counts)}, {len(faults)} faults\n")
    assert faults == []
    assert counts["slow"] == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('parameters = { "body.plasma.volume" = "0 L" }', "should be above zero"),
        ('parameters = { "body.kidney.gfr" = "-1 L/h" }', "is negative"),
        ('parameters = { "body.kidney.gfr" = "1e9 L/h" }', "is far from what can be; plausible is 1.5 to 2.1 L/d"),
        ('parameters = { "body.weight" = "0 g" }', "should be above zero"),
        ('parameters = { "body.weight" = "1e12 g" }', "is far from what can be"),
        ('parameters = { "body.csf.tau" = "0 h" }', "should be above zero"),
        ('parameters = { "body.csf.tau" = "-2 h" }', "is negative"),
        ('parameters = { "body.kidney.filterable" = 1.2 }', "should be at most 1"),
        ('parameters = { "body.gut.residence.ileum" = 0.95 }', "cannot be run: "),
        ('parameters = { "bone.unit.length" = "0 um" }', "should be above zero"),
        ('parameters = { "constant.magnesium.molar_mass" = "24 g/mol" }', "is a constant of nature"),
        ('parameters = { "body.csf.tau" = 9 }', "expected a time"),
        ('rules = { set = { "brain.tnf_secretion.magnesium.half_max" = "-3 mM" } }', "should be above zero"),
        ('rules = { set = { "brain.tnf_secretion.magnesium.half_max" = "" } }', "is not a number"),
        ('rules = { set = { "brain.tnf_secretion.magnesium.hill" = 0 } }', "should be above zero"),
        ('rules = { set = { "brain.tnf_secretion.magnesium.hill" = -2 } }', "should be above zero"),
        ('rules = { set = { "brain.tnf_secretion.magnesium.hill" = "2 d" } }', "expected a dimensionless"),
        ('rules = { set = { "brain.tnf_secretion.magnesium.hill" = 400 } }', "should be at most 50"),
        ('rules = { set = { "brain.nfkb.tnf.slope" = "0.8 kg" } }', "expected a dimensionless"),
        ('rules = { set = { "brain.nfkb.tnf.slope" = "0.8 kg/g" } }', "takes no unit"),
        ('rules = { set = { "brain.nfkb.tnf.slope" = -0.8 } }', "do the opposite"),
        ('condition = ["chronic-kidney-disease"]', "is described for human only"),
        ('condition = ["aged", "aged"]', "stands twice for the same time"),
        ('condition = [{ name = "aged", from = "30 d" }]', "begins at or after the end"),
        ('diet = { magnesium = "1000 g/kg" }', "is far from what can be eaten; usual is 0.3 to 0.4 mmol/d"),
        ('medium = { magnesium = "1 mM" }', "has a body and no medium"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(line: str, words: str) -> None:
    for found, number in ((refused(top=line), 6), (refused(own=line), 11)):
        assert any(words in text for _, text in found), found
        assert all(place >= 1 for place, _ in found)
        if "cannot be run" not in words:
            assert number in [place for place, text in found if words in text], found


def test_a_start_without_magnesium_is_refused_with_the_line_of_the_strategy() -> None:
    assert refused(top='diet = { magnesium = "0 mg/d" }')[0][0] == 6
    ((line, text),) = refused(
        text=TEXT.replace("tissues = []", 'tissues = []\nparameters = { "body.diet.magnesium" = "1e-3 mg/d" }')
    )[:1]
    assert line >= 6, text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("replicates = 100001", "replicates = 100001 should be at most 100000"),
        ("replicates = 0", "should be at least 1"),
        ("seed = -1", "should be at least 0"),
        ('step = "0 h"', "step = '0 h' should be 1 h, 30 min, 20 min or 15 min"),
        ("seed = " + "9" * 30, "more than 18 digits"),
        ("seed = " + "9" * 5000, "more than 18 digits"),
        ("seed = 0x" + "f" * 5000, "more than 18 digits"),
        ("deep = " + "[" * 40 + "]" * 40, "is nested more than 30 deep"),
        ("deep = " + "[" * 900 + "]" * 900, "is nested more than 30 deep"),
        ("a" + ".a" * 900 + " = 1", "is nested more than 30 deep"),
        ('record_every = "' + "9" * 4000 + ' h"', "is too long for a number with a unit"),
    ],
)
def test_extremes_of_form_are_refused_with_their_line(line: str, words: str) -> None:
    found = refused(top=line)
    assert [place for place, text in found if words in text] == [6], found
    assert max(len(text) for _, text in found) < 200


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("=1+1", "a spreadsheet would compute"), ("@sum", "a spreadsheet would compute"),
        ("+1", "a spreadsheet would compute"), ("-x", "a spreadsheet would compute"),
        ("\\t=1", "control characters"), ("a\\u001b[2Jb", "control characters"), ("a\\u202eb", "control characters"),
        ("x" * 300, "is longer than 200 characters"),
    ],
)  # fmt: skip
def test_names_name_and_do_nothing_else(name: str, words: str) -> None:
    found = refused(text=TEXT.replace('name = "d"', f'name = "{name}"'))
    assert [(place, words in text) for place, text in found] == [(10, True)]


def test_a_title_steers_no_terminal_and_a_message_neither() -> None:
    found = refused(text=TEXT.replace('title = "t"', 'title = "a\\u001b[2Jb"'))
    assert found == [(1, "title holds control characters; leave them out")]
    with pytest.raises(InputProblems) as caught:
        read_scenario(TEXT.replace('"rat"', '"ra\\u001b[2Jt"'), "t.toml")
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("name", ["鎂", "Mg²⁺, 5 %", "قلب", "L-TAMS (oral)"])
def test_names_of_all_languages_are_names(name: str) -> None:
    text = TEXT.replace("TOP", "").replace("OWN", "").replace('name = "d"', f'name = "{name}"')
    assert read_scenario(text, "t.toml").strategy(name)


@pytest.mark.parametrize("gone", ["title", "duration", "control", "subject"])
def test_a_missing_key_names_the_first_line(gone: str) -> None:
    text = "\n".join(line for line in TEXT.split("\n") if not line.startswith(gone))
    assert (1, f"{gone} is missing") in refused(text=text)


def test_a_missing_key_of_a_table_names_the_line_of_the_table() -> None:
    assert (9, "strategy.1.name is missing") in refused(text=TEXT.replace('name = "d"\n', ""))
    assert (9, "strategy.1.name is missing") in refused(text=TEXT.replace('name = "d"\n', "like = 'c'\n"))


@pytest.mark.parametrize(
    ("top", "subject", "other", "words"),
    [
        (
            'parameters = { "body.limit.supplemental_magnesium" = "15 mmol/d" }',
            "human-adult",
            "rat",
            "which it has not",
        ),
        ('parameters = { "body.weight" = "100 kg" }', "human-adult", "mouse", "is far from what can be"),
    ],
)
def test_an_arm_of_another_species_takes_over_only_numbers_that_it_can_have(
    top: str, subject: str, other: str, words: str
) -> None:
    text = TEXT.replace('"rat"', f'"{subject}"')
    ((line, said),) = refused(top=top, own=f'subject = "{other}"', text=text)
    assert line == 11
    assert said.startswith(f"subject '{other}' takes over body.")
    assert words in said
    assert said.endswith("give the strategy its own")
