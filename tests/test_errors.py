"""Suggestions: the name that was meant, also where only the end of a path is remembered."""

from __future__ import annotations

import pytest

from mgcells.errors import InputProblems, nearest, suggestion
from mgcells.library import load_library
from mgcells.scenario import read_scenario

NAMES = ["body.csf.tau_gain", "body.csf.tau", "body.gut.tau", "brain.glut3.threonate", "Aquamin", "magnesium citrate"]
TEXT = """title = "t"
subject = "rat"
duration = "2 d"
control = "c"
tissues = []
LINE

[[strategy]]
name = "c"
"""


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("tau_gain", "body.csf.tau_gain"),
        ("Tau_Gain", "body.csf.tau_gain"),
        ("csf.tau", "body.csf.tau"),
        ("tau_gian", "body.csf.tau_gain"),
        ("csf.tua_gain", "body.csf.tau_gain"),
        ("body.csf.tau_gian", "body.csf.tau_gain"),
        ("threonat", "brain.glut3.threonate"),
        ("aquamine", "Aquamin"),
        ("citrate", "magnesium citrate"),
        ("", None),
        ("zzz", None),
    ],
)
def test_the_end_of_a_path_finds_it(name: str, meant: str | None) -> None:
    assert nearest(name, NAMES) == meant


def test_an_end_that_few_share_names_them_all() -> None:
    assert suggestion("tau", NAMES) == "; did you mean 'body.csf.tau' or 'body.gut.tau'?"
    assert suggestion("x", ["a.x", "b.x", "c.x"]) == "; did you mean 'a.x', 'b.x' or 'c.x'?"
    assert suggestion("x", ["a.x", "b.x", "c.x", "d.x"]) == "; did you mean 'a.x'?"


def test_every_last_word_of_a_path_finds_a_path_that_ends_with_it() -> None:
    library = load_library()
    names = [*library.parameters, *library.rules, *library.subjects["rat"].parameters]
    for name in names:
        word = name.rpartition(".")[2]
        assert (nearest(word, names) or "").endswith(f".{word}"), name


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('parameters = { tau_gain = "10 d" }', "no parameter 'tau_gain'; did you mean 'body.csf.tau_gain'?"),
        ('parameters = { tau_gian = "10 d" }', "no parameter 'tau_gian'; did you mean 'body.csf.tau_gain'?"),
        (
            'parameters = { "brain.glut3.threonate.half_max" = "1 uM" }',
            "'brain.glut3.threonate.half_max', it is a number of a rule; write it under rules.set",
        ),
        (
            'rules = { set = { "glut3.threonate.half_max" = "1 uM" } }',
            "unknown rule 'glut3.threonate'; did you mean 'brain.glut3.threonate.half_max'?",
        ),
        (
            'rules = { set = { "brain.glut3.treonate.half_max" = "1 uM" } }',
            "unknown rule 'brain.glut3.treonate'; did you mean 'brain.glut3.threonate.half_max'?",
        ),
        (
            'rules = { set = { tau_gain = "10 d" } }',
            "'tau_gain' is no number of a rule; did you mean the parameter 'body.csf.tau_gain', under parameters?",
        ),
        (
            'rules = { set = { "brain.glut3.threonate" = "10 d" } }',
            "is a rule; add which of its numbers is set, at_zero, at_saturation, half_max, hill, after a dot",
        ),
    ],
)
def test_scenarios_say_what_was_meant(line: str, words: str) -> None:
    with pytest.raises(InputProblems) as caught:
        read_scenario(TEXT.replace("LINE", line), "t.toml")
    ((place, text),) = [(problem.line, problem.text) for problem in caught.value.problems]
    assert (place, words in text) == (6, True), text
