"""Reducing the course of a run to numbers, step by step: its values at some time, or what it did over a window."""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np

from mgcells.arrays import HOURS_PER_DAY, Flags, Floats
from mgcells.scenario import Endpoint
from mgcells.scenario.endpoint_grammar import OF_THRESHOLDS

TIME_TOLERANCE = 1e-6
EXTREMES = {"highest": np.maximum, "lowest": np.minimum}
FIRST = {"highest": -np.inf, "lowest": np.inf}
# What a level did within a step is known as its mean and its extremes.
WITHIN = {"mean": "mean", "area": "mean", "highest": "highest", "lowest": "lowest"}


class RunningEndpoints:
    """Endpoints of runs whose steps come one by one, so that no course has to be kept.

    What moves within a step is read of what it did in each, other observables of the body at the end of each, as
    a course of straight lines, and observables of tissues where they are recorded. Times above and until a threshold
    are read of straight lines between what is known.

    Parameters
    ----------
    days : float array, shape (rows,)
        0 and the end of every step.
    recorded : bool array, shape (rows,)
        Where tissues are measured.
    endpoints : sequence of Endpoint
    columns : sequence of str
        What is known of every row: observables, and what they did within the step, such as "plasma.magnesium|mean".
    of_tissues : set of str
        The observables that are known where they are recorded only.
    runs : int

    Attributes
    ----------
    rows : int array
        The rows that endpoints read; others need not be taken.
    """

    def __init__(
        self,
        days: Floats,
        recorded: Flags,
        endpoints: Sequence[Endpoint],
        columns: Sequence[str],
        of_tissues: Set[str],
        runs: int,
    ) -> None:
        self._days, self._endpoints = days, tuple(endpoints)
        self._weights = np.zeros((len(endpoints), len(days)))
        self._chosen, self._plain = [], []
        for place, endpoint in enumerate(endpoints):
            name = endpoint.observable
            within = f"{name}|{WITHIN.get(endpoint.kind)}"
            swift = within in columns
            if name in of_tissues:
                self._weights[place, recorded] = weights_of(days[recorded], endpoint)
            elif name in columns:
                self._weights[place] = step_weights(days, endpoint, swift=swift)
            column = within if swift else name
            self._chosen.append(columns.index(column) if column in columns else -1)
            self._plain.append(columns.index(name) if name in columns else -1)
        read = [bool(weights.any()) for weights in self._weights]
        first = [_first(endpoint) if known else np.nan for endpoint, known in zip(endpoints, read, strict=True)]
        self._values: Floats = np.tile(first, (runs, 1))
        self._starts: Floats = np.zeros((runs, len(endpoints)))
        self._last: dict[int, tuple[float, Floats]] = {}
        self._changes = [place for place, endpoint in enumerate(endpoints) if endpoint.change and read[place]]
        used = self._weights.sum(axis=0)
        used[:1] += len(self._changes)
        self.rows = np.flatnonzero(used)

    @property
    def values(self) -> Floats:
        """The endpoints, shape (runs, endpoints), once every row was taken; NaN where an observable is unknown, or a
        threshold was not passed."""
        return np.asarray(self._values - self._starts)

    def take(self, row: int, values: Floats) -> None:
        """Take one row of every run, in their order; `values` has shape (columns, runs)."""
        if row == 0:
            for place in self._changes:
                self._starts[:, place] = values[self._plain[place]] * _hours_of(self._endpoints[place])
        for place in np.flatnonzero(self._weights[:, row]).tolist():
            kind, own, found = self._endpoints[place].kind, self._values[:, place], values[self._chosen[place]]
            if kind in EXTREMES:
                EXTREMES[kind](own, found, out=own)
            elif kind in OF_THRESHOLDS:
                self._pass(place, self._days[row], found)
            else:
                own += self._weights[place, row] * found

    def _pass(self, place: int, day: float, found: Floats) -> None:
        """Count the time on one side of a threshold since the last row, or note when it was reached."""
        endpoint, own = self._endpoints[place], self._values[:, place]
        beyond = found - float(endpoint.threshold or 0.0)
        if endpoint.kind.endswith("below"):
            beyond = -beyond
        before, was = self._last.get(place, (day, beyond))
        self._last[place] = (day, beyond)
        reached = _reached(was, beyond)
        hours = (day - before) * HOURS_PER_DAY
        if endpoint.kind.startswith("time"):
            own += hours * np.where(was > 0.0, np.where(beyond > 0.0, 1.0, reached), 1.0 - reached)
            own[np.isnan(beyond)] = np.nan
        else:
            at = (before - endpoint.from_day) * HOURS_PER_DAY + np.where(was > 0.0, 0.0, hours * reached)
            new = np.isnan(own) & (beyond > 0.0)
            own[new] = at[new]


def weights_of(days: Floats, endpoint: Endpoint) -> Floats:
    """Return the weight of each record in an endpoint, shape (days,); all zero when no record lies in it.

    It is 1 in the window where records are not summed up.
    """
    weights = np.zeros(len(days))
    after_begin = days >= endpoint.from_day - TIME_TOLERANCE
    if endpoint.kind in ("mean", "area"):
        inside = after_begin & (days < endpoint.to_day - TIME_TOLERANCE)
        weights[inside] = _hours_of(endpoint) / max(1, inside.sum())
    elif endpoint.kind == "at":
        _mark(weights, days, endpoint.to_day)
    else:
        weights[after_begin & (days <= endpoint.to_day + TIME_TOLERANCE)] = 1.0
    return weights


def step_weights(days: Floats, endpoint: Endpoint, *, swift: bool) -> Floats:
    """Return the weight of each of 0 and the ends of all steps in an endpoint of the body, shape (days,).

    Of a `swift` level that moves within a step a row stands for the step that ends there; else it stands for a moment,
    and a mean is that of straight lines between them (trapezoid).
    """
    weights = np.zeros(len(days))
    if endpoint.kind == "at":
        _mark(weights, days, endpoint.to_day)
        return weights
    inside = (days >= endpoint.from_day - TIME_TOLERANCE) & (days <= endpoint.to_day + TIME_TOLERANCE)
    summed = endpoint.kind in ("mean", "area")
    if summed or swift:
        steps = inside[1:] & inside[:-1]
        share = _hours_of(endpoint) / max(1, steps.sum()) if summed else 1.0
        weights[1:][steps] = share if swift else 0.5 * share
        if not swift:
            weights[:-1][steps] += 0.5 * share
    else:
        weights[inside] = 1.0
    return weights


def _first(endpoint: Endpoint) -> float:
    """Return where an endpoint begins before any row: a threshold is not passed yet."""
    return np.nan if endpoint.kind.startswith("until") else FIRST.get(endpoint.kind, 0.0)


def _hours_of(endpoint: Endpoint) -> float:
    """Return what a mean is multiplied by: the hours of the window of an area."""
    return (endpoint.to_day - endpoint.from_day) * HOURS_PER_DAY if endpoint.kind == "area" else 1.0


def _reached(was: Floats, now: Floats) -> Floats:
    """Return at which share of a straight line from `was` to `now` it passes zero; 1 where it does not."""
    crosses = (was > 0.0) != (now > 0.0)
    return np.divide(np.abs(was), np.abs(now - was), out=np.ones_like(was), where=crosses & (now != was))


def _mark(weights: Floats, days: Floats, day: float) -> None:
    exact = np.abs(days - day) < TIME_TOLERANCE
    if exact.any():
        weights[np.argmax(exact)] = 1.0
