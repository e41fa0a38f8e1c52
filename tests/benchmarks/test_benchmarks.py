"""The benchmark suite: references give our results, and rows judge as they say. Nothing here looks at time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from mgcells.benchmarks import GROUPS, BenchmarkRow, Report, run_suite
from mgcells.benchmarks.batch_rows import undisturbed
from mgcells.benchmarks.c_loop import c_source, c_step, compiler
from mgcells.benchmarks.page import draw_growth, draw_profile, page
from mgcells.benchmarks.peers import MesaCells, WholeArrays
from mgcells.benchmarks.show import cells_of, number, verdict
from mgcells.benchmarks.subjects import array_bytes, populations, scaled_subject, subject_bytes
from mgcells.benchmarks.suite import compare, limit, skipped
from mgcells.benchmarks.transient import explicit
from mgcells.benchmarks.twin import PlainBrain, brain
from mgcells.benchmarks.workloads import POWERS, tissue_cells, tissue_table, unit_cells, unit_table
from mgcells.cli import app
from mgcells.errors import InputProblems

STEPS = 3


@pytest.mark.parametrize("engine", [MesaCells, WholeArrays])
@pytest.mark.parametrize("powers", POWERS)
def test_peers_give_the_same_cells(engine: Callable[..., MesaCells | WholeArrays], powers: str) -> None:
    table = tissue_table(powers)
    ours = tissue_cells(table, 60)
    peer = engine(table, ours)
    start = ours.state.copy()
    for _ in range(STEPS):
        ours.advance(table)
        peer.step()
    assert np.abs(ours.state - start).max() > 0.01
    np.testing.assert_allclose(peer.state(), ours.state, rtol=1e-12)


@pytest.mark.skipif(compiler() is None, reason="no C compiler")
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("powers", POWERS)
def test_the_c_loop_gives_the_same_cells(powers: str, shared: bool) -> None:
    table = tissue_table(powers)
    ours = tissue_cells(table, 1_500)
    theirs, step = ours.copy(), c_step(table, 1.0, shared=shared)
    for _ in range(STEPS):
        ours.advance(table)
        step(theirs.state, theirs.levels, theirs.voxel)
    np.testing.assert_allclose(theirs.state, ours.state, rtol=1e-12)


def test_the_c_loop_refuses_what_it_cannot_say() -> None:
    tissue, _ = brain(5, 4)
    with pytest.raises(ValueError, match="Hill rows"):
        c_source(tissue.neurons.table, 1.0)


@pytest.mark.parametrize("unit", ["A", "B"])
def test_work_units_stay_within_the_ends_of_their_rows(unit: str) -> None:
    table = unit_table(unit)
    assert len(table.responses) == 10
    cells = unit_cells(table)
    cells.advance(table)
    for name, values in zip(table.names, cells.state, strict=True):
        ends = [(row.first, row.second) for row in table.responses if row.behaviour == name]
        assert np.prod([min(pair) for pair in ends]) < values.min()
        assert values.max() < np.prod([max(pair) for pair in ends])


def test_the_plain_twin_lives_as_the_brain_does() -> None:
    tissue, calm = brain(5, 4)
    twin = PlainBrain(brain(5, 4)[0])
    start = tissue.neurons.state.copy()
    for hour in range(1, 25):
        now = replace(calm, hour=float(hour), csf_magnesium=calm.csf_magnesium * (1.0 + 0.3 * (hour % 3)))
        tissue.step(now, 1.0)
        twin.live(now)
    assert np.abs(tissue.neurons.state - start).max() > 0.01
    assert np.ptp(tissue.levels[0]) > 0.0
    np.testing.assert_allclose(twin.neurons, tissue.neurons.state, rtol=1e-12)
    np.testing.assert_allclose(twin.niche, tissue.niche.state, rtol=1e-12)


def test_explicit_steps_keep_mass_and_decay_exactly() -> None:
    rng = np.random.default_rng(4)
    values = np.zeros((2, 8, 9))
    values[0, 1:-1, 1:-1] = rng.random((6, 7))
    start = values[0, 1:-1, 1:-1].sum()
    still = np.zeros((6, 7))
    explicit(values[0], values[1], still, still, 0.0, 1.0, 40.0, 1.0, 1_001)
    assert values[0, 1:-1, 1:-1].sum() == pytest.approx(start, rel=1e-12)
    assert np.ptp(values[0, 1:-1, 1:-1]) < 0.01
    explicit(values[0], values[1], still, still, 0.5, 1.0, 40.0, 1.0, 2_000)
    assert values[0, 1:-1, 1:-1].sum() == pytest.approx(start * (1.0 - 0.5 / 2_000) ** 2_000, rel=1e-12)


def test_a_scaled_subject_has_about_the_cells_asked_for() -> None:
    subject = scaled_subject(3_000)
    assert set(subject.tissues) == {"brain", "spinal cord", "bone", "gut"}
    assert 2_700 < subject.cells < 3_300


def test_memory_counts_every_array_once() -> None:
    whole = np.zeros(100)
    holder = SimpleNamespace(part=whole[:10], again=[whole, (np.zeros(5), "text", 3)])
    assert array_bytes([holder, {"same": whole}]) == 8 * 105


def test_a_cell_costs_less_than_three_hundred_and_forty_bytes_with_all_that_surrounds_it() -> None:
    subject = scaled_subject(30_000)
    for _ in range(13):
        subject.step()
    assert subject_bytes(subject) < 340 * subject.cells
    assert all(population.uid.size <= 1.125 * population.count + 16 for population in populations(subject))


def test_rows_judge_by_time_and_by_agreement() -> None:
    assert compare("rules", "w", "ns", 1.0, "C", 1.2, least=1.1).passed
    assert compare("rules", "w", "ns", 1.0, "C", 1.0, least=1.1).passed is False
    assert compare("rules", "w", "ns", 1.0, "C", 9.0, least=1.1, holds=False).passed is False
    assert compare("rules", "w", "ns", 1.0, "C", 9.0).passed is None
    assert limit("size", "w", "ns", 2.0, 2.0).passed
    assert limit("size", "w", "ns", 2.1, 2.0).passed is False
    assert skipped("rules", "w", "no compiler").passed is None


def sample() -> Report:
    rows = (
        compare("rules", "rows in C", "ns", 0.5, "C", 0.4, least=0.6, target="close", note="equal"),
        skipped("rules", "rows in X", "X is not installed"),
        replace(limit("size", "10 cells", "ns", 120.0, 150.0), cells=10),
        replace(limit("size", "100 cells", "ns", 160.0, 150.0), cells=100),
    )
    return Report({"processor": "a processor", "cores": "2"}, True, rows)


def test_the_page_states_machine_results_and_what_is_missed(tmp_path: Path) -> None:
    report, parts = sample(), {10: {"rules": 0.25, "fields": 0.75}}
    text = page(report, parts)
    assert "a processor" in text
    assert "| pass | rows in C | 0.500 ns | 0.400 ns: C | 0.800 | close | equal |" in text
    assert "skipped: X is not installed" in text
    assert "2 of 3 targets met; missed: 100 cells." in text
    assert "With 10 cells: fields 75%, rules 25%." in text
    draw_growth([row for row in report.rows if row.cells], tmp_path / "growth.png")
    draw_profile(parts, tmp_path / "profile.png")
    assert all((tmp_path / name).stat().st_size > 5_000 for name in ("growth.png", "profile.png"))


def test_numbers_show_three_figures() -> None:
    assert [number(x) for x in (0.01234, 1.0, 99.96, 1234.5)] == ["0.0123", "1.00", "100", "1,234"]
    assert cells_of(BenchmarkRow("rules", "w"))[0] == ""
    assert verdict(Report({}, True, ())) == "0 of 0 targets met."


def test_an_unknown_group_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(InputProblems, match=r"'rule'.*rules"):
        run_suite(["rule"])
    assert all(path.startswith("mgcells.benchmarks.") for path in GROUPS.values())


def test_what_was_disturbed_is_not_judged() -> None:
    row = limit("batch", "w", "s", 1.0, 2.0, note="by the clock")
    assert undisturbed(row, 0.05).passed
    busy = undisturbed(row, 0.9)
    assert busy.passed is None
    assert "other processes used 90% of a core, not judged" in busy.note


def test_the_command_prints_rows_of_one_group_as_json() -> None:
    result = CliRunner().invoke(app, ["bench", "--quick", "--only", "twin", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["quick"]
    assert report["machine"]["cores"]
    assert {row["group"] for row in report["rows"]} == {"twin"}
    for row in report["rows"]:
        assert row["ratio"] == pytest.approx(row["reference"] / row["ours"])
        assert "results of 24 h within" in row["note"]


def test_the_command_refuses_an_unknown_group() -> None:
    result = CliRunner().invoke(app, ["bench", "--only", "feilds"])
    assert result.exit_code == 2
    assert "no benchmark is called 'feilds'" in result.stderr
    assert "fields" in result.stderr
    assert "Traceback" not in result.stderr
