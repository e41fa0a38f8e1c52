"""What is measured on a layer of cells in culture, relative to the untreated reference layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mgcells.observables import observable

if TYPE_CHECKING:
    from mgcells.tissues.gut.monolayer import Monolayer


@observable("monolayer.teer", label="transepithelial resistance", tissue="monolayer")
def teer(layer: Monolayer) -> float:
    """Return the electrical resistance of all edges in parallel, relative to the untreated reference layer."""
    return layer.teer()


@observable("monolayer.permeability", label="permeability to a 4 kDa probe", tissue="monolayer")
def permeability(layer: Monolayer) -> float:
    """Return the flux of a 4 kDa probe, relative to the untreated reference layer."""
    return layer.permeability()


@observable("monolayer.permeability_large", label="permeability to a 70 kDa probe", tissue="monolayer")
def permeability_large(layer: Monolayer) -> float:
    """Return the flux of a 70 kDa probe, relative to the untreated reference layer."""
    return layer.permeability_large()


@observable("monolayer.tight_junction", label="tight-junction protein", tissue="monolayer")
def tight_junction(layer: Monolayer) -> float:
    """Return the mean junction protein of the edges, relative to the untreated reference layer."""
    return layer.junctions()


@observable("monolayer.cells", label="living cells of the layer", tissue="monolayer")
def cells(layer: Monolayer) -> float:
    """Return living cells as a share (0 to 1) of those at confluence."""
    return layer.alive()
