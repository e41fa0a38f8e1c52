"""Closing the gaps that dead cells leave in a population's columns."""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats, Integers, Sites, Uids
from mgcells.compiled import Index, kernel


def close_gaps(
    leaving: Integers, count: int, state: Floats, traits: Floats, voxel: Sites, uid: Uids
) -> int:  # fmt: skip
    """Move the last living rows, in row order, into the rows that are left; return how many cells remain.

    Parameters
    ----------
    leaving : integer array
        Rows of cells that go, in any order; a row may be named twice.
    count : int
        Living cells before.
    state, traits : shapes (behaviours, capacity), (traits, capacity)
    voxel, uid : shape (capacity,)
    """
    left = _close(leaving, count, state, traits, voxel, uid)
    return left if left >= 0 else _close(np.unique(leaving), count, state, traits, voxel, uid)


@kernel(twin="mgcells.cells.compaction:_close_arrays")
def _close(rows: Integers, count: int, state: Floats, traits: Floats, voxel: Sites, uid: Uids) -> int:
    """Do it for rows in ascending order; for others return -1 and do nothing."""
    for k in range(1, rows.size):
        if rows[k] <= rows[k - 1]:
            return -1
    end = count - rows.size
    gaps = np.searchsorted(rows, end)
    movers = np.empty(gaps, np.int64)
    found, gone = 0, gaps
    for row in range(end, count):
        if gone < rows.size and rows[gone] == row:
            gone += 1
        else:
            movers[found] = row
            found += 1
    for b in range(state.shape[0]):
        column = state[b]
        for k in range(gaps):
            column[Index(rows[k])] = column[Index(movers[k])]
    for t in range(traits.shape[0]):
        column = traits[t]
        for k in range(gaps):
            column[Index(rows[k])] = column[Index(movers[k])]
    for k in range(gaps):
        gap, mover = Index(rows[k]), Index(movers[k])
        voxel[gap] = voxel[mover]
        uid[gap] = uid[mover]
    return end


def _close_arrays(rows: Integers, count: int, state: Floats, traits: Floats, voxel: Sites, uid: Uids) -> int:
    """Do what `_close` does with whole arrays: its oracle in tests."""
    if (np.diff(rows) <= 0).any():
        return -1
    end = count - rows.size
    gaps, tail = rows[rows < end], np.arange(end, count)
    movers = tail[~np.isin(tail, rows)]
    for column in (*state, *traits, voxel, uid):
        column[gaps] = column[movers]
    return end
