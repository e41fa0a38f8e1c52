"""Batches: the same bytes for any number of workers, after losses, kills and resumes."""

from __future__ import annotations

import multiprocessing
import os
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from mgcells.batch.batch import BatchInterrupted, Progress, run_batch
from mgcells.batch.plan import plan
from mgcells.batch.result import BatchResult
from mgcells.batch.store import Store
from mgcells.batch.supervise import local_pool
from mgcells.errors import InputProblems
from mgcells.library.loading import read_library
from mgcells.scenario import Scenario, read_scenario

TABLES = ("timeseries.parquet", "timeseries.csv", "units.csv", "resolved.json", "scenario.toml")
TEXT = """title = "Test"
subject = "rat"
duration = "1 d"
replicates = 3
control = "b"
tissues = []

[[strategy]]
name = "b"

[[strategy]]
name = "a, with a comma"
"""

Columns = dict[str, np.ndarray]


def scenario(**changes: str) -> Scenario:
    text = TEXT
    for old, new in changes.items():
        text = text.replace(old, new)
    return read_scenario(text, "test.toml")


def fake(scenario: Scenario, strategy: str, replicate: int) -> Columns:
    """A quick stand-in for the model: reproducible columns."""
    generator = np.random.default_rng([scenario.seed, replicate, len(strategy)])
    return {"day": np.arange(5.0) / 4, "plasma.magnesium": generator.random(5), "csf.magnesium": generator.random(5)}


def failing(scenario: Scenario, strategy: str, replicate: int) -> Columns:
    if replicate == 1:
        raise ArithmeticError("the subject\nfell asleep")
    return fake(scenario, strategy, replicate)


def dying_once(scenario: Scenario, strategy: str, replicate: int, *, marker: Path) -> Columns:
    if replicate == 1 and not marker.exists():
        marker.touch()
        os._exit(9)
    return fake(scenario, strategy, replicate)


def always_dying(scenario: Scenario, strategy: str, replicate: int) -> Columns:
    if replicate == 1 and strategy == "b":
        os._exit(9)
    return fake(scenario, strategy, replicate)


def stopping(scenario: Scenario, strategy: str, replicate: int) -> Columns:
    if replicate:
        raise KeyboardInterrupt
    return fake(scenario, strategy, replicate)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


def reference(tmp_path: Path) -> dict[str, bytes]:
    run_batch(scenario(), tmp_path / "reference", workers=1, simulate=fake)
    return contents(tmp_path / "reference")


def test_tables_hold_every_run_in_order(tmp_path: Path) -> None:
    seen: list[Progress] = []
    result = run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake, progress=seen.append)
    assert result == BatchResult(tmp_path / "out", 6, 0, 0, 6, result.wall_seconds, result.scenario)
    assert [state.done for state in seen] == [0, 1, 2, 3, 4, 5, 6]
    assert seen[0].remaining_seconds is None
    assert seen[-1].remaining_seconds == 0.0
    table = pq.read_table(tmp_path / "out" / "timeseries.parquet")
    assert table.column_names == ["strategy", "replicate", "day", "plasma.magnesium", "csf.magnesium"]
    assert table.column("strategy").to_pylist() == ["b"] * 15 + ["a, with a comma"] * 15
    assert table.column("replicate").to_pylist() == [0] * 5 + [1] * 5 + [2] * 5 + [0] * 5 + [1] * 5 + [2] * 5
    assert table.column("csf.magnesium").to_numpy()[5:10] == pytest.approx(
        fake(scenario(), "b", 1)["csf.magnesium"], abs=0
    )
    text = pacsv.read_csv(tmp_path / "out" / "timeseries.csv")
    assert text.column("csf.magnesium").to_pylist() == table.column("csf.magnesium").to_pylist()
    assert (tmp_path / "out" / "units.csv").read_text().splitlines()[1].startswith("plasma.magnesium,mM,")


def test_two_workers_leave_the_same_bytes(tmp_path: Path) -> None:
    run_batch(scenario(), tmp_path / "two", workers=2, simulate=fake)
    assert contents(tmp_path / "two") == reference(tmp_path)


def test_a_killed_worker_is_replaced_and_its_runs_repeated(tmp_path: Path) -> None:
    simulate = partial(dying_once, marker=tmp_path / "marker")
    result = run_batch(scenario(), tmp_path / "out", workers=2, simulate=simulate)
    assert (result.done, result.failed) == (6, 0)
    assert contents(tmp_path / "out") == reference(tmp_path)


