"""The commands that run something: each calls one public function and prints what it returns.

Nothing heavy is imported here: a command imports what it uses when it runs, so that help answers at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mgcells.cli.application import BAD_INPUT, RUNS_FAILED, AsJson, Libraries, app, named_path, refusing, warn
from mgcells.cli.output import courtesy, say
from mgcells.errors import InputProblems, Problem, RunsKept

if TYPE_CHECKING:
    from mgcells.batch.result import BatchResult
    from mgcells.cli.progress import Watch
    from mgcells.folder import Folder
    from mgcells.scenario import Scenario

INTERRUPTED = 130

ScenarioFile = Annotated[
    Path,
    typer.Argument(
        metavar="SCENARIO", help="Scenario file, or the name of one that ships (see: mgcells list scenarios)."
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(parser=named_path, metavar="PATH", help="Folder for the results.  [default: outputs/<file stem>]"),
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes to use.  [default: all cores]")]
Replicates = Annotated[int | None, typer.Option(min=1, help="Virtual subjects per strategy, instead of the file's.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed, instead of the file's.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite results of a different scenario.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but problems.")]


@app.command()
def run(
    file: ScenarioFile,
    out: OutFolder = None,
    workers: Workers = None,
    replicates: Replicates = None,
    seed: Seed = None,
    library: Libraries = None,
    force: Force = False,
    resume: Annotated[bool, typer.Option(help="Keep runs that are already done.")] = True,
    quiet: Quiet = False,
) -> None:
    """Run every strategy of a scenario on the same virtual subjects and write tables, figures and a report."""
    from mgcells.batch.workers import start_server
    from mgcells.scenario.shipped import load_named

    if workers != 1:
        start_server()

    def start(scenario: Scenario, folder: Path, watch: Watch) -> BatchResult:
        from mgcells.batch.batch import run_batch

        return run_batch(scenario, folder, workers=workers, resume=resume, force=force, progress=watch.runs)

    with refusing():
        scenario, stem = load_named(file, libraries=library or (), replicates=replicates, seed=seed)
        _batch(scenario, out or Path("outputs") / stem, start, quiet)


@app.command()
def kinetics(
    file: ScenarioFile,
    out: Annotated[
        Path | None,
        typer.Option(
            parser=named_path, metavar="PATH", help="Folder for the results.  [default: outputs/<file stem>-kinetics]"
        ),
    ] = None,
    workers: Workers = None,
    replicates: Replicates = None,
    seed: Seed = None,
    library: Libraries = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Run the body alone, without tissues: thousands of virtual subjects in seconds, the same tables and report."""
    from mgcells.scenario.shipped import load_named

    def start(scenario: Scenario, folder: Path, watch: Watch) -> BatchResult:
        from mgcells.batch.bodies import run_bodies

        return run_bodies(scenario, folder, workers=workers, force=force, progress=watch.runs)

    with refusing():
        scenario, stem = load_named(file, libraries=library or (), replicates=replicates, seed=seed)
        _batch(scenario, out or Path("outputs") / f"{stem}-kinetics", start, quiet)


@app.command()
def sbml(
    file: ScenarioFile,
    strategy: Annotated[str | None, typer.Option(help="Strategy to export.  [default: the control]")] = None,
    replicate: Annotated[int, typer.Option(min=0, help="Virtual subject to export.")] = 0,
    out: Annotated[Path | None, typer.Option(help="File to write.  [default: <file stem>.xml]")] = None,
    library: Libraries = None,
) -> None:
    """Export the kinetics of one virtual subject under one strategy as SBML (needs the extra `sbml`)."""
    from mgcells.errors import suggestion
    from mgcells.scenario.shipped import load_named

    with refusing():
        scenario, stem = load_named(file, libraries=library or ())
        names = [entry.name for entry in scenario.strategies]
        chosen = scenario.control if strategy is None else strategy
        if chosen not in names:
            raise InputProblems([Problem("--strategy", 0, f"unknown strategy '{chosen}'{suggestion(chosen, names)}")])
        from mgcells.places import write_output
        from mgcells.subject.sbml import export_sbml

        path = (out or Path(f"{stem}.xml")).expanduser()
        try:
            text = export_sbml(scenario, chosen, replicate)
        except ImportError:
            missing = "python-libsbml is not installed; pip install 'mgcells[sbml]'"
            raise InputProblems([Problem("sbml", 0, missing)]) from None
        except ValueError as error:
            raise InputProblems([Problem(str(file), 0, f"cannot be exported: {error}")]) from None
        write_output(path, text)
    say(f"Model: {path}")


