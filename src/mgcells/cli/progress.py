"""Progress of a batch on the terminal: finished runs, time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from mgcells.arrays import HOURS_PER_DAY

if TYPE_CHECKING:
    from mgcells.batch.batch import Progress as BatchProgress
    from mgcells.experiments import Validation
    from mgcells.scenario import Scenario

PREPARING = "preparing (the first run after installation compiles its kernels)"


class Watch:
    """Shows what a batch reports; written to standard error, so that results can be piped."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task(PREPARING, total=None)

    def runs(self, state: BatchProgress) -> None:
        """Take the state of the batch; the bar appears with the first, when the output folder is known to be usable."""
        self._bar.start()
        failed = f", {state.failed} failed" if state.failed else ""
        resumed = f", {state.resumed} from before" if state.resumed else ""
        ended = state.done + state.failed
        begun = ended > state.resumed or ended == state.total
        description = f"runs{resumed}{failed}" if begun else PREPARING
        self._bar.update(self._task, total=state.total, completed=ended, description=description)

    def reporting(self) -> None:
        """Say that figures and report are being drawn."""
        self._bar.update(self._task, description="drawing figures and report")

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


@contextmanager
def batch_progress(scenario: Scenario, folder: Path, *, quiet: bool) -> Iterator[Watch]:
    """Show a progress bar while a batch runs."""
    console = Console(stderr=True, quiet=quiet)
    runs = len(scenario.strategies) * scenario.replicates
    console.print(
        f"{scenario.title}\n{len(scenario.strategies)} strategies x {scenario.replicates} subjects = {runs} runs "
        f"of {scenario.hours / HOURS_PER_DAY:g} days, into {folder}",
        highlight=False, markup=False, soft_wrap=True,
    )  # fmt: skip
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(), console=console, disable=quiet, transient=False,
    )  # fmt: skip
    try:
        yield Watch(bar)
    finally:
        bar.stop()


@contextmanager
def validation_progress() -> Iterator[Callable[[str, int, int, BatchProgress], None]]:
    """Show which experiment is running."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading experiments", total=None)

        def show(name: str, place: int, count: int, state: BatchProgress) -> None:
            bar.update(
                task, description=f"{name} ({place} of {count})", total=state.total, completed=state.done + state.failed
            )

        yield show


def print_validation(result: Validation) -> None:
    """Print the verdicts, experiment by experiment, and where the files are."""
    from mgcells.experiments.page import counts, records, shown

    console = Console()
    colours = {"pass": "green", "fail": "red", "no result": "dim"}
    for name, rows in result.table.groupby("experiment", sort=False):
        origin = result.origins.get(str(name))
        console.print(Text(f"{name}: {result.titles[str(name)]}{f' [{origin}]' if origin else ''}", style="bold"))
        table = Table.grid(padding=(0, 2))
        for row in records(rows):
            cells = shown(row)
            table.add_row(
                Text(row["verdict"], style=colours[row["verdict"]]), cells["Predicted"],
                f"measured {cells['Agrees within']}", f"{row['kind']}: {cells['Observable']}, {cells['Comparison']}",
            )  # fmt: skip
        console.print(table)
    for line in counts(result.table):
        console.print(line, highlight=False)
    console.print(f"Table: {result.files.table}\nPage: {result.files.page}", highlight=False, soft_wrap=True)
