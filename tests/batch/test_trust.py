"""What is promised of an output folder: only what is new is run, and only its own part is read for a run."""

from __future__ import annotations

import errno
import json
import os
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mgcells.batch import batch, program
from mgcells.batch.batch import run_batch
from mgcells.batch.parts import DamagedPart, part_name, read_part, write_part
from mgcells.batch.plan import plan
from mgcells.batch.result import BatchResult
from mgcells.errors import InputProblems
from mgcells.scenario import Scenario, read_scenario

TEXT = """title = "Test"
subject = "rat"
duration = "1 d"
replicates = 3
control = "none"
tissues = []

[[strategy]]
name = "none"

[[strategy]]
name = "salt"
doses = [{ compound = "magnesium chloride", of = "magnesium", amount = "1 mg/kg", every = "24 h", route = "oral" }]
"""
ARM = '\n[[strategy]]\nname = "more"\nlike = "salt"\ndiet = { magnesium = "0.5 g/kg" }\n'
Columns = dict[str, np.ndarray]


def read(text: str = TEXT) -> Scenario:
    return read_scenario(text, "test.toml")


def fake(scenario: Scenario, strategy: str, replicate: int) -> Columns:
    """A quick stand-in for the model."""
    values = np.random.default_rng([scenario.seed, replicate, len(strategy)]).random(5)
    return {"day": np.arange(5.0) / 4, "plasma.magnesium": values}


