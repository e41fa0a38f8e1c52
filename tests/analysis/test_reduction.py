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
    assert np.isnan(found[:, 1]).all()
    assert found[:, 2] == pytest.approx(a[:, 2:6].mean(axis=1))
    assert (found[:, 3] == b[:, 2:7].max(axis=1)).all()
    assert (found[:, 4] == a[:, :3].min(axis=1)).all()
    assert np.isnan(found[:, 5:]).all()


def read(endpoints: list[Endpoint], courses: dict[str, np.ndarray], of_tissues: set[str] = frozenset()) -> list[float]:
    """Read one run of seven rows, of which every third is recorded."""
    running = RunningEndpoints(DAYS, np.arange(7) % 3 == 0, endpoints, list(courses), of_tissues, 1)
    for row in running.rows:
        running.take(row, np.array([course[row] for course in courses.values()])[:, None])
    return running.values[0].tolist()


def test_step_by_step_comes_to_the_same_for_many_runs_as_for_one() -> None:
    endpoints = [entry for entry in ENDPOINTS if entry.from_day < 3.0]
    together = RunningEndpoints(DAYS, np.ones(7, dtype=bool), endpoints, ["a", "b"], frozenset(), 6)
    for row in range(7):
        together.take(row, COURSES[0, :, row].T)
    for run in range(6):
        alone = read(endpoints, {"a": COURSES[0, run, :, 0], "b": COURSES[0, run, :, 1]})
        assert np.array_equal(together.values[run], alone, equal_nan=True)


def test_an_observable_of_the_body_is_a_course_of_straight_lines() -> None:
    course = {"a": np.arange(7.0) ** 2}
    kinds = [Endpoint("a", "", kind, 1.0, 3.0) for kind in ("mean", "highest", "lowest")]
    assert read(kinds, course) == pytest.approx([(4 / 2 + 9 + 16 + 25 + 36 / 2) / 4, 36.0, 4.0])
    assert read([Endpoint("a", "", "at", 2.5, 2.5), Endpoint("a", "", "at", 2.7, 2.7)], course)[0] == 25.0
    assert np.isnan(read([Endpoint("a", "", "at", 2.7, 2.7), Endpoint("c", "", "at", 2.0, 2.0)], course)).all()


def test_a_swift_level_is_read_of_what_it_did_within_the_steps_of_the_window() -> None:
    nan = np.nan
    course = {
        "a": np.zeros(7),
        "a|mean": np.array([nan, 1.0, 2.0, 3.0, 5.0, 7.0, 9.0]),
        "a|highest": np.array([nan, 90.0, 80.0, 4.0, 8.0, 9.5, 9.0]),
        "a|lowest": np.array([nan, -9.0, -8.0, 0.5, 0.2, 0.4, 0.3]),
    }
    kinds = [Endpoint("a", "", kind, 1.0, 3.0) for kind in ("mean", "highest", "lowest")]
    assert read(kinds, course) == pytest.approx([6.0, 9.5, 0.2])
    assert read([Endpoint("a", "", "highest", 0.0, 3.0)], course) == [90.0]


def test_an_observable_of_a_tissue_is_read_where_it_is_recorded() -> None:
    nan = np.nan
    course = {"t": np.array([1.0, nan, nan, 4.0, nan, nan, 8.0])}
    endpoints = [Endpoint("t", "", kind, 0.0, 3.0) for kind in ("mean", "highest", "lowest")]
    between = [Endpoint("t", "", "at", 1.0, 1.0), Endpoint("t", "", "mean", 0.5, 1.0)]
    assert read(endpoints, course, {"t"}) == pytest.approx([2.5, 8.0, 1.0])
    assert np.isnan(read(between, course, {"t"})).all()
