"""Additions that are a file of an own library: a condition, a subject, an experiment; and a library to begin with."""

from __future__ import annotations

import re

from mgcells.cli.additions.plan import Plan, Request, filled, title_of, typed, wrong
from mgcells.cli.additions.shelf import Shelf, longer, open_shelf, shelf_of, unused
from mgcells.experiments.reading import read_experiment

SOURCES = "sources.toml"
# Author2026 or Author2026b, then what was studied.
PAPER = re.compile(r"(?P<key>(?P<authors>[A-Za-z]+)(?P<year>\d{4})[a-z]?)-.+")


def new_condition(request: Request) -> Plan:
    """Plan a condition."""
    shelf, name = shelf_of(request, "conditions", ".toml", "my-lab/conditions/cold.toml")
    unused(shelf, "conditions", name, request.path)
    text = filled("condition.toml", name=name, title=title_of(name))
    shelf.with_files({f"conditions/{name}.toml": text})
    return Plan({request.path: text}, steps=(
        f"fill in {request.path}: what it sets, which rules it switches, its diet",
        _seen(shelf, name),
        f'use it: a scenario says condition = "{name}" and names the library',
    ))  # fmt: skip


def new_subject(request: Request) -> Plan:
    """Plan a subject that starts from another one."""
    shelf, name = shelf_of(request, "subjects", ".toml", "my-lab/subjects/small-rat.toml")
    unused(shelf, "subjects", name, request.path)
    weight = shelf.library.subjects["rat"].parameters["body.weight"].text
    text = filled("subject.toml", title=title_of(name), weight=weight)
    shelf.with_files({f"subjects/{name}.toml": text})
    return Plan({request.path: text}, steps=(
        f"fill in {request.path}: which subject it is like, and only what differs",
        _seen(shelf, name),
        f'use it: a scenario says subject = "{name}" and names the library',
    ))  # fmt: skip


def new_experiment(request: Request) -> Plan:
    """Plan an experiment, and the record of its paper where the library knows none."""
    shelf, name = shelf_of(request, "experiments", ".toml", "my-lab/experiments/Author2026-what.toml")
    paper = PAPER.fullmatch(name)
    if paper is None:
        raise wrong(request.path, f"'{name}' should name the paper and what was studied, as in Author2026-what")
    unused(shelf, "experiments", name, request.path)
    files = {f"experiments/{name}.toml": filled("experiment.toml", name=name, source=paper["key"])}
    if paper["key"] not in shelf.library.sources:
        record = filled("source.toml", key=paper["key"], authors=paper["authors"], year=paper["year"])
        files[SOURCES] = longer(shelf.layer.table(SOURCES), record)
    after = shelf.with_files(files)
    read_experiment(after.library.experiments[name], after.library)
    return shelf.plan(files, (
        f"fill in {request.path}: the scenario as it was done, and what was measured with its interval",
        *([f"fill in the source {paper['key']} in {shelf.folder / SOURCES}"] if SOURCES in files else []),
        f"check it: mgcells check {typed(shelf.folder)}",
        f"compare: mgcells validate {name} {shelf.option()}",
    ))  # fmt: skip


def new_library(request: Request) -> Plan:
    """Plan a library with one example in it."""
    path = request.path
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        add = f"mgcells new condition {typed(path / 'conditions' / 'NAME.toml')}"
        raise wrong(path, f"exists already and is left as it is; add to it, as in: {add}")
    shelf, title = open_shelf(path, request), path.resolve().name
    example = f"{re.sub(r'[^A-Za-z0-9_-]+', '-', title)}-example"
    text = filled("condition.toml", name=example, title=title_of(example))
    shelf.with_files({f"conditions/{example}.toml": text})
    files = {
        path / "README.md": filled("library.md", title=title, folder=typed(title)),
        path / "conditions" / f"{example}.toml": text,
    }
    return Plan(files, steps=(
        f"read {path / 'README.md'}: what a library may hold",
        f"add to it: mgcells new condition {typed(path / 'conditions' / 'cold.toml')}, or another kind",
        f"check it: mgcells check {typed(path)}",
    ))  # fmt: skip


def _seen(shelf: Shelf, name: str) -> str:
    return f"look at it: mgcells check {typed(shelf.folder)}, mgcells show {name} {shelf.option()}"
