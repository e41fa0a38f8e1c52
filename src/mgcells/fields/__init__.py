"""Concentration fields on a tissue lattice: diffusion, decay, exchange with vessels or a bath, uptake by cells.

A field obeys, in every voxel that is tissue,

    dc/dt = D lap c - decay c + source + exchange (bath - c) - capacity c / (half + c)

with no flux through the border of the lattice and around voxels that are not tissue. A step of an hour is one
exponentially fitted backward-Euler step: exact for a uniform linear field, never negative, quasi-steady where
relaxation is fast. A field that its sources leave in equilibrium is recognised and not solved. Concentrations along a
mere line that no cell takes up, `Axes`, are advanced exactly.
"""

from mgcells.fields.axes import Axes
from mgcells.fields.field import Field, Medium, coarsest
from mgcells.fields.grids import block_means

__all__ = ["Axes", "Field", "Medium", "block_means", "coarsest"]
