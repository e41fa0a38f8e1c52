"""What of a time course is compared: its value at one time, or its mean over a window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from mgcells.analysis.cube import Array, Cube

TIME_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Endpoint:
    """One number per run: `observable` at `to_day`, or its mean over the half-open window `[from_day, to_day)`."""

    observable: str
    label: str
    kind: Literal["at", "mean"]
    from_day: float
    to_day: float


def read_endpoints(records: Iterable[Mapping[str, Any]]) -> list[Endpoint]:
    """Read the endpoint records of a resolved scenario.

    Raises
    ------
    ValueError
        A record has a kind other than "at" and "mean".
    """
    endpoints = []
    for record in records:
        kind = record["kind"]
        if kind not in ("at", "mean"):
            raise ValueError(f"endpoint of '{record['observable']}': kind '{kind}' is neither 'at' nor 'mean'")
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


def endpoint_values(cube: Cube, endpoints: Sequence[Endpoint]) -> Array:
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
            # a plain sum per run: a matrix product may round equal runs differently
            values[..., column] = (course[..., used] * weights[used]).sum(axis=-1)
    return values


def weights_of(days: Array, endpoint: Endpoint) -> Array:
    """Return the weight of each record in an endpoint, shape (days,); all zero when no record lies in it."""
    weights = np.zeros(len(days))
    if endpoint.kind == "mean":
        inside = (days >= endpoint.from_day - TIME_TOLERANCE) & (days < endpoint.to_day - TIME_TOLERANCE)
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
