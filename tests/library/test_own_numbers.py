"""Numbers of a subject that exists: an own library changes one without writing the whole subject anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mgcells.batch.batch import run_batch
from mgcells.batch.resolved import resolved
from mgcells.cli import app
from mgcells.errors import InputProblems
from mgcells.library import Library, load_library
from mgcells.reporting import build_report
from mgcells.scenario import load_scenario

LAB = {
    "sources.toml": '[Lab2026]\nauthors = "A Lab"\nyear = 2026\ntitle = "Own work"\nseen = "abstract"\n',
    "subjects/rat.toml": "[body.csf]\n"
    'tau_gain = { value = "9 d", basis = "measured", sources = ["Lab2026"], replaces = true }\n'
    "[variation]\n"
    '"body.weight" = { value = 0.2, basis = "measured", sources = ["Lab2026"], replaces = true }\n'
    '"body.diet.magnesium" = { value = 0.1, basis = "measured", sources = ["Lab2026"] }\n',
    # Its name comes before that of the subject it copies.
    "subjects/albino-rat.toml": 'title = "Albino rat"\nlike = "rat"\n',
    "conditions/cold.toml": 'title = "Cold"\nnote = "For the test."\n[set]\n"body.drive.wasting" = '
    '{ value = 0.9, low = 0.8, high = 1, basis = "measured", sources = ["Lab2026"], note = "in a cold room" }\n',
    "compounds.toml": '["magnesium succinate"]\nformula = "MgC4H4O4"\nmolar_mass = "140.38 g/mol"\nmagnesium = 1\n'
    'available = { value = 0.9, basis = "measured", sources = ["Lab2026"] }\n'
    'osmotic = { value = 1.0, basis = "assumed", note = "as other soluble salts" }\n'
    '["magnesium fumarate"]\nformula = "MgC4H2O4"\nmolar_mass = "138.36 g/mol"\nmagnesium = 1\n'
    'available = { value = 0.9, basis = "measured", sources = ["Lab2026"] }\n'
    'osmotic = { value = 1.0, basis = "assumed", note = "as other soluble salts" }\n',
}
SCENARIO = """title = "Own numbers"
library = ["lab"]
subject = "rat"
duration = "4 d"
replicates = 1
control = "usual"
tissues = []
record_every = "12 h"
[[strategy]]
name = "usual"
[[strategy]]
name = "cold"
condition = [{ name = "cold", from = "2 d", until = "3 d" }]
doses = [{ compound = "magnesium succinate", amount = "50 mg/kg", of = "magnesium", every = "24 h", route = "diet" }]
"""
SHIPPED_TAU = "data/subjects/rat.toml:"


def write(folder: Path, **changed: str) -> Path:
    for name, text in {**LAB, **changed}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "own.toml").write_text(SCENARIO)
    return write(tmp_path / "lab")


def problems_of(*folders: Path) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        load_library(*folders)
    return [str(problem) for problem in caught.value.problems]


def tau(library: Library, subject: str) -> float:
    return library.subjects[subject].parameters["body.csf.tau_gain"].value


def test_a_file_without_title_changes_only_what_it_names(lab: Path) -> None:
    shipped, library = load_library(), load_library(lab)
    assert (tau(library, "rat"), tau(library, "mouse")) == (9 * 24.0, tau(shipped, "mouse"))
    before, after = shipped.subjects["rat"], library.subjects["rat"]
    assert {path for path in before.parameters if before.parameters[path] != after.parameters[path]} == {
        "body.csf.tau_gain"
    }
    assert after.variation["body.weight"].spread.value == 0.2
    assert set(after.variation) - set(before.variation) == {"body.diet.magnesium"}
    assert (after.title, after.file) == (before.title, before.file)
    place = library.place("parameters", "rat:body.csf.tau_gain")
    assert place.origin == "lab/subjects/rat.toml:2"
    assert place.replaces == before.parameters["body.csf.tau_gain"].origin
    assert library.place("parameters", "rat:variation.body.weight").replaces.startswith(SHIPPED_TAU)
    assert library.place("parameters", "rat:variation.body.diet.magnesium").replaces == ""


def test_like_copies_the_subject_as_the_library_has_it(lab: Path, tmp_path: Path) -> None:
    assert tau(load_library(lab), "albino-rat") == 9 * 24.0
    number = '[body.csf]\ntau_gain = { value = "8 d", basis = "measured", sources = ["Lab2026"], replaces = true }\n'
    other = tmp_path / "other"
    (other / "subjects").mkdir(parents=True)
    (other / "subjects" / "albino-rat.toml").write_text(number)
    library = load_library(lab, other)
    assert (tau(library, "albino-rat"), tau(library, "rat")) == (8 * 24.0, 9 * 24.0)
    place = library.place("parameters", "albino-rat:body.csf.tau_gain")
    assert (place.origin, place.replaces) == ("other/subjects/albino-rat.toml:2", "lab/subjects/rat.toml:2")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'sources = ["Lab2026"], replaces = true }\n[variation]',
            'sources = ["Lab2026"] }\n[variation]',
            ":2  rat:body.csf.tau_gain exists already at data/subjects/rat.toml:",
        ),
        ("tau_gain", "tau_gian", "none of this name; did you mean 'rat:body.csf.tau_gain'?"),
        ("value = 0.2, ", "value = 0.2, distribution = 'even', ", ":4  variation.body.weight.distribution = 'even'"),
        (
            'value = 0.2, basis = "measured", sources = ["Lab2026"], replaces = true',
            'value = 0.2, basis = "measured", sources = ["Lab2026"]',
            ":4  rat:variation.body.weight exists already at data/subjects/rat.toml:",
        ),
        ('"body.diet.magnesium"', '"body.diet.magnesum"', ":5  variation: unknown parameter 'body.diet.magnesum'"),
        ("[body.csf]", 'titel = "Rat"\n[body.csf]', ":1  unknown key 'titel'; did you mean 'title'?"),
        ("[body.csf]", 'tissues = ["bone"]\n[body.csf]', "title is missing"),
        ("[body.csf]", 'title = "Rat"\nlike = "rat"\n[body.csf]', "rat exists already at data/subjects/rat.toml; say"),
    ],
)
def test_a_fault_is_located(lab: Path, old: str, new: str, message: str) -> None:
    path = lab / "subjects" / "rat.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    found = problems_of(lab)
    assert any(problem.startswith(f"{lab}/subjects/rat.toml") and message in problem for problem in found), found


def test_a_whole_subject_in_place_of_another_takes_its_numbers_places(lab: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "subjects").mkdir(parents=True)
    text = 'title = "Rat, again"\nreplaces = true\nlike = "mouse"\n[body]\n'
    text += 'weight = { value = "210 g", basis = "measured", sources = ["Lab2026"] }\n'
    (other / "subjects" / "rat.toml").write_text(text)
    library = load_library(lab, other)
    assert tau(library, "rat") == tau(library, "mouse")
    assert ("parameters", "rat:body.csf.tau_gain") not in library.places
    assert library.place("parameters", "rat:body.weight").replaces.startswith(SHIPPED_TAU)
    (other / "subjects" / "rat.toml").write_text(text.replace("mouse", "rat"))
    assert load_library(lab, other).place("parameters", "rat:body.csf.tau_gain").layer == "lab"


def test_every_output_says_where_a_number_stands(lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def said(name: str) -> str:
        result = CliRunner().invoke(app, ["show", name, "--library", "lab"])
        assert result.exit_code == 0, result.output
        return result.output

    for name in ("rat:body.csf.tau_gain", "albino-rat:body.csf.tau_gain"):
        assert f"origin         lab/subjects/rat.toml:2, replaces {SHIPPED_TAU}" in said(name), name
    of_everyone = said("body.csf.tau_gain").splitlines()
    assert any("mouse: 28 d (8 to 40 d), " in line and "data/subjects/mouse.toml:" in line for line in of_everyone)
    (own,) = [line for line in of_everyone if f"lab/subjects/rat.toml:2, replaces {SHIPPED_TAU}" in line]
    assert "rat, albino-rat: " in own or "albino-rat, rat: " in own
    assert "lab/subjects/rat.toml:4, replaces" in said("rat:variation.body.weight")
    assert "body.drive.wasting = 0.9 (0.8 to 1), measured [Lab2026]; in a cold room" in said("cold")
    found = resolved(load_scenario(tmp_path / "own.toml"))
    number = found["parameters"]["body.csf.tau_gain"]
    assert number["origin"] == "lab/subjects/rat.toml:2"
    assert number["replaces"].startswith(SHIPPED_TAU)
    assert found["variation"]["body.weight"]["replaces"].startswith(SHIPPED_TAU)
    assert "rat:body.csf.tau_gain" in [entry["name"] for entry in found["library"][0]["replaces"]]


def test_the_report_names_what_it_uses_of_a_library_and_where_it_stands(lab: Path, tmp_path: Path) -> None:
    run_batch(load_scenario(tmp_path / "own.toml"), tmp_path / "out", workers=1)
    files = build_report(tmp_path / "out")
    page = files.page.read_text()
    assert "magnesium succinate: lab/compounds.toml:1" in page
    assert "cold: lab/conditions/cold.toml" in page
    assert "rat: data/subjects" not in page
    assert "compounds (2, used here: <code>magnesium succinate</code>)" in page
    assert "conditions (1, used here: <code>cold</code>)" in page
    assert "subjects (1)" in page
    assert '<code>rat:body.csf.tau_gain</code> <span class="small">lab/subjects/rat.toml:2 in place of data/' in page
    changed = page[page.index("Parameters changed by a strategy") : page.index("<h2>Rules used</h2>")]
    assert "<code>body.drive.wasting</code> in cold: 0.9 from 2 d until 3 d" in changed
    assert '<span class="tag measured">measured</span>' in changed
    assert 'title="Lab2026"' in changed
    assert "lab/conditions/cold.toml:4" in changed
    assert "Lab2026" in files.references.read_text()


def test_a_validation_says_where_an_experiment_comes_from(
    lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (
        'id = "Lab2026-body"\ntitle = "Own"\nsource = "Lab2026"\nspecies = "rat"\nkind = "validation"\n[scenario]\n'
        'subject = "rat"\nduration = "1 d"\nreplicates = 1\ncontrol = "c"\n[[scenario.strategy]]\nname = "c"\n'
        '[[expect]]\nobservable = "plasma.magnesium"\nstrategy = "c"\nmeasure = "value"\nlow = 0\nhigh = 10\n'
    )
    write(lab, **{"experiments/Lab2026-body.toml": text})
    arguments = ["validate", "Lab2026-body", "--library", "lab", "--workers", "1", "--out", "validated"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "Lab2026-body: Own [lab/experiments/Lab2026-body.toml:1]" in result.output
    assert "\nFrom lab/experiments/Lab2026-body.toml:1.\n" in (tmp_path / "validated" / "validation.md").read_text()
    assert json.loads((tmp_path / "validated/runs/Lab2026-body/manifest.json").read_text())
