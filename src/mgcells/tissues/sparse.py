"""Numbers of the few sites of a lattice where something is going on."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Sites = NDArray[np.int32]
Number = TypeVar("Number", bound=np.generic)


class Sparse(Generic[Number]):
    """One number for each of a few sites, zero at all others; written and read by site, like an array.

    Attributes
    ----------
    sites : 32-bit integer array, shape (held,)
        Ascending.
    values : array, shape (held,)
    """

    def __init__(self, kind: type[Number]) -> None:
        self.sites: Sites = np.zeros(0, np.int32)
        self.values: NDArray[Number] = np.zeros(0, kind)

    def __getitem__(self, sites: Integers | Sites | int) -> NDArray[Number]:
        """Return the numbers of some sites, shape (sites,)."""
        rows, held = self._find(np.asarray(sites))
        found = np.zeros(rows.shape, self.values.dtype)
        found[held] = self.values[rows[held]]
        return found

    def __setitem__(self, sites: Integers | Sites | int, numbers: ArrayLike) -> None:
        """Give some sites their numbers; they are held from now on."""
        named = np.asarray(sites)
        rows, held = self._find(named)
        if not held.all():
            self._hold(named[~held])
            rows, _ = self._find(named)
        self.values[rows] = numbers

    def forget(self, sites: Integers | Sites) -> None:
        """Hold some sites no longer; those that were not held are ignored."""
        rows, held = self._find(sites)
        gone = rows[held]
        if gone.size:
            self.sites, self.values = np.delete(self.sites, gone), np.delete(self.values, gone)

    def _find(self, sites: Integers | Sites) -> tuple[Integers, NDArray[np.bool_]]:
        rows = np.asarray(np.searchsorted(self.sites, sites))
        if self.sites.size == 0:
            return rows, np.zeros(rows.shape, bool)
        return rows, np.asarray(self.sites[np.minimum(rows, self.sites.size - 1)] == sites)

    def _hold(self, sites: Integers | Sites) -> None:
        new = np.unique(sites).astype(np.int32)
        places = np.searchsorted(self.sites, new)
        self.sites = np.insert(self.sites, places, new)
        self.values = np.insert(self.values, places, np.zeros(new.size, self.values.dtype))
