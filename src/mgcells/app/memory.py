"""What a session remembers: every observable of every hour, and a thinning record of every cell."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mgcells.model import MagnesiumModel

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Uids = NDArray[np.uint64]


class History:
    """Observables of one model, hour by hour, from its start, 8 bytes a value."""

    def __init__(self, model: MagnesiumModel) -> None:
        self.names = [observable.name for observable in model.observables]
        self._values = array("d")
        self.add(model)

    def add(self, model: MagnesiumModel) -> None:
        """Record the present."""
        self._values.append(model.day)
        self._values.extend(model.measure())

    @property
    def days(self) -> Floats:
        """Days since the start, shape (records,)."""
        return self._table()[:, 0].copy()

    def series(self, name: str) -> Floats:
        """Return an observable, shape (records,)."""
        return self._table()[:, 1 + self.names.index(name)].copy()

    def last(self, name: str) -> float:
        """Return an observable's latest value."""
        return self._values[self.names.index(name) - len(self.names)]

    def rows(self, names: Sequence[str]) -> list[list[float]]:
        """Return day and observables, one list a record."""
        rows: list[list[float]] = self._table()[:, [0, *(1 + self.names.index(name) for name in names)]].tolist()
        return rows

    def _table(self) -> Floats:
        # A copy: what is looked at must not keep the next hour from being added.
        return np.array(self._values, dtype=np.float64).reshape(-1, 1 + len(self.names))


class CellRecord:
    """Behaviours of all cells of a model at times that thin out as the run grows, so that memory stays bounded."""

    def __init__(self, model: MagnesiumModel, most: int = 200) -> None:
        self._most, self._stride, self._steps = most, 1, 0
        self._times: list[float] = []
        self._states: list[dict[tuple[str, str], tuple[Uids, Singles]]] = []
        self._take(model)

    def add(self, model: MagnesiumModel) -> None:
        """Record the present when its turn has come."""
        self._steps += 1
        if self._steps % self._stride:
            return
        self._take(model)
        if len(self._times) > self._most:
            self._times, self._states = self._times[::2], self._states[::2]
            self._stride *= 2

    def of(self, tissue: str, kind: str, uid: int) -> tuple[Floats, Floats]:
        """Return the days at which a cell was recorded and its behaviours, shapes (n,) and (behaviours, n)."""
        days, states = [], []
        for day, state in zip(self._times, self._states, strict=True):
            uids, values = state[tissue, kind]
            at = np.flatnonzero(uids == np.uint64(uid))
            if at.size:
                days.append(day)
                states.append(values[:, at[0]])
        return np.array(days), np.array(states, dtype=np.float64).T

    def _take(self, model: MagnesiumModel) -> None:
        self._times.append(model.day)
        self._states.append(
            {
                (name, kind): (
                    population.uid[: population.count].copy(),
                    population.state[:, : population.count].astype(np.float32),
                )
                for name, tissue in model.tissues.items()
                for kind, population in tissue.populations.items()
            }
        )


def table(histories: Sequence[tuple[str, int, History]], names: Sequence[str]) -> str:
    """Return histories as CSV with the columns of a batch's timeseries.csv.

    Parameters
    ----------
    histories : sequence of (strategy, replicate, History)
    names : observables
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["strategy", "replicate", "day", *names])
    for strategy, replicate, history in histories:
        writer.writerows([[strategy, replicate, *map(repr, row)] for row in history.rows(names)])
    return text.getvalue()
