"""Strategies of one subject start from one state: a copied beginning lives on as one of its own."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from mgcells.scenario.shipped import find_scenario
from mgcells.subject import subject as subject_module
from mgcells.subject.subject import KeptStart, Subject

HOURS = 8


def lived(subject: Subject) -> np.ndarray:
    rows = [subject.measure()]
    for _ in range(HOURS):
        subject.step()
        rows.append(subject.measure())
    return np.array(rows)


@pytest.mark.parametrize("scenario", ["brain_salts_rat", "bone_deficiency_rat", "gut_colitis_mouse"])
def test_a_copied_beginning_lives_on_as_one_of_its_own(scenario: str) -> None:
    scenario, kept = find_scenario(scenario), KeptStart()
    for strategy in scenario.strategies[:3]:
        for replicate in (0, 1):
            own = lived(Subject(scenario, strategy.name, replicate))
            assert np.array_equal(lived(kept.subject(scenario, strategy.name, replicate)), own, equal_nan=True)


def test_a_beginning_is_built_once_for_all_strategies_of_a_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    begin = Subject._begin
    monkeypatch.setattr(Subject, "_begin", lambda *given: (built.append(given[-1]), begin(*given)))
    scenario, kept = replace(find_scenario("brain_salts_rat"), tissues=("brain",)), KeptStart()
    for replicate in (0, 1):
        for strategy in scenario.strategies[:3]:
            # As it comes to a worker.
            sent = pickle.loads(pickle.dumps(scenario))
            begun = kept.subject(sent, strategy.name, replicate)
            assert begun.strategy.name == strategy.name
            assert begun.scenario is sent
    assert built == [0, 1]
    monkeypatch.setattr(subject_module, "MOST_KEPT", 10)
    kept = KeptStart()
    for strategy in scenario.strategies[:2]:
        kept.subject(scenario, strategy.name, 2)
    assert built == [0, 1, 2, 2]
