"""Numbers of the few sites of a lattice where something is going on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from mgcells.arrays import Flags, Integers, Sites


class SparseSites:
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
    def of(cls, sites: Integers, values: NDArray[Any]) -> SparseSites:
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
            rows = np.asarray(self.sites.searchsorted(named))
        return rows

    def forget(self, sites: Integers | Sites) -> None:
        """Hold some sites no longer; those that were not held are ignored."""
        rows, held = self._find(sites)
        if held.any():
            kept = np.ones(self.sites.size, bool)
            kept[rows[held]] = False
            self.sites, self.values = self.sites[kept], self.values[kept]

    def _find(self, sites: Integers | Sites) -> tuple[Integers, Flags]:
        if self.sites.size == 0:
            return np.zeros(sites.shape, np.int64), np.zeros(sites.shape, bool)
        rows = np.asarray(self.sites.searchsorted(sites))
        return rows, np.asarray(self.sites.take(rows, mode="clip") == sites)

    def _hold(self, sites: Integers | Sites) -> None:
        added = np.array(sorted(set(sites.tolist())), np.int32)
        place = self.sites.searchsorted(added) + np.arange(added.size)
        before = np.ones(self.sites.size + added.size, bool)
        before[place] = False
        together, values = np.empty(before.size, np.int32), np.zeros(before.size, self.values.dtype)
        together[place], together[before], values[before] = added, self.sites, self.values
        self.sites, self.values = together, values
