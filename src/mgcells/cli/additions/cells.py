"""A cell type: its table, and a table of rules beside it."""

from __future__ import annotations

from mgcells.cli.additions.plan import Plan, Request, filled, title_of, typed, wrong
from mgcells.cli.additions.rows import row_for, rule_table
from mgcells.cli.additions.shelf import Shelf, shelf_of, unused
from mgcells.errors import suggestion
from mgcells.tissues.checks import has_room
from mgcells.tissues.declaration import section_of
from mgcells.tissues.registry import tissue_kinds

HOSTS = "mgcells new tissue makes a package with one"


def new_cell(request: Request) -> Plan:
    """Plan a cell type and a table with one rule of it."""
    shelf, name = shelf_of(request, "cells", ".toml", "my-lab/cells/kupffer.toml")
    unused(shelf, "cells", name, request.path)
    tissue = _tissue(request, shelf)
    files = cell_files(shelf, name, title_of(name), tissue, {})
    return shelf.plan(files, (
        f"fill in {request.path}: what it does and what it senses; and rules/{name}.csv beside it",
        f"look at it: mgcells check {typed(shelf.folder)}, mgcells rules --cell {name} {shelf.option()}",
        f'use it: a scenario says tissues = ["{tissue}"] and names the library',
    ))  # fmt: skip


def cell_files(shelf: Shelf, name: str, title: str, tissue: str, others: dict[str, str]) -> dict[str, str]:
    """Return the files of a cell type by their path in a library, with `others` that they need."""
    words = {"name": name, "title": title, "tissue": tissue, "section": section_of(tissue)}
    files = {**others, f"cells/{name}.toml": filled("cell.toml", **words)}
    library = shelf.with_files(files).library
    kind = library.cells[name]
    row = row_for(kind, library)
    assert row is not None, "the template of a cell type has a behaviour and a signal that fit"
    files[f"rules/{name}.csv"] = rule_table(None, kind, row)
    shelf.with_files(files)
    return files


def _tissue(request: Request, shelf: Shelf) -> str:
    """Return the tissue that is named, else the only one that the library has numbers of.

    Raises
    ------
    InputProblems
        No tissue follows, or it has no room for further types of cell.
    """
    by_section = {kind.section: kind.name for kind in tissue_kinds().values()}
    sections = [stem for stem, _ in shelf.layer.folder("tissues")]
    own = [by_section.get(section, section.replace("_", " ")) for section in sections]
    able = [name for name in dict.fromkeys([*own, *tissue_kinds()]) if has_room(name)]
    if not request.tissue:
        chosen = [name for name in own if name in able]
        if len(chosen) == 1:
            return chosen[0]
        among = f", one of {', '.join(able)}" if able else f"; {HOSTS}"
        raise wrong(request.path, f"a cell type lives in a tissue: say which with --tissue NAME{among}")
    if request.tissue in able:
        return request.tissue
    if request.tissue in tissue_kinds():
        text = f"'{request.tissue}' has room for its own types of cell only"
        raise wrong("--tissue", text + (f"; others live in {', '.join(able)}" if able else f"; {HOSTS}"))
    raise wrong("--tissue", f"unknown tissue '{request.tissue}'" + (suggestion(request.tissue, able) or f"; {HOSTS}"))
