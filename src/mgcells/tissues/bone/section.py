"""The mineral lattice: a generated trabecular section, its surface, and what resorption and formation do to it."""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Flags, Floats, Integers
from mgcells.compiled import kernel
from mgcells.tissues.bone.sparse_sites import SparseSites

SOLID = 0.5
AROUND = np.array([(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)])
EDGEWISE = AROUND[::2]
SEARCH = 12


def trabeculae(
    shape: tuple[int, int], volume_fraction: float, thickness: float, generator: np.random.Generator
) -> Flags:
    """Return a periodic section of bone, shape `shape`, of a given volume fraction and trabecular thickness.

    The zero lines of a smooth random field form a connected net of plates; bone is what lies nearest to them. The
    smoothing length is searched by bisection, as thickness grows with it.

    Parameters
    ----------
    thickness : float
        Mean trabecular thickness in voxels.
    """
    noise = np.fft.fft2(generator.standard_normal(shape))
    fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None, :]
    low, high = 0.5, float(min(shape))
    for _ in range(SEARCH):
        length = 0.5 * (low + high)
        smooth = np.exp(-2.0 * (np.pi * length / 4.0) ** 2 * (fx**2 + fy**2))
        field: Floats = np.abs(np.fft.ifft2(noise * smooth).real)
        inside: Flags = field <= np.quantile(field, volume_fraction)
        if plate_thickness(inside) < thickness:
            low = length
        else:
            high = length
    return inside


def plate_thickness(solid: Flags) -> float:
    """Return the mean thickness (voxels) of a section, shape (rows, columns), by the plate model, 2 area / perimeter.
    An oblique cut makes plates look pi/4 too thick, and voxel edges make a contour 4/pi too long: they cancel.
    """
    return 2.0 * float(solid.sum()) / max(1, edges(solid))


def edges(solid: Flags) -> int:
    """Return how many faces lie between bone and marrow of a periodic section, shape (rows, columns)."""
    inside = np.count_nonzero(solid[1:] != solid[:-1]) + np.count_nonzero(solid[:, 1:] != solid[:, :-1])
    around = np.count_nonzero(solid[0] != solid[-1]) + np.count_nonzero(solid[:, 0] != solid[:, -1])
    return int(inside + around)


def neighbours(sites: Integers, shape: tuple[int, int], steps: Integers = AROUND) -> Integers:
    """Return the flat indices of the sites around some sites of the periodic lattice, shape (sites, steps).

    Parameters
    ----------
    sites : integer array, shape (sites,)
    steps : integer array, shape (steps, 2)
        Down and across; EDGEWISE for the sites that share an edge.
    """
    y, x = np.divmod(sites, shape[1])
    down, across = y[:, None] + steps[:, 0], x[:, None] + steps[:, 1]
    return np.asarray(down % shape[0] * shape[1] + across % shape[1])


@kernel
def survey(solid: Flags, shape: tuple[int, int], surface: Flags, marrow: Flags) -> int:
    """Mark what is bone beside marrow and what is marrow, shapes (voxels,); return the number of surface sites."""
    rows, columns = shape
    found = 0
    for y in range(rows):
        above, here, below = (y - 1) % rows * columns, y * columns, (y + 1) % rows * columns
        for x in range(columns):
            left, right = (x if x > 0 else columns) - 1, x + 1 if x + 1 < columns else 0
            enclosed = solid[above + x] & solid[below + x] & solid[here + left] & solid[here + right]
            marrow[here + x] = not solid[here + x]
            surface[here + x] = solid[here + x] & (not enclosed)
            found += surface[here + x]
    return found


@kernel
def spill(extra: Floats, around: Integers, taken: Flags, spacing: float, mineral: Floats, osteoid: Floats) -> Floats:
    """Lay what full sites cannot hold, one after the other, on the fullest marrow beside each; return what was laid.

    Parameters
    ----------
    extra : float array, shape (sites,)
        um that each has left over.
    around, taken : shape (sites, directions)
        The sites beside each, and whether they are at work themselves and take nothing.
    mineral, osteoid : float arrays, shape (voxels,)
        `osteoid` is changed.
    """
    laid = np.zeros(extra.size)
    for index in range(extra.size):
        best, most = -1, -1.0
        for direction in range(around.shape[1]):
            beside = around[index, direction]
            content = mineral[beside] + osteoid[beside]
            if not taken[index, direction] and content < spacing and content > most:
                best, most = beside, content
        if best >= 0:
            laid[index] = min(extra[index], spacing - most)
            osteoid[best] += laid[index]
    return laid