def run(scenario: Scenario, out: Path, **more: object) -> BatchResult:
    return run_batch(scenario, out, workers=1, simulate=fake, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "resumed", "done"),
    [
        (TEXT.replace('"Test"', '"Another title"'), 6, 6),
        (TEXT.replace('control = "none"', 'control = "salt"'), 6, 6),
        (TEXT + '\n[endpoints]\n"plasma.magnesium" = { at = "12 h" }\n', 6, 6),
        (TEXT.replace("replicates = 3", "replicates = 4"), 6, 8),
        (TEXT + ARM, 6, 9),
        (TEXT.replace('"1 mg/kg"', '"1.0000001 mg/kg"'), 3, 6),
        (TEXT.replace('title = "Test"', 'title = "Test"\nseed = 2'), 0, 6),
    ],
    ids=["title", "control", "endpoint", "replicates", "strategy", "one dose", "seed"],
)
def test_only_what_is_new_is_run(tmp_path: Path, text: str, resumed: int, done: int) -> None:
    run(read(), tmp_path)
    again = run(read(text), tmp_path)
    assert (again.resumed, again.done) == (resumed, done)
    run(read(text), tmp_path / "fresh")
    for name in ("timeseries.csv", "timeseries.parquet", "resolved.json", "units.csv"):
        assert (tmp_path / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes()
    assert run(read(), tmp_path).resumed == 6


def test_results_of_another_version_of_the_program_are_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(read(), tmp_path)
    changed = {**program.program(), "code": "other", "numpy": "1.0"}
    for module in ("plan", "store", "program"):
        monkeypatch.setattr(f"mgcells.batch.{module}.program", lambda: changed)
    with pytest.raises(
        InputProblems, match=r"made with other code and with numpy .*, not 1.0; choose another --out, or"
    ):
        run(read(), tmp_path)
    assert run(read(), tmp_path, force=True).resumed == 0


def test_a_run_of_another_version_of_the_program_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {spec.run_id for spec in plan(read())}
    changed = {**program.program(), "code": "other"}
    monkeypatch.setattr("mgcells.batch.plan.program", lambda: changed)
    assert before.isdisjoint(spec.run_id for spec in plan(read()))


def test_code_that_simulates_is_part_of_the_program_and_code_that_reports_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("body/kernel.py", "cli/commands.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(program, "PACKAGE", tmp_path)
    before = program._code()
    (tmp_path / "cli" / "commands.py").write_text("2")
    assert program._code() == before
    (tmp_path / "body" / "kernel.py").write_text("2")
    assert program._code() != before


def part(tmp_path: Path, **columns: np.ndarray) -> Path:
    path = tmp_path / "part.parquet"
    write_part(path, tmp_path / "aside", "a" * 16, columns or fake(read(), "none", 0), 1.0)
    return path


def same(table: pa.Table, columns: Mapping[str, np.ndarray]) -> bool:
    return table.column_names == list(columns) and all(
        table.column(name).to_numpy().tobytes() == values.tobytes() for name, values in columns.items()
    )


def flips(tmp_path: Path, count: int) -> list[int]:
    """Flip single bits of a part; return how many were refused, and how many left other data."""
    columns = {
        "day": np.arange(30.0),
        "plasma.magnesium": np.random.default_rng(1).random(30),
        "x": np.full(30, np.nan),
    }
    path, chance = part(tmp_path, **columns), random.Random(1)
    whole = path.read_bytes()
    refused = other = 0
    for _ in range(count):
        broken = bytearray(whole)
        broken[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(broken)
        try:
            other += not same(read_part(path, "a" * 16), columns)
        except DamagedPart:
            refused += 1
    return [refused, other]


def test_no_flipped_bit_is_read_as_other_data(tmp_path: Path) -> None:
    refused, other = flips(tmp_path, 300)
    assert other == 0
    assert refused > 100


@pytest.mark.acceptance
def test_none_of_many_flipped_bits_is_read_as_other_data(tmp_path: Path) -> None:
    assert flips(tmp_path, 30_000)[1] == 0


def test_a_part_of_another_run_is_not_taken_for_this_one(tmp_path: Path) -> None:
    run(read(), tmp_path)
    one, two = (tmp_path / part_name(spec.run_id) for spec in plan(read())[:2])
    two.write_bytes(one.read_bytes())
    assert run(read(), tmp_path).resumed == 5


def test_a_part_that_was_changed_is_run_again(tmp_path: Path) -> None:
    run(read(), tmp_path)
    before = (tmp_path / "timeseries.csv").read_bytes()
    path = tmp_path / part_name(plan(read())[0].run_id)
    table = pq.read_table(path)
    pq.write_table(table.slice(0, 2), path)
    again = run(read(), tmp_path)
    assert (again.done, again.failed) == (6, 0)
    assert (tmp_path / "timeseries.csv").read_bytes() == before


def test_parts_that_are_taken_away_meanwhile_are_run_again(tmp_path: Path) -> None:
    run(read(), tmp_path / "fresh")
    taken = []

    def thief(scenario: Scenario, strategy: str, replicate: int) -> Columns:
        if replicate == 2 and not taken:
            taken.extend((tmp_path / "out" / "parts").glob("*.parquet"))
            for path in taken:
                path.unlink()
        return fake(scenario, strategy, replicate)

    result = run_batch(read(), tmp_path / "out", workers=1, simulate=thief)
    assert len(taken) == 4
    assert (result.done, result.failed) == (6, 0)
    assert (tmp_path / "out" / "timeseries.csv").read_bytes() == (tmp_path / "fresh" / "timeseries.csv").read_bytes()


def test_parts_that_vanish_again_and_again_are_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise DamagedPart

    monkeypatch.setattr("mgcells.batch.store.read_part", none)
    result = run(read(), tmp_path)
    assert (result.done, result.failed) == (0, 6)
    assert "damaged or taken away" in (tmp_path / "runs.csv").read_text()
    assert not (tmp_path / "timeseries.csv").exists()


def test_a_start_that_was_killed_early_leaves_a_usable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise SystemExit

    for point in ("write_scenario", "_note_runs", "refuse_without_room"):
        monkeypatch.setattr(f"mgcells.batch.store.Store.{point}", killed)
        with pytest.raises(SystemExit):
            run(read(), tmp_path)
        monkeypatch.undo()
    assert run(read(), tmp_path).done == 6


def test_force_spares_what_mgcells_did_not_write(tmp_path: Path) -> None:
    run(read(), tmp_path)
    (tmp_path / "figures").mkdir()
    mine = [
        tmp_path / name for name in ("figures/mine.png", "parts/mine.parquet", "notes.tmp", "0123456789abcdef.parquet")
    ]
    for path in mine:
        path.write_text("mine")
    run(read(TEXT.replace('"Test"', '"Other"').replace('"rat"', '"mouse"')), tmp_path, force=True)
    assert [path.read_text() for path in mine] == ["mine"] * len(mine)
    assert len(list((tmp_path / "parts").iterdir())) == 7


@pytest.mark.parametrize("name", ["timeseries.csv", "report.html", "figures", "parts"])
def test_what_is_in_the_way_of_a_result_is_said_before_anything_is_run(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()

    def never(*_: object) -> Columns:
        raise AssertionError

    with pytest.raises(InputProblems, match=f"{name}.*in the way"):
        run_batch(read(), tmp_path, workers=1, simulate=never)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_disk_without_room_is_refused_before_anything_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mgcells.folder.Folder.room", lambda _: 1000)
    with pytest.raises(InputProblems, match="the results need about"):
        run(read(), tmp_path)


def test_a_disk_that_fills_up_keeps_what_was_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []

    def full_after_two(*given: object) -> None:
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(given)
        write_part(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("mgcells.batch.run.write_part", full_after_two)
    with pytest.raises(InputProblems, match=r"No space left on device; 2 of 6 runs are kept there: free some space"):
        run(read(), tmp_path)
    monkeypatch.undo()
    assert run(read(), tmp_path).resumed == 2


@pytest.mark.parametrize("where", ["write_tables", "write_scenario", "write_runs", "write_manifest"])
def test_a_disk_that_is_full_for_a_table_is_one_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"mgcells.batch.store.Store.{where}", full)
    with pytest.raises(InputProblems, match="No space left on device"):
        run(read(), tmp_path)
    monkeypatch.undo()
    assert run(read(), tmp_path).done == 6


def test_the_manifest_tells_this_call_from_the_results(tmp_path: Path) -> None:
    run(read(), tmp_path)
    first = json.loads((tmp_path / "manifest.json").read_text())
    run(read(), tmp_path)
    second = json.loads((tmp_path / "manifest.json").read_text())
    assert (first.pop("this_call")["resumed"], second.pop("this_call")["resumed"]) == (0, 6)
    assert first == second
    assert first["simulated"] != first["reported"]
    other = batch.manifest(replace(read(), title="Other"), BatchResult(tmp_path, 6, 0, 0, 6, 1.0, read()), 1)
    assert other["simulated"] == first["simulated"]
    assert other["reported"] != first["reported"]
