"""A course of records becomes one number, whether it is there at once or comes record by record."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.analysis.cube import Cube
from mgcells.analysis.endpoints import RunningEndpoints, endpoint_values
from mgcells.scenario import Endpoint

ENDPOINTS = [
    Endpoint("b", "", "at", 2.0, 2.0),
    Endpoint("a", "", "at", 2.25, 2.25),
    Endpoint("a", "", "mean", 1.0, 3.0),
    Endpoint("b", "", "highest", 1.0, 3.0),
    Endpoint("a", "", "lowest", 0.0, 1.0),
    Endpoint("a", "", "at", 9.0, 9.0),
    Endpoint("a", "", "mean", 3.1, 3.4),
    Endpoint("a", "", "highest", 3.1, 3.4),
]
DAYS = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
COURSES = np.random.default_rng(4).normal(5.0, 1.0, (1, 6, len(DAYS), 2))


def whole() -> np.ndarray:
    cube = Cube(COURSES, ("salt",), tuple(range(6)), DAYS, ("a", "b"))
    return endpoint_values(cube, ENDPOINTS)[0]


def test_each_kind_reads_its_window() -> None:
    a, b = COURSES[0, ..., 0], COURSES[0, ..., 1]
    found = whole()
    assert found[:, 0] == pytest.approx(b[:, 4])
    assert found[:, 1] == pytest.approx((a[:, 4] + a[:, 5]) / 2)
    assert found[:, 2] == pytest.approx(a[:, 2:6].mean(axis=1))
    assert (found[:, 3] == b[:, 2:7].max(axis=1)).all()
    assert (found[:, 4] == a[:, :3].min(axis=1)).all()
    assert np.isnan(found[:, 5:]).all()


def test_record_by_record_comes_to_the_same() -> None:
    running = RunningEndpoints(DAYS, ENDPOINTS, ["a", "b"], 6)
    for record in range(len(DAYS)):
        running.take(record, COURSES[0, :, record].T)
    assert running.values == pytest.approx(whole(), rel=1e-14, nan_ok=True)