@app.command()
def bench(
    only: Annotated[
        list[str] | None, typer.Option(help="Only this group: rules, fields, twin, model, size or batch; repeatable.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Smaller sizes, about a minute instead of ten.")] = False,
    docs: Annotated[
        Path | None, typer.Option(help="Also write performance.md and its pictures into this folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the engine against its targets and against other engines, in one run on this machine."""
    from mgcells.benchmarks import PAGE_FILES, as_data, run_suite, write_page
    from mgcells.cli.progress import PREPARING, stage
    from mgcells.cli.tables import print_benchmarks
    from mgcells.places import refuse_unusable

    docs = docs.expanduser() if docs else None
    with refusing():
        if docs:
            refuse_unusable(docs, files=PAGE_FILES)
    with refusing(), stage(PREPARING) as show:
        report = run_suite(only or (), quick=quick, progress=show)
    if as_json:
        say(json.dumps(as_data(report)))
    else:
        print_benchmarks(report)
    if docs:
        with stage("drawing the page"):
            write_page(report, docs)


@app.command()
def validate(
    experiments: Annotated[
        list[str] | None, typer.Argument(help="Names or keys (see: mgcells list experiments).  [default: all]")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Run the long experiments too.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("outputs") / "validation",
    library: Libraries = None,
    workers: Workers = None,
    record: Annotated[
        bool, typer.Option("--record", help="Make the verdicts of what was run the recorded ones.")
    ] = False,
) -> None:
    """Simulate published experiments and set what the model predicts beside what was measured.

    Ends with status 1 when a prediction that agreed by the record does not any more.
    """
    from mgcells.cli.progress import validation_progress
    from mgcells.cli.tables import print_validation

    out = out.expanduser()
    with refusing(), validation_progress() as watch:
        from mgcells.experiments import run_validation

        result = run_validation(
            experiments or (), out=out, full=full, libraries=library or (), workers=workers, record=record,
            progress=watch,
        )  # fmt: skip
    with courtesy():
        print_validation(result)
    if result.crashed:
        say(f"Runs failed in {', '.join(result.crashed)}; see {out / 'runs'}.", err=True)
    worse = 0 if record else len(result.compared.worse)
    if worse:
        say(f"{worse} prediction{'s' if worse > 1 else ''} worse than recorded.", err=True)
    if result.crashed or worse:
        raise typer.Exit(RUNS_FAILED)


@app.command("app")
def app_(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or the name of one that ships.")] = Path(
        "brain_salts_rat"
    ),
    library: Libraries = None,
    host: Annotated[str, typer.Option(help="Address to serve on; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 8765,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the system's browser.")] = True,
) -> None:
    """Watch and steer the living tissues of a scenario in the browser."""
    from mgcells.app import MissingExtra, require_extra, serve
    from mgcells.scenario.shipped import load_named, scenario_path

    with refusing():
        load_named(scenario, libraries=library or ())
        path = scenario_path(scenario).resolve()
    try:
        require_extra()
    except MissingExtra as missing:
        say(str(missing), err=True)
        raise typer.Exit(BAD_INPUT) from None
    with refusing("Nothing is served."):
        serve(
            path, libraries=library or (), host=host, port=port, show=show,
            listening=lambda url: say(f"The tissues live at {url}; Ctrl-C ends them."),
            warn=lambda text: say(text, err=True),
        )  # fmt: skip


def _batch(
    scenario: Scenario, folder: Path, start: Callable[[Scenario, Path, Watch], BatchResult], quiet: bool
) -> None:
    """Run a batch under a progress bar, write its report and print its answers."""
    from mgcells.cli.progress import batch_progress
    from mgcells.folder import Folder

    if not quiet:
        warn(scenario.warnings)
        if scenario.sweep is not None:
            say(f"warning: {scenario.shown}  is run as it is written; mgcells sweep runs its [sweep]", err=True)
    place = Folder(folder)
    with batch_progress(scenario, place.path, quiet=quiet) as watch, place.held():
        from mgcells.batch.batch import BatchInterrupted

        try:
            result = start(scenario, place.path, watch)
        except BatchInterrupted as stop:
            watch.close()
            kept = f"{stop.done} of {stop.total} runs are kept in {place.path}; the same command goes on from there."
            say(f"Stopped. {kept if stop.done else 'Nothing is kept; the same command starts anew.'}", err=True)
            raise typer.Exit(INTERRUPTED) from None
        if result.done:
            watch.reporting()
            _report(place)
    if result.done and not quiet:
        _print_answers(place.path)
    if result.failed:
        say(f"{result.failed} of {result.total} runs failed; see {place.path / 'runs.csv'}.", err=True)
        raise typer.Exit(RUNS_FAILED)


def _report(folder: Folder) -> None:
    """Write the report. Whatever keeps it from being written, the runs are done and kept."""
    from mgcells.reporting import build_report

    try:
        build_report(folder.path)
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
        text = f"the runs are done and kept there, but the report could not be written: {reason.splitlines()[0]}"
        remedy = "the same command tries again, without running anything twice"
        raise RunsKept([Problem(str(folder.path), 0, f"{text}; {remedy}")]) from error


def _print_answers(folder: Path) -> None:
    from mgcells.reporting import answers

    with courtesy():
        for line in answers(folder):
            say(line)
        say(f"Report: {folder / 'report.html'}")
