"""The contested link from an inflamed gut to the brain: nothing unless a scenario switches it on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mgcells.model import MagnesiumModel
from mgcells.scenario import Scenario, read_scenario
from mgcells.tissues.gut.gut import Gut

COLITIS = """
title = "colitis"
subject = "mouse"
duration = "5 d"
control = "linked"
tissues = ["gut", "brain"]
parameters = { "gut.drive.injury" = 1 }

[[strategy]]
name = "linked"
switches = { gut_to_brain = "linked" }

[[strategy]]
name = "unlinked"

[[strategy]]
name = "calm"
switches = { gut_to_brain = "linked" }
parameters = { "gut.drive.injury" = 0 }
"""


def run(scenario: Scenario, strategy: str) -> dict[str, float]:
    model = MagnesiumModel(scenario, strategy, 0, collect=False)
    for _ in range(scenario.steps):
        model.step()
    return dict(zip((observable.name for observable in model.observables), model.measure(), strict=True))


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(COLITIS, "colitis.toml")


@pytest.fixture(scope="module")
def linked(scenario: Scenario) -> dict[str, float]:
    return run(scenario, "linked")


def test_without_the_link_the_brain_is_exactly_that_of_a_gut_that_sends_nothing(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlinked = run(scenario, "unlinked")
    feedback = Gut.feedback
    monkeypatch.setattr(Gut, "feedback", lambda gut: replace(feedback(gut), signals={}))
    assert run(scenario, "unlinked") == unlinked


def test_a_linked_inflamed_gut_raises_tnf_of_the_brain_a_little(scenario: Scenario, linked: dict[str, float]) -> None:
    unlinked = run(scenario, "unlinked")
    assert linked["gut.tnf"] == unlinked["gut.tnf"] > 1.1
    most = 0.2 * (linked["gut.tnf"] - 1.0)
    assert 0.0 < linked["brain.tnf"] / unlinked["brain.tnf"] - 1.0 <= most


def test_a_linked_calm_gut_does_less(scenario: Scenario, linked: dict[str, float]) -> None:
    assert run(scenario, "calm")["brain.tnf"] < linked["brain.tnf"]
