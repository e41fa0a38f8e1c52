"""Sleep, melatonin and mood from the brain; substance P, cytokines and CRP from the dorsal horn."""

from __future__ import annotations

import numpy as np
import pytest
from nervous import brain, fluid, live, rat, spinal_cord

STEPS = 40 * 24


def test_health_rests() -> None:
    of = rat()
    tissue, cord = brain(of), spinal_cord(of)
    live(tissue, of, 60)
    live(cord, of, 60)
    assert tissue.whole_subject.value("sleep_latency") * 60 == pytest.approx(20.0, rel=1e-6)
    for name in ("melatonin", "depression"):
        assert tissue.whole_subject.value(name) == pytest.approx(1.0, abs=1e-6)
    for name in ("substance_p", "crp"):
        assert cord.whole_subject.value(name) == pytest.approx(1.0, abs=1e-6)


def test_deficiency_costs_melatonin_and_sleep_and_mood() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 40, magnesium=0.75, plasma=0.5)
    assert tissue.whole_subject.value("melatonin") == pytest.approx(0.67, abs=0.10)
    assert tissue.whole_subject.value("sleep_latency") * 60 > 25.0
    assert tissue.whole_subject.value("slow_wave") * 60 < 75.0
    assert tissue.whole_subject.value("depression") > 1.3


def test_a_supplement_changes_little_in_health() -> None:
    of = rat()
    tissue = brain(of)
    live(tissue, of, 40, magnesium=1.08, threonate=0.02, plasma=1.02)
    assert tissue.whole_subject.value("depression") == pytest.approx(1.0, abs=1e-6)
    assert 1.0 < tissue.whole_subject.value("melatonin") < 1.05
    assert 16.0 < tissue.whole_subject.value("sleep_latency") * 60 < 20.0
    assert 80.0 < tissue.whole_subject.value("slow_wave") * 60 < 84.0


def course(nk1: float) -> dict[str, np.ndarray]:
    """Return what plasma shows while magnesium falls to a quarter, NK1 receptors keeping a share of their activity."""
    of = rat(inhibitors=(("NK1", nk1),))
    cord = spinal_cord(of)
    names = ("substance_p", "cytokine_3", "crp")
    found: dict[str, list[float]] = {name: [] for name in names}
    for hour in range(STEPS):
        cord.step(fluid(of.values, plasma=0.25 + 0.75 * np.exp(-hour / 36.0)), 1.0)
        for name in names:
            found[name].append(cord.whole_subject.value(name))
    return {name: np.array(values) - values[0] for name, values in found.items()}


def test_substance_p_comes_before_cytokines_and_those_before_crp() -> None:
    rise = course(1.0)
    half = {name: int(np.argmax(values > 0.5 * values[-1])) / 24 for name, values in rise.items()}
    assert half["substance_p"] < 5.0
    assert 12.0 < half["cytokine_3"] < 21.0
    assert half["cytokine_3"] < half["crp"]


def test_blocking_nk1_spares_substance_p_and_stops_what_follows() -> None:
    free, blocked = course(1.0), course(0.1)
    np.testing.assert_allclose(blocked["substance_p"], free["substance_p"], rtol=1e-12)
    assert blocked["cytokine_3"][-1] < 0.5 * free["cytokine_3"][-1]
    assert blocked["crp"][-1] < 0.5 * free["crp"][-1]


def test_magnesium_above_health_makes_no_difference_to_plasma() -> None:
    of = rat()
    cord = spinal_cord(of)
    live(cord, of, 20, plasma=1.2, magnesium=1.1)
    assert cord.whole_subject.value("substance_p") == 1.0
    assert cord.whole_subject.value("cytokine_3") == 0.0
