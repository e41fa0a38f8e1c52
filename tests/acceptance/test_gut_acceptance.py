"""The acceptance list of the gut barrier over 20 seeds; run with -m acceptance, results in docs/gut.md."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from lining import animal, gut, live

from mgcells.tissues.gut.gut import Gut

SEEDS = range(1, 21)
pytestmark = pytest.mark.acceptance


def daily(days: int, measure: Callable[[Gut], float], seed: int, **phases: tuple[float, int]) -> list[float]:
    """Return one value a day; each phase is a drive of `gut.drive`, its strength and the days that it lasts."""
    of = animal()
    tissue = gut(of, seed)
    course = [measure(tissue)]
    for day in range(days):
        drives = {name: level for name, (level, until) in phases.items() if day < until}
        live(tissue, of, 1, start=day, **drives)
        course.append(measure(tissue))
    return course


def median_course(days: int, measure: Callable[[Gut], float], **phases: tuple[float, int]) -> np.ndarray:
    return np.median([daily(days, measure, seed, **phases) for seed in SEEDS], axis=0)


def test_health_keeps_its_number_of_cells_and_crypts_become_clonal() -> None:
    variation, clones, leak = [], [], []
    for seed in SEEDS:
        of = animal()
        tissue = gut(of, seed)
        counts: list[float] = []
        live(tissue, of, 60, each=lambda now, counts=counts: counts.append(now.small.cells.count))
        variation.append(np.std(counts) / np.mean(counts))
        clones.append(tissue.small.clones())
        leak.append(tissue.permeability_large())
    assert max(variation) < 0.05
    assert np.mean(clones) < 3.0
    assert max(leak) == pytest.approx(1.0, abs=0.05)


def test_fluorouracil_empties_crypts_by_day_3_and_they_overshoot_and_recover_by_day_8() -> None:
    course = median_course(12, Gut.crypt_cells, cytostatic=(1.0, 1))
    assert min(course[1:4]) < 0.5
    assert max(course[4:9]) > 1.05
    assert course[8] == pytest.approx(1.0, abs=0.1)


@pytest.fixture(scope="module")
def colitis() -> dict[str, np.ndarray]:
    """Return the median courses of three weeks, of which dextran sulfate is drunk in the first."""
    measures: dict[str, Callable[[Gut], float]] = {
        "cells": lambda now: now.colon.cells.count / 300.0,
        "leak": lambda now: now.permeability(now.colon),
        "tnf": lambda now: now.niche.mean("tnf") / 0.5,
    }
    return {name: median_course(21, measure, injury=(1.0, 7)) for name, measure in measures.items()}


def test_dextran_sulfate_empties_crypts_and_opens_the_barrier_by_day_3_and_all_recover(
    colitis: dict[str, np.ndarray],
) -> None:
    assert colitis["cells"][3] < 0.9
    assert colitis["leak"][3] > 3.0
    assert colitis["tnf"][2] < 1.2 < colitis["tnf"][5]
    for course in colitis.values():
        assert course[21] == pytest.approx(1.0, abs=0.1)


@pytest.mark.xfail(strict=True, reason="the colon leaks from day 1, before crypts are lost: docs/gut.md")
def test_dextran_sulfate_opens_the_barrier_only_after_crypts_are_lost(colitis: dict[str, np.ndarray]) -> None:
    assert 2 <= int(np.argmax(colitis["leak"] > 2.0)) <= 4


@pytest.mark.xfail(strict=True, reason="TNF peaks on day 7, when the drink ends: docs/gut.md")
def test_dextran_sulfate_inflames_most_on_day_5(colitis: dict[str, np.ndarray]) -> None:
    assert 4 <= int(np.argmax(colitis["tnf"])) <= 6
