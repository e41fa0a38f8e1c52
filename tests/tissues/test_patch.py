"""A tissue that is nothing but a declaration and data: it lives, is measured, and can be looked at."""

from __future__ import annotations

import copy
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from mgcells.app.session import Session
from mgcells.app.steering import Steering
from mgcells.cells.kinds import KINDS
from mgcells.errors import InputProblems
from mgcells.library import DATA, Library, load
from mgcells.library.in_force import Changes, Setting, setting
from mgcells.model import MagnesiumModel
from mgcells.observables import Observable
from mgcells.scenario import Scenario, read_scenario
from mgcells.scenario.scenario import Strategy
from mgcells.streams import Streams
from mgcells.tissues.checks import faults
from mgcells.tissues.declaration import TissueKind
from mgcells.tissues.declared import Declared, declared
from mgcells.tissues.patch import Patch
from mgcells.tissues.registry import observables, tissue_class, tissue_kinds, tissues_of, usual_tissues, view_class
from mgcells.tissues.tissue import Surroundings

KIND = TissueKind(
    "liver", "Liver lobule", first_picture=("Hepatocyte.glycogen", ""), first_curves=("liver.glycogen",)
)  # fmt: skip
GLYCOGEN = ("hepatocyte", "glycogen")
HEALTHY = "body.plasma.ionised"
NOTED = 'basis = "assumed", note = "for the test"'
TISSUE = f"""
[liver.lattice]
rows = {{ value = 6, {NOTED} }}
columns = {{ value = 8, {NOTED} }}
spacing = {{ value = "25 um", {NOTED} }}

[liver.share]
kupffer_cell = {{ value = 0.25, {NOTED} }}

[liver.drive]
alcohol = {{ value = 0, {NOTED} }}
gut_inflammation = {{ value = 1, {NOTED} }}
"""
HEPATOCYTE = f"""
title = "Hepatocyte"
tissue = ["liver"]

[behaviours.glycogen]
label = "glycogen"
baseline = {{ value = 2, {NOTED} }}
time_constant = {{ value = "6 h", {NOTED} }}

[behaviours.death]
label = "hazard of death"
unit = "1/h"
combine = "sum"
baseline = {{ value = "0 1/h", {NOTED} }}
time_constant = {{ value = "0 h", {NOTED} }}

[signals.magnesium]
label = "ionised magnesium of plasma"
reads = "level:magnesium"
unit = "mM"
healthy = "body.plasma.ionised"

[signals.alcohol]
label = "alcohol"
reads = "scalar:alcohol"
healthy = "liver.drive.alcohol"
"""
KUPFFER = f"""
title = "Kupffer cell"
tissue = ["liver"]

[behaviours.tnf]
label = "TNF-alpha"
baseline = {{ value = 1, {NOTED} }}
time_constant = {{ value = "0 h", {NOTED} }}

[signals.gut]
label = "inflammation of the gut"
reads = "scalar:gut_inflammation"
measure = "ratio"
healthy = "liver.drive.gut_inflammation"
"""
HEADER = (
    "id,signal,effect,behaviour,at_zero,at_saturation,half_max,hill,effect_low,effect_high,half_low,half_high,"
    "applies_when,claims,basis,grade,sources,status,note,form,parameters\n"
)
RULES = {
    "hepatocyte": HEADER
    + "hepatocyte.glycogen.magnesium,magnesium,increases,glycogen,,1.6,0.8 mM,2,1.2,2,0.5 mM,1 mM,,,assumed,C,,on,"
    "for the test,,\n"
    "hepatocyte.death.alcohol,alcohol,increases,death,,0.1 1/h,0.5,1,,,,,,,assumed,C,,on,for the test,,\n",
    "kupffer_cell": HEADER + "kupffer_cell.tnf.gut,gut,increases,tnf,,3,2,2,1.2,4,1,4,,,assumed,C,,on,for the test,,\n",
}
SCENARIO = """title = "Liver"
subject = "rat"
tissues = ["liver"]
duration = "2 d"
replicates = 2
control = "vehicle"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "infusion"
doses = [{ compound = "magnesium sulfate", amount = "60 mg/kg", of = "magnesium", route = "intravenous", over = "2 d" }]
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(DATA, folder)
    (folder / "tissues" / "liver.toml").write_text(TISSUE)
    (folder / "cells" / "hepatocyte.toml").write_text(HEPATOCYTE)
    (folder / "cells" / "kupffer_cell.toml").write_text(KUPFFER)
    for cell, rules in RULES.items():
        (folder / "rules" / f"{cell}.csv").write_text(rules)
    return load(folder)


@pytest.fixture
def scenario(library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scenario]:
    """A scenario of a tissue that has been declared for as long as the test runs."""
    glycogen = Observable("liver.glycogen", "", "glycogen", "liver", lambda liver: liver.relative(*GLYCOGEN))
    monkeypatch.setitem(observables(), "liver.glycogen", glycogen)
    monkeypatch.setitem(tissue_kinds(), "liver", KIND)
    monkeypatch.setitem(declared(), "liver", Declared(KIND, "my_lab", True))
    yield read_scenario(SCENARIO, "liver.toml", library=library)
    tissue_class.cache_clear()
    view_class.cache_clear()


class Liver(Patch):
    name = "liver"


def rat(library: Library, **numbers: float) -> Setting:
    changes = Changes()
    found = setting(library, Strategy("vehicle", "rat", changes=changes), ("liver",))
    return replace(found, values={**found.values, **{path.replace("__", "."): x for path, x in numbers.items()}})


def offered(of: Setting, magnesium: float = 1.0, **signals: float) -> Surroundings:
    level = of.healthy[HEALTHY] * magnesium
    return Surroundings(0.0, level, 0.02, level, 0.1, (), 0.0, of.values, signals)


def liver(library: Library, of: Setting) -> Patch:
    return Liver(library, of, Streams(1, 0), offered(of))


def test_it_lives_in_a_subject_and_its_cells_follow_the_body(scenario: Scenario) -> None:
    models = {name: MagnesiumModel(scenario, name) for name in ("vehicle", "infusion")}
    for model in models.values():
        while model.running:
            model.step()
    measured = {name: dict(zip(_names(model), model.measure(), strict=True)) for name, model in models.items()}
    assert measured["vehicle"]["liver.glycogen"] == pytest.approx(1.0, abs=0.01)
    assert measured["infusion"]["liver.glycogen"] > 1.01
    assert set(models["vehicle"].tissues["liver"].populations) == {"Hepatocyte", "KupfferCell"}


def test_its_cells_are_agents_called_as_their_type(scenario: Scenario) -> None:
    model = MagnesiumModel(scenario, collect=False)
    counts = {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}
    assert counts == {"Hepatocyte": 48, "KupfferCell": 12}
    assert {KINDS[name].cell for name in counts} == {"hepatocyte", "kupffer_cell"}


def test_its_agents_can_be_removed_one_or_all(scenario: Scenario) -> None:
    model = MagnesiumModel(scenario, collect=False)
    before = model.cells
    model.agents.select(at_most=3).do("remove")
    model.step()
    assert model.cells == len(model.agents) == before - 3
    kept = pickle.loads(pickle.dumps(model))
    kept.step()
    assert len(kept.agents) == model.cells
    model.remove_all_agents()
    model.step()
    assert model.cells == len(model.agents) == 0


def test_the_same_subject_has_the_same_cells_and_another_has_others(library: Library) -> None:
    of = rat(library)
    sites = [
        Liver(library, of, Streams(1, replicate), offered(of)).populations["KupfferCell"].voxel[:12].tolist()
        for replicate in (0, 0, 1)
    ]
    assert sites[0] == sites[1] != sites[2]
    assert len(set(sites[2])) == 12


def test_it_begins_in_equilibrium_and_health_is_1(library: Library) -> None:
    of = rat(library)
    tissue = liver(library, of)
    assert tissue.relative(*GLYCOGEN) == pytest.approx(1.0, rel=1e-9)
    assert tissue.mean("hepatocyte", "death") == 0.0
    assert (tissue.shape, tissue.spacing) == ((6, 8), 25.0)
    rich = Liver(library, of, Streams(1, 0), offered(of, 2.0))
    before = rich.mean(*GLYCOGEN)
    rich.step(offered(of, 2.0), 1.0)
    assert rich.mean(*GLYCOGEN) == pytest.approx(before, rel=1e-9)
    assert before > 2.2


def test_a_drive_is_what_conditions_set_and_what_other_tissues_send_takes_its_place(library: Library) -> None:
    of = rat(library, liver__drive__alcohol=0.5)
    tissue = liver(library, of)
    assert tissue.mean("hepatocyte", "death") == pytest.approx(0.05)
    assert tissue.relative("kupffer_cell", "tnf") == pytest.approx(1.0)
    tissue.step(offered(of, gut_inflammation=3.0), 1.0)
    assert tissue.relative("kupffer_cell", "tnf") > 1.3


def test_other_rules_act_from_now_on_and_cells_keep_their_state(library: Library) -> None:
    of = rat(library)
    tissue = liver(library, of)
    tissue.step(offered(of, 2.0), 3.0)
    grown = tissue.mean(*GLYCOGEN)
    tissue.adopt(library, replace(of, rules={}))
    assert tissue.mean(*GLYCOGEN) == grown > 2.0
    tissue.step(offered(of, 2.0), 60.0)
    assert tissue.relative(*GLYCOGEN) == pytest.approx(1.0, abs=1e-4)
    with pytest.raises(ValueError, match=r"a living liver cannot change its lattice from \(6, 8\) to \(7, 8\)"):
        tissue.adopt(library, rat(library, liver__lattice__rows=7.0))


def test_a_copy_lives_on_as_the_original(library: Library) -> None:
    of = rat(library)
    tissue = liver(library, of)
    other = copy.deepcopy(tissue)
    for each in (tissue, other):
        each.step(offered(of, 1.5), 2.0)
    assert np.array_equal(tissue.populations["Hepatocyte"].state, other.populations["Hepatocyte"].state)
    other.step(offered(of, 1.5), 2.0)
    assert tissue.mean(*GLYCOGEN) < other.mean(*GLYCOGEN)


def test_what_cannot_be_measured_is_said_with_the_nearest_name(library: Library) -> None:
    tissue = liver(library, rat(library))
    with pytest.raises(LookupError, match="liver has no cell type 'hepatocite'; did you mean 'hepatocyte'"):
        tissue.mean("hepatocite", "glycogen")
    with pytest.raises(LookupError, match="hepatocyte has no behaviour 'glycogn'; did you mean 'glycogen'"):
        tissue.relative("hepatocyte", "glycogn")
    with pytest.raises(ValueError, match=r"hepatocyte\.death is 0 in health"):
        tissue.relative("hepatocyte", "death")


def test_every_choice_of_its_picture_can_be_drawn_and_a_click_says_why(scenario: Scenario) -> None:
    session = Session(scenario, "infusion", "vehicle")
    session.advance(24)
    scene = session.sides[0].scenes["liver"]
    assert scene.title == "Liver lobule"
    assert scene.kinds() == ["hepatocyte", "kupffer cell"]
    assert list(scene.cells) == ["kind of cell", "Hepatocyte.glycogen", "Hepatocyte.death", "KupfferCell.tnf"]
    assert list(scene.fields) == ["magnesium", "threonate", "csf_magnesium", "csf_threonate"]
    first = session.first_choice("liver")
    assert first == ("Hepatocyte.glycogen", "magnesium")
    for cells in scene.cells:
        assert session.draw("liver", 0, cells, first[1], None).shape == (6 * 67, 8 * 50, 3)
    for ground in scene.fields:
        assert session.draw("liver", 1, first[0], ground, None).dtype == np.uint8
    assert scene.fields["magnesium"].healthy == pytest.approx(session.sides[0].model.setting.healthy[HEALTHY])
    cell = session.cell_at("liver", 0, 0.3, 0.3)
    assert cell is not None
    accounts = session.why(cell)
    assert accounts
    assert {account.behaviour for account in accounts} <= {"glycogen", "death", "tnf"}
    session.steer(Steering(rules_off=("hepatocyte.glycogen.magnesium",)))
    session.advance(12)


def test_a_picture_that_does_not_exist_is_named(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(KIND, first_picture=("Hepatocyte.glycogn", ""))
    monkeypatch.setitem(declared(), "liver", Declared(wrong, "my_lab", True))
    with pytest.raises(InputProblems) as caught:
        Session(scenario, "infusion", "vehicle").first_choice("liver")
    assert str(caught.value) == (
        "my_lab  tissue 'liver': first_picture: nothing shows 'Hepatocyte.glycogn'; did you mean 'Hepatocyte.glycogen'?"
    )


def test_what_data_lack_is_a_sentence_before_anything_lives(scenario: Scenario, library: Library) -> None:
    assert faults("liver", library) == []
    cell, other = library.cells["hepatocyte"], library.cells["kupffer_cell"]
    signal = cell.record.signals["magnesium"].model_copy(update={"reads": "level:magnesum"})
    odd = cell.record.model_copy(update={"signals": {"magnesium": signal}, "niche": True})
    same = replace(other, name="kupffer", file="data/cells/kupffer.toml")
    cells = {"hepatocyte": replace(cell, record=odd), "kupffer_cell": other, "kupffer": same}
    found = faults("liver", replace(library, cells=cells))
    assert [str(problem) for problem in found] == [
        "data/cells/hepatocyte.toml  tissue 'liver' has no niche, it holds cells only; leave out niche",
        "data/cells/hepatocyte.toml:17  signal magnesium: reads = 'level:magnesum': its tissue offers no level "
        "'magnesum'; did you mean 'magnesium'?",
        "data/cells/kupffer.toml  title = 'Kupffer cell' names its cells KupfferCell, the name of those of "
        "'kupffer_cell'; change it",
    ]
    share = {"liver.share.kupfer": library.parameters["liver.share.kupffer_cell"]}
    (misspelt,) = faults("liver", replace(library, parameters={**library.parameters, **share}))
    assert misspelt.text == (
        "parameter liver.share.kupfer: no such cell type lives in it; did you mean 'kupffer_cell'?"
    )
    with pytest.raises(InputProblems, match="no cell type lives in it"):
        liver(replace(library, cells={}), rat(library))


def test_every_subject_with_a_body_can_have_it(scenario: Scenario, library: Library) -> None:
    having = {name for name, kind in library.subjects.items() if "liver" in tissues_of(kind)}
    assert having == {name for name, kind in library.subjects.items() if not kind.in_vitro}


def test_what_is_installed_joins_no_scenario_unless_it_is_named(scenario: Scenario, library: Library) -> None:
    rat = library.subjects["rat"]
    assert "liver" not in usual_tissues(rat)
    assert "liver" not in read_scenario(SCENARIO.replace('tissues = ["liver"]\n', ""), "liver.toml").tissues
    assert usual_tissues(replace(rat, tissues=("bone", "liver"))) == ("bone", "liver")


def _names(model: MagnesiumModel) -> list[str]:
    return [observable.name for observable in model.observables]
