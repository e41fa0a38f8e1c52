"""The variants of a sweep: which value each axis has in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from mgcells.errors import InputProblems, Problem
from mgcells.library.located import parse
from mgcells.scenario import Scenario, read_document
from mgcells.scenario.addresses import edited, sweep_line
from mgcells.scenario.swept import Level, SweptAxis, SweptDesign, text_of

Point = tuple[Level, ...]


@dataclass(frozen=True)
class SweptVariant:
    """One variant of a sweep: its name, the value of each axis, and the scenario that is run."""

    name: str
    point: Point
    scenario: Scenario


def points_of(design: SweptDesign, seed: int) -> list[Point]:
    """Return the values of every variant, each of one value per axis, in the order in which they are run.

    A grid has every combination, the last axis changing fastest; pairs take the first values together, then the
    second; a Latin hypercube has each of as many equal parts of every axis once, drawn with `seed` [McKay1979].
    """
    levels = [axis.levels for axis in design.axes]
    if design.name == "grid":
        return list(product(*levels))
    if design.name == "pairs":
        return list(zip(*levels, strict=True))
    from scipy.stats import qmc

    shares = qmc.LatinHypercube(len(design.axes), rng=seed).random(design.points)
    return [tuple(_drawn(axis, share) for axis, share in zip(design.axes, row, strict=True)) for row in shares.tolist()]


def variants_of(scenario: Scenario, design: SweptDesign) -> list[SweptVariant]:
    """Return every variant of a scenario as it would be read from its file with other values in it.

    Raises
    ------
    InputProblems
        Values that may stand alone and not together.
    """
    document = parse(scenario.text, scenario.shown)
    found, problems = [], list[Problem]()
    for point in points_of(design, scenario.seed):
        name = name_of(design.axes, point)
        settings = {place: level for axis, level in zip(design.axes, point, strict=True) for place in axis.places}
        try:
            varied = read_document(
                edited(document, settings), source=scenario.source, library=scenario.library,
                replicates=scenario.replicates, seed=scenario.seed,
            )  # fmt: skip
        except InputProblems as error:
            line = sweep_line(document)
            problems += [Problem(scenario.shown, line, f"sweep: {name}: {entry.text}") for entry in error.problems]
            continue
        if varied.endpoints != scenario.endpoints:
            text = f"sweep: {name}: with these values other endpoints are read, so that nothing can be compared"
            problems.append(Problem(scenario.shown, sweep_line(document), text))
        found.append(SweptVariant(name, point, varied))
    if problems:
        raise InputProblems(problems)
    return found


def name_of(axes: Sequence[SweptAxis], point: Point) -> str:
    """Return what a variant is called in tables."""
    return ", ".join(f"{axis.name} = {text_of(level)}" for axis, level in zip(axes, point, strict=True))


def _drawn(axis: SweptAxis, share: float) -> Level:
    if axis.span is not None:
        return axis.span.at(share)
    return axis.levels[int(share * len(axis.levels))]
