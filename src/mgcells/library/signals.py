"""What a cell senses of a signal in health, and whether a rule can be put to work on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mgcells.library.entries import CellType, Rule
from mgcells.rules.response import Response, RuleError, RuleRow, check_row, normalise

POTENTIAL = "potential"


class Sensing(NamedTuple):
    """A level as it is sensed, `(level - offset) * scale`, and what is sensed in the reference subject in health."""

    offset: float
    scale: float
    healthy: float


def sensing(cell: CellType, signal: str, healthy: Mapping[str, float]) -> Sensing:
    """Return how a cell senses one of its signals; `healthy` are the reference subject's values by path.

    Raises
    ------
    KeyError
        The subject has no such level.
    """
    record = cell.record.signals[signal]
    reads, _, quantity = record.reads.partition(":")
    level = healthy[f"{cell.name}.{quantity}.baseline" if reads == "own" else str(record.healthy)]
    offset, scale = {
        "level": (0.0, 1.0),
        "ratio": (0.0, 1.0 / level if level else 1.0),
        "excess": (level, 1.0),
        "surplus": (level, 1.0 / level if level else 1.0),
        "deficit": (level, -1.0 / level if level else -1.0),
    }[record.measure]
    return Sensing(offset, scale, level if record.measure == "level" else (level - offset) * scale)


def row_of(rule: Rule) -> RuleRow:
    """Return the numbers of a rule as the rule engine wants them."""
    return RuleRow(
        rule.id, rule.signal, rule.behaviour, rule.effect, rule.form, rule.at_zero, rule.at_saturation,
        rule.half_max, rule.hill, rule.parameters,
    )  # fmt: skip


def normalised(rule: Rule, cell: CellType, healthy: Mapping[str, float]) -> Response:
    """Return a rule as a response that is 1 in the reference subject in health.

    Raises
    ------
    RuleError
        The row contradicts itself or cannot be normalised.
    KeyError
        The subject has no such level.
    """
    potential = sensing(cell, POTENTIAL, healthy).healthy if POTENTIAL in cell.record.signals else 0.0
    level, additive = (
        sensing(cell, rule.signal, healthy).healthy,
        cell.record.behaviours[rule.behaviour].combine == "sum",
    )
    try:
        return normalise(row_of(rule), level, additive=additive, healthy_potential=potential)
    except (OverflowError, ZeroDivisionError):
        raise RuleError("its numbers are too large or too small to be computed with") from None


def fault_of(rule: Rule, cell: CellType, healthy: Mapping[str, float]) -> str:
    """Return what keeps a rule from working in a kind of subject, "" when nothing does or there is no such level."""
    try:
        check_row(row_of(rule), additive=cell.record.behaviours[rule.behaviour].combine == "sum")
        normalised(rule, cell, healthy)
    except RuleError as error:
        return str(error)
    except KeyError:
        return ""
    return ""
