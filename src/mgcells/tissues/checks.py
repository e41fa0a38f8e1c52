"""What is wrong with a tissue or with a subject's choice of tissues, found before anything lives."""

from __future__ import annotations

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import CellType, Library, SubjectKind
from mgcells.tissues.declaration import PATCH, section_of
from mgcells.tissues.declared import declared
from mgcells.tissues.firsts import first_curves
from mgcells.tissues.registry import tissue_class, tissue_kinds, view_class


def foreign_faults(name: str, library: Library) -> list[Problem]:
    """Return what is wrong with a tissue of another package; those that ship are judged by tests and load no code."""
    return faults(name, library) if declared()[name].foreign else []


def faults(name: str, library: Library) -> list[Problem]:
    """Return what is wrong with the class, view, subjects, first curves and data of a tissue; loads its code."""
    found: list[Problem] = []
    for look in (tissue_class, view_class, first_curves):
        try:
            look(name)
        except InputProblems as error:
            found += error.problems
    kind, module, _ = declared()[name]
    for subject in kind.subjects:
        if subject not in library.subjects:
            text = f"tissue '{name}': subjects: unknown subject '{subject}'{suggestion(subject, library.subjects)}"
            found.append(Problem(module, 0, text))
    problems = None if found else getattr(tissue_class(name), "problems", None)
    return [*found, *problems(library)] if problems else found


def has_room(tissue: str) -> bool:
    """Tell whether a tissue may hold cells of types that data name for it; a shipped class knows only its own."""
    known = declared().get(tissue)
    return known is None or known.foreign or known.kind.place == PATCH


def cell_faults(cell: CellType, library: Library) -> list[Problem]:
    """Return why a cell type of an own library would live nowhere: its tissue is unknown, or has no room for it.

    A tissue is known by its declaration, or by numbers for it in the same library, which is installed later.
    """
    place = library.place("cells", cell.name)
    layer = next((layer for layer in library.own if layer.name == place.layer), None)
    if layer is None or place.replaces:
        return []
    beside = {stem for stem, _ in layer.folder("tissues")}
    found = []
    for tissue in cell.record.tissue:
        if tissue not in tissue_kinds() and section_of(tissue) not in beside:
            text = f"cell type {cell.name}: unknown tissue '{tissue}'{suggestion(tissue, tissue_kinds())}"
        elif not has_room(tissue):
            text = f"cell type {cell.name}: '{tissue}' has room for its own types of cell only"
            text += "; add to one of these, or make a tissue with mgcells new tissue"
        else:
            continue
        found.append(Problem(cell.file, 0, text))
    return found


def subject_faults(kind: SubjectKind) -> list[Problem]:
    """Return what is wrong with the tissues that a subject's file chooses."""
    found = []
    for name in kind.tissues or ():
        tissue = tissue_kinds().get(name)
        if tissue is None:
            text = f"unknown tissue '{name}'{suggestion(name, tissue_kinds())}"
        elif tissue.culture != kind.in_vitro:
            text = f"tissue '{name}' {'is a culture' if tissue.culture else 'needs a body'}, and this subject is "
            text += "a culture" if kind.in_vitro else "not"
        else:
            continue
        found.append(Problem(kind.file, kind.tissues_line, text))
    return found
