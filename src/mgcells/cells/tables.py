"""From a cell type's record and its rules in force to a compiled rule table."""

from __future__ import annotations

from collections.abc import Sequence

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import CellType, Library
from mgcells.library.in_force import Setting
from mgcells.library.signals import normalised, sensing
from mgcells.rules import Behaviour, Response, RuleError, Signal
from mgcells.rules.behaviour import SignalSource
from mgcells.rules.compiled_table import RuleTable

SOURCES = {
    "level": SignalSource.LEVEL,
    "own": SignalSource.OWN,
    "trait": SignalSource.TRAIT,
    "scalar": SignalSource.SCALAR,
}


def rule_table(
    library: Library,
    setting: Setting,
    cell: str,
    *,
    levels: Sequence[str] = (),
    traits: Sequence[str] = (),
    scalars: Sequence[str] = (),
) -> RuleTable:
    """Compile the rules of one cell type for one setting.

    Parameters
    ----------
    cell : str
        Name of the file in data/cells and data/rules.
    levels, traits, scalars
        Names of the lattice quantities, cell traits and tissue-wide numbers, in the order of their arrays. A level that
        is only among the scalars is alike everywhere.

    Raises
    ------
    InputProblems
        A row cannot be normalised to 1 in the healthy subject (names file and line), or a signal reads what is not
        offered.
    """
    kind = library.cells[cell]
    problems = unread(library, kind, levels=levels, traits=traits, scalars=scalars)
    if problems:
        raise InputProblems(problems)
    behaviours = [_behaviour(setting, kind, name) for name in kind.record.behaviours]
    signals = [_signal(setting, kind, name, levels) for name in kind.record.signals]
    responses: list[Response] = []
    for rule in setting.rules.get(cell, ()):
        try:
            responses.append(normalised(rule, kind, setting.healthy))
        except RuleError as error:
            problems.append(Problem(rule.file, rule.line, f"rule {rule.id}: {error}"))
    if problems:
        raise InputProblems(problems)
    residuals = {name: _residual(setting, record.inhibited_by) for name, record in kind.record.behaviours.items()}
    return RuleTable(behaviours, signals, responses, residuals=residuals, levels=levels, traits=traits, scalars=scalars)


def unread(
    library: Library, kind: CellType, *, levels: Sequence[str] = (), traits: Sequence[str] = (),
    scalars: Sequence[str] = (),
) -> list[Problem]:  # fmt: skip
    """Return a problem for every signal of a cell type that reads what its tissue does not offer."""
    offered = {
        "level": (*levels, *scalars), "trait": traits, "scalar": scalars, "own": tuple(kind.record.behaviours)
    }  # fmt: skip
    found = []
    for name, signal in kind.record.signals.items():
        source, _, quantity = signal.reads.partition(":")
        if quantity not in offered.get(source, ()):
            place = library.place("signals", f"{kind.name}.{name}")
            text = f"signal {name}: reads = '{signal.reads}': its tissue offers no {source} '{quantity}'"
            found.append(Problem(place.file, place.line, text + suggestion(quantity, offered.get(source, ()))))
    return found


def _residual(setting: Setting, targets: Sequence[str]) -> float:
    residual = 1.0
    for target in targets:
        residual *= setting.residuals.get(target, 1.0)
    return residual


def _behaviour(setting: Setting, kind: CellType, name: str) -> Behaviour:
    path = f"{kind.name}.{name}"
    return Behaviour(
        name,
        setting.values[f"{path}.baseline"],
        setting.values[f"{path}.time_constant"],
        kind.record.behaviours[name].combine == "sum",
        setting.values.get(f"{path}.maximum", float("inf")),
    )


def _signal(setting: Setting, kind: CellType, name: str, levels: Sequence[str]) -> Signal:
    reads, _, quantity = kind.record.signals[name].reads.partition(":")
    if reads == "level" and quantity not in levels:
        reads = "scalar"
    offset, scale, healthy = sensing(kind, name, setting.healthy)
    return Signal(name, SOURCES[reads], quantity, healthy, offset, scale)
