"""`mgcells new` for what is data: each kind is written, filled in as a user would, and seen where it should appear."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mgcells.cli import app
from mgcells.library import load_library

# kind -> path, and what a user replaces in the file.
FILLED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "library": ("lab", {}),
    "rule": ("lab/rules/osteoclast.csv", {",off,template: say what is known": ",on,template: say what is known"}),
    "compound": (
        "lab/compounds.toml",
        {"my salt": "magnesium succinate", "MgCl2": "MgC4H4O4", "95.21 g/mol": "140.38 g/mol"},
    ),
    "condition": ("lab/conditions/cold.toml", {"value = 1, low": "value = 0.8, low"}),
    "subject": ("lab/subjects/small-rat.toml", {"300 g": "200 g", "# tissues = ": "tissues = "}),
    "experiment": ("lab/experiments/Author2026-what.toml", {'"1 d"': '"12 h"', "replicates = 3": "replicates = 1"}),
    "scenario": (
        "study.toml",
        {
            '"rat"': '"small-rat"',
            '# condition = "magnesium-free-diet"': 'condition = "cold"',
            '"7 d"': '"12 h"',
            "replicates = 10": "replicates = 1",
            '["brain"]': '["bone"]',
            "magnesium chloride": "magnesium succinate",
            '"brain.synapse_density" = { mean_over = "last 2 d" }\n': "",
        },
    ),
}
RULE = "osteoclast.resorption.magnesium.template"


def said(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, [*arguments])
    assert result.exit_code == status, result.output
    return result.output


def options(kind: str) -> tuple[str, ...]:
    return ("--library", "lab") if kind == "scenario" else ()


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of each kind, filled in, and the outputs of a run."""
    folder = tmp_path_factory.mktemp("new")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for kind, (path, words) in FILLED.items():
            said("new", kind, path, *options(kind))
            assert "no problems" in said("check", "study.toml" if kind == "scenario" else "lab"), kind
            if not words:
                continue
            text = Path(path).read_text()
            for old, new in words.items():
                assert old in text, (kind, old)
                text = text.replace(old, new)
            Path(path).write_text(text)
        assert "no problems" in said("check", "lab", "study.toml")
        said("run", "study.toml", "--workers", "1", "--quiet")
    return folder


@pytest.fixture
def _here(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("listed", "name", "file", "shown"),
    [
        ("rules", RULE, "lab/rules/osteoclast.csv:15", "increases resorption by each cell towards 1.5 times its"),
        ("compounds", "magnesium succinate", "lab/compounds.toml:1", "MgC4H4O4, 140.38 g/mol, 17.3 % magnesium"),
        ("conditions", "cold", "lab/conditions/cold.toml", "body.drive.wasting = 0.8 (0.5 to 1), assumed; template: "),
        ("conditions", "lab-example", "lab/conditions/lab-example.toml", "Lab example"),
        ("subjects", "small-rat", "lab/subjects/small-rat.toml", "Small rat (bone)"),
        ("experiments", "Author2026-what", "lab/experiments/Author2026-what.toml:3", "strategy = treated"),
    ],
)
def test_what_was_added_is_listed_and_shown_with_its_place(listed: str, name: str, file: str, shown: str) -> None:
    lines = said("list", listed, "--library", "lab").splitlines()
    (line,) = [line for line in lines if line.split("  ")[0] == name]
    assert line.endswith(f"[{file}]")
    text = said("show", name, "--library", "lab")
    assert shown in text
    assert re.search(rf"^origin +{file}$", text, re.MULTILINE)


@pytest.mark.usefixtures("_here")
def test_a_run_lives_it_and_the_report_names_it(workplace: Path) -> None:
    noted = json.loads((workplace / "outputs" / "study" / "resolved.json").read_text())
    (own,) = noted["library"]
    assert own["name"] == "lab"
    assert own["adds"]["rules"] == [RULE]
    assert noted["rules"][RULE]["status"] == "on"
    assert noted["parameters"]["body.weight"]["text"] == "200 g"
    assert noted["scenario"]["conditions"] == ["cold"]
    assert noted["compounds"]["magnesium succinate"]["origin"] == "lab/compounds.toml:1"
    page = (workplace / "outputs" / "study" / "report.html").read_text()
    for word in (
        "magnesium succinate",
        "interstitial magnesium",
        "lab/rules/osteoclast.csv:15",
        "<strong>lab</strong>",
    ):
        assert word in page, word


@pytest.mark.usefixtures("_here")
def test_an_experiment_is_compared_and_its_paper_is_known() -> None:
    assert "1 of 1 hold" in said("validate", "Author2026", "--library", "lab", "--workers", "1", "--out", "validated")
    assert "Author2026-what" in (Path("validated") / "validation.md").read_text()
    assert "lab/sources.toml:1" in said("show", "Author2026", "--library", "lab")


