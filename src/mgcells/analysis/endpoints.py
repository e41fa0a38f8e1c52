"""Which numbers are read of a run, what they are called and in what unit, and how a table of records gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import numpy as np

from mgcells.analysis.cube import Cube
from mgcells.analysis.running import RunningEndpoints
from mgcells.arrays import Floats
from mgcells.scenario import Endpoint
from mgcells.scenario.scenario import EndpointKind


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
                threshold=record.get("threshold"),
                change=bool(record.get("change")),
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


def unit_of(endpoint: Endpoint, unit: str) -> str:
    """Return the unit of an endpoint of an observable with this unit.

    >>> unit_of(Endpoint("plasma.magnesium", "area of last 1 d", "area", 0.0, 1.0), "mM")
    'mM*h'
    """
    if endpoint.threshold is not None:
        return "h"
    if endpoint.kind == "area":
        return f"{unit}*h" if unit else "h"
    return unit


def endpoint_values(cube: Cube, endpoints: Sequence[Endpoint]) -> Floats:
    """Reduce recorded time courses to endpoints.

    A run that lacks a needed record gives NaN, and so does a time at which nothing was recorded.

    Returns
    -------
    ndarray of float, shape (strategies, replicates, endpoints)
        In the units of the endpoints.
    """
    count, shape = cube.values.shape[0] * cube.values.shape[1], cube.values.shape
    runs = cube.values.reshape(count, *shape[2:])
    everywhere = np.ones(len(cube.days), dtype=bool)
    names = frozenset(cube.observables)
    running = RunningEndpoints(cube.days, everywhere, endpoints, cube.observables, names, count)
    for row in running.rows.tolist():
        running.take(row, runs[:, row].T)
    return running.values.reshape(*shape[:2], len(endpoints))
