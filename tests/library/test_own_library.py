"""An own library: a folder laid over what ships, checked as strictly, seen wherever it matters."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from mgcells.batch.batch import run_batch
from mgcells.batch.plan import simulated
from mgcells.batch.resolved import resolved
from mgcells.cli import app
from mgcells.errors import InputProblems
from mgcells.library import load_library
from mgcells.scenario import load_scenario

HEADER = (
    "id,signal,effect,behaviour,at_zero,at_saturation,half_max,hill,effect_low,effect_high,half_low,half_high,"
    "applies_when,claims,basis,grade,sources,status,note,form,parameters,replaces\n"
)
FILES = {
    "sources.toml": '[Lab2026]\nauthors = "A Lab"\nyear = 2026\ntitle = "Own work"\nseen = "abstract"\n',
    "claims.csv": "id,section,topic,statement,verdict,grade,review_refs,sources,note\n"
    "L01,own,own,Threonate quickens the test behaviour.,partly,C,,Lab2026,\n",
    "compounds.toml": '["magnesium succinate"]\nformula = "MgC4H4O4"\nmolar_mass = "140.38 g/mol"\nmagnesium = 1\n'
    'available = { value = 0.9, basis = "measured", sources = ["Lab2026"] }\n'
    'osmotic = { value = 1.0, basis = "assumed", note = "as other soluble salts" }\n',
    "switches.toml": '[lab_view]\ntitle = "Does the lab believe it?"\ndefault = "no"\n'
    'options.no = "No."\noptions.yes = "Yes."\n',
    "tissues/bone.toml": "[bone.lattice]\n"
    'interval = { value = "3 h", basis = "assumed", note = "twice as often", replaces = true }\n',
    "cells/osteoclast.toml": '[behaviours.humming]\nlabel = "humming"\n'
    'baseline = { value = 1, basis = "assumed", note = "for the test" }\n'
    'time_constant = { value = "1 d", basis = "measured", sources = ["Lab2026"] }\ninhibited_by = ["HUM"]\n',
    "rules/osteoclast.csv": HEADER
    + "osteoclast.humming.threonate,threonate,increases,humming,,2,1 mM,1,1.5,3,0.5 mM,2 mM,,L01,"
    "measured,C,Lab2026,on,,,,\n"
    + "osteoclast.lifespan.oestrogen_loss,oestrogen_loss,increases,lifespan,,,,,0.05,1,,,,N16,assumed,C,Lab2026,on,"
    "own value,linear,slope=0.5,true\n",
    "species/rat.toml": "[spinal_cord.opioid]\n"
    'half_dose = { value = "4 mg/d", basis = "measured", sources = ["Lab2026"], replaces = true }\n',
    "subjects/small-rat.toml": 'title = "Small rat, 200 g"\nlike = "rat"\n[body]\n'
    'weight = { value = "200 g", basis = "measured", sources = ["Lab2026"] }\n',
    "conditions/lab-stress.toml": 'title = "Stress of the lab"\nnote = "For the test."\n[set]\n'
    '"bone.drive.oestrogen_loss" = { value = 0.5, basis = "assumed", note = "half of it" }\n',
    "experiments/Lab2026-bone.toml": 'id = "Lab2026-bone"\nkey = "L1"\ntitle = "Own"\nsource = "Lab2026"\n'
    'species = "rat"\nkind = "validation"\n[scenario]\nsubject = "small-rat"\nduration = "1 d"\nreplicates = 1\n'
    'control = "c"\ntissues = ["bone"]\n[[scenario.strategy]]\nname = "c"\n'
    '[[expect]]\nobservable = "bone.osteoclasts"\nstrategy = "c"\nmeasure = "value"\nlow = 0\nhigh = 10\n',
}
SCENARIO = """title = "Own"
library = ["lab"]
subject = "small-rat"
condition = ["lab-stress"]
duration = "2 d"
replicates = 2
control = "c"
tissues = ["bone"]
record_every = "12 h"
[[strategy]]
name = "c"
[[strategy]]
name = "succinate"
doses = [{ compound = "magnesium succinate", amount = "50 mg/kg", of = "magnesium", every = "24 h", route = "diet" }]
inhibitors = [{ target = "HUM", residual = 0.5 }]
switches = { lab_view = "yes" }
"""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "own.toml").write_text(SCENARIO)
    return folder


def problems_of(*folders: Path) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        load_library(*folders)
    return [str(problem) for problem in caught.value.problems]


def test_everything_adds_and_replaces_where_it_is_said(lab: Path) -> None:
    shipped, library = load_library(), load_library(lab)
    assert library.parameters["bone.lattice.interval"].value == 3.0
    assert shipped.parameters["bone.lattice.interval"].value != 3.0
    assert library.rules["osteoclast.lifespan.oestrogen_loss"].parameters == {"slope": 0.5}
    assert set(library.rules) - set(shipped.rules) == {"osteoclast.humming.threonate"}
    assert set(library.cells["osteoclast"].record.behaviours) == {"resorption", "lifespan", "humming"}
    assert library.species["rat"]["spinal_cord.opioid.half_dose"].value == pytest.approx(0.004 / 24)
    small = library.subjects["small-rat"]
    assert (small.species, small.parameters["body.weight"].value) == ("rat", 200.0)
    assert small.parameters["body.plasma.magnesium"] == shipped.subjects["rat"].parameters["body.plasma.magnesium"]
    assert set(library.sources) - set(shipped.sources) == {"Lab2026"}
    assert library.place("compounds", "magnesium succinate").origin == "lab/compounds.toml:1"
    replaced = library.place("rules", "osteoclast.lifespan.oestrogen_loss").replaces
    assert replaced.startswith("data/rules/osteoclast.csv:")


def test_what_exists_must_be_replaced_aloud_and_what_does_not_cannot_be(lab: Path) -> None:
    rules = lab / "rules" / "osteoclast.csv"
    rules.write_text(rules.read_text().replace("slope=0.5,true", "slope=0.5,"))
    table = lab / "tissues" / "bone.toml"
    table.write_text(table.read_text().replace("interval =", "intervall ="))
    found = problems_of(lab)
    assert (
        f"{lab}/rules/osteoclast.csv:3  osteoclast.lifespan.oestrogen_loss exists already at data/rules/osteoclast.csv:"
        in (found[0])
    )
    assert "say replaces = true" in found[0]
    assert "bone.lattice.intervall: says that it replaces an entry, but there is none" in found[1]
    assert len(found) == 2


def test_two_folders_with_one_id_name_both_places(lab: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "conditions").mkdir(parents=True)
    (other / "conditions" / "lab-stress.toml").write_text(FILES["conditions/lab-stress.toml"])
    (found,) = problems_of(lab, other)
    assert found.startswith(
        f"{other}/conditions/lab-stress.toml  lab-stress exists already at lab/conditions/lab-stress.toml"
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "rules/osteoclast.csv",
            "increases,humming",
            "decreases,humming",
            ":2  rule osteoclast.humming.threonate: the row",
        ),
        ("rules/osteoclast.csv", ",,2,1 mM", ",3,,1 mM", "response would be negative"),
        ("rules/osteoclast.csv", "measured,C,Lab2026,on,,", "measured,C,,on,,", "basis 'measured' needs a source"),
        ("compounds.toml", "140.38", "104.38", ":1  magnesium succinate: molar_mass = '104.38 g/mol' does not fit"),
        ("compounds.toml", ', sources = ["Lab2026"]', "", "available: basis 'measured' needs a source"),
        ("compounds.toml", "MgC4H4O4", "MgC4H4Q4", "formula 'MgC4H4Q4'"),
        ("conditions/lab-stress.toml", "title", "titel", "unknown key 'titel'; did you mean 'title'?"),
        ("conditions/lab-stress.toml", 'note = "For the test."', 'note = ""', ":2  note is empty"),
        (
            "conditions/lab-stress.toml",
            'basis = "assumed"',
            'bases = "assumed"',
            "unknown key 'bases'; did you mean 'basis'",
        ),
        (
            "conditions/lab-stress.toml",
            "[set]",
            "[diet]\nmagnesum = '1 g/kg'\n[set]",
            "unknown key 'magnesum'; did you mean",
        ),
        (
            "conditions/lab-stress.toml",
            "bone.drive.oest",
            "bone.drive.ost",
            "unknown parameter 'bone.drive.ostrogen",
        ),
        (
            "subjects/small-rat.toml",
            "weight =",
            "wieght =",
            "unknown parameter 'body.wieght'; did you mean 'body.w",
        ),
        ("subjects/small-rat.toml", 'like = "rat"', 'like = "rta"', "like: unknown subject 'rta'; did you mean 'rat'?"),
        ("subjects/small-rat.toml", 'title = "Small', 'titel = "Small', "unknown key 'titel'; did you mean 'title'?"),
        ("switches.toml", 'default = "no"', 'default = "maybe"', "switch lab_view: unknown option 'maybe'"),
        (
            "cells/osteoclast.toml",
            "humming]",
            "lifespan]",
            "osteoclast.lifespan exists already at data/cells/",
        ),
        ("sources.toml", "[Lab2026]", "[Rude1980]", "Rude1980 exists already at data/sources.toml"),
        ("claims.csv", "L01,", "K11,", "K11 exists already at data/claims.csv"),
    ],
)
def test_a_fault_names_its_own_file_and_what_to_do(lab: Path, file: str, old: str, new: str, message: str) -> None:
    path = lab / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    found = problems_of(lab)
    assert any(problem.startswith(f"{lab}/{file}") and message in problem for problem in found), found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}".replace(",", ";"), "is separated by semicolons"),
        ("sep=;\n{}", "begins with a spreadsheet's line"),
        ("{}", ""),
    ],
)
def test_what_spreadsheets_leave(lab: Path, text: str, message: str) -> None:
    path = lab / "rules" / "osteoclast.csv"
    lines = path.read_text().splitlines()
    blank = "," * lines[0].count(",")
    table = "\r\n".join([lines[0] + ",", "", *[f"{line}," for line in lines[1:]], blank + ",", ""])
    if "semicolons" in message:
        table = table.replace(",", ";")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("{}", table).encode())
    if not message:
        assert "osteoclast.humming.threonate" in load_library(lab).rules
        return
    assert problems_of(lab)[0].startswith(f"{lab}/rules/osteoclast.csv:1  {message}")


def test_decimal_commas_are_located(lab: Path) -> None:
    path = lab / "rules" / "osteoclast.csv"
    path.write_text(path.read_text().replace(",,2,1 mM,", ',,"2,5","1,2 mM",'))
    found = problems_of(lab)
    assert any(":2" in problem and "write 2.5" in problem for problem in found), found
    assert any("write 1.2 mM" in problem for problem in found), found


def test_folders_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x = 1")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "compound.toml").write_text("x = 1")
    wrong = {"empty": "holds nothing of a library", "file": "is a file", "circle": "in a circle", "none": "not exist",
             "near": "did you mean 'compounds.toml'?"}  # fmt: skip
    found = problems_of(*(tmp_path / name for name in wrong))
    assert len(found) == len(wrong)
    for name, message in wrong.items():
        assert any(str(tmp_path / name) in problem and message in problem for problem in found), (name, found)


def test_a_scenario_brings_its_library_to_workers_outputs_and_resumption(lab: Path, tmp_path: Path) -> None:
    scenario = load_scenario(tmp_path / "own.toml")
    assert pickle.loads(pickle.dumps(scenario)).library is scenario.library
    one, two = tmp_path / "one", tmp_path / "two"
    run_batch(scenario, one, workers=1)
    result = run_batch(scenario, two, workers=2)
    assert (result.done, result.failed) == (4, 0)
    for name in ("timeseries.csv", "resolved.json", "library/lab/rules/osteoclast.csv"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    noted = json.loads((one / "resolved.json").read_text())
    (own,) = noted["library"]
    assert own["adds"]["rules"] == ["osteoclast.humming.threonate"]
    assert {entry["name"] for entry in own["replaces"]} >= {
        "osteoclast.lifespan.oestrogen_loss",
        "bone.lattice.interval",
    }
    assert noted["parameters"]["bone.lattice.interval"]["replaces"].startswith("data/tissues/bone.toml:")
    assert noted["rules"]["osteoclast.humming.threonate"]["origin"] == "lab/rules/osteoclast.csv:2"
    assert noted["origins"]["small-rat"] == "lab/subjects/small-rat.toml"
    assert run_batch(scenario, one, workers=1).resumed == 4
    series = pd.read_parquet(one / "timeseries.parquet")
    assert series.groupby("strategy")["urine.magnesium"].mean().nunique() == 2


def test_a_library_that_is_removed_or_changed_is_the_reason_to_refuse(lab: Path, tmp_path: Path) -> None:
    text = SCENARIO.replace('"lab-stress"', "").replace('subject = "small-rat"', 'subject = "rat"')
    text = text.split('[[strategy]]\nname = "succinate"')[0].replace('"2 d"', '"1 d"')
    path = tmp_path / "own.toml"
    path.write_text(text)
    run_batch(load_scenario(path), tmp_path / "out", workers=1)
    rules = lab / "rules" / "osteoclast.csv"
    rules.write_text(rules.read_text().replace("slope=0.5", "slope=0.6"))
    with pytest.raises(InputProblems, match="the library 'lab' has changed since"):
        run_batch(load_scenario(path), tmp_path / "out", workers=1)
    path.write_text(text.replace('library = ["lab"]\n', ""))
    with pytest.raises(InputProblems, match="they were made with the library 'lab', which is not used now"):
        run_batch(load_scenario(path), tmp_path / "out", workers=1)


def test_identity_is_what_a_library_says_not_where_it_lies(lab: Path, tmp_path: Path) -> None:
    here = load_scenario(tmp_path / "own.toml")
    lab.rename(tmp_path / "moved")
    path = tmp_path / "own.toml"
    path.write_text(SCENARIO.replace('"lab"', '"moved"'))
    there = load_scenario(path)
    assert simulated(there) == simulated(here)
    assert resolved(there)["library"][0]["name"] == "moved"


def test_commands_take_it_and_say_where_things_stand(
    lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def said(*arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "no problems" in said("check", "lab", "own.toml", "lab/experiments/Lab2026-bone.toml", "--library", "lab")
    assert "[lab/compounds.toml:1]" in said("list", "compounds", "--library", "lab")
    shown = said("show", "osteoclast.lifespan.oestrogen_loss", "--library", "lab")
    assert "lab/rules/osteoclast.csv:3, replaces data/rules/osteoclast.csv:" in shown
    assert "effect 0.05 to 1" in shown
    assert "Lab2026-bone" in said("list", "experiments", "--library", "lab")
    assert "HUM" in said("list", "inhibitors", "--library", "lab")
    assert "small-rat" not in said("list", "subjects")
    validated = said("validate", "L1", "--library", "lab", "--workers", "1", "--out", "validated")
    assert "1 of 1 hold" in validated


def test_a_scenario_cannot_give_a_rule_a_number_with_which_it_cannot_work(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(
        'title = "x"\nsubject = "rat"\nduration = "1 d"\ncontrol = "c"\n[[strategy]]\nname = "c"\n'
        'rules = { set = { "osteoclast.resorption.threonate.at_zero" = "0.5" } }\n'
    )
    with pytest.raises(InputProblems) as caught:
        load_scenario(path)
    (problem,) = caught.value.problems
    assert problem.line == 7
    assert "the row says 'decreases' but its numbers do the opposite" in problem.text
