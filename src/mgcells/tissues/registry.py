"""The tissues that there are, which subject can have them, and everything that can be measured."""

from __future__ import annotations

import copyreg
import importlib
from collections.abc import Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, SupportsIndex, cast

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import Library, SubjectKind
from mgcells.library.installed import imported
from mgcells.observables import Observable, registered
from mgcells.tissues.declaration import TissueKind
from mgcells.tissues.declared import class_of, declared, problem_of

if TYPE_CHECKING:
    from mgcells.tissues.tissue import Tissue
    from mgcells.tissues.view import View

BODY_OBSERVABLES = "mgcells.body.observables"
METHODS = ("adopt", "step", "feedback")


@cache
def tissue_kinds() -> dict[str, TissueKind]:
    """Return every kind of tissue by name, in the order in which a subject lives them; see `declared`."""
    return {name: entry.kind for name, entry in declared().items()}


@cache
def tissue_class(name: str) -> type[Tissue]:
    """Return the class of the tissue with this name, imported when it is first asked for.

    Raises
    ------
    InputProblems
        It cannot be imported, lacks a method, or has another name than the tissue.
    """
    found = class_of(name, "place")
    lacking = [method for method in METHODS if not callable(getattr(found, method, None))]
    if lacking:
        text = f"its class {found.__name__} has no method '{lacking[0]}'; see mgcells.tissues.tissue.Tissue for what"
        raise problem_of(name, f"{text} a tissue must have")
    called = getattr(found, "name", "")
    if not called:
        # A class without a name serves every kind that names it.
        words = {
            "name": name, "__module__": found.__module__, "__doc__": found.__doc__, "__reduce_ex__": _reduced,
        }  # fmt: skip
        return cast("type[Tissue]", type(found.__name__, (found,), words))
    if called != name:
        raise problem_of(name, f"its class {found.__name__} is called '{called}'; give it name = '{name}'")
    return cast("type[Tissue]", found)


def _reduced(tissue: Any, protocol: SupportsIndex) -> Any:
    """Let a tissue be pickled whose class was made here and so cannot be imported."""
    reduced: Any = object.__reduce_ex__(tissue, protocol)
    if reduced[0] is copyreg.__newobj__:  # type: ignore[attr-defined]
        return _unborn, (tissue.name,), *reduced[2:]
    return reduced


def _unborn(name: str) -> Tissue:
    found = tissue_class(name)
    return found.__new__(found)


@cache
def view_class(name: str) -> type[View[Any]]:
    """Return the class of the tissue's view; InputProblems when it cannot be imported or is not a View."""
    from mgcells.tissues.view import View

    found = class_of(name, "view")
    if not issubclass(found, View):
        raise problem_of(name, f"its view {found.__name__} is no subclass of mgcells.tissues.view.View")
    return found


def is_culture(tissues: Iterable[str]) -> bool:
    """Tell whether tissues are grown in a medium, without a body."""
    return any(tissue_kinds()[name].culture for name in tissues)


def concerns(path: str, library: Library, tissues: Collection[str]) -> bool:
    """Tell whether a parameter or rule belongs to the body or to one of these tissues."""
    section = path.split(".", 1)[0]
    cell = library.cells.get(section)
    if cell is not None:
        return any(tissue in tissues for tissue in cell.record.tissue)
    return all(kind.section != section or kind.name in tissues for kind in tissue_kinds().values())


def tissues_of(kind: SubjectKind) -> tuple[str, ...]:
    """Return the tissues that a kind of subject can have, in the order in which it lives them.

    A tissue says which subjects can have it; the file of a subject may choose among all of its sort, body or culture.
    """
    fitting = [tissue for tissue in tissue_kinds().values() if tissue.culture == kind.in_vitro]
    if kind.tissues is not None:
        return tuple(tissue.name for tissue in fitting if tissue.name in kind.tissues)
    return tuple(tissue.name for tissue in fitting if not tissue.subjects or kind.name in tissue.subjects)


def usual_tissues(kind: SubjectKind) -> tuple[str, ...]:
    """Return the tissues of a kind of subject where none is named: all that it can have, of those that ship.

    What else is installed must not change a scenario; a tissue of another package is named by the scenario or by the
    file of the subject, unless the subject has no other.
    """
    able = tissues_of(kind)
    if kind.tissues is not None:
        return able
    return tuple(name for name in able if not declared()[name].foreign) or able


@cache
def observables() -> dict[str, Observable]:
    """Return every observable by name: those of the body, then those of each tissue, of other packages last.

    Raises
    ------
    InputProblems
        A module of observables cannot be imported, or one measures a tissue that nothing declares.
    """
    importlib.import_module(BODY_OBSERVABLES)
    for name, entry in declared().items():
        for module in entry.kind.observables:
            imported(module, entry.module, f"tissue '{name}': its observables")
    order = {name: place for place, name in enumerate(["", *tissue_kinds()])}
    homeless = [_homeless(entry) for entry in registered().values() if entry.tissue not in order]
    if homeless:
        raise InputProblems(homeless)
    return dict(sorted(registered().items(), key=lambda item: (order[item[1].tissue], _is_foreign(item[1]))))


def recorded(tissues: Iterable[str]) -> list[Observable]:
    """Return the observables of these tissues and of the body, which a culture does not have."""
    present = set(tissues)
    if not is_culture(present):
        present.add("")
    return [entry for entry in observables().values() if entry.tissue in present]


def units(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return name -> (unit, label) for a table of units."""
    return {name: (observables()[name].unit, observables()[name].label) for name in names}


def _homeless(entry: Observable) -> Problem:
    code = getattr(entry.measure, "__code__", None)
    text = f"observable '{entry.name}' measures the tissue '{entry.tissue}', which no TISSUES declares"
    line = code.co_firstlineno if code else 0
    return Problem(entry.measure.__module__, line, text + suggestion(entry.tissue, tissue_kinds()))


def _is_foreign(entry: Observable) -> bool:
    return entry.measure.__module__.partition(".")[0] != __name__.partition(".")[0]
