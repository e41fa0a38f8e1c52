"""The numbers of the bone tissue, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Remodelling:
    """One remodelling unit in this species. Times in h, lengths in um, rates in 1/h.

    `activation` is the frequency per surface site in 1/h; `birth` the rate at which units are born at a resting site,
    so that with the stretch that each covers all sites together reach that frequency.
    """

    activation: float
    birth: float
    persistence: float
    crossing: float
    resorption_time: float
    reversal_time: float
    formation_time: float
    mineralisation_lag: float
    erosion_depth: float
    wall_thickness: float
    osteoblasts: float
    osteocyte_share: float
    lining_share: float
    mineral_magnesium: float
    averaging: float
    label_interval: float
    label_threshold: float

    @property
    def cycle(self) -> float:
        """Time from activation to rest, h."""
        return self.resorption_time + self.reversal_time + self.formation_time

    @classmethod
    def from_values(cls, values: Mapping[str, float]) -> Remodelling:
        """Read path -> value in internal units; a missing path is a KeyError that names it."""
        scale = values["bone.unit.time_scale"]
        activation = values["bone.unit.activation_frequency"] / scale
        resorption, reversal, formation = (
            values[f"bone.unit.{phase}_time"] * scale for phase in ("resorption", "reversal", "formation")
        )
        at_rest = 1.0 - activation * (resorption + reversal + formation)
        if at_rest <= 0.0:
            raise ValueError("bone.unit: units last longer than the time between two activations of a site")
        spacing = values["bone.lattice.spacing"]
        length = values["bone.unit.length"]
        if length < spacing:
            raise ValueError("bone.unit.length: a unit covers at least one site of the lattice")
        persistence = 1.0 - spacing / length
        passed = 1.0 - persistence * (1.0 - values["bone.unit.blocked"])
        return cls(
            activation=activation,
            birth=activation * passed / at_rest,
            persistence=persistence,
            crossing=spacing / values["bone.unit.speed"] * scale,
            resorption_time=resorption,
            reversal_time=reversal,
            formation_time=formation,
            mineralisation_lag=values["bone.unit.mineralisation_lag"] * scale,
            erosion_depth=values["bone.unit.erosion_depth"],
            wall_thickness=values["bone.unit.wall_thickness"],
            osteoblasts=values["bone.unit.osteoblasts"],
            osteocyte_share=values["bone.unit.osteocyte_share"],
            lining_share=values["bone.unit.lining_share"],
            mineral_magnesium=values["bone.interstitium.mineral_magnesium"],
            averaging=values["bone.readout.averaging"],
            label_interval=values["bone.readout.label_interval"] * scale,
            label_threshold=values["bone.readout.label_threshold"] / scale,
        )
