"""`mgcells new` for what is Python: packages as a user installs them, filled in, and seen in a run and its report."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from packages import install_project, mgcells
from typer.testing import CliRunner

from mgcells.cli import app

SCENARIO = """title = "Liver"
library = ["my-liver", "lab"]
subject = "rat"
tissues = ["liver"]
duration = "12 h"
replicates = 1
control = "vehicle"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "infusion"
doses = [
    { compound = "magnesium sulfate", amount = "60 mg/kg", of = "magnesium", route = "intravenous", over = "12 h" },
]
"""
DATA = "my-liver/src/my_liver/data"


def wrote(folder: Path, *arguments: str) -> str:
    """Write a template where nothing is installed; quicker than a process of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(app, ["new", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def fill(path: Path, *words: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in words:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)


@pytest.fixture(scope="module")
def liver(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A tissue, an observable and a figure in one package, a further cell type in it and one in a folder; a run."""
    folder = tmp_path_factory.mktemp("liver")
    said = wrote(folder, "tissue", "my-liver")
    assert "python -m pip install -e my-liver" in said
    assert (
        "my-liver, my-liver/src/my_liver/data: checked, no problems"
        in mgcells(folder, "check", "my-liver", DATA).stdout
    )
    modules = install_project(folder / "my-liver")
    fill(
        folder / DATA / "cells" / "liver_cell.toml",
        ("behaviours.activity", "behaviours.glycogen"),
        ('label = "activity"', 'label = "glycogen"'),
        ('value = "1 d"', 'value = "7 h"'),
    )
    fill(folder / DATA / "rules" / "liver_cell.csv", ("activity", "glycogen"), (",1.5,", ",1.8,"))
    fill(modules / "my_liver" / "observables.py", ("activity", "glycogen"))
    fill(modules / "my_liver" / "__init__.py", ("activity", "glycogen"))
    wrote(folder, "cell", f"{DATA}/cells/kupffer.toml")
    made = mgcells(folder, "new", "cell", "lab/cells/stellate.toml", "--tissue", "liver", modules=[modules])
    assert "Wrote lab/rules/stellate.csv" in made.stdout
    made = mgcells(folder, "new", "observable", "my-liver/src/my_liver/bile.py", modules=[modules])
    assert "mgcells list observables" in made.stdout
    assert "pip" not in made.stdout
    fill(modules / "my_liver" / "bile.py", ("plasma magnesium that is bound (template)", "bound magnesium"))
    wrote(folder, "figure", "my-liver/src/my_liver/bars.py")
    fill(modules / "my_liver" / "bars.py", ("Means at the end (template)", "Livers at the end"))
    (folder / "study.toml").write_text(SCENARIO)
    ran = mgcells(folder, "run", "study.toml", "--workers", "2", "--quiet", modules=[modules])
    assert (ran.returncode, ran.stderr) == (0, "")
    return folder, modules


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (("list", "observables"), ["liver.glycogen  ", "my_liver.bile  ", "bound magnesium [mM]"]),
        (("list", "subjects"), ["Adult rat, 300 g (brain, spinal cord, bone, gut, liver)"]),
        (("list", "cells", "--library", "lab"), [
            "Liver cell (liver) [my-liver/cells/liver_cell.toml]", "Kupffer (liver) [my-liver/cells/kupffer.toml]",
            "Stellate (liver) [lab/cells/stellate.toml]",
        ]),
        (("show", "liver.lattice.rows"), ["my-liver/tissues/liver.toml:5"]),
        (("rules", "--cell", "stellate", "--library", "lab"), ["In stellate, ionised magnesium of plasma increases"]),
        (("doctor",), ["library      my-liver: my_liver, ", "my_liver/data"]),
        (
            ("check", "study.toml", "my-liver", "lab", "--library", "my-liver"),
            ["study.toml, my-liver, lab: checked, no problems."],
        ),
    ],
)  # fmt: skip
def test_what_was_added_is_listed_shown_and_checked(
    liver: tuple[Path, Path], arguments: tuple[str, ...], lines: list[str]
) -> None:
    folder, modules = liver
    found = mgcells(folder, *arguments, modules=[modules])
    assert (found.returncode, found.stderr) == (0, "")
    for line in lines:
        assert line in found.stdout, line


def test_a_run_lives_it_and_the_report_shows_it(liver: tuple[Path, Path]) -> None:
    out = liver[0] / "outputs" / "study"
    with (out / "timeseries.csv").open() as file:
        rows = list(csv.DictReader(file))
    last = {row["strategy"]: float(row["liver.glycogen"]) for row in rows if float(row["day"]) == 0.5}
    assert last["vehicle"] == pytest.approx(1.0, abs=0.02)
    assert last["infusion"] > last["vehicle"] + 0.02
    assert float(rows[0]["my_liver.bile"]) > 0.0
    noted = json.loads((out / "resolved.json").read_text())
    assert [entry["name"] for entry in noted["library"]] == ["my-liver", "lab"]
    rule = noted["rules"]["liver_cell.glycogen.magnesium"]
    assert "increases glycogen towards 1.8 times its healthy value" in rule["sentence"]
    assert rule["origin"].startswith("my-liver/rules/liver_cell.csv:")
    assert noted["rules"]["stellate.activity.magnesium"]["origin"].startswith("lab/rules/stellate.csv:")
    assert (out / "library" / "my-liver" / "tissues" / "liver.toml").is_file()
    page = (out / "report.html").read_text()
    for words in ("Livers at the end", "glycogen of liver cells", "Bound magnesium", "<strong>my-liver</strong>"):
        assert words in page, words
    assert (out / "figures" / "my-liver-bars.svg").is_file()


def test_of_a_package_only_what_is_drawn_on_leaves_a_trace(liver: tuple[Path, Path], tmp_path: Path) -> None:
    text = SCENARIO.replace('library = ["my-liver", "lab"]\n', "").replace('["liver"]', "[]")
    (tmp_path / "plain.toml").write_text(text)
    ran = mgcells(tmp_path, "run", "plain.toml", "--workers", "1", "--quiet", modules=[liver[1]])
    assert (ran.returncode, ran.stderr) == (0, "")
    noted = json.loads((tmp_path / "outputs" / "plain" / "resolved.json").read_text())
    (package,) = noted["packages"]
    assert (noted["library"], package["tissues"], package["observables"]) == ([], [], ["my_liver.bile"])
    other = mgcells(tmp_path, "run", "plain.toml", "--workers", "1", "--quiet")
    assert "they were made with the package 'my-liver', which is not used now" in other.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "data/rules/liver_cell.csv", ".magnesium,magnesium,", ".magnesum,magnesum,",
            "data/rules/liver_cell.csv:15  rule liver_cell.activity.magnesum: unknown signal 'magnesum'; did you mean",
        ),
        (
            "data/cells/liver_cell.toml", 'tissue = ["liver"]', 'tissue = ["livr"]',
            'tissue \'liver\'  no cell type lives in it; write one in data/cells with tissue = ["liver"]',
        ),
        (
            "data/cells/liver_cell.toml", 'tissue = ["liver"]', 'tissue = ["livr"]',
            "data/cells/liver_cell.toml  cell type liver_cell: unknown tissue 'livr'; did you mean 'liver'?",
        ),
        (
            "data/cells/liver_cell.toml", "level:magnesium", "level:magnesum",
            "signal magnesium: reads = 'level:magnesum': its tissue offers no level 'magnesum'; did you mean 'magnes",
        ),
        (
            "data/tissues/liver.toml", "rows =", "row =",
            "tissue 'liver'  parameter liver.lattice.rows is missing; write it in data/tissues/liver.toml",
        ),
        (
            "observables.py", 'tissue="liver"', 'tissue="livr"',
            "my_liver.observables:13  observable 'liver.activity' measures the tissue 'livr', which no TISSUES",
        ),
        (
            "observables.py", '"liver.activity"', '"liver.activities"',
            "my_liver  tissue 'liver': first_curves: unknown observable 'liver.activity'; did you mean 'liver.a",
        ),
        (
            "observables.py", "from mgcells import observable", "from mgcells import observables_",
            "entry point 'my-liver'  its module (group mgcells.library) 'my_liver' cannot be imported (ImportError",
        ),
        (
            "__init__.py", "TISSUES", "TISSUE",
            "observable 'liver.activity' measures the tissue 'liver', which no TISSUES declares",
        ),
    ],
)  # fmt: skip
def test_a_forgotten_step_is_a_sentence(tmp_path: Path, file: str, old: str, new: str, sentence: str) -> None:
    wrote(tmp_path, "tissue", "my-liver")
    modules = install_project(tmp_path / "my-liver")
    fill(modules / "my_liver" / file, (old, new))
    (tmp_path / "study.toml").write_text(SCENARIO.replace(', "lab"', ""))
    found = mgcells(tmp_path, "check", "study.toml", "my-liver", modules=[modules])
    assert sentence in found.stderr
    assert found.returncode == 2
    assert "Traceback" not in found.stderr


def test_a_tissue_without_any_cell_table_is_a_sentence(tmp_path: Path) -> None:
    wrote(tmp_path, "tissue", "my-liver")
    modules = install_project(tmp_path / "my-liver")
    (tmp_path / DATA / "cells" / "liver_cell.toml").unlink()
    found = mgcells(tmp_path, "check", "my-liver", modules=[modules])
    assert "data/rules/liver_cell.csv  no cell type 'liver_cell' in cells/" in found.stderr
    (tmp_path / DATA / "rules" / "liver_cell.csv").unlink()
    found = mgcells(tmp_path, "check", "my-liver", modules=[modules])
    assert "tissue 'liver'  no cell type lives in it; write one in data/cells with tissue = [\"liver\"]" in found.stderr
    assert found.returncode == 2


def test_a_module_gets_a_small_package_around_it_once(tmp_path: Path) -> None:
    said = wrote(tmp_path, "observable", "my_lab/measures.py")
    assert said.splitlines()[:3] == [f"Wrote {name}" for name in (
        "pyproject.toml", "my_lab/__init__.py", "my_lab/measures.py",
    )]  # fmt: skip
    assert "python -m pip install -e ." in said
    said = wrote(tmp_path, "figure", "my_lab/bars.py")
    assert said.splitlines()[0] == "Wrote my_lab/bars.py"
    install_project(tmp_path)
    listed = mgcells(tmp_path, "list", "observables").stdout
    assert "my_lab.measures" in listed
    assert "library      my-lab: my_lab, no data" in mgcells(tmp_path, "doctor").stdout
    assert "no problems" in mgcells(tmp_path, "check", ".").stdout
    refused = mgcells(tmp_path, "new", "figure", "other/bars.py")
    assert (
        "other/bars.py  lies outside the package that pyproject.toml names; write it as my_lab/bars.py"
        in refused.stderr
    )
    assert not (tmp_path / "other").exists()


def test_paths_are_meant_from_where_one_stands(tmp_path: Path) -> None:
    wrote(tmp_path, "tissue", "my-liver")
    inside = tmp_path / "my-liver" / "src" / "my_liver"
    assert wrote(inside, "figure", "bars.py").startswith("Wrote bars.py")
    assert wrote(inside / "data" / "cells", "cell", "kupffer.toml").startswith("Wrote ../cells/kupffer.toml")
    assert (inside / "data" / "rules" / "kupffer.csv").is_file()
    with pytest.raises(AssertionError, match=r"sub/x\.py  lies outside the package .*; write it as x\.py"):
        wrote(inside, "observable", "sub/x.py")


def test_a_package_of_its_own_making_is_respected(tmp_path: Path) -> None:
    package = tmp_path / "lab" / "src" / "our_lab"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Ours."""\n')
    project = tmp_path / "lab" / "pyproject.toml"
    project.write_text('[project]\nname = "our-lab"\n')
    refused = mgcells(tmp_path, "new", "figure", "lab/src/our_lab/bars.py").stderr
    assert 'lab/pyproject.toml  has no entry for mgcells; add [project.entry-points."mgcells.library"]' in refused
    assert 'our-lab = "our_lab"' in refused
    project.write_text(project.read_text() + '[project.entry-points."mgcells.library"]\nour-lab = "our_lab"\n')
    said = wrote(tmp_path, "figure", "lab/src/our_lab/bars.py")
    assert "Let lab/src/our_lab/__init__.py import it: from our_lab import bars" in said
    assert (package / "__init__.py").read_text() == '"""Ours."""\n'
    assert "Wrote lab/src/our_lab/bars.py" in said
