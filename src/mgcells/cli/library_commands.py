"""The commands that show, check and write the library; see commands.py for those that run something."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from mgcells.cli.application import BAD_INPUT, AsJson, Libraries, app, refuse, refusing, warn
from mgcells.cli.output import say
from mgcells.errors import InputProblems, Problem


class Kind(StrEnum):
    """What `mgcells new` can add."""

    RULE = "rule"
    COMPOUND = "compound"
    CONDITION = "condition"
    SUBJECT = "subject"
    EXPERIMENT = "experiment"
    SCENARIO = "scenario"
    OBSERVABLE = "observable"
    FIGURE = "figure"
    CELL = "cell"
    TISSUE = "tissue"
    LIBRARY = "library"


class Listed(StrEnum):
    """What `mgcells list` can list."""

    RULES = "rules"
    CELLS = "cells"
    TISSUES = "tissues"
    PARAMETERS = "parameters"
    CLAIMS = "claims"
    SOURCES = "sources"
    COMPOUNDS = "compounds"
    SUBJECTS = "subjects"
    CONDITIONS = "conditions"
    SWITCHES = "switches"
    INHIBITORS = "inhibitors"
    DRUGS = "drugs"
    ROUTES = "routes"
    EXPERIMENTS = "experiments"
    OBSERVABLES = "observables"
    ENDPOINTS = "endpoints"
    SCENARIOS = "scenarios"


OfSubject = Annotated[str | None, typer.Option("--subject", help="Whose parameters, such as rat.")]


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
    from mgcells.cli.checking import found_in, problems_of_library
    from mgcells.library import load_library

    problems: list[Problem] = []
    warnings: list[Problem] = []
    for file in files or ():
        found = found_in(file, library or ())
        problems += found.problems
        warnings += found.warnings
    if not files:
        with refusing():
            problems += problems_of_library(load_library(*library or ()))
    if as_json:
        listed = [("problem", entry) for entry in dict.fromkeys(problems)]
        listed += [("warning", entry) for entry in dict.fromkeys(warnings)]
        say(json.dumps([
            {"kind": kind, "file": entry.file, "line": entry.line, "text": entry.text} for kind, entry in listed
        ]))  # fmt: skip
        raise typer.Exit(BAD_INPUT if problems else 0)
    warn(dict.fromkeys(warnings))
    if problems:
        refuse(InputProblems(problems))
    doubts = f", {len(warnings)} warning{'s' if len(warnings) != 1 else ''}" if warnings else ""
    say(f"{', '.join(map(str, files)) if files else 'The library'}: checked, no problems{doubts}.")


@app.command()
def rules(
    cell: Annotated[str | None, typer.Option(help="Only this cell type.")] = None,
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """Print each rule as a sentence with its claims, grade, basis and sources."""
    from mgcells.cli.catalogue import rule_entries
    from mgcells.library import load_library

    with refusing():
        entries = rule_entries(load_library(*library or ()), cell)
    _print(entries, as_json, _rule_text)


@app.command("list")
def list_(
    kind: Annotated[Listed, typer.Argument(help="What to list.")],
    subject: OfSubject = None,
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """List everything of one kind: what the library holds, the routes of doses, how endpoints are written."""
    from mgcells.cli.catalogue import entries_of
    from mgcells.library import load_library

    if subject is not None and kind is not Listed.PARAMETERS:
        raise typer.BadParameter(f"only parameters are a subject's own; {kind.value} are the same for all")
    with refusing():
        entries = entries_of(kind.value, load_library(*library or ()), subject)
    width = max(len(entry["id"]) for entry in entries)
    _print(entries, as_json, lambda entry: f"{entry['id']:<{width}}  {entry['text']}")


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(help="Its id: of a rule, parameter, compound, claim, source, subject, condition, drug ...")
    ],
    subject: OfSubject = None,
    kind: Annotated[
        Listed | None, typer.Option(help="Of which kind it is, where several things have one name.")
    ] = None,
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """Show everything that is known of one thing; of a parameter what each subject has."""
    from mgcells.cli.shown import entry_of
    from mgcells.cli.shown_text import entry_lines
    from mgcells.library import load_library

    with refusing():
        entry = entry_of(name, load_library(*library or ()), subject=subject, kind=kind and kind.value)
    if as_json:
        say(json.dumps(entry))
        return
    for line in entry_lines(entry):
        say(line)


@app.command()
def new(
    kind: Annotated[Kind, typer.Argument(help="What to add.")],
    path: Annotated[Path, typer.Argument(help="Where it is written, as in my-lab/conditions/cold.toml.")],
    name: Annotated[str, typer.Option(help="Name of a compound, or of the tissue of a package.")] = "",
    tissue: Annotated[str, typer.Option(help="The tissue that a cell type lives in.")] = "",
    library: Libraries = None,
) -> None:
    """Write a commented template that passes `check`, for a library, a scenario or a package of your own."""
    from mgcells.cli.additions.plan import Request
    from mgcells.cli.new import write_new

    with refusing("Nothing was written."):
        plan = write_new(kind.value, Request(path, name, tissue, tuple(library or ())))
    for written in plan.files:
        say(f"Wrote {written}")
    for written in plan.added:
        say(f"Added to {written}")
    for number, step in enumerate(plan.steps, 1):
        say(f"  {number}. {step[:1].upper()}{step[1:]}")


@app.command()
def doctor() -> None:
    """Print the versions of Python and of the packages that results depend on, and the installed libraries."""
    from mgcells.cli.surroundings import environment, installed_libraries

    for name, value in environment().items():
        say(f"{name:<12} {value}")
    for name, value in installed_libraries().items():
        say(f"library      {name}: {value}")


def _rule_text(entry: dict[str, Any]) -> str:
    status = "" if entry["status"] == "on" else f" [{entry['status']}]"
    plausible = f"\n  Plausible range: {entry['range']}." if entry["range"] else ""
    return f"{entry['id']}{status}\n  {entry['sentence']}{plausible}\n  {entry['origin']}"


def _print(entries: list[dict[str, Any]], as_json: bool, text: Callable[[dict[str, Any]], str]) -> None:
    if as_json:
        say(json.dumps(entries))
        return
    for entry in entries:
        say(text(entry))
