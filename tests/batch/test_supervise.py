"""Workers of any kind: what an executor does not know, loses or refuses costs no outcome that is there."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mgcells.batch.plan import RunSpec
from mgcells.batch.run import RunOutcome
from mgcells.batch.supervise import MOST_LOSSES, supervise

SPECS = [RunSpec(f"run-{number}", "a", number) for number in range(20)]
BODY = """title = "Body"
subject = "rat"
tissues = []
duration = "1 h"
replicates = 1
control = "vehicle"

[[strategy]]
name = "vehicle"

[[strategy]]
name = "again"
"""
CALL = 'import mgcells\nresult = mgcells.run("body.toml", "out", workers=2)\nprint(result.done, result.failed)\n'


def done(spec: RunSpec) -> RunOutcome:
    return RunOutcome(spec.run_id, spec.strategy, spec.replicate, "done", 0.0)


class Immediate(Executor):
    """Runs what it is given at once; `fate` may lose it, by its number."""

    def __init__(self, fate: Callable[[int], BaseException | None] = lambda number: None) -> None:
        self.count, self.fate = 0, fate

    def submit(self, function: Any, /, *arguments: Any, **keys: Any) -> Future[Any]:
        future: Future[Any] = Future()
        error = self.fate(self.count)
        self.count += 1
        if isinstance(error, CancelledError):
            future.cancel()
            future.set_running_or_notify_cancel()
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(function(*arguments, **keys))
        return future


class OnlyWait(Immediate):
    def shutdown(self, wait: bool = True) -> None:
        assert not wait


class NoArguments(Immediate):
    ended = False

    def shutdown(self) -> None:
        self.ended = True


class NoEnd(Immediate):
    shutdown = None


class FailsAtTheEnd(Immediate):
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        raise ConnectionError("the scheduler has gone")


def statuses(executor: Executor) -> list[str]:
    found = list(supervise(SPECS, done, 2, lambda: executor))
    assert sorted(outcome.replicate for outcome in found) == list(range(len(SPECS)))
    return [outcome.status for outcome in found]


@pytest.mark.parametrize("kind", [OnlyWait, NoArguments, NoEnd, FailsAtTheEnd])
def test_an_executor_may_end_in_its_own_way_or_fail_in_ending(kind: type[Immediate]) -> None:
    executor = kind()
    assert statuses(executor) == ["done"] * len(SPECS)
    assert kind is not NoArguments or executor.ended


def test_an_executor_of_threads_serves_too() -> None:
    assert statuses(ThreadPoolExecutor(2)) == ["done"] * len(SPECS)


@pytest.mark.parametrize("error", [CancelledError(), OSError("the network is down"), MemoryError()])
def test_a_run_that_an_executor_cancels_or_loses_is_tried_again(error: Exception) -> None:
    assert statuses(OnlyWait(lambda number: error if number % 3 == 0 else None)) == ["done"] * len(SPECS)


def test_a_run_that_is_always_lost_fails_with_the_reason() -> None:
    outcomes = list(supervise(SPECS[:2], done, 2, lambda: OnlyWait(lambda number: OSError("no route\nto host"))))
    assert {outcome.error for outcome in outcomes} == {f"tried {MOST_LOSSES + 1} times: OSError: no route"}


def test_an_executor_that_breaks_is_replaced_and_what_it_finished_is_kept() -> None:
    made: list[Immediate] = []

    def factory() -> Executor:
        breaks = len(made) < 3
        made.append(FailsAtTheEnd(lambda number: BrokenExecutor() if breaks and number == 1 else None))
        return made[-1]

    found = [outcome.status for outcome in supervise(SPECS, done, 2, factory)]
    assert found == ["done"] * len(SPECS)
    assert len(made) == 4


def test_executors_that_take_nothing_are_given_up_after_a_while() -> None:
    class Closed(OnlyWait):
        def submit(self, function: Any, /, *arguments: Any, **keys: Any) -> Future[Any]:
            raise RuntimeError("cannot schedule new futures after shutdown")

    outcomes = list(supervise(SPECS, done, 2, Closed))
    assert [outcome.status for outcome in outcomes] == ["failed"] * len(SPECS)
    assert all("RuntimeError: cannot schedule new futures" in outcome.error for outcome in outcomes)


def script(folder: Path, text: str, *, piped: bool = False) -> subprocess.CompletedProcess[str]:
    (folder / "body.toml").write_text(BODY)
    (folder / "script.py").write_text(text)
    command = [sys.executable, "-" if piped else "script.py"]
    given = text if piped else None
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, input=given, check=False)


def test_a_script_on_standard_input_runs_in_one_process_and_says_so(tmp_path: Path) -> None:
    ran = script(tmp_path, CALL, piped=True)
    assert (ran.returncode, ran.stdout) == (0, "2 0\n")
    assert "all runs happen in one process, as other processes cannot read <stdin> again" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_script_without_a_guard_runs_in_one_process_and_says_what_to_add(tmp_path: Path) -> None:
    ran = script(tmp_path, CALL)
    assert (ran.returncode, ran.stdout) == (0, "2 0\n")
    assert 'put its call under `if __name__ == "__main__":`' in ran.stderr


def test_a_call_beside_its_guard_is_refused_where_a_worker_meets_it(tmp_path: Path) -> None:
    ran = script(tmp_path, f'{CALL}if __name__ == "__main__":\n    pass\n')
    assert ran.stdout == "0 2\n"
    assert "a worker reads this script again: what starts workers belongs under `if __name__" in ran.stderr
    assert "tried 4 times: its worker died" in (tmp_path / "out" / "runs.csv").read_text()


def alone(specs: list[RunSpec]) -> list[int]:
    return [os.getpid() for _ in supervise(specs, done, 2)]


def test_a_daemonic_process_runs_its_batch_itself() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with_warning = pool.apply_async(alone, (SPECS[:2],))
        assert len(set(with_warning.get(timeout=60))) == 1
