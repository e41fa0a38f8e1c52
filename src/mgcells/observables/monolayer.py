"""What is measured on a layer of cells in culture, relative to the untreated reference layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mgcells.observables.registry import observable

if TYPE_CHECKING:
    from mgcells.life import Life
    from mgcells.tissues.monolayer import Monolayer


def _layer(model: Life) -> Monolayer:
    return cast("Monolayer", model.tissues["monolayer"])


@observable("monolayer.teer", label="transepithelial resistance", tissue="monolayer")
def teer(model: Life) -> float:
    """Return the resistance of the layer."""
    return _layer(model).teer()


@observable("monolayer.permeability", label="permeability to a 4 kDa probe", tissue="monolayer")
def permeability(model: Life) -> float:
    """Return the flux of a small probe."""
    return _layer(model).permeability()


@observable("monolayer.permeability_large", label="permeability to a 70 kDa probe", tissue="monolayer")
def permeability_large(model: Life) -> float:
    """Return the flux of a large probe."""
    return _layer(model).permeability_large()


@observable("monolayer.tight_junction", label="tight-junction protein", tissue="monolayer")
def tight_junction(model: Life) -> float:
    """Return the mean content of the edges between cells."""
    return _layer(model).junctions()


@observable("monolayer.cells", label="living cells of the layer", tissue="monolayer")
def cells(model: Life) -> float:
    """Return living cells as a share of those at confluence."""
    return _layer(model).alive()
