"""The registry of observables: one decorated function each, of what it measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Measure = TypeVar("Measure", bound=Callable[[Any], Any])
_REGISTERED: dict[str, Observable] = {}


class Living(Protocol):
    """What observables are read from."""

    @property
    def body(self) -> Any:
        """The body; None for a culture."""

    @property
    def tissues(self) -> Mapping[str, Any]:
        """The tissues by name."""


@dataclass(frozen=True)
class Observable:
    """A number that a run records. `unit` "" means relative to the healthy reference subject.

    Attributes
    ----------
    tissue : str
        The tissue that is measured, "" for the body.
    measure : callable
        A function of the tissue, which returns a float, or of the body, which returns one value for each of its
        subjects, shape (n,).
    """

    name: str
    unit: str
    label: str
    tissue: str
    measure: Callable[[Any], Any]

    def of(self, subject: Living) -> float:
        """Return the present value in one living subject."""
        if self.tissue:
            return float(self.measure(subject.tissues[self.tissue]))
        return float(self.measure(subject.body)[0])


def observable(name: str, *, unit: str = "", label: str, tissue: str = "") -> Callable[[Measure], Measure]:
    """Register the decorated function of a tissue, or of the body, as the observable `name`.

    Raises
    ------
    ValueError
        Another function has this name.
    """

    def register(measure: Measure) -> Measure:
        known = _REGISTERED.get(name)
        if known and known.measure.__module__ != measure.__module__:
            raise ValueError(f"observable {name} is registered by {known.measure.__module__} and {measure.__module__}")
        _REGISTERED[name] = Observable(name, unit, label, tissue, measure)
        return measure

    return register


def registered() -> Mapping[str, Observable]:
    """Return what was registered so far; `mgcells.tissues.registry.observables` finds everything there is."""
    return _REGISTERED
