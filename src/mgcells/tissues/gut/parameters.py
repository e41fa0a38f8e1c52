"""The numbers of the two segments of the bowel, read from the parameters `gut.*`."""

from __future__ import annotations

from collections.abc import Mapping

from mgcells.tissues.gut.enterocyte import Anatomy, Clock
from mgcells.tissues.gut.junctions import Joint

Values = Mapping[str, float]
Numbers = tuple[Anatomy, Clock, Joint]


def small_bowel(values: Values) -> Numbers:
    """Return the numbers of crypt-villus columns."""
    shape = _anatomy(
        values, values["gut.crypt.length"], values["gut.villus.length"], values["gut.crypt.proliferative_positions"],
        values["gut.villus.tip_rate"], values["gut.villus.goblet_share"],
    )  # fmt: skip
    return shape, _clock(values, values["gut.crypt.cycle"]), Joint.read(values, "gut")


def colon(values: Values) -> Numbers:
    """Return the numbers of crypts that open on a flat surface."""
    shape = _anatomy(
        values, values["gut.colon.crypt"], values["gut.colon.surface"], values["gut.colon.proliferative_positions"],
        values["gut.colon.tip_rate"], values["gut.colon.goblet_share"],
    )  # fmt: skip
    return shape, _clock(values, values["gut.colon.cycle"]), Joint.read(values, "gut")


def _anatomy(
    values: Values, crypt: float, villus: float, proliferative: float, tip_rate: float, goblet: float
) -> Anatomy:
    return Anatomy(
        crypt=crypt,
        villus=villus,
        proliferative=proliferative,
        stem=values["gut.crypt.stem_positions"],
        tip_rate=tip_rate,
        crowding=values["gut.villus.crowding"],
        regeneration=values["gut.crypt.regeneration"],
        regeneration_time=values["gut.crypt.regeneration_time"],
        goblet=goblet,
        resealing_time=values["gut.junction.resealing_time"],
        ring=values["gut.crypt.ring"],
    )


def _clock(values: Values, cycle: float) -> Clock:
    return Clock(
        cycle,
        values["gut.crypt.stem_cycle"],
        values["gut.crypt.cycle_spread"],
        values["gut.crypt.growth_fraction"],
        values["gut.crypt.replacement"],
    )
