"""The registry of observables: one decorated function each, found without any list."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mgcells.body.body import Body
    from mgcells.life import Life

Measure = Callable[["Life"], float]
BodyMeasure = Callable[["Body"], "NDArray[np.float64]"]
CULTURES = ("monolayer",)
_FOUND: dict[str, Observable] = {}


@dataclass(frozen=True)
class Observable:
    """A number that a run records. `unit` "" means relative to the healthy reference subject; `tissue` "" the body.

    `of_body` measures it for every subject of a body at once, shape (n,); None where tissues are needed.
    """

    name: str
    unit: str
    label: str
    tissue: str
    measure: Measure
    of_body: BodyMeasure | None = None


def body_observable(name: str, *, unit: str = "", label: str) -> Callable[[BodyMeasure], BodyMeasure]:
    """Register a function of the body as the observable `name`."""

    def register(measure: BodyMeasure) -> BodyMeasure:
        _add(Observable(name, unit, label, "", lambda model: float(measure(cast("Body", model.body))[0]), measure))
        return measure

    return register


def observable(name: str, *, unit: str = "", label: str, tissue: str = "") -> Callable[[Measure], Measure]:
    """Register a function of the model as the observable `name`."""

    def register(measure: Measure) -> Measure:
        _add(Observable(name, unit, label, tissue, measure))
        return measure

    return register


def _add(entry: Observable) -> None:
    if entry.name in _FOUND:
        raise ValueError(f"observable {entry.name} is registered twice")
    _FOUND[entry.name] = entry


@lru_cache(maxsize=1)
def observables() -> dict[str, Observable]:
    """Return every observable by name, in the order body, brain, spinal cord, bone, gut, monolayer."""
    package = importlib.import_module("mgcells.observables")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    order = ["", "brain", "spinal cord", "bone", "gut", *CULTURES]
    return dict(sorted(_FOUND.items(), key=lambda item: order.index(item[1].tissue)))


def recorded(tissues: Iterable[str]) -> list[Observable]:
    """Return the observables of these tissues and of the body, which a culture does not have."""
    present = set(tissues)
    if not present & set(CULTURES):
        present.add("")
    return [observable for observable in observables().values() if observable.tissue in present]


def units(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return name -> (unit, label) for a table of units."""
    return {name: (observables()[name].unit, observables()[name].label) for name in names}