def test_it_says_what_it_wrote_and_what_to_do_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = said("new", "condition", "lab/conditions/cold.toml").splitlines()
    assert lines[0] == "Wrote lab/conditions/cold.toml"
    assert [line[:5] for line in lines[1:]] == ["  1. ", "  2. ", "  3. "]
    assert "mgcells check lab, mgcells show cold --library lab" in lines[2]
    assert not re.search(r"\$\w", (tmp_path / "lab" / "conditions" / "cold.toml").read_text())


def test_a_table_that_exists_is_added_to_with_free_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said("new", "rule", "lab/rules/neuron.csv")
    table = tmp_path / "lab" / "rules" / "neuron.csv"
    first = table.read_text()
    # As a spreadsheet leaves it: other order of columns, no comments, Windows ends of lines, no end of the last line.
    rows = list(csv.DictReader(line for line in first.splitlines() if not line.startswith("#")))
    columns = [column for column in reversed(rows[0]) if column not in ("form", "parameters", "replaces")]
    plain = "\r\n".join([",".join(columns), ",".join(rows[0][column] for column in columns)])
    table.write_bytes(plain.encode())
    assert "Added to lab/rules/neuron.csv" in said("new", "rule", "lab/rules/neuron.csv")
    assert table.read_bytes().startswith(plain.encode() + b"\r\n")
    assert b"\n" not in table.read_bytes().replace(b"\r\n", b"")
    rules = load_library("lab").rules
    added = [name for name in rules if ".template" in name]
    assert [name.rpartition(".")[2] for name in added] == ["template", "template2"]
    assert {rules[name].status for name in added} == {"off"}
    for name in ("my salt", "my salt 2"):
        assert name in said("new", "compound", "lab/compounds.toml")
    said("new", "compound", "lab/compounds.toml", "--name", 'odd "salt"')
    assert list(load_library("lab").compounds)[-3:] == ["my salt", "my salt 2", 'odd "salt"']
    said("new", "experiment", "lab/experiments/Author2026-what.toml")
    said("new", "experiment", "lab/experiments/Author2026-more.toml")
    said("new", "experiment", "lab/experiments/Author2027b-more.toml")
    said("new", "experiment", "lab/experiments/Slutsky2010-again.toml")
    assert re.findall(r"^\[(.+)\]$", (tmp_path / "lab" / "sources.toml").read_text(), re.MULTILINE) == [
        "Author2026",
        "Author2027b",
    ]
    assert "no problems" in said("check", "lab")


def test_every_cell_type_that_ships_can_have_a_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = load_library()
    able = [name for name, cell in shipped.cells.items() if cell.record.behaviours and cell.record.signals]
    assert len(able) > 8
    for name in able:
        said("new", "rule", f"lab/rules/{name}.csv")
    assert len(load_library("lab").rules) == len(shipped.rules) + len(able)


