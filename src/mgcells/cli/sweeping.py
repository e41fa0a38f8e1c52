"""`mgcells sweep`: the plan of a sweep, a question where it is large, and its results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mgcells.cli.application import BAD_INPUT, RUNS_FAILED, Libraries, app, refusing, warn
from mgcells.cli.commands import INTERRUPTED, Quiet, Replicates, ScenarioFile, Seed, Workers
from mgcells.cli.output import courtesy, indented, say
from mgcells.cli.study_commands import StudyFolder

if TYPE_CHECKING:
    from mgcells.study.planning import SweepPlan
    from mgcells.study.sweep_results import SweepResults

LISTED = 8


@app.command()
def sweep(
    file: ScenarioFile,
    out: StudyFolder = None,
    workers: Workers = None,
    replicates: Replicates = None,
    seed: Seed = None,
    library: Libraries = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and about how long it takes.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Run a large sweep without being asked.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario over the values of its [sweep], every variant on the same virtual subjects.

    Writes one long table, fitted curves and figures into the folder of the study, under sweep/.
    """
    from mgcells.batch.workers import start_server
    from mgcells.cli.progress import study_progress
    from mgcells.scenario.shipped import load_named

    if workers != 1 and not dry_run:
        start_server()
    with refusing():
        scenario, _ = load_named(file, libraries=library or (), replicates=replicates, seed=seed)
        from mgcells.study.sweep import run_sweep, swept_scenario

        scenario, design = swept_scenario(scenario)
        if not quiet:
            warn((*scenario.warnings, *design.warnings))
        from mgcells.study.planning import MOST_UNASKED, planned
        from mgcells.study.points import variants_of

        large = design.count * len(scenario.strategies) * scenario.replicates > MOST_UNASKED
        # Not even read before it is sure that they are wanted.
        variants = [] if design.count > MOST_UNASKED and not yes else variants_of(scenario, design)
        if dry_run or (large and not yes):
            plan = planned(scenario, design, variants, workers)
            _print_plan(scenario.title, plan)
            if dry_run:
                return
            _ask(plan)
            variants = variants or variants_of(scenario, design)

    from mgcells.batch.batch import BatchInterrupted

    with refusing(), study_progress(scenario.title, quiet=quiet) as watch:
        try:
            result = run_sweep(scenario, design, variants, out=out, workers=workers, progress=watch.runs)
        except BatchInterrupted as stop:
            watch.close()
            say(f"Stopped. {stop.done} of {stop.total} runs are kept; the same command goes on from there.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        if result.study.done:
            watch.reporting()
            written = result.write()
    if result.study.done and not quiet:
        _print_results(result, written)
    if result.study.failed:
        said = "; ".join(result.study.errors[:2])
        say(f"{result.study.failed} of {result.study.total} runs failed: {said}", err=True)
        raise typer.Exit(RUNS_FAILED)


def _ask(plan: SweepPlan) -> None:
    """Go on when a person says so; a program is told how to."""
    if not plan.asks:
        return
    if sys.stdin.isatty():
        typer.confirm(f"Run {plan.lives} runs?", abort=True)
        return
    say(f"{plan.lives} runs are many: give --yes to run them, or sweep fewer values. Nothing was run.", err=True)
    raise typer.Exit(BAD_INPUT)


def _print_plan(title: str, plan: SweepPlan) -> None:
    say(title)
    for line in plan.lines():
        for part in indented(line.strip(), len(line) - len(line.lstrip())):
            say(part)


def _print_results(result: SweepResults, written: list[Path]) -> None:
    """Print what the sweep moves, and where the files are."""
    from mgcells.reporting.tables import rows_of

    with courtesy():
        if result.fits:
            for row in rows_of(result.curves):
                head = f"{row['observable']}, {row['endpoint']}: {row['strategy']} against {row['against']}"
                for line in (*indented(head, 0), *indented(str(row["words"]), 2)):
                    say(line)
        else:
            _print_extremes(result)
        say(f"Table: {written[0]}")
        figures = next((path.parent for path in written if path.suffix == ".png"), None)
        if figures is not None:
            say(f"Figures: {figures}")


def _print_extremes(result: SweepResults) -> None:
    """Print for each contrast and endpoint the variants between which the difference ranges."""
    from mgcells.reporting.tables import rows_of

    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(result.table.dropna(subset=["difference"])):
        head = f"{row['observable']}, {row['endpoint']}: {row['strategy']} against {row['against']}"
        groups.setdefault(head, []).append(row)
    for head, rows in list(groups.items())[:LISTED]:
        for line in indented(head, 0):
            say(line)
        for choose in (min, max):
            row = choose(rows, key=lambda entry: float(entry["difference"]))
            text = f"{row['difference']:.3g} ({row['low']:.3g} to {row['high']:.3g}) {row['unit']}".rstrip()
            for line in indented(f"{text} at {row['variant']}", 2):
                say(line)
    if len(groups) > LISTED:
        say(f"and {len(groups) - LISTED} more in the table")
