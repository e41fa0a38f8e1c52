"""The commands that ask many variants of a scenario: each calls one public function and prints what it returns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mgcells.cli.application import BAD_INPUT, RUNS_FAILED, Libraries, app, named_path, refusing
from mgcells.cli.commands import INTERRUPTED, Quiet, Seed, Workers
from mgcells.cli.output import indented, say
from mgcells.errors import InputProblems, Problem, suggestion

if TYPE_CHECKING:
    from mgcells.library import Library

StudyFolder = Annotated[
    Path | None,
    typer.Option(parser=named_path, metavar="PATH", help="Folder of the study.  [default: outputs/<file stem>-study]"),
]
Subjects = Annotated[
    int | None, typer.Option("--replicates", min=1, help="Virtual subjects per variant.  [default: 4, or the file's]")
]


@app.command()
def explain(
    asked: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|OUTPUT|RULE", help="Scenario file or name, a folder of results, or a rule for its card."
        ),
    ],
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
    from mgcells.library import load_library

    with refusing():
        known = load_library(*library or ())
    if asked in known.rules:
        with refusing():
            _card(asked, known, out or Path("outputs"))
        return
    from mgcells.batch.batch import BatchInterrupted
    from mgcells.cli.progress import stages_progress
    from mgcells.scenario.shipped import load_scenario
    from mgcells.study.explain import explain as explained
    from mgcells.study.explanation_files import write_explanation
    from mgcells.study.telling import told

    with refusing():
        path, beside = _meant(asked, known)
        scenario = load_scenario(path, libraries=library or (), seed=seed)
        try:
            with stages_progress(scenario.title, quiet=quiet) as watch:
                found = explained(
                    scenario, strategy, out=out or beside, replicates=replicates, workers=workers, progress=watch
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


def _card(rule: str, library: Library, folder: Path) -> None:
    """Print the card of a rule and draw its curve."""
    from mgcells.cli.progress import stage
    from mgcells.folder import Folder
    from mgcells.reporting.drawing import drawing_settings, figure_files, render
    from mgcells.study.rule_card import rule_card
    from mgcells.study.rule_picture import card_lines, card_picture

    with stage("asking the cells of a run"):
        card = rule_card(rule, library, studies=folder)
    for text in card_lines(card):
        for line in indented(text.strip(), len(text) - len(text.lstrip())):
            say(line)
    with drawing_settings():
        drawn = card_picture(card)
        if drawn is None:
            return
        files = figure_files(rule, render(drawn[0]), f"{drawn[1]}\n")
    place = Folder(folder / "rules")
    with place.held(), place.refusing():
        for name, content in files.items():
            place.write_bytes(name, content)
    say(f"Curve: {place / f'{rule}.png'}")


def _meant(asked: str, known: Library) -> tuple[Path, Path | None]:
    """Return the scenario file that is meant and, of a folder of results, where beside it its studies are kept.

    Raises
    ------
    InputProblems
        It is neither a scenario, nor a folder of results, nor a rule; the nearest of these is named.
    """
    from mgcells.scenario.shipped import scenario_path, shipped_scenarios

    path = Path(asked)
    if (path / "scenario.toml").is_file():
        return path / "scenario.toml", path.with_name(f"{path.resolve().name}-study")
    if not path.exists() and path.suffix != ".toml" and path.stem not in shipped_scenarios():
        nearest = suggestion(asked, [*shipped_scenarios(), *known.rules])
        raise InputProblems([Problem(asked, 0, f"is no scenario, folder of results or rule{nearest}")])
    return scenario_path(path), None
