"""Reducing a time course to a number: its value at one time, or the mean, highest or lowest over a window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import numpy as np

from mgcells.analysis.cube import Cube
from mgcells.arrays import Floats
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


def endpoint_values(cube: Cube, endpoints: Sequence[Endpoint]) -> Floats:
    """Reduce time courses to endpoints.

    A time between two records is interpolated linearly; a run that lacks a needed record gives NaN.

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
    """Endpoints of runs whose records come one by one, so that no course has to be kept.

    Attributes
    ----------
    values : ndarray of float, shape (runs, endpoints)
        What `endpoint_values` gives, once every record was taken; NaN where no record lies in the endpoint.
    """

    def __init__(self, days: Floats, endpoints: Sequence[Endpoint], observables: Sequence[str], runs: int) -> None:
        self._kinds = [endpoint.kind for endpoint in endpoints]
        self._weights = np.array([weights_of(days, endpoint) for endpoint in endpoints])
        self._chosen = [observables.index(endpoint.observable) for endpoint in endpoints]
        before = {"at": 0.0, "mean": 0.0, "highest": -np.inf, "lowest": np.inf}
        first = [
            before[kind] if weights.any() else np.nan for kind, weights in zip(self._kinds, self._weights, strict=True)
        ]
        self.values = np.tile(first, (runs, 1))

    def take(self, record: int, values: Floats) -> None:
        """Take one record of every run; `values` has shape (observables, runs)."""
        for column in np.flatnonzero(self._weights[:, record]):
            own, found = self.values[:, column], values[self._chosen[column]]
            if self._kinds[column] == "highest":
                np.maximum(own, found, out=own)
            elif self._kinds[column] == "lowest":
                np.minimum(own, found, out=own)
            else:
                own += self._weights[column, record] * found


def weights_of(days: Floats, endpoint: Endpoint) -> Floats:
    """Return the weight of each record in an endpoint, shape (days,); all zero when no record lies in it.

    For the highest and the lowest it is 1 in the window.
    """
    weights = np.zeros(len(days))
    after_begin = days >= endpoint.from_day - TIME_TOLERANCE
    if endpoint.kind in ("highest", "lowest"):
        weights[after_begin & (days <= endpoint.to_day + TIME_TOLERANCE)] = 1.0
        return weights
    if endpoint.kind == "mean":
        inside = after_begin & (days < endpoint.to_day - TIME_TOLERANCE)
        weights[inside] = 1.0 / max(1, inside.sum())
        return weights
    exact = np.abs(days - endpoint.to_day) < TIME_TOLERANCE
    if exact.any():
        weights[np.argmax(exact)] = 1.0
        return weights
    after = int(np.searchsorted(days, endpoint.to_day))
    if 0 < after < len(days):
        share = (endpoint.to_day - days[after - 1]) / (days[after] - days[after - 1])
        weights[after - 1], weights[after] = 1.0 - share, share
    return weights


def _reduced(course: Floats, weights: Floats, kind: EndpointKind) -> Floats:
    """Return the endpoint of each course of shape (..., records)."""
    if kind == "highest":
        return np.asarray(course.max(axis=-1))
    if kind == "lowest":
        return np.asarray(course.min(axis=-1))
    # a plain sum per run: a matrix product may round equal runs differently
    return np.asarray((course * weights).sum(axis=-1))
