"""From a cell type's record and its rules in force to a compiled rule table."""

from __future__ import annotations

from collections.abc import Sequence

from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.library import CellType, Library, Rule
from mgcells.library.in_force import Setting
from mgcells.rules import Behaviour, Response, RuleError, Signal
from mgcells.rules.behaviour import Source
from mgcells.rules.compiled_table import RuleTable
from mgcells.rules.response import Row, normalise

SOURCES = {"level": Source.LEVEL, "own": Source.OWN, "trait": Source.TRAIT, "scalar": Source.SCALAR}


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
    problems = unread(kind, levels=levels, traits=traits, scalars=scalars)
    if problems:
        raise InputProblems(problems)
    behaviours = [_behaviour(setting, kind, name) for name in kind.record.behaviours]
    signals = [_signal(setting, kind, name, levels) for name in kind.record.signals]
    additive = {behaviour.name: behaviour.additive for behaviour in behaviours}
    healthy = {signal.name: signal.healthy for signal in signals}
    responses: list[Response] = []
    for rule in setting.rules.get(cell, ()):
        try:
            response = normalise(
                row_of(rule),
                healthy[rule.signal],
                additive=additive[rule.behaviour],
                healthy_potential=healthy.get("potential", 0.0),
            )
        except RuleError as error:
            problems.append(Problem(rule.file, rule.line, f"rule {rule.id}: {error}"))
        else:
            responses.append(response)
    if problems:
        raise InputProblems(problems)
    residuals = {name: _residual(setting, record.inhibited_by) for name, record in kind.record.behaviours.items()}
    return RuleTable(behaviours, signals, responses, residuals=residuals, levels=levels, traits=traits, scalars=scalars)


def unread(
    kind: CellType, *, levels: Sequence[str] = (), traits: Sequence[str] = (), scalars: Sequence[str] = ()
) -> list[Problem]:
    """Return a problem for every signal of a cell type that reads what its tissue does not offer."""
    offered = {
        "level": (*levels, *scalars), "trait": traits, "scalar": scalars, "own": tuple(kind.record.behaviours)
    }  # fmt: skip
    found = []
    for name, signal in kind.record.signals.items():
        source, _, quantity = signal.reads.partition(":")
        if quantity not in offered.get(source, ()):
            text = f"signal {name}: reads = '{signal.reads}': its tissue offers no {source} '{quantity}'"
            found.append(Problem(kind.file, 0, text + suggestion(quantity, offered.get(source, ()))))
    return found


def row_of(rule: Rule) -> Row:
    """Return the numbers of a rule as the rule engine wants them."""
    return Row(
        rule.id, rule.signal, rule.behaviour, rule.effect, rule.form, rule.at_zero, rule.at_saturation,
        rule.half_max, rule.hill, rule.parameters,
    )  # fmt: skip


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
    record = kind.record.signals[name]
    reads, _, quantity = record.reads.partition(":")
    if reads == "level" and quantity not in levels:
        reads = "scalar"
    path = f"{kind.name}.{quantity}.baseline" if reads == "own" else str(record.healthy)
    level = setting.healthy[path]
    offset, scale = {
        "level": (0.0, 1.0),
        "ratio": (0.0, 1.0 / level if level else 1.0),
        "excess": (level, 1.0),
        "surplus": (level, 1.0 / level if level else 1.0),
        "deficit": (level, -1.0 / level if level else -1.0),
    }[record.measure]
    healthy = level if record.measure == "level" else (level - offset) * scale
    return Signal(name, SOURCES[reads], quantity, healthy, offset, scale)
