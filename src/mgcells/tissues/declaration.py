"""What a tissue says of itself, so that nothing else has to know it."""

from __future__ import annotations

from dataclasses import dataclass

PATCH = "mgcells.tissues.patch:Patch"
VIEW = "mgcells.tissues.view:View"


@dataclass(frozen=True)
class TissueKind:
    """A kind of tissue.

    Attributes
    ----------
    name : str
        As scenarios, observables and parameters call it (parameters with `_` for a space).
    title : str
        As a heading.
    place : str
        Its class, "module:Class", imported when a subject is built; see `mgcells.tissues.tissue.Tissue`. A Patch when
        left out: cells of the types that data name for it.
    view : str
        What is seen of it, "module:Class", imported when it is looked at; see `mgcells.tissues.view.View`.
    observables : tuple of str
        Modules that register what is measured of it.
    agents : tuple of str
        Names of the agents that live in it; none where data say it.
    first_picture : (str, str)
        What the view shows at first of its cells and of its ground; "" is the first there is.
    first_curves : tuple of str
        Observables that the view draws at first.
    subjects : tuple of str
        The subjects that can have it. When left out, every subject with a body; of a culture, every one in vitro.
        A scenario names a tissue of another package, or has it because its subject has no other.
    senses : tuple of str
        What reaches it: levels of the body (see `mgcells.tissues.links.LEVELS`) and signals by name, each a link that a
        scenario can cut. All levels when left out.
    returns : tuple of str
        What it gives back: "absorption", "bone.exchange", and the signals that it sends to other tissues.
    order : int
        Its place among the tissues of a subject, lowest first.
    culture : bool
        Whether it is grown in a medium and has no body.
    """

    name: str
    title: str
    place: str = PATCH
    view: str = VIEW
    observables: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    first_picture: tuple[str, str] = ("", "")
    first_curves: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    order: int = 100
    culture: bool = False

    @property
    def section(self) -> str:
        """The first part of the paths of its parameters."""
        return section_of(self.name)


def section_of(name: str) -> str:
    """Return the first part of the paths of a tissue's parameters."""
    return name.replace(" ", "_")
