"""A course of records becomes one number, whether it is there at once or comes record by record."""

from __future__ import annotations

import numpy as np
import pytest

from mgcells.analysis.cube import Cube
from mgcells.analysis.endpoints import endpoint_values
from mgcells.analysis.running import RunningEndpoints
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


LINE = {"a": np.array([1.0, 3.0, 5.0, 3.0, 1.0, 2.0, 9.0])}


def test_an_area_is_the_mean_times_the_hours_of_its_window() -> None:
    mean, area = (Endpoint("a", "", kind, 1.0, 2.5) for kind in ("mean", "area"))
    found = read([mean, area], LINE)
    assert found[1] == pytest.approx(36.0 * found[0])
    swift = {**LINE, "a|mean": np.full(7, 2.0)}
    assert read([area], swift) == pytest.approx([72.0])


def test_a_change_takes_off_what_the_start_would_give() -> None:
    kinds = [Endpoint("a", "", kind, 1.0, 3.0, None, True) for kind in ("mean", "highest", "lowest", "area")]
    plain = read([Endpoint("a", "", entry.kind, 1.0, 3.0) for entry in kinds], LINE)
    assert read(kinds, LINE) == pytest.approx([plain[0] - 1.0, plain[1] - 1.0, plain[2] - 1.0, plain[3] - 48.0])
    assert read([Endpoint("a", "", "at", 2.5, 2.5, None, True)], LINE) == [1.0]


def test_time_on_a_side_of_a_threshold_is_read_of_straight_lines() -> None:
    def hours(kind: str, threshold: float, begin: float = 0.0, end: float = 3.0) -> float:
        return read([Endpoint("a", "", kind, begin, end, threshold)], LINE)[0]

    # Above 2: from 0.25 d to 1.75 d, and from 2.5 d on.
    assert hours("time above", 2.0) == pytest.approx(24.0 * (1.5 + 0.5))
    assert hours("time below", 2.0) == pytest.approx(24.0 * 1.0)
    assert hours("time above", 2.0, 1.0, 2.0) == pytest.approx(24.0 * 0.75)
    assert hours("time above", 9.5) == 0.0
    assert hours("until above", 2.0) == pytest.approx(6.0)
    assert hours("until below", 2.0, 1.0) == pytest.approx(18.0)
    assert hours("until above", 0.5) == 0.0
    assert np.isnan(hours("until above", 9.5))


def test_thresholds_of_many_runs_are_passed_each_at_its_own_time() -> None:
    endpoints = [Endpoint("a", "", kind, 0.0, 3.0, 5.0) for kind in ("time above", "until above", "until below")]
    together = RunningEndpoints(DAYS, np.ones(7, dtype=bool), endpoints, ["a", "b"], frozenset(), 6)
    for row in range(7):
        together.take(row, COURSES[0, :, row].T)
    for run in range(6):
        assert np.array_equal(together.values[run], read(endpoints, {"a": COURSES[0, run, :, 0]}), equal_nan=True)


def test_of_a_tissue_thresholds_are_read_between_records() -> None:
    nan = np.nan
    course = {"t": np.array([1.0, nan, nan, 4.0, nan, nan, 8.0])}
    assert read([Endpoint("t", "", "until above", 0.0, 3.0, 2.0)], course, {"t"}) == pytest.approx([12.0])
