"""What a session remembers: every observable of every hour on disk, its outline and a thinning record of cells."""

from __future__ import annotations

import csv
import io
import tempfile
import weakref
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats, Uids
from mgcells.model import MagnesiumModel

Singles = NDArray[np.float32]
BLOCK = 1024


class History:
    """Observables of one model, hour by hour, from its start.

    The record is a nameless file that the system removes with the session, 8 bytes a value; memory holds only the
    outline that curves are drawn from, so that it stays the same however long one plays.
    """

    def __init__(self, model: MagnesiumModel) -> None:
        self.names = [observable.name for observable in model.observables]
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when this history is forgotten
        weakref.finalize(self, self._file.close)
        self._outline = Outline(len(self.names))
        self.add(model)

    def add(self, model: MagnesiumModel) -> None:
        """Record the present."""
        values = np.array(model.measure(), dtype=np.float64)
        self._file.write(np.array([model.day]).tobytes() + values.tobytes())
        self._outline.add(model.day, values)

    @property
    def days(self) -> Floats:
        """Days since the start of every record, shape (records,)."""
        return np.concatenate([block[:, 0] for block in self.blocks()])

    def series(self, name: str) -> Floats:
        """Return an observable, shape (records,)."""
        column = 1 + self.names.index(name)
        return np.concatenate([block[:, column] for block in self.blocks()])

    def curve(self, name: str) -> tuple[Floats, Floats]:
        """Return days and values to draw, shape (points,): the record at first, later its extremes, span by span."""
        return self._outline.of(self.names.index(name))

    def blocks(self) -> Iterator[Floats]:
        """Yield the record in pieces: day and observables in columns, one row a record."""
        wide = 8 * (1 + len(self.names))
        end = self._file.seek(0, io.SEEK_END)
        for begin in range(0, end, wide * BLOCK):
            self._file.seek(begin)
            yield np.frombuffer(self._file.read(wide * BLOCK), dtype=np.float64).reshape(-1, 1 + len(self.names))
        self._file.seek(0, io.SEEK_END)


class Outline:
    """Least and greatest of every observable over spans that double in length whenever `most` of them are full."""

    def __init__(self, observables: int, most: int = 600) -> None:
        self._days = np.empty(most)
        self._low, self._high = np.empty((most, observables)), np.empty((most, observables))
        # Records that fill a span, spans begun, and records in the last of them.
        self._stride, self._spans, self._inside = 1, 0, 1

    def add(self, day: float, values: Floats) -> None:
        """Take in one record, shape (observables,)."""
        if self._inside == self._stride:
            if self._spans == self._days.size:
                self._halve()
            self._low[self._spans], self._high[self._spans] = values, values
            self._spans, self._inside = self._spans + 1, 0
        last = self._spans - 1
        self._days[last] = day
        np.fmin(self._low[last], values, out=self._low[last])
        np.fmax(self._high[last], values, out=self._high[last])
        self._inside += 1

    def of(self, column: int) -> tuple[Floats, Floats]:
        """Return days and values, two a span (one while a span is a single record)."""
        days = self._days[: self._spans]
        low, high = self._low[: self._spans, column], self._high[: self._spans, column]
        if self._stride == 1:
            return days.copy(), low.copy()
        return np.repeat(days, 2), np.column_stack([low, high]).ravel()

    def _halve(self) -> None:
        self._spans //= 2
        kept = slice(0, self._spans)
        self._days[kept] = self._days[1::2]
        self._low[kept] = np.fmin(self._low[::2], self._low[1::2])
        self._high[kept] = np.fmax(self._high[::2], self._high[1::2])
        self._stride *= 2


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
        columns = [0, *(1 + history.names.index(name) for name in names)]
        for block in history.blocks():
            writer.writerows([[strategy, replicate, *map(repr, row)] for row in block[:, columns].tolist()])
    return text.getvalue()
