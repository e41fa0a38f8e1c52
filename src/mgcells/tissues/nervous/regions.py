"""Regions of a nervous tissue: side by side along the columns of its lattice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats

Places = NDArray[np.int8]


@dataclass(frozen=True)
class Regions:
    """Which site belongs to which region, and how much GLUT3 and NR2B its neurons have.

    Attributes
    ----------
    names : tuple of str
    place : 8-bit integer array, shape (sites,)
        Index into `names`.
    glut3, nr2b : float arrays, shape (regions,)
        Relative to hippocampus.
    """

    names: tuple[str, ...]
    place: Places
    glut3: Floats
    nr2b: Floats

    @classmethod
    def read(cls, values: Mapping[str, float], section: str, shape: tuple[int, int]) -> Regions:
        """Lay the regions of one tissue side by side, as wide as their shares say.

        Raises
        ------
        ValueError
            The shares do not sum to 1.
        """
        begin = f"{section}.region."
        names = tuple(dict.fromkeys(path[len(begin) :].split(".")[0] for path in values if path.startswith(begin)))
        shares = np.array([values[f"{begin}{name}.share"] for name in names])
        if abs(shares.sum() - 1.0) > 1e-9:
            raise ValueError(f"the shares of the regions of {section} sum to {shares.sum():g}, not 1")
        edges = np.round(np.cumsum(shares) * shape[1])
        column = np.searchsorted(edges, np.arange(shape[1]), side="right")
        place = np.tile(column.astype(np.int8), shape[0])
        weights = [np.array([values[f"{begin}{name}.{kind}"] for name in names]) for kind in ("glut3", "nr2b")]
        return cls(names, place, *weights)
