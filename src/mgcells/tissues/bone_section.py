"""The mineral lattice: a generated trabecular section, its surface, and what resorption and formation do to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
SOLID = 0.5


def trabeculae(shape: tuple[int, int], volume_fraction: float, length: float, generator: np.random.Generator) -> Flags:
    """Return a periodic section of bone, shape `shape`.

    A smooth random field is cut at the level that leaves `volume_fraction` of it.

    Parameters
    ----------
    length : float
        Correlation length in voxels.
    """
    noise = np.fft.fft2(generator.standard_normal(shape))
    fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None, :]
    smooth = np.exp(-2.0 * (np.pi * length / 4.0) ** 2 * (fx**2 + fy**2))
    field: Floats = np.abs(np.fft.ifft2(noise * smooth).real)
    # The zero lines of a smooth field form a connected net of plates; bone is what lies nearest to them.
    inside: NDArray[np.bool_] = field <= np.quantile(field, volume_fraction)
    return inside


class Section:
    """Bone content of every voxel, in micrometres of depth (at most one voxel side).

    Attributes
    ----------
    mineral, osteoid : float arrays, shape (voxels,)
        Mineralised and unmineralised matrix.
    cavity : float array, shape (voxels,)
        What the present remodelling unit has taken and formation has not yet put back.
    """

    def __init__(self, bone: Flags, spacing: float) -> None:
        self.shape: tuple[int, int] = (bone.shape[0], bone.shape[1])
        self.spacing = spacing
        self.mineral = np.where(bone.ravel(), spacing, 0.0)
        self.osteoid = np.zeros(bone.size)
        self.cavity = np.zeros(bone.size)
        self._sites = np.arange(bone.size).reshape(self.shape)
        self.surface = np.zeros(bone.size, bool)
        self.find_surface()

    def find_surface(self) -> None:
        """Mark the sites that are bone and touch marrow; a cavity that is being refilled still counts as bone."""
        solid = (self.mineral + self.osteoid + self.cavity > SOLID * self.spacing).reshape(self.shape)
        inside = solid.copy()
        for axis in (0, 1):
            for shift in (-1, 1):
                inside &= np.roll(solid, shift, axis)
        self.surface = (solid & ~inside).ravel()

    def erode(self, sites: Integers, depth: Floats) -> Floats:
        """Take up to `depth` (um) from each site, unmineralised matrix first; return what was taken."""
        soft = np.minimum(depth, self.osteoid[sites])
        hard = np.minimum(depth - soft, self.mineral[sites])
        self.osteoid[sites] -= soft
        self.mineral[sites] -= hard
        self.cavity[sites] += soft + hard
        return soft + hard

    def fill(self, offered: Floats) -> Floats:
        """Lay matrix into cavities, as much as is offered and no more than was taken; return what was laid."""
        laid = np.minimum(offered, self.cavity)
        self.osteoid += laid
        self.cavity -= laid
        return laid

    def mineralise(self, share: Floats) -> None:
        """Turn a share of every site's osteoid into mineral."""
        moved = self.osteoid * share
        self.osteoid -= moved
        self.mineral += moved

    @property
    def volume_fraction(self) -> float:
        """Bone volume over tissue volume (BV/TV), mineralised or not."""
        return float((self.mineral.sum() + self.osteoid.sum()) / (self.spacing * self.mineral.size))
