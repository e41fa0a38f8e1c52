"""The command line: each command calls one public function and prints what it returns.

Nothing heavy is imported here: a command imports what it uses when it runs, so that help answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mgcells.errors import InputProblems, Problem
from mgcells.version import __version__

if TYPE_CHECKING:
    from mgcells.batch.batch import BatchResult
    from mgcells.cli.progress import Watch
    from mgcells.scenario import Scenario

BAD_INPUT, RUNS_FAILED, INTERRUPTED = 2, 1, 130

app = typer.Typer(
    name="mgcells",
    help="Simulate what magnesium supplements do to brain, spinal cord, bone and gut, cell by cell.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ScenarioFile = Annotated[
    Path,
    typer.Argument(
        metavar="SCENARIO", help="Scenario file, or the name of one that ships (see: mgcells list scenarios)."
    ),
]
OutFolder = Annotated[Path | None, typer.Option(help="Folder for the results.  [default: outputs/<file stem>]")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes to use.  [default: all cores]")]
Replicates = Annotated[int | None, typer.Option(min=1, help="Virtual subjects per strategy, instead of the file's.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed, instead of the file's.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite results of a different scenario.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but problems.")]
Libraries = Annotated[
    list[Path] | None,
    typer.Option("--library", metavar="FOLDER", help="A library of your own, laid out like data/; repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


class Listed(StrEnum):
    """What `mgcells list` can list."""

    RULES = "rules"
    CELLS = "cells"
    COMPOUNDS = "compounds"
    SUBJECTS = "subjects"
    CONDITIONS = "conditions"
    SWITCHES = "switches"
    INHIBITORS = "inhibitors"
    EXPERIMENTS = "experiments"
    OBSERVABLES = "observables"
    SCENARIOS = "scenarios"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mgcells {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


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

    with _problems():
        scenario, stem = load_named(file, libraries=library or (), replicates=replicates, seed=seed)
        _batch(scenario, out or Path("outputs") / stem, start, quiet)


@app.command()
def kinetics(
    file: ScenarioFile,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the results.  [default: outputs/<file stem>-kinetics]")
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

    with _problems():
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

    with _problems():
        scenario, stem = load_named(file, libraries=library or ())
        names = [entry.name for entry in scenario.strategies]
        chosen = scenario.control if strategy is None else strategy
        if chosen not in names:
            raise InputProblems([Problem("--strategy", 0, f"unknown strategy '{chosen}'{suggestion(chosen, names)}")])
        from mgcells.subject.sbml import export_sbml

        try:
            text = export_sbml(scenario, chosen, replicate)
        except ImportError:
            missing = "python-libsbml is not installed; pip install 'mgcells[sbml]'"
            raise InputProblems([Problem("sbml", 0, missing)]) from None
        except ValueError as error:
            raise InputProblems([Problem(str(file), 0, f"cannot be exported: {error}")]) from None
    file = out or Path(f"{stem}.xml")
    file.write_text(text, encoding="utf-8")
    typer.echo(f"Model: {file}")


@app.command()
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Scenario files, experiments, folders that are libraries.  [default: what ships]"),
    ] = None,
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """Check scenarios, experiments and libraries without running anything."""
    from mgcells.cli.checking import problems_in, problems_of_library
    from mgcells.library import load_library

    problems: list[Problem] = []
    for file in files or ():
        problems += problems_in(file, library or ())
    if not files:
        with _problems():
            problems += problems_of_library(load_library(*library or ()))
    if as_json:
        typer.echo(json.dumps([{"file": p.file, "line": p.line, "text": p.text} for p in dict.fromkeys(problems)]))
        raise typer.Exit(BAD_INPUT if problems else 0)
    if problems:
        _refuse(InputProblems(problems))
    what = f"{len(files)} file{'s' if len(files) > 1 else ''}" if files else "The library"
    typer.echo(f"{what} checked, no problems.")


@app.command()
def rules(
    cell: Annotated[str | None, typer.Option(help="Only this cell type.")] = None,
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """Print each rule as a sentence with its claims, grade, basis and sources."""
    from mgcells.cli.catalogue import rule_entries
    from mgcells.library import load_library

    with _problems():
        entries = rule_entries(load_library(*library or ()), cell)
    _print(entries, as_json, _rule_text)


@app.command("list")
def list_(
    kind: Annotated[Listed, typer.Argument(help="What to list.")],
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """List what the library knows of one kind."""
    from mgcells.cli.catalogue import entries_of
    from mgcells.library import load_library

    with _problems():
        entries = entries_of(kind.value, load_library(*library or ()))
    width = max(len(entry["id"]) for entry in entries)
    _print(entries, as_json, lambda entry: f"{entry['id']:<{width}}  {entry['text']}")


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(help="A rule, parameter, compound, claim, source, subject, condition or observable.")
    ],
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """Show one entry of the library with everything known about it."""
    from mgcells.cli.catalogue import entry_of
    from mgcells.library import load_library

    with _problems():
        entry = entry_of(name, load_library(*library or ()))
    if as_json:
        typer.echo(json.dumps(entry, ensure_ascii=False))
        return
    for key, value in entry.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        if shown not in ("", None):
            typer.echo(f"{key:<14} {shown}")


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
    from rich.console import Console

    from mgcells.benchmarks import as_data, print_report, run_suite, write_page

    notes = Console(stderr=True)
    with _problems(), notes.status("starting (the first run after installation compiles its kernels)") as status:
        report = run_suite(only or (), quick=quick, progress=status.update)
        if docs:
            status.update("drawing the page")
            write_page(report, docs)
    if as_json:
        typer.echo(json.dumps(as_data(report)))
    else:
        print_report(report, Console())


@app.command()
def validate(
    experiments: Annotated[
        list[str] | None, typer.Argument(help="Names or keys (see: mgcells list experiments).  [default: all]")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Run the long experiments too.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("outputs") / "validation",
    library: Libraries = None,
    workers: Workers = None,
) -> None:
    """Simulate published experiments and set what the model predicts beside what was measured."""
    from mgcells.cli.progress import print_validation, validation_progress

    with _problems(), validation_progress() as watch:
        from mgcells.experiments import run_validation

        result = run_validation(
            experiments or (), out=out, full=full, libraries=library or (), workers=workers, progress=watch
        )
    print_validation(result)
    if result.crashed:
        typer.echo(f"Runs failed in {', '.join(result.crashed)}; see {out / 'runs'}.", err=True)
        raise typer.Exit(RUNS_FAILED)


@app.command("app")
def app_(
    scenario: Annotated[Path, typer.Argument(help="Scenario file, or the name of one that ships.")] = Path(
        "brain_salts_rat"
    ),
    host: Annotated[str, typer.Option(help="Address to serve on; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 8765,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the system's browser.")] = True,
) -> None:
    """Watch and steer the living tissues of a scenario in the browser."""
    from mgcells.app import MissingExtra, require_extra, serve
    from mgcells.scenario.shipped import load_named, scenario_path

    with _problems():
        load_named(scenario)
        path = scenario_path(scenario).resolve()
    try:
        require_extra()
    except MissingExtra as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(BAD_INPUT) from None
    typer.echo(f"The tissues live at http://{host}:{port}; Ctrl-C ends them.")
    serve(path, host=host, port=port, show=show)


@app.command()
def doctor() -> None:
    """Print the versions of Python and of what mgcells stands on."""
    from mgcells.cli.catalogue import environment

    for name, value in environment().items():
        typer.echo(f"{name:<12} {value}")


def main() -> None:
    """Run the command line."""
    try:
        app()
    except BrokenPipeError:
        # The reader of a pipe has left; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except InputProblems as error:
        _refuse(error)


def _refuse(error: InputProblems) -> None:
    for problem in error.problems:
        typer.echo(str(problem), err=True)
    count = len(error.problems)
    typer.echo(f"{count} problem{'s' if count != 1 else ''}. Nothing was run.", err=True)
    raise typer.Exit(BAD_INPUT)


def _batch(
    scenario: Scenario, folder: Path, start: Callable[[Scenario, Path, Watch], BatchResult], quiet: bool
) -> None:
    """Run a batch under a progress bar, write its report and print its answers."""
    from mgcells.cli.progress import batch_progress

    with batch_progress(scenario, folder, quiet=quiet) as watch:
        from mgcells.batch.batch import BatchInterrupted

        try:
            result = start(scenario, folder, watch)
        except BatchInterrupted as stop:
            watch.close()
            kept = f"{stop.done} of {stop.total} runs are kept in {folder}; the same command goes on from there."
            typer.echo(f"Stopped. {kept if stop.done else 'Nothing is kept; the same command starts anew.'}", err=True)
            raise typer.Exit(INTERRUPTED) from None
        if result.done:
            watch.reporting()
            from mgcells.reporting import build_report

            build_report(folder)
    if result.done and not quiet:
        _print_answers(folder)
    if result.failed:
        typer.echo(f"{result.failed} of {result.total} runs failed; see {folder / 'runs.csv'}.", err=True)
        raise typer.Exit(RUNS_FAILED)


def _rule_text(entry: dict[str, Any]) -> str:
    status = "" if entry["status"] == "on" else f" [{entry['status']}]"
    plausible = f"\n  Plausible range: {entry['range']}." if entry["range"] else ""
    return f"{entry['id']}{status}\n  {entry['sentence']}{plausible}\n  {entry['origin']}"


def _print(entries: list[dict[str, Any]], as_json: bool, text: Callable[[dict[str, Any]], str]) -> None:
    if as_json:
        typer.echo(json.dumps(entries, ensure_ascii=False))
        return
    for entry in entries:
        typer.echo(text(entry))


def _print_answers(folder: Path) -> None:
    from mgcells.reporting import answers

    for line in answers(folder):
        typer.echo(line)
    typer.echo(f"Report: {folder / 'report.html'}")
