"""The grids of a field's solver: coarse cells of up to four, faces that conduct as far as their centres are apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import Floats, Integers
from mgcells.fields import arrays
from mgcells.fields.arrays import Bytes, Shorts
from mgcells.fields.layout import inside

Mask = NDArray[np.bool_]

POCKET = 16


def block_means(x: NDArray[Any], factor: int) -> Floats:
    """Return the means of square blocks of `factor` cells a side; the last row and column fill up broken blocks.

    >>> block_means(np.arange(8.0).reshape(2, 4), 2).tolist()
    [[2.5, 4.5]]
    """
    rows, columns = (-(-side // factor) * factor for side in x.shape)
    full = np.pad(x, ((0, rows - x.shape[0]), (0, columns - x.shape[1])), "edge")
    means: Floats = full.reshape(rows // factor, factor, columns // factor, factor).mean(axis=(1, 3))
    return means


@dataclass(eq=False)
class Grids:
    """What the solver knows of a lattice and its mask, which fields of the same lattice share.

    Attributes
    ----------
    opened : bool array (ny, nx)
        True where there is tissue.
    masks, fixed, plan : arrays
        As `lay_out` returns them.
    members, starts : arrays
        As `regions` returns them.
    """

    opened: Mask
    masks: Bytes
    fixed: Shorts
    plan: Integers
    members: Integers
    starts: Integers

    @classmethod
    def over(cls, opened: Mask) -> Grids:
        """Lay out the grids of a tissue; `opened` is True where it is."""
        members, starts = regions(opened)
        return cls(opened, *lay_out(opened, without_pockets(opened, members, starts)), members, starts)


def lay_out(opened: Mask, held: Mask) -> tuple[Bytes, Shorts, Integers]:
    """Lay out the grids of a solver, down to a single cell.

    Parameters
    ----------
    opened : bool array (ny, nx)
        True where there is tissue.
    held : bool array (ny, nx)
        True where the coarse grids take part: the tissue without its pockets.

    Returns
    -------
    masks : (MASK_ROWS, stored size of the finest grid)
    fixed : (n,)
        How a correction is shared out, for every grid, then the rows of the coarse grids.
    plan : int (grids + 1, 4)
        Rows, columns, offset and stored size of every grid, the finest first; its cells are stored last. The last row
        has the size of all as its offset.
    """
    sizes = [opened.shape]
    while max(sizes[-1]) > 1:
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    plan, offset = np.zeros((len(sizes) + 1, 4), dtype=np.int64), 0
    for level in (*range(1, len(sizes)), 0):
        rows, columns = sizes[level]
        stored = (rows + 2) * (columns + 1)
        plan[level] = rows, columns, offset, stored
        offset += stored
    plan[-1, arrays.OFFSET] = offset
    stored = int(plan[0, arrays.STORED])
    fixed = np.zeros(offset + arrays.COARSE_ROWS * (offset - stored), np.float32)
    share, coarse = fixed[:offset], fixed[offset:].reshape(arrays.COARSE_ROWS, offset - stored)

    masks = np.zeros((arrays.MASK_ROWS, stored), np.uint8)
    volume = opened.astype(np.float64)
    across, down = volume[:, :-1] * volume[:, 1:], volume[:-1] * volume[1:]
    for row, cells in ((arrays.OPEN, opened), (arrays.HELD, held), (arrays.FACES, _faces(across, down, volume.shape))):
        inside(masks[row], opened.shape[1])[:] = cells
    volume = held.astype(np.float64)
    across, down = volume[:, :-1] * volume[:, 1:], volume[:-1] * volume[1:]
    faces = _faces(across, down, volume.shape)
    heights, widths = np.ones(opened.shape[0]), np.ones(opened.shape[1])
    for level in range(1, len(sizes)):
        finer, volume = volume, _sum_fours(volume)
        view(share, plan, level - 1)[:] = _shares(finer > 0.0, (volume > 0.0).astype(np.float64))
        across, down = (across * _distance(widths))[:, 1::2], (down * _distance(heights)[:, None])[1::2]
        heights, widths = _sum_pairs(heights, 0), _sum_pairs(widths, 0)
        across = _sum_pairs(across, 0) / _distance(widths)
        down = _sum_pairs(down, 1) / _distance(heights)[:, None]
        inner, faces = _sum_fours(faces), _faces(across, down, volume.shape)
        view(coarse[arrays.VOLUME], plan, level)[:] = volume
        view(coarse[arrays.SHIFT], plan, level)[:] = faces - inner
        view(coarse[arrays.ACROSS], plan, level)[:, :-1] = across
        view(coarse[arrays.DOWN], plan, level)[:-1] = down
    return masks, fixed, plan


def view(row: NDArray[Any], plan: Integers, level: int) -> NDArray[Any]:
    """Return the cells (rows, columns) of one grid in a row of all, without the closed border."""
    _, columns, offset, stored = plan[level].tolist()
    return inside(row[offset : offset + stored], columns)


def without_pockets(opened: Mask, members: Integers, starts: Integers) -> Mask:
    """Return the tissue without its regions of fewer than `POCKET` cells, which sweeps alone solve."""
    held = np.zeros((opened.shape[0] + 2, opened.shape[1] + 1), dtype=bool)
    held[1:-1, :-1] = opened
    sizes = np.diff(starts)
    for region in np.flatnonzero((sizes < POCKET) & (sizes < sizes.max())):
        held.ravel()[members[starts[region] : starts[region + 1]]] = False
    return held[1:-1, :-1]


def regions(opened: Mask) -> tuple[Integers, Integers]:
    """Find the regions of connected tissue.

    Returns
    -------
    members : int (tissue voxels,)
        Where the cells of the regions, one after another, are stored in an array of the finest grid; empty when there
        is only one region.
    starts : int (regions + 1,)
        Where each region starts in `members`.
    """
    rows, columns = opened.shape
    width = columns + 1
    left = np.zeros((rows + 2) * width, dtype=bool)
    left.reshape(rows + 2, width)[1:-1, :-1] = opened
    total = int(left.sum())
    members: list[int] = []
    starts = [0]
    for seed in np.flatnonzero(left).tolist():
        if not left[seed]:
            continue
        left[seed] = False
        members.append(seed)
        done = starts[-1]
        while done < len(members):
            for near in (members[done] - width, members[done] - 1, members[done] + 1, members[done] + width):
                if left[near]:
                    left[near] = False
                    members.append(near)
            done += 1
        starts.append(len(members))
        if len(members) == total and len(starts) == 2:
            members = []
            starts = [0, 0]
            break
    return np.array(members, dtype=np.int64), np.array(starts, dtype=np.int64)


def _faces(across: Floats, down: Floats, shape: tuple[int, ...]) -> Floats:
    faces = np.zeros(shape)
    faces[:, :-1] += across
    faces[:, 1:] += across
    faces[:-1] += down
    faces[1:] += down
    return faces


def _distance(sides: Floats) -> Floats:
    return 0.5 * (sides[:-1] + sides[1:])


def _sum_pairs(x: Floats, axis: int) -> Floats:
    if x.shape[axis] == 0:
        return x
    pairs: Floats = np.add.reduceat(x, np.arange(0, x.shape[axis], 2), axis=axis)
    return pairs


def _sum_fours(x: Floats) -> Floats:
    return _sum_pairs(_sum_pairs(x, 0), 1)


def _shares(opened: Mask, coarse: Floats) -> Floats:
    """Return 1 / (the bilinear weights of those coarse cells that are open), 0 where closed."""
    weight = coarse
    for axis in (0, 1):
        i = np.arange(opened.shape[axis])
        padded = np.pad(weight, [(1, 1) if axis == a else (0, 0) for a in (0, 1)])
        weight = 0.75 * np.take(padded, i // 2 + 1, axis) + 0.25 * np.take(padded, i // 2 + 2 * (i & 1), axis)
    shares: Floats = np.divide(1.0, weight, out=np.zeros_like(weight), where=opened)
    return shares
