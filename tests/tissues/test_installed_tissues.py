"""A tissue of another package: declared there and nowhere else; what was forgotten is a sentence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from packages import install, mgcells

DECLARATION = """
from mgcells.tissues.declaration import TissueKind

TISSUES = (
    TissueKind(
        name="liver",
        title="Liver lobule",
        place="my_lab.liver:Liver",
        observables=("my_lab.measures",),
        agents=("Hepatocyte",),
        first_curves=("liver.glycogen",),
    ),
)
"""
TISSUE = """
import numpy as np

from mgcells.cells.kinds import Cell, cell_kind
from mgcells.cells.population import Population
from mgcells.rules import Behaviour
from mgcells.rules.compiled_table import RuleTable
from mgcells.tissues.tissue import Feedback


@cell_kind("hepatocyte")
class Hepatocyte(Cell):
    pass


class Liver:
    name = "liver"

    def __init__(self, library, setting, streams, surroundings):
        self.shape = (3, 3)
        self.cells = Population("hepatocyte", RuleTable([Behaviour("glycogen", 1.0, 24.0)], [], []))
        self.cells.add(np.arange(9, dtype=np.uint64), np.arange(9))
        self.populations = {"Hepatocyte": self.cells}
        self.healthy = surroundings.ionised_magnesium

    def adopt(self, library, setting):
        pass

    def step(self, surroundings, hours):
        self.cells.behaviour("glycogen")[:] = surroundings.ionised_magnesium / self.healthy

    def feedback(self):
        return Feedback()
"""
MEASURES = """
from mgcells.observables import observable


@observable("liver.glycogen", label="glycogen of the liver", tissue="liver")
def glycogen(liver):
    return liver.cells.mean("glycogen")


@observable("brain.neurons_and_more", label="neurons, one more", tissue="brain")
def neurons(brain):
    return brain.neurons.count + 1.0
