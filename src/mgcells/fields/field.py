"""One concentration on a lattice, as its owner sees it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mgcells.arrays import Floats
from mgcells.fields import kernels
from mgcells.fields.grids import Grids, block_means
from mgcells.fields.workspace import WORKSPACE

STILL = 1e-7
TOLERANCE = 1e-3
REFITS = 2
VOXELS_PER_SCREENING_LENGTH = 8.0


@dataclass(frozen=True)
class Medium:
    """What a field is made of.

    Parameters
    ----------
    diffusivity : float
        In the tissue, um^2/h.
    decay : float
        First-order loss everywhere, 1/h.
    half : float
        Concentration of half-maximal uptake by cells, mM; infinite when cells take up none.

    Raises
    ------
    ValueError
        For a negative or infinite diffusivity or decay, or a half that is not above zero.
    """

    diffusivity: float
    decay: float = 0.0
    half: float = math.inf

    def __post_init__(self) -> None:
        if not (0.0 <= self.diffusivity < math.inf and 0.0 <= self.decay < math.inf and self.half > 0.0):
            raise ValueError(f"a medium needs finite diffusivity and decay >= 0 and half > 0, not {self}")


class Field:
    """One concentration on a lattice, advanced by `step`.

    Parameters
    ----------
    name : str
        For messages.
    shape : (int, int)
        Rows and columns of the fine lattice, on which cells live.
    spacing : float
        Side of a fine voxel, um.
    medium : Medium
    exchange : array, shape `shape`, optional
        Permeability to the bath of every fine voxel, 1/h; none when left out.
    mask : bool array, shape `shape`, optional
        True where there is tissue; everywhere when left out. A voxel of a coarser field counts as tissue, and with
        its full volume, when any of its fine voxels is.
    factor : int
        Fine voxels along a side of a field voxel. Where it does not divide the lattice, the last field voxels reach
        beyond it, as if the lattice's last row and column went on.
    initial : float
        Concentration at the start, mM.
    uptake : float
        Rate (1/h) at which cells will take up on average; only used to judge whether `factor` is too coarse.
    beside : Field, optional
        A field of the same lattice, mask and factor, with which this one shares what the solver knows of them.
    source, mean : arrays, shape (ny / factor, nx / factor), rounded up, optional
        What becomes the attribute of this name, when its owner has it already or several fields share it in turn;
        one array may be both, as a step reads the one before it writes the other.

    Attributes
    ----------
    values, source, capacity, mean : (ny / factor, nx / factor), rounded up
        Concentration now, what cells secrete and their greatest uptake (both mM/h, >= 0) and the mean concentration of
        the last step, which is what cells took up from. The same arrays for life. The owner fills `source` and
        `capacity`; what a cell gives to its fine voxel counts 1 / factor^2 in the field's voxel. `capacity` is
        read-only when `half` is infinite. What is written into holes is ignored.
    solves, cycles : int
        Steps that needed a solution (one in equilibrium needs none), and the multigrid cycles they took.

    Raises
    ------
    ValueError
        For impossible sizes or values, a field beside this one that differs in lattice or mask, or a field voxel
        larger than an eighth of the screening length.
    """

    def __init__(
        self,
        name: str,
        shape: tuple[int, int],
        spacing: float,
        medium: Medium,
        *,
        exchange: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        factor: int = 1,
        initial: float = 0.0,
        uptake: float = 0.0,
        beside: Field | None = None,
        source: Floats | None = None,
        mean: Floats | None = None,
    ) -> None:
        if min(shape) < 1 or factor < 1:
            raise ValueError(f"field {name}: needs some voxels and a factor >= 1, not {shape} and {factor}")
        if not (0.0 < spacing < math.inf and 0.0 <= initial < math.inf):
            raise ValueError(f"field {name}: spacing must be > 0 um and initial >= 0 mM, not {spacing} and {initial}")
        tissue = np.ones(shape, dtype=bool) if mask is None else np.asarray(mask, dtype=bool)
        permeable = np.broadcast_to(0.0, shape) if exchange is None else np.asarray(exchange, dtype=np.float64)
        if tissue.shape != tuple(shape) or permeable.shape != tuple(shape) or not tissue.any():
            raise ValueError(f"field {name}: mask and exchange must have the shape {shape} and some tissue")
        if not (np.isfinite(permeable).all() and (permeable >= 0.0).all()):
            raise ValueError(f"field {name}: exchange must be finite and >= 0 per hour")
        self.name, self.medium, self.factor, self._shape = name, medium, factor, shape
        opened = np.ascontiguousarray(block_means(tissue.astype(np.float64), factor) > 0.0)
        exchanged = block_means(permeable * tissue, factor)
        side = factor * spacing
        _check_side(name, side, factor, medium, float(exchanged[opened].mean()) + uptake)
        self._q = float(medium.diffusivity / side**2)
        if beside is not None and not np.array_equal(opened, beside._grids.opened):
            raise ValueError(f"field {name}: {beside.name} has another lattice or mask")
        self._grids: Grids = Grids.over(opened) if beside is None else beside._grids
        # One row stands for all when they are alike.
        self._exchange: Floats = exchanged[:1].copy() if (exchanged == exchanged[0]).all() else exchanged
        eaten = math.isfinite(medium.half)
        self._half = float(medium.half) if eaten else 1.0
        self._refits = REFITS if eaten else 0
        self.values: Floats = np.where(opened, float(initial), 0.0)
        self.mean: Floats = np.empty(opened.shape) if mean is None else mean
        self.mean[:] = self.values
        self.source: Floats = np.zeros(opened.shape) if source is None else source
        if not self.mean.shape == self.source.shape == opened.shape or not self.mean.flags.c_contiguous:
            raise ValueError(f"field {name}: source and mean must have the shape {opened.shape}, mean row after row")
        self._capacity: Floats = np.zeros(opened.shape if eaten else (1, opened.shape[1]))
        self.capacity: Floats = self._capacity if eaten else np.broadcast_to(self._capacity, opened.shape)
        self.solves = 0
        self.cycles = 0
        self._hours, self._turn, self._start, self._come = 0.0, 0, 0.0, 0.0
        self.bath = 0.0

    @property
    def bath(self) -> float | Floats:
        """Concentration (mM) beyond the exchange: one number, or one for every field voxel. Assign, do not edit."""
        return self._bath

    @bath.setter
    def bath(self, concentration: float | Floats) -> None:
        self._bath = concentration
        self._supply: Floats = self._exchange * concentration

    def step(self, hours: float) -> None:
        """Advance by `hours` (> 0) with `source`, `capacity` and `bath` as they are."""
        if not 0.0 < hours < math.inf:
            raise ValueError(f"field {self.name}: a step lasts more than 0 hours, not {hours}")
        grids = self._grids
        fresh = WORKSPACE.lend(grids)
        cycles, self._start, self._come = kernels.advance(
            self.values, self.source, self._capacity, self.mean, self._exchange, self._supply,
            WORKSPACE.wide, WORKSPACE.narrow, grids.masks, grids.fixed, grids.plan, grids.members, grids.starts,
            self._half, self._q, float(self.medium.decay), float(hours), STILL, TOLERANCE,
            self._refits, fresh,
        )  # fmt: skip
        self._hours, self._turn = hours, WORKSPACE.turn
        if cycles:
            self.solves += 1
            self.cycles += cycles - 1

    def fine(self, coarse: Floats) -> Floats:
        """Return what an array like `values` has at every voxel of the fine lattice, shape `shape`; maybe itself."""
        if self.factor == 1:
            return coarse
        rows, columns = self._shape
        return coarse.repeat(self.factor, axis=0)[:rows].repeat(self.factor, axis=1)[:, :columns]

    def balance(self) -> float:
        """Return the share of all that was there or came in which the last step gained or lost without a cause.

        Decay, exchange and uptake are taken at `mean`, as cells take up; so this is the error in time, and rounding
        alone where nothing is lost. `capacity` and `mean` must still be those of the step.

        Raises
        ------
        RuntimeError
            When another field was advanced since.
        """
        if WORKSPACE.turn != self._turn:
            raise RuntimeError(f"field {self.name}: the balance is known only until another field is advanced")
        rate = self._exchange + self.medium.decay + self._capacity / (self._half + self.mean)
        lost = self._hours * float((rate * self.mean).sum(where=self._grids.opened))
        come, end = self._hours * self._come, float(self.values.sum(where=self._grids.opened))
        scale = max(self._start + come, end + lost)
        return abs(end - self._start - come + lost) / scale if scale > 0.0 else 0.0


def coarsest(spacing: float, medium: Medium, loss: float, most: int) -> int:
    """Return the largest factor up to `most` that a field of fine voxels of `spacing` (um) may have.

    Parameters
    ----------
    loss : float
        Mean rate (1/h) of exchange and uptake together.
    """
    return max(1, math.floor(min(most, _largest_side(medium, loss) / spacing)))


def _largest_side(medium: Medium, loss: float) -> float:
    rate = medium.decay + loss
    return math.sqrt(medium.diffusivity / rate) / VOXELS_PER_SCREENING_LENGTH if rate > 0.0 else math.inf


def _check_side(name: str, side: float, factor: int, medium: Medium, loss: float) -> None:
    largest = _largest_side(medium, loss)
    if factor > 1 and side > largest:
        best = coarsest(side / factor, medium, loss, factor)
        screening = largest * VOXELS_PER_SCREENING_LENGTH
        raise ValueError(
            f"field {name}: field voxels of {side:g} um are too coarse, they may be at most {largest:.3g} um "
            f"(screening length {screening:.3g} um / {VOXELS_PER_SCREENING_LENGTH:g}); use factor = {best}"
        )
