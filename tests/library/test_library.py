"""The library: located problems, strict records, cross references, rule rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mgcells.errors import InputProblems
from mgcells.library import DATA, load, rule_sentence
from mgcells.library.located import parse, read_text

CELL = """
title = "Test cell"
tissue = ["brain"]

[behaviours.growth]
label = "growth"
baseline = { value = "2 mM", basis = "assumed", note = "for the test" }
time_constant = { value = "1 d", low = "12 h", high = "2 d", basis = "assumed", note = "for the test" }

[behaviours.leak]
label = "leak"
unit = "mM"
combine = "sum"
baseline = { value = "0 mM", basis = "assumed", note = "for the test" }
time_constant = { value = "0 h", basis = "assumed", note = "for the test" }

[signals.food]
label = "food"
reads = "level:food"
unit = "mM"
healthy = "tester.food"

[parameters]
food = { value = "0.8 mM", basis = "measured", sources = ["Rude1980"], claims = ["K11"] }
"""
HEADER = (
    "id,signal,effect,behaviour,at_zero,at_saturation,half_max,hill,effect_low,effect_high,half_low,half_high,"
    "applies_when,claims,basis,grade,sources,status,note,form,parameters\n"
)
ROW = "tester.growth.food,food,increases,growth,,1.6,1.26 mM,4,1.2,2,1 mM,1.6 mM,,K11,assumed,B,Rude1980,on,why,,\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    (folder / "cells" / "tester.toml").write_text(CELL)
    (folder / "rules" / "tester.csv").write_text(HEADER + ROW)
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_new_cell_type_and_rule_need_no_code(data: Path) -> None:
    library = load(data)
    rule = library.rules["tester.growth.food"]
    assert rule.half_max == pytest.approx(1.26)
    assert library.parameters["tester.growth.time_constant"].value == pytest.approx(24.0)
    sentence = rule_sentence(rule, library.cells)
    assert sentence == (
        "In test cell, food increases growth towards 1.6 times its healthy value, with half-max 1.26 mM and Hill "
        "power 4 (K11; animal in vivo; assumed) [Rude1980]."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tester.growth.food,", "tester.groth.food,", "id 'tester.groth.food' should read tester.growth.food"),
        (",growth,", ",groth,", "unknown behaviour 'groth'; did you mean 'growth'?"),
        (",food,increases", ",fod,increases", "unknown signal 'fod'; did you mean 'food'?"),
        ("increases", "promotes", "effect = 'promotes'"),
        ("1.26 mM", "1.26 mMol", "half_max: unknown unit 'mMol'; did you mean 'mmol'?"),
        ("1.26 mM", "1.26 h", "half_max: '1.26 h' is a time, expected a concentration"),
        ("1.26 mM", "0.9 mM", "half_max 0.9 lies outside its range"),
        (",,1.6,", ",,3,", "effect 3 lies outside its range"),
        (",K11,", ",K99,", "unknown claim 'K99'"),
        ("Rude1980,on", "Rude80,on", "unknown source 'Rude80'; did you mean 'Rude1980'?"),
        (",on,why", ",off,", "status 'off' needs its reason"),
        (",why,,\n", ",why,,,x\n", "has 22 fields, the header has 21"),
        (",why,,\n", ",why,bell,\n", "form = 'bell'"),
        (",,K11,", ",planet=mars,K11,", "applies_when 'planet=mars' should read key=value"),
        (",,K11,", ",species=dragon,K11,", "unknown species 'dragon'"),
        (ROW, ROW + ROW, "stands twice; the first is on line 2"),
    ],
)
def test_a_bad_row_names_file_line_and_nearest_match(data: Path, old: str, new: str, message: str) -> None:
    table = data / "rules" / "tester.csv"
    assert old in HEADER + ROW
    table.write_text(HEADER + ROW.replace(old, new))
    found = problems_of(data)
    assert any(message in problem and problem.startswith("data/rules/tester.csv:") for problem in found), found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('basis = "measured"', 'basis = "guessed"', "basis = 'guessed' is not allowed"),
        ('sources = ["Rude1980"]', 'source = ["Rude1980"]', "unknown key 'source'; did you mean 'sources'?"),
        ('"0.8 mM"', '"0.8 mm/"', "'mm/' is not a unit"),
        ('low = "12 h"', 'low = "36 h"', "value 1 d lies outside its range"),
        ('low = "12 h"', 'low = "12 mM"', "'12 mM' is a concentration, expected a time"),
        ('healthy = "tester.food"', 'healthy = "tester.fod"', "unknown parameter 'tester.fod'"),
        ('combine = "sum"', 'combine = "mean"', "combine = 'mean' is not allowed"),
        ('reads = "level:food"', 'reads = "food"', "reads = 'food' should begin with level, own, trait, scalar"),
        (', note = "for the test" }\n\n[sig', " }\n\n[sig", "basis 'assumed' needs a note"),
    ],
)
def test_a_bad_number_names_file_and_reason(data: Path, old: str, new: str, message: str) -> None:
    assert old in CELL
    (data / "cells" / "tester.toml").write_text(CELL.replace(old, new))
    found = problems_of(data)
    assert any(message in problem and problem.startswith("data/cells/tester.toml") for problem in found), found


def test_two_experiments_with_one_key_name_file_and_line(data: Path) -> None:
    path = data / "experiments" / "Held2002-sleep.toml"
    path.write_text(path.read_text().replace('key = "XB22"', 'key = "xb21"'))
    assert problems_of(data) == [
        "data/experiments/Held2002-sleep.toml:2  experiment Held2002-sleep: key 'xb21' is also that of "
        "Hausenblas2024-sleep"
    ]


def test_all_problems_come_at_once(data: Path) -> None:
    (data / "rules" / "tester.csv").write_text(
        HEADER + ROW.replace("increases", "promotes") + ROW.replace("K11", "K99")
    )
    (data / "cells" / "tester.toml").write_text(CELL.replace('basis = "measured"', 'basis = "guessed"'))
    assert len(problems_of(data)) >= 3


def test_lines_of_keys_in_every_shape_of_toml() -> None:
    document = parse(
        'title = "x"\n[a.b]\nc = 1\n"d e" = [\n  { g = 2 }]\n\n[[strategy]]\nname = "1"\n\n[[strategy]]\nname = "2"\n'
        'doses = [\n  { amount = "1 mg" },\n  { route = "oral" },\n]\n',
        "file.toml",
    )
    assert document.line("title") == 1
    assert document.line("a", "b", "c") == 3
    assert document.line("a", "b", "d e", 0, "g") == 5
    assert document.line("strategy", 0, "name") == 8
    assert document.line("strategy", 1, "name") == 11
    assert document.line("strategy", 1, "doses", 1, "route") == 14
    assert document.line("nothing") == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b" \n", "is empty"), (b"\xff\xfe\x00", "not a text file"), (b"a = 1\x00", "NUL")],
)
def test_files_that_are_not_text(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(content)
    with pytest.raises(InputProblems, match=message):
        read_text(path, "file.toml")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputProblems, match="does not exist"):
        read_text(tmp_path / "none.toml", "none.toml")
    with pytest.raises(InputProblems, match="is a directory"):
        read_text(tmp_path, "folder")


def test_toml_that_does_not_parse_names_the_line() -> None:
    with pytest.raises(InputProblems) as caught:
        parse("a = 1\nb = = 2\n", "file.toml")
    assert caught.value.problems[0].line == 2
