"""Progenitors: cells of marrow that divide while their niche has room, wander where there is room, and commit."""

from __future__ import annotations

import numpy as np

from mgcells.arrays import Floats, Integers, Sites, Uids
from mgcells.cells.kinds import Cell, cell_kind
from mgcells.cells.population import Population
from mgcells.compiled import kernel

TRAITS = ("phase",)
NOWHERE = -1


@cell_kind("progenitor")
class Progenitor(Cell):
    """A cell of marrow that can become an osteoblast; `phase` is how much of its cycle has passed, 0 to 1."""


@kernel
def near(site: int, shape: tuple[int, int], down: int, across: int) -> int:
    """Return the site so many steps, at most one, down and across on the periodic lattice."""
    y, x = site // shape[1] + down, site % shape[1] + across
    y += shape[0] if y < 0 else (-shape[0] if y >= shape[0] else 0)
    x += shape[1] if x < 0 else (-shape[1] if x >= shape[1] else 0)
    return y * shape[1] + x


@kernel
def find_room(count: int, voxel: Sites, capacity: Floats, shape: tuple[int, int], crowd: Floats, room: Floats) -> None:
    """Write into `crowd` the cells of each site and into `room` the share of the niche that is free.

    A niche is a site of the periodic lattice of `shape` with the eight around it. All arrays of sites have shape
    (voxels,); `capacity` is how many cells each sustains.
    """
    crowd[:] = 0.0
    for row in range(count):
        crowd[voxel[row]] += 1.0
    rows, columns = shape
    # Sums of three sites above each other, with the last and first column repeated before and after.
    held, space = np.empty(columns + 2), np.empty(columns + 2)
    for y in range(rows):
        above, here, below = (y - 1) % rows * columns, y * columns, (y + 1) % rows * columns
        for x in range(columns):
            held[x + 1] = crowd[above + x] + crowd[here + x] + crowd[below + x]
            space[x + 1] = capacity[above + x] + capacity[here + x] + capacity[below + x]
        held[0], held[-1] = held[-2], held[1]
        space[0], space[-1] = space[-2], space[1]
        for x in range(columns):
            around = space[x] + space[x + 1] + space[x + 2]
            taken = held[x] + held[x + 1] + held[x + 2]
            room[here + x] = max(0.0, 1.0 - taken / around) if around > 0.0 else 0.0


@kernel
def wander(
    count: int, voxel: Sites, capacity: Floats, crowd: Floats, shape: tuple[int, int], steps: Integers,
    draws: Floats, chance: float, lost: Integers,
) -> int:  # fmt: skip
    """Let cells move to a neighbouring site by chance, if it is free; return how many have no place left.

    A cell whose site has turned to bone moves to the least crowded marrow beside it; where there is none its row is
    written into `lost`.

    Parameters
    ----------
    capacity, crowd : float arrays, shape (voxels,)
        How many cells each site sustains, none in bone and where no vessels are, and how many it has.
    shape, steps
        Of the periodic lattice, and the ways down and across to the sites around, shape (directions, 2).
    draws : float array, shape (count,)
        Uniform numbers, one for each cell.
    chance : float
        Chance that a cell sets out.
    lost : integer array, shape (at least count,)
    """
    directions, gone = steps.shape[0], 0
    for row in range(count):
        site = voxel[row]
        if capacity[site] <= 0.0:
            best, least = NOWHERE, np.inf
            for turn in range(directions):
                neighbour = near(site, shape, steps[turn, 0], steps[turn, 1])
                if capacity[neighbour] > 0.0 and crowd[neighbour] < least:
                    best, least = neighbour, crowd[neighbour]
            if best == NOWHERE:
                lost[gone] = row
                gone += 1
            else:
                voxel[row] = best
        elif draws[row] < chance:
            # One number says whether, where to, and whether the place is free.
            drawn = draws[row] / chance * directions
            target = near(site, shape, steps[int(drawn), 0], steps[int(drawn), 1])
            if drawn - int(drawn) < capacity[target] - crowd[target]:
                voxel[row] = target
    return gone


def divide(cells: Population, room: Floats, cycles: float) -> Integers:
    """Let cells pass `cycles` of an undisturbed cycle, slower as room is short; return the rows that divide.

    Mothers begin a new cycle here; their daughters still have to be added.
    """
    phase = cells.trait("phase")
    phase += cycles * cells.behaviour("proliferation") * room[cells.voxel[: cells.count]]
    mothers = np.flatnonzero(phase >= 1.0)
    phase[mothers] = 0.0
    return mothers


@kernel
def choose_nearest(
    count: int, voxel: Sites, uid: Uids, shape: tuple[int, int], sites: Integers, due: Integers, reach: Integers,
    first: Sites, after: Integers, rows: Integers, homes: Integers,
) -> int:  # fmt: skip
    """Choose for every site the nearest cells within reach, as many as are due; return how many were chosen.

    All sites take from one distance before any takes from the next. At one place the lowest uid goes first, so that
    the order of rows does not matter.

    Parameters
    ----------
    shape : (rows, columns) of the periodic lattice
    sites, due : integer arrays, shape (sites,)
        `due` is lowered by what was chosen.
    reach : integer array, shape (2, places)
        Steps down and across to the places within reach, nearest first.
    first, after : integer arrays, shapes (voxels,) and (at least count,)
        Working space: the cells of every place as a chain.
    rows, homes : integer arrays, shape (at least count,)
        Receive the chosen rows and the site that each goes to.
    """
    first[:] = NOWHERE
    for row in range(count):
        after[row] = first[voxel[row]]
        first[voxel[row]] = row
    chosen = 0
    for place in range(reach.shape[1]):
        for index in range(sites.size):
            down, across = sites[index] // shape[1] + reach[0, place], sites[index] % shape[1] + reach[1, place]
            there = down % shape[0] * shape[1] + across % shape[1]
            while due[index] > 0 and first[there] != NOWHERE:
                best, before_best, before, row = first[there], NOWHERE, first[there], after[first[there]]
                while row != NOWHERE:
                    if uid[row] < uid[best]:
                        best, before_best = row, before
                    before, row = row, after[row]
                if before_best == NOWHERE:
                    first[there] = after[best]
                else:
                    after[before_best] = after[best]
                rows[chosen], homes[chosen] = best, sites[index]
                chosen += 1
                due[index] -= 1
    return chosen
