"""Contracts over every declared tissue: a new one is judged here without anyone writing a test for it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mgcells.app.session import Session
from mgcells.cells.kinds import KINDS
from mgcells.library import load_library
from mgcells.scenario import read_scenario
from mgcells.tissues.checks import faults
from mgcells.tissues.registry import is_culture, observables, tissue_kinds, tissues_of

LIBRARY = load_library()
TEXT = 'title = "x"\nduration = "6 h"\nreplicates = 1\ncontrol = "c"\n[[strategy]]\nname = "c"\n'


@cache
def session(subject: str) -> Session:
    begun = Session(read_scenario(f'subject = "{subject}"\n{TEXT}', "test.toml"), "c", "c")
    begun.advance(2)
    return begun


def subject_of(tissue: str) -> str:
    able = [name for name, kind in LIBRARY.subjects.items() if tissue in tissues_of(kind)]
    assert able, f"no subject can have {tissue}"
    return "rat" if "rat" in able else able[0]


@pytest.mark.parametrize("name", tissue_kinds())
def test_a_tissue_is_what_it_declares(name: str) -> None:
    kind = tissue_kinds()[name]
    assert faults(name, LIBRARY) == []
    assert kind.title
    tissue = session(subject_of(name)).sides[0].model.tissues[name]
    assert tissue.name == name
    assert tuple(tissue.populations) == kind.agents
    for agent, population in tissue.populations.items():
        assert KINDS[agent].cell == population.name
        assert name in LIBRARY.cells[population.name].record.tissue
        assert len(set(population.uid[: population.count].tolist())) == population.count > 0
        assert population.voxel[: population.count].max() < tissue.shape[0] * tissue.shape[1]


@pytest.mark.parametrize("name", tissue_kinds())
def test_what_a_tissue_shows_at_first_exists(name: str) -> None:
    kind, begun = tissue_kinds()[name], session(subject_of(name))
    assert begun.first_choice(name) == kind.first_picture
    assert kind.first_curves
    for curve in kind.first_curves:
        assert observables()[curve].tissue == name
    picture = begun.draw(name, 0, *begun.first_choice(name), None)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("name", tissue_kinds())
def test_a_view_fits_its_grid(name: str) -> None:
    scene = session(subject_of(name)).sides[0].scenes[name]
    rows, columns = scene.lattice.sites
    for population in scene.tissue.populations.values():
        row, column = scene.sites(population)
        assert 0 <= row.min() <= row.max() < rows
        assert 0 <= column.min() <= column.max() < columns
    for field in scene.fields:
        assert scene.field_values(field).shape == (rows, columns)
    if "kind of cell" in scene.cells:
        assert set(scene.cell_values("kind of cell")) <= set(range(len(scene.kinds())))


@pytest.mark.parametrize("subject", LIBRARY.subjects)
def test_a_subject_has_tissues_of_its_own_sort(subject: str) -> None:
    kind = LIBRARY.subjects[subject]
    assert kind.tissues is None
    tissues = tissues_of(kind)
    assert tissues
    assert {is_culture([tissue]) for tissue in tissues} == {kind.in_vitro}
