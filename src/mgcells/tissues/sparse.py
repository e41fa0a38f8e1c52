"""Numbers of the few sites of a lattice where something is going on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from mgcells import compiled
from mgcells.compiled import njit

Integers = NDArray[np.int64]
Sites = NDArray[np.int32]
Flags = NDArray[np.bool_]


class Sparse:
    """One number, or one record of several, for each of a few sites; zero at all others.

    Attributes
    ----------
    sites : 32-bit integer array, shape (held,)
        Ascending.
    values : array, shape (held,)
        Of the given kind; a record's numbers are `values[name]`.
    """

    def __init__(self, kind: DTypeLike) -> None:
        self.sites: Sites = np.zeros(0, np.int32)
        self.values: NDArray[Any] = np.zeros(0, kind)

    @classmethod
    def of(cls, sites: Integers, values: NDArray[Any]) -> Sparse:
        """Return the numbers of some sites, in ascending order."""
        made = cls(values.dtype)
        made.sites, made.values = sites.astype(np.int32), values
        return made

    def __getitem__(self, sites: Integers | Sites | int) -> NDArray[Any]:
        """Return the numbers of some sites, shape (sites,)."""
        rows, held = self._find(np.asarray(sites))
        found = np.zeros(rows.shape, self.values.dtype)
        found[held] = self.values[rows[held]]
        return found

    def __setitem__(self, sites: Integers | Sites | int, numbers: ArrayLike) -> None:
        """Give some sites their numbers; they are held from now on."""
        rows = self.rows(sites)
        self.values[rows] = numbers

    def add(self, sites: Integers | Sites, numbers: ArrayLike) -> None:
        """Add to the numbers of some sites, each named once; they are held from now on."""
        rows = self.rows(sites)
        self.values[rows] += numbers

    def put(self, sites: Integers | Sites, **numbers: ArrayLike) -> None:
        """Give some sites these numbers of their records."""
        rows = self.rows(sites)
        for name, given in numbers.items():
            self.values[name][rows] = given

    def rows(self, sites: Integers | Sites | int) -> Integers:
        """Return where the numbers of some sites stand in `values`, which may be a new array: all are held now."""
        named = np.asarray(sites)
        rows, held = self._find(named)
        if not held.all():
            self._hold(named[~held])
            rows, _ = self._find(named)
        return rows

    def forget(self, sites: Integers | Sites) -> None:
        """Hold some sites no longer; those that were not held are ignored."""
        rows, held = self._find(sites)
        if held.any():
            kept = np.ones(self.sites.size, bool)
            kept[rows[held]] = False
            self.sites, self.values = self.sites[kept], self.values[kept]

    def _find(self, sites: Integers | Sites) -> tuple[Integers, Flags]:
        """Return where sites stand, or would stand, and whether they are held, in the shape of `sites`."""
        look_up = _look_up if compiled.AVAILABLE else _look_up_arrays
        rows, held = look_up(self.sites, sites.ravel())
        return rows.reshape(sites.shape), held.reshape(sites.shape)

    def _hold(self, sites: Integers | Sites) -> None:
        added = np.array(sorted(set(sites.tolist())), np.int32)
        merge = _merge if compiled.AVAILABLE else _merge_arrays
        self.sites, before = merge(self.sites, added)
        values = np.zeros(self.sites.size, self.values.dtype)
        values[before] = self.values
        self.values = values


@njit
def _look_up(held: Sites, sites: Integers | Sites) -> tuple[Integers, Flags]:
    rows, found = np.empty(sites.size, np.int64), np.empty(sites.size, np.bool_)
    for k in range(sites.size):
        site, low, high = sites[k], 0, held.size
        while low < high:
            middle = (low + high) // 2
            if held[middle] < site:
                low = middle + 1
            else:
                high = middle
        rows[k], found[k] = low, low < held.size and held[low] == site
    return rows, found


def _look_up_arrays(held: Sites, sites: Integers | Sites) -> tuple[Integers, Flags]:
    rows = np.asarray(held.searchsorted(sites))
    there = held.take(rows, mode="clip") if held.size else np.full(rows.shape, -1)
    return rows, np.asarray(there == sites)


@njit
def _merge(held: Sites, added: Sites) -> tuple[Sites, Integers]:
    """Return both, ascending as each of them, and where those that were held stand now."""
    together, before = np.empty(held.size + added.size, np.int32), np.empty(held.size, np.int64)
    old = new = 0
    for row in range(together.size):
        if new == added.size or (old < held.size and held[old] < added[new]):
            together[row], before[old] = held[old], row
            old += 1
        else:
            together[row] = added[new]
            new += 1
    return together, before


def _merge_arrays(held: Sites, added: Sites) -> tuple[Sites, Integers]:
    together = np.concatenate([held, added])
    together.sort()
    return together, np.asarray(together.searchsorted(held))