"""
PACKAGE = {"my_lab/__init__.py": DECLARATION, "my_lab/liver.py": TISSUE, "my_lab/measures.py": MEASURES}
SCENARIO = """title = "Liver"
subject = "rat"
tissues = ["liver"]
duration = "2 d"
replicates = 1
control = "vehicle"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "infusion"
doses = [{ compound = "magnesium sulfate", amount = "40 mg/kg", of = "magnesium", route = "intravenous", over = "2 d" }]
"""


@pytest.mark.smoke
def test_a_tissue_of_another_package_is_listed_checked_and_lives(tmp_path: Path) -> None:
    install(tmp_path, "my-lab", PACKAGE)
    (tmp_path / "liver.toml").write_text(SCENARIO)
    names = [line.split()[0] for line in mgcells(tmp_path, "list", "observables").stdout.splitlines()]
    assert names[-1] == "liver.glycogen"
    assert names[names.index("brain.neurons_and_more") - 1].startswith("brain.")
    subjects = mgcells(tmp_path, "list", "subjects").stdout
    assert "Adult rat, 300 g (brain, spinal cord, bone, gut, liver)" in subjects
    assert "a confluent layer (monolayer)" in subjects
    assert "no problems" in mgcells(tmp_path, "check", "liver.toml").stdout
    ran = mgcells(tmp_path, "run", "liver.toml", "--workers", "1", "--quiet")
    assert (ran.returncode, ran.stderr) == (0, "")
    with (tmp_path / "outputs" / "liver" / "timeseries.csv").open() as file:
        rows = list(csv.DictReader(file))
    last = {row["strategy"]: float(row["liver.glycogen"]) for row in rows if float(row["day"]) == 2.0}
    assert last["vehicle"] == pytest.approx(1.0, abs=0.02)
    assert last["infusion"] > last["vehicle"] + 0.02
    assert "brain.neurons_and_more" not in rows[0]
    (package,) = json.loads((tmp_path / "outputs" / "liver" / "resolved.json").read_text())["packages"]
    assert (package["name"], package["tissues"], package["observables"]) == ("my-lab", ["liver"], ["liver.glycogen"])


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "my_lab/__init__.py", "from mgcells", "import no_such_module\nfrom mgcells",
            "entry point 'my-lab'  its module (group mgcells.library) 'my_lab' cannot be imported "
            "(ModuleNotFoundError: No module named 'no_such_module')",
        ),
        ("my_lab/__init__.py", 'name="liver"', 'name="bone"', "tissue 'bone' is declared in mgcells.tissues.bone too"),
        ("my_lab/__init__.py", "TISSUES = (", "TISSUES = ('liver',", "my_lab  TISSUES should be a tuple of TissueKind"),
        (
            "my_lab/__init__.py", '("my_lab.measures",)', '("my_lab.measures")',
            "my_lab  tissue 'liver': observables should be a tuple of names, not the text 'my_lab.measures'",
        ),
        (
            "my_lab/__init__.py", "agents=", 'first_picture=("Hepatocyte.glycogen",), agents=',
            "my_lab  tissue 'liver': first_picture should be two names, of cells and ground, '' for the first",
        ),
        (
            "my_lab/__init__.py", "my_lab.measures", "my_lab.measured",
            "my_lab  tissue 'liver': its observables 'my_lab.measured' cannot be imported",
        ),
        (
            "my_lab/__init__.py", '"liver.glycogen"', '"liver.glycogn"',
            "my_lab  tissue 'liver': first_curves: unknown observable 'liver.glycogn'; did you mean 'liver.glycogen'?",
        ),
        (
            "my_lab/__init__.py", "my_lab.liver:Liver", "my_lab.livre:Liver",
            "my_lab  tissue 'liver': the module of its place 'my_lab.livre' cannot be imported",
        ),
        (
            "my_lab/__init__.py", "my_lab.liver:Liver", "my_lab.liver",
            "my_lab  tissue 'liver': place = 'my_lab.liver' names no class; write 'module:Class'",
        ),
        (
            "my_lab/__init__.py", "agents=", 'view="my_lab.liver:Liver", agents=',
            "my_lab  tissue 'liver': its view Liver is no subclass of mgcells.tissues.view.View",
        ),
        (
            "my_lab/__init__.py", "agents=", 'subjects=("rat", "mous"), agents=',
            "my_lab  tissue 'liver': subjects: unknown subject 'mous'; did you mean 'mouse'?",
        ),
        ("my_lab/liver.py", "def feedback", "def feed_back", "its class Liver has no method 'feedback'"),
        ("my_lab/liver.py", '"liver"', '"livre"', "its class Liver is called 'livre'; give it name = 'liver'"),
        (
            "my_lab/measures.py", 'tissue="liver"', 'tissue="livr"',
            "my_lab.measures:5  observable 'liver.glycogen' measures the tissue 'livr', which no TISSUES declares; "
            "did you mean 'liver'?",
        ),
        (
            "my_lab/measures.py", '"liver.glycogen"', '"csf.magnesium"',
            "observable csf.magnesium is registered by mgcells.body.observables and my_lab.measures",
        ),
    ],
)  # fmt: skip
def test_a_forgotten_step_is_a_sentence(tmp_path: Path, file: str, old: str, new: str, sentence: str) -> None:
    assert old in PACKAGE[file]
    install(tmp_path, "my-lab", {**PACKAGE, file: PACKAGE[file].replace(old, new, 1)})
    (tmp_path / "liver.toml").write_text(SCENARIO)
    checked = mgcells(tmp_path, "check", "liver.toml")
    assert sentence in checked.stderr
    assert checked.returncode == 2
    assert "Traceback" not in checked.stderr


def test_a_declaration_alone_is_told_which_data_it_lacks(tmp_path: Path) -> None:
    declared = 'from mgcells.tissues.declaration import TissueKind\nTISSUES = (TissueKind("red pulp", "Spleen"),)\n'
    install(tmp_path, "my-spleen", {"my_spleen.py": declared})
    (tmp_path / "spleen.toml").write_text(SCENARIO.replace('"liver"', '"red pulp"'))
    found = mgcells(tmp_path, "check", "spleen.toml")
    assert found.returncode == 2
    for part in ("rows", "columns", "spacing"):
        assert f"parameter red_pulp.lattice.{part} is missing; write it in data/tissues/red_pulp.toml" in found.stderr
    assert "tissue 'red pulp'  no cell type lives in it; write one in data/cells with" in found.stderr
    unnamed = SCENARIO.replace('tissues = ["liver"]\n', "")
    (tmp_path / "spleen.toml").write_text(unnamed)
    assert "no problems" in mgcells(tmp_path, "check", "spleen.toml").stdout
