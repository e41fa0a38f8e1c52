"""Reducing a time course to a number: its value at one time, or the mean, highest or lowest over a window.

A run is read step by step, whatever is recorded of it; a table of records is all that is left to read afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, get_args

import numpy as np

from mgcells.analysis.cube import Cube
from mgcells.arrays import Flags, Floats
from mgcells.scenario import Endpoint
from mgcells.scenario.scenario import EndpointKind

TIME_TOLERANCE = 1e-6


def listed_endpoints(records: Iterable[Mapping[str, Any]]) -> list[Endpoint]:
    """Return the endpoints of a resolved scenario.

    Raises
    ------
    ValueError
        A record has a kind that no endpoint has.
    """
    endpoints = []
    for record in records:
        kind = record["kind"]
        if kind not in get_args(EndpointKind):
            known = ", ".join(get_args(EndpointKind))
            raise ValueError(f"endpoint of '{record['observable']}': kind '{kind}' is none of {known}")
        to_day = float(record["to_day"])
        from_day = record.get("from_day")
        endpoints.append(
            Endpoint(
                observable=str(record["observable"]),
                label=str(record["label"]),
                kind=kind,
                from_day=to_day if from_day is None else float(from_day),
                to_day=to_day,
            )
        )
    return endpoints


def at_the_end(observables: Iterable[str], last_day: float) -> list[Endpoint]:
    """Return the default endpoints: each observable at the last day."""
    label = f"at {last_day:g} d"
    return [Endpoint(name, label, "at", last_day, last_day) for name in observables]


def whole_run(days: float) -> Endpoint:
    """Return the highest plasma magnesium of a run, by which its safety is judged."""
    return Endpoint("plasma.magnesium", "highest of the run", "highest", 0.0, days)


def column_of(endpoint: Endpoint) -> str:
    """Return the column of an endpoint in a table of endpoints."""
    return f"{endpoint.observable}, {endpoint.label}"


def endpoint_values(cube: Cube, endpoints: Sequence[Endpoint]) -> Floats:
    """Reduce recorded time courses to endpoints.

    A run that lacks a needed record gives NaN, and so does a time at which nothing was recorded.

    Returns
    -------
    ndarray of float, shape (strategies, replicates, endpoints)
        In the units of the observables.
    """
    values = np.full((*cube.values.shape[:2], len(endpoints)), np.nan)
    for column, endpoint in enumerate(endpoints):
        course = cube.values[..., cube.observables.index(endpoint.observable)]
        weights = weights_of(cube.days, endpoint)
        used = weights > 0
        if used.any():
            values[..., column] = _reduced(course[..., used], weights[used], endpoint.kind)
    return values


class RunningEndpoints:
    """Endpoints of runs whose steps come one by one, so that no course has to be kept.

    What moves within a step is read of what it did in each, other observables of the body at the end of each, as
    a course of straight lines, and observables of tissues where they are recorded.

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
    values : ndarray of float, shape (runs, endpoints)
        The endpoints, once every row was taken; NaN where an observable is unknown.
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
        self._kinds = [endpoint.kind for endpoint in endpoints]
        self._weights = np.zeros((len(endpoints), len(days)))
        self._chosen = []
        for place, endpoint in enumerate(endpoints):
            name = endpoint.observable
            swift = f"{name}|{endpoint.kind}" in columns
            if name in of_tissues:
                self._weights[place, recorded] = weights_of(days[recorded], endpoint)
            elif name in columns:
                self._weights[place] = step_weights(days, endpoint, swift=swift)
            column = f"{name}|{endpoint.kind}" if swift else name
            self._chosen.append(columns.index(column) if column in columns else -1)
        before = {"at": 0.0, "mean": 0.0, "highest": -np.inf, "lowest": np.inf}
        first = [
            before[kind] if weights.any() else np.nan for kind, weights in zip(self._kinds, self._weights, strict=True)
        ]
        self.values: Floats = np.tile(first, (runs, 1))
        self.rows = np.flatnonzero(self._weights.any(axis=0))

    def take(self, row: int, values: Floats) -> None:
        """Take one row of every run; `values` has shape (columns, runs)."""
        for place in np.flatnonzero(self._weights[:, row]):
            own, found = self.values[:, place], values[self._chosen[place]]
            if self._kinds[place] == "highest":
                np.maximum(own, found, out=own)
            elif self._kinds[place] == "lowest":
                np.minimum(own, found, out=own)
            else:
                own += self._weights[place, row] * found


def weights_of(days: Floats, endpoint: Endpoint) -> Floats:
    """Return the weight of each record in an endpoint, shape (days,); all zero when no record lies in it.

    For the highest and the lowest it is 1 in the window.
    """
    weights = np.zeros(len(days))
    after_begin = days >= endpoint.from_day - TIME_TOLERANCE
    if endpoint.kind in ("highest", "lowest"):
        weights[after_begin & (days <= endpoint.to_day + TIME_TOLERANCE)] = 1.0
    elif endpoint.kind == "mean":
        inside = after_begin & (days < endpoint.to_day - TIME_TOLERANCE)
        weights[inside] = 1.0 / max(1, inside.sum())
    else:
        _mark(weights, days, endpoint.to_day)
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
    if endpoint.kind == "mean" or swift:
        steps = inside[1:] & inside[:-1]
        share = 1.0 if endpoint.kind != "mean" else 1.0 / max(1, steps.sum())
        weights[1:][steps] = share if swift else 0.5 * share
        if not swift:
            weights[:-1][steps] += 0.5 * share
    else:
        weights[inside] = 1.0
    return weights


def _mark(weights: Floats, days: Floats, day: float) -> None:
    exact = np.abs(days - day) < TIME_TOLERANCE
    if exact.any():
        weights[np.argmax(exact)] = 1.0


def _reduced(course: Floats, weights: Floats, kind: EndpointKind) -> Floats:
    """Return the endpoint of each course of shape (..., records)."""
    if kind == "highest":
        return np.asarray(course.max(axis=-1))
    if kind == "lowest":
        return np.asarray(course.min(axis=-1))
    # a plain sum per run: a matrix product may round equal runs differently
    return np.asarray((course * weights).sum(axis=-1))
