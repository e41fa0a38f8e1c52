"""The commands that ask many variants of a scenario: each calls one public function and prints what it returns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mgcells.cli.application import BAD_INPUT, RUNS_FAILED, Libraries, app, named_path, refusing
from mgcells.cli.commands import INTERRUPTED, Quiet, ScenarioFile, Seed, Workers
from mgcells.cli.output import indented, say

StudyFolder = Annotated[
    Path | None,
    typer.Option(parser=named_path, metavar="PATH", help="Folder of the study.  [default: outputs/<file stem>-study]"),
]
Subjects = Annotated[
    int | None, typer.Option("--replicates", min=1, help="Virtual subjects per variant.  [default: 4, or the file's]")
]


@app.command()
def explain(
    file: ScenarioFile,
    strategy: Annotated[
        str | None, typer.Option(help="Strategy to explain.  [default: the first that is given something]")
    ] = None,
    out: StudyFolder = None,
    workers: Workers = None,
    replicates: Subjects = None,
    seed: Seed = None,
    library: Libraries = None,
    quiet: Quiet = False,
) -> None:
    """Say which mechanism carries a difference: every rule, link and mechanism is taken out in turn."""
    from mgcells.batch.batch import BatchInterrupted
    from mgcells.cli.progress import study_progress
    from mgcells.scenario.shipped import load_named
    from mgcells.study.explain import explain as explained
    from mgcells.study.explanation_files import write_explanation
    from mgcells.study.telling import told

    with refusing():
        scenario, stem = load_named(file, libraries=library or (), seed=seed)
        folder = out or Path("outputs") / f"{stem}-study"
        try:
            with study_progress(scenario.title, quiet=quiet) as watch:
                found = explained(
                    scenario, strategy, out=folder, replicates=replicates, workers=workers, progress=watch
                )
        except BatchInterrupted as stopped:
            say(f"Stopped: {stopped.done} of {stopped.total} lives are kept; the same command goes on.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        written = write_explanation(found)
    for sentence in () if quiet else told(found):
        for line in indented(sentence.strip(), len(sentence) - len(sentence.lstrip())):
            say(line)
    for text in found.study.errors:
        say(f"{found.study.failed} lives failed: {text}", err=True)
    say(f"Tables, sentences and maps: {written[0].parent}")
    if found.study.failed:
        raise typer.Exit(RUNS_FAILED if found.study.done else BAD_INPUT)
