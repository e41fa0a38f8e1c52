"""Links between organs: what reaches a tissue and what it gives back, each with a name to cut it by."""

from __future__ import annotations

from collections.abc import Iterable

from mgcells.tissues.declaration import TissueKind
from mgcells.tissues.registry import tissue_kinds

ARROW = " > "
# What a link is called, and the field of the surroundings that it fills.
LEVELS = {
    "plasma.magnesium": "ionised_magnesium",
    "plasma.threonate": "threonate",
    "csf.magnesium": "csf_magnesium",
    "csf.threonate": "csf_threonate",
    "lumen.magnesium": "lumen_magnesium",
    "lumen.threonate": "lumen_threonate",
}
# What a tissue may give back to the body, and the field of its feedback.
RETURNS = {"absorption": "absorption", "bone.exchange": "bone_exchange"}


def links(tissues: Iterable[str]) -> tuple[str, ...]:
    """Return the links of these tissues by name, such as "csf.magnesium > brain" or "gut > absorption"."""
    kinds = [tissue_kinds()[name] for name in tissues if not tissue_kinds()[name].culture]
    into = [f"{level}{ARROW}{kind.name}" for kind in kinds for level in _sensed(kind, kinds)]
    return (*into, *(f"{kind.name}{ARROW}{given}" for kind in kinds for given in kind.returns if given in RETURNS))


def _sensed(kind: TissueKind, kinds: Iterable[TissueKind]) -> Iterable[str]:
    """Return what a kind of tissue senses: what it declares, of other tissues where they send it; else all levels."""
    sent = {name for other in kinds for name in other.returns if name not in RETURNS}
    foreign = {name for other in tissue_kinds().values() for name in other.returns if name not in RETURNS}
    return [name for name in kind.senses or LEVELS if name in sent or name not in foreign]