class Section:
    """Bone content of every voxel, in micrometres of depth (at most one voxel side).

    Attributes
    ----------
    mineral, osteoid : float arrays, shape (voxels,)
        Mineralised and unmineralised matrix.
    cavity : SparseSites
        What the present remodelling unit has taken and formation has not yet put back.
    surface, marrow : bool arrays, shape (voxels,)
        Sites that are bone and touch marrow, and sites that are marrow, as of the last survey.
    """

    def __init__(self, bone: Flags, spacing: float) -> None:
        self.shape: tuple[int, int] = (bone.shape[0], bone.shape[1])
        self.spacing = spacing
        self.mineral = np.where(bone.ravel(), spacing, 0.0)
        self.osteoid = np.zeros(bone.size)
        self.cavity = SparseSites(np.float64)
        self.surface, self.marrow = np.zeros((2, bone.size), bool)
        self.find_surface()

    def solid(self) -> Flags:
        """Tell which sites are bone; a cavity that is being refilled still counts, shape (voxels,)."""
        content = self.mineral + self.osteoid
        content[self.cavity.sites] += self.cavity.values
        return np.asarray(content > SOLID * self.spacing)

    def find_surface(self) -> None:
        """Mark the sites that are bone and touch marrow, and those that are marrow."""
        self.surface_sites = survey(self.solid(), self.shape, self.surface, self.marrow)

    def erode(self, sites: Integers, depth: Floats) -> Floats:
        """Take up to `depth` (um) from each site, unmineralised matrix first; return what was taken."""
        soft = np.minimum(depth, self.osteoid[sites])
        hard = np.minimum(depth - soft, self.mineral[sites])
        self.osteoid[sites] -= soft
        self.mineral[sites] -= hard
        taken = soft + hard
        self.cavity.add(sites, taken)
        return taken

    def fill(self, sites: Integers, offered: Floats) -> Floats:
        """Lay matrix at sites (each named once), what a full site cannot hold on the marrow beside it.

        Returns
        -------
        float array, shape (sites,)
            What was laid; less than `offered` only where no marrow is left beside a full site.
        """
        room = self.spacing - self.mineral[sites] - self.osteoid[sites]
        here = np.minimum(offered, np.maximum(room, 0.0))
        self.osteoid[sites] += here
        rows = self.cavity.rows(sites)
        self.cavity.values[rows] = np.maximum(0.0, self.cavity.values[rows] - here)
        laid = here.copy()
        full = np.flatnonzero(offered - here > 1e-12)
        around = neighbours(sites[full], self.shape, EDGEWISE)
        laid[full] += spill(
            offered[full] - here[full], around, self.cavity[around] > 0.0, self.spacing, self.mineral, self.osteoid
        )
        return laid

    @property
    def fresh(self) -> Integers:
        """Sites that have osteoid."""
        return np.flatnonzero(self.osteoid)

    def mineralise(self, sites: Integers, share: Floats) -> Floats:
        """Turn a share of the osteoid of some sites into mineral; return how much of it, shape (sites,)."""
        moved = self.osteoid[sites] * share
        self.osteoid[sites] -= moved
        self.mineral[sites] += moved
        return np.asarray(moved)

    @property
    def volume_fraction(self) -> float:
        """Bone volume over tissue volume (BV/TV), mineralised or not."""
        return float((self.mineral.sum() + self.osteoid.sum()) / (self.spacing * self.mineral.size))

    @property
    def thickness(self) -> float:
        """Trabecular thickness (Tb.Th), um, from area and perimeter."""
        solid = self.solid().reshape(self.shape)
        return 2.0 * self.volume_fraction * solid.size * self.spacing / max(1, edges(solid))
