"""Strategies of one subject start from one state: a copied beginning lives on as one of its own."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from mgcells.library.numbers import with_numbers
from mgcells.scenario.shipped import find_scenario
from mgcells.subject import subject as subject_module
from mgcells.subject.run_input import run_input
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
            assert np.array_equal(
                lived(kept.subject(run_input(scenario, strategy.name, replicate), shared=True)), own, equal_nan=True
            )


def test_a_beginning_is_built_once_for_all_strategies_of_a_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    begin = Subject._begin
    monkeypatch.setattr(Subject, "_begin", lambda subject, run: (built.append(run.replicate), begin(subject, run)))
    scenario, kept = replace(find_scenario("brain_salts_rat"), tissues=("brain",)), KeptStart()
    for replicate in (0, 1):
        for strategy in scenario.strategies[:3]:
            # As it comes to a worker.
            sent = pickle.loads(pickle.dumps(scenario))
            begun = kept.subject(run_input(sent, strategy.name, replicate), shared=True)
            assert begun.strategy.name == strategy.name
            assert begun._library is sent.library
    assert built == [0, 1]
    monkeypatch.setattr(subject_module, "MOST_KEPT", 10)
    kept = KeptStart()
    for strategy in scenario.strategies[:2]:
        kept.subject(run_input(scenario, strategy.name, 2), shared=True)
    assert built == [0, 1, 2, 2]


def test_a_library_with_another_number_has_a_beginning_of_its_own() -> None:
    scenario, kept = replace(find_scenario("brain_salts_rat"), tissues=("brain",)), KeptStart()
    changed = replace(scenario, library=with_numbers(scenario.library, {"rat:body.kidney.reabsorption": 0.05}))
    name = scenario.strategies[0].name
    kept.subject(run_input(scenario, name, 0), shared=True)
    found = kept.subject(run_input(changed, name, 0), shared=True)
    assert np.array_equal(lived(found), lived(Subject(changed, name, 0)), equal_nan=True)
