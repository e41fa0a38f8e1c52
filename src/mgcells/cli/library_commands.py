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
    EXPERIMENTS = "experiments"
    OBSERVABLES = "observables"
    SCENARIOS = "scenarios"


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
    library: Libraries = None,
    as_json: AsJson = False,
) -> None:
    """List everything of one kind that the library holds."""
    from mgcells.cli.catalogue import entries_of
    from mgcells.library import load_library

    with refusing():
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

    with refusing():
        entry = entry_of(name, load_library(*library or ()))
    if as_json:
        say(json.dumps(entry))
        return
    for key, value in entry.items():
        for number, line in enumerate(_lines(value)):
            say(f"{'' if number else key:<14} {line}")


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
    from mgcells.cli.catalogue import environment, installed_libraries

    for name, value in environment().items():
        say(f"{name:<12} {value}")
    for name, value in installed_libraries().items():
        say(f"library      {name}: {value}")


def _lines(value: Any) -> list[str]:
    """Return a value as lines; entries of a list that are more than names have one each."""
    if not isinstance(value, (list, tuple)):
        return [] if value in ("", None) else [str(value)]
    texts = [_number_text(item) if isinstance(item, dict) else str(item) for item in value]
    sentences = any(isinstance(item, dict) for item in value) or any(sign in text for text in texts for sign in ";:")
    return texts if sentences or not texts else [", ".join(texts)]


def _number_text(number: dict[str, Any]) -> str:
    """Return a number that a condition sets as one line."""
    span = f" ({number['range']})" if number["range"] else ""
    cited = ", ".join([*number["claims"], *number["sources"]])
    note = f"; {number['note']}" if number["note"] else ""
    return f"{number['id']} = {number['value']}{span}, {number['basis']}{f' [{cited}]' if cited else ''}{note}"


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