WRONG = [
    (("rule", "lab/rules/neuron.toml"), "lab/rules/neuron.toml  should be a .csv file in a folder 'rules', such as"),
    (("rule", "lab/rules/nevron.csv"), "lab/rules/nevron.csv  unknown cell type 'nevron'; did you mean 'neuron'?"),
    (("condition", "lab/cold.toml"), "lab/cold.toml  should be a .toml file in a folder 'conditions', such as my-lab"),
    (("condition", "conditions/co.ld.toml"), "conditions/co.ld.toml  'co.ld' cannot be a name; use letters"),
    (("condition", "lab/conditions/aged.toml"), "'aged' exists already at data/conditions/aged.toml; choose another"),
    (("subject", "lab/subjects/rat.toml"), "'rat' exists already at data/subjects/rat.toml; choose another name"),
    (("compound", "lab/salts.toml"), "lab/salts.toml  should be the file 'compounds.toml' of a library"),
    (("compound", "lab/compounds.toml", "--name", "MgO"), "'MgO' exists already at data/compounds.toml:"),
    (("experiment", "lab/experiments/what.toml"), "'what' should name the paper and what was studied, as in Author"),
    (("experiment", "lab/experiments/Slutsky2010-fluid.toml"), "exists already at data/experiments/Slutsky2010-fluid"),
    (("scenario", "file/study.toml"), "file  cannot be written: File exists"),
    (("scenario", "study.csv"), "study.csv  should be a .toml file, such as question.toml"),
    (
        ("scenario", "study.toml", "--library", "nowhere"),
        "library 'nowhere' does not exist; name a folder laid out like data/",
    ),
    (("cell", "lab/cells/kupffer.toml"), "a cell type lives in a tissue: say which with --tissue NAME"),
    (
        ("cell", "lab/cells/kupffer.toml", "--tissue", "bone"),
        "--tissue  'bone' has room for its own types of cell",
    ),
    (("cell", "lab/cells/kupffer.toml", "--tissue", "livr"), "--tissue  unknown tissue 'livr'; mgcells new tissue"),
    (("cell", "lab/cells/neuron.toml", "--tissue", "bone"), "'neuron' exists already at data/cells/neuron.toml"),
    (("condition", "lab/conditions/cold.toml", "--name", "x"), "--name  is for compound and tissue; the path says all"),
    (("condition", "file/conditions/cold.toml"), "file  is a file; a library is a folder laid out like data/"),
    (("tissue", "my liver!"), "my liver!  'my liver!' cannot be the name of a package; use letters, digits and _"),
    (("tissue", "json"), "json  a module 'json' exists already at"),
    (
        ("tissue", "my-bone"),
        "my-bone  a tissue 'bone' is declared in mgcells.tissues.bone already; give",
    ),
    (("tissue", "my-liver", "--name", "li/ver"), "--name  'li/ver' cannot be a tissue; use letters, digits and spaces"),
    (("figure", "my_lab/bars.txt"), "my_lab/bars.txt  should be a .py file in the folder of a package, such as"),
    (("figure", "bars.py"), "bars.py  should lie in the folder of a package, such as my_lab/bars.py"),
    (("figure", "my-lab/bars.py"), "'my-lab' cannot be the name of a package; write it as my_lab/bars.py"),
    (("observable", "my_lab/class.py"), "my_lab/class.py  should be a .py file in the folder of a package"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_what_is_wrong_is_a_sentence_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    text = said("new", *arguments, status=2)
    assert sentence in text
    assert text.endswith("1 problem. Nothing was written.\n")
    assert [path.name for path in tmp_path.rglob("*")] == ["file"]


@pytest.mark.parametrize("kind", FILLED)
def test_a_file_that_exists_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.chdir(tmp_path)
    path = FILLED[kind][0]
    said("new", kind, path)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    if kind in ("rule", "compound"):
        said("new", kind, path)
        assert all(file.read_bytes().startswith(text) for file, text in before.items())
        return
    assert f"{path}  exists already and is left as it is; " in said("new", kind, path, status=2)
    assert before == {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}


def test_a_library_that_is_not_sound_is_mended_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said("new", "condition", "lab/conditions/cold.toml")
    path = tmp_path / "lab" / "conditions" / "cold.toml"
    path.write_text(path.read_text().replace("note =", "nota =", 1))
    text = said("new", "subject", "lab/subjects/small-rat.toml", status=2)
    assert "lab/conditions/cold.toml:4  unknown key 'nota'; did you mean 'note'?" in text
    assert not (tmp_path / "lab" / "subjects").exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("magnesium,increases", "magnesum,increases", ":15  rule neuron.magnesium.extracellular_magnesium.template"),
        (",0.89 mM,", ",0.89,", "half_max"),
    ],
)
def test_a_rule_that_is_filled_in_wrongly_is_located(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said("new", "rule", "lab/rules/neuron.csv")
    path = tmp_path / "lab" / "rules" / "neuron.csv"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    text = said("check", "lab", status=2)
    assert "lab/rules/neuron.csv:15" in text
    assert sentence in text
    if "magnesum" in new:
        assert "unknown signal 'extracellular_magnesum'; did you mean 'extracellular_magnesium'?" in text


def test_a_cell_type_lives_in_the_only_tissue_that_its_library_has_numbers_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    number = '{ value = 4, basis = "assumed", note = "for the test" }'
    for name in ("red_pulp", "bone"):
        path = tmp_path / "lab" / "tissues" / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"[{name}.lab]\nrows = {number}\n")
    said("new", "cell", "lab/cells/macrophage.toml")
    cell = tmp_path / "lab" / "cells" / "macrophage.toml"
    assert 'tissue = ["red pulp"]' in cell.read_text()
    assert "no problems" in said("check", "lab")
    for tissue, sentence in (
        (
            "bone",
            "'bone' has room for its own types of cell only; add to one of these, or make a tissue with",
        ),
        ("bones", "unknown tissue 'bones'; did you mean 'bone'?"),
    ):
        cell.write_text(cell.read_text().replace('["red pulp"]', f'["{tissue}"]'))
        assert f"lab/cells/macrophage.toml  cell type macrophage: {sentence}" in said("check", "lab", status=2)
        cell.write_text(cell.read_text().replace(f'["{tissue}"]', '["red pulp"]'))
    (tmp_path / "lab" / "tissues" / "white_pulp.toml").write_text(f"[white_pulp.lab]\nrows = {number}\n")
    text = said("new", "cell", "lab/cells/other.toml", status=2)
    assert "say which with --tissue NAME, one of red pulp, white pulp" in text
