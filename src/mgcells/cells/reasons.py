"""Why a cell does what it does: for each behaviour where it stands, where its rules pull it, and each rule's share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mgcells.cells.population import Population
from mgcells.library import CellType, Library, Rule
from mgcells.library.in_force import Setting
from mgcells.library.records import SignalRecord
from mgcells.library.sentences import rule_evidence
from mgcells.rules.compiled_table import POTENTIAL

EXACT, HARDLY = 1e-6, 5e-3


@dataclass(frozen=True)
class Reason:
    """One rule at work in one cell.

    `sensed` and `healthy` are what the rule reads of its signal, now and in the reference subject in health.
    `contribution` is the factor on the behaviour or, when `additive`, the addend in the behaviour's unit.
    """

    rule: Rule
    sensed: float
    healthy: float
    contribution: float
    additive: bool
    sentence: str


@dataclass(frozen=True)
class Account:
    """One behaviour of one cell: its value now, its healthy value, the value its rules pull it to, and why."""

    behaviour: str
    label: str
    unit: str
    value: float
    healthy: float
    target: float
    time_constant: float
    reasons: tuple[Reason, ...]


def explain(library: Library, setting: Setting, population: Population, uid: int) -> list[Account]:
    """Return an account of every behaviour of one living cell, in the order of its rule table.

    Raises
    ------
    KeyError
        The cell has died.
    """
    row, table = population.row(uid), population.table
    levels, scalars = population.surroundings
    voxel = int(population.voxel[row])
    sensed = table.sense(population.state, row, levels, voxel, population.traits, scalars)
    shares = table.contributions(sensed)
    target = population.state[:, [row]].copy()
    table.advance(
        target,
        1,
        levels,
        np.array([voxel], np.int32),
        np.ascontiguousarray(population.traits[:, [row]]),
        scalars,
        float("inf"),
    )
    kind = library.cells[population.name]
    rules = {rule.id: rule for rule in setting.rules.get(population.name, ())}
    signals = {signal.name: (float(now), signal.healthy) for signal, now in zip(table.signals, sensed, strict=True)}
    accounts = []
    for place, behaviour in enumerate(table.behaviours):
        reasons = []
        for response in table.responses:
            if response.behaviour != behaviour.name:
                continue
            now, healthy = signals[response.signal]
            rule, share = rules[response.rule], shares[response.rule]
            sentence = _sentence(kind, rule, signals, share, behaviour.additive)
            reasons.append(Reason(rule, now, healthy, share, behaviour.additive, sentence))
        record = kind.record.behaviours[behaviour.name]
        value, pulled = float(population.state[place, row]), float(target[place, 0])
        account = Account(
            behaviour.name, record.label, record.unit, value, behaviour.baseline, pulled, behaviour.time_constant,
            tuple(reasons),
        )  # fmt: skip
        accounts.append(account)
    return accounts


def _sentence(
    kind: CellType, rule: Rule, signals: Mapping[str, tuple[float, float]], share: float, additive: bool
) -> str:
    label, unit = kind.record.behaviours[rule.behaviour].label, kind.record.behaviours[rule.behaviour].unit
    change = share if additive else share - 1.0
    if change == 0.0 or (not additive and abs(change) < EXACT):
        effect = f"which leaves {label} as it is"
    elif additive:
        effect = f"which adds {share:.3g} {unit}".rstrip() + f" to {label}"
    elif abs(change) < HARDLY:
        effect = f"which hardly changes {label}"
    else:
        effect = f"which multiplies {label} by {share:.3g}"
    reading = _reading(kind.record.signals[rule.signal], *signals[rule.signal])
    if rule.form == "nmda block":
        now, healthy = signals[POTENTIAL]
        reading += f", and this cell rests at {now:.3g} mV ({healthy:.3g} mV in the reference cell)"
    return f"{reading[:1].upper()}{reading[1:]}, {effect} {rule_evidence(rule)}."


def _reading(signal: SignalRecord, now: float, healthy: float) -> str:
    unit = f" {signal.unit}" if signal.unit else ""
    if signal.measure == "level":
        return f"{signal.label} is {now:.3g}{unit} ({healthy:.3g}{unit} in health)"
    if signal.measure == "ratio":
        return f"{signal.label} is {now:.3g} times its healthy level"
    side = "below" if signal.measure == "deficit" else "above"
    if now < EXACT:
        return f"{signal.label} is not {side} its healthy level"
    if signal.measure == "excess":
        return f"{signal.label} is {now:.3g}{unit} {side} its healthy level"
    return f"{signal.label} is {100.0 * now:.3g} % {side} its healthy level"
