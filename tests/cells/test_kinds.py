"""Names under which cells are agents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mgcells.cells.kinds import KINDS, kind_called, kind_of
from mgcells.errors import InputProblems
from mgcells.library import CellType, load_library
from mgcells.tissues.registry import tissue_class


def cell_type(name: str, title: str) -> CellType:
    known = load_library().cells["neuron"]
    return replace(known, name=name, record=known.record.model_copy(update={"title": title}), file=f"cells/{name}.toml")


def test_a_registered_kind_names_its_cell_type() -> None:
    tissue_class("brain")
    assert kind_of(load_library().cells["neuron"]) == "Neuron"


@pytest.mark.parametrize(
    ("name", "title", "agents"),
    [("ito", "Ito cell (fat-storing)", "ItoCellFatStoring"), ("cell_9", "", "cell_9"), ("b", "β cell", "ΒCell")],
)
def test_another_is_called_as_its_title(
    monkeypatch: pytest.MonkeyPatch, name: str, title: str, agents: str
) -> None:  # fmt: skip
    monkeypatch.setattr("mgcells.cells.kinds.KINDS", dict(KINDS))
    cell = cell_type(name, title)
    assert kind_of(cell) == kind_of(cell) == agents
    assert kind_called(agents).cell == name


def test_two_cell_types_do_not_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    tissue_class("brain")
    monkeypatch.setattr("mgcells.cells.kinds.KINDS", dict(KINDS))
    with pytest.raises(InputProblems) as caught:
        kind_of(cell_type("enteric", "Neuron"))
    assert str(caught.value) == (
        "cells/enteric.toml  title = 'Neuron' names its cells Neuron, the name of those of 'neuron'; change it"
    )


def test_an_unknown_kind_is_a_sentence() -> None:
    tissue_class("brain")
    with pytest.raises(InputProblems, match=r"register its class with .*cell_kind; did you mean 'Neuron'"):
        kind_called("Neurone")