def library_was_read() -> bool:
    return read_library.cache_info().currsize >= 1


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="workers are not forked here")
def test_workers_start_with_the_library_read() -> None:
    with local_pool(1) as pool:
        assert pool.submit(library_was_read).result(timeout=60)


def test_a_run_that_always_kills_its_worker_is_given_up(tmp_path: Path) -> None:
    result = run_batch(scenario(), tmp_path / "out", workers=2, simulate=always_dying)
    assert result.failed >= 1
    assert "its worker died" in (tmp_path / "out" / "runs.csv").read_text()


def test_stopped_and_resumed_leaves_the_same_bytes(tmp_path: Path) -> None:
    with pytest.raises(BatchInterrupted) as caught:
        run_batch(scenario(), tmp_path / "out", workers=1, simulate=stopping)
    # Both strategies of the first subject are done.
    assert (caught.value.done, caught.value.total) == (2, 6)
    result = run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake)
    assert (result.done, result.resumed) == (6, 2)
    assert contents(tmp_path / "out") == reference(tmp_path)


def test_a_failed_run_is_recorded_and_tried_again_on_resume(tmp_path: Path) -> None:
    result = run_batch(scenario(), tmp_path / "out", workers=1, simulate=failing)
    assert (result.done, result.failed) == (4, 2)
    rows = (tmp_path / "out" / "runs.csv").read_text().splitlines()
    assert sum(",failed," in row and row.endswith("ArithmeticError: the subject") for row in rows) == 2
    assert "fell asleep" in next((tmp_path / "out" / "parts").glob("*.error.txt")).read_text()
    again = run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake)
    assert (again.done, again.failed, again.resumed) == (6, 0, 4)
    assert contents(tmp_path / "out") == reference(tmp_path)
    assert not list((tmp_path / "out" / "parts").glob("*.error.txt"))


def test_widening_keeps_what_is_there(tmp_path: Path) -> None:
    run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake)
    wider = run_batch(scenario(**{"replicates = 3": "replicates = 5"}), tmp_path / "out", workers=1, simulate=fake)
    assert (wider.resumed, wider.done) == (6, 10)


def test_no_resume_runs_everything_again(tmp_path: Path) -> None:
    run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake)
    assert run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake, resume=False).resumed == 0


def test_a_truncated_part_is_run_again(tmp_path: Path) -> None:
    run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake)
    part = tmp_path / "out" / "parts" / f"{plan(scenario())[2].run_id}.parquet"
    part.write_bytes(part.read_bytes()[:100])
    (tmp_path / "out" / ".mgcells" / "aside" / "123-left").write_text("half")
    (tmp_path / "out" / "my.tmp").write_text("mine")
    assert run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake).resumed == 5
    assert contents(tmp_path / "out") == reference(tmp_path)
    assert not list((tmp_path / "out" / ".mgcells" / "aside").iterdir())
    assert (tmp_path / "out" / "my.tmp").read_text() == "mine"


def test_results_of_another_scenario_are_not_overwritten(tmp_path: Path) -> None:
    run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    before = contents(tmp_path / "out")
    other = scenario(**{"1 d": "2 d", '"Test"': '"Other"'})
    with pytest.raises(InputProblems, match="holds results of a different scenario"):
        run_batch(other, tmp_path / "out", workers=1, simulate=fake)
    assert contents(tmp_path / "out") == before
    run_batch(other, tmp_path / "out", workers=1, simulate=fake, force=True)
    assert (tmp_path / "out" / "scenario.toml").read_bytes() != before["scenario.toml"]
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


def test_an_output_path_that_is_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InputProblems, match="cannot be used for results"):
        run_batch(scenario(), tmp_path / "out", workers=1, simulate=fake)


def test_run_names_follow_content(tmp_path: Path) -> None:
    names = {spec.run_id for spec in plan(scenario())}
    assert len(names) == 6
    assert names.isdisjoint(spec.run_id for spec in plan(scenario(**{"replicates = 3": "replicates = 3\nseed = 2"})))
    assert names < {spec.run_id for spec in plan(scenario(**{"replicates = 3": "replicates = 4"}))}


def test_short_runs_share_groups_of_the_table(tmp_path: Path) -> None:
    columns = {"strategy": ["a"] * 25, "replicate": [0] * 25, "day": np.arange(25.0), "plasma.magnesium": np.ones(25)}
    one = pa.table(columns)
    Store(tmp_path).write_series(one for _ in range(300))
    written = pq.read_metadata(tmp_path / "timeseries.parquet")
    assert written.num_rows == 25 * 300
    assert written.num_row_groups == 8
    assert len((tmp_path / "timeseries.csv").read_text().splitlines()) == 25 * 300 + 1
