"""What a tissue says of itself, so that nothing else has to know it."""

from __future__ import annotations

from dataclasses import dataclass


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
        Its class, "module:Class"; imported when a subject is built.
    observables : tuple of str
        Modules that register what is measured of it.
    agents : tuple of str
        Names of the agents that live in it.
    first_picture : (str, str)
        What the view shows at first of its cells and of its ground.
    first_curves : tuple of str
        Observables that the view draws at first.
    order : int
        Its place among the tissues of a subject, lowest first.
    culture : bool
        Whether it is grown in a medium and has no body.
    """

    name: str
    title: str
    place: str
    observables: tuple[str, ...]
    agents: tuple[str, ...]
    first_picture: tuple[str, str]
    first_curves: tuple[str, ...]
    order: int = 100
    culture: bool = False
