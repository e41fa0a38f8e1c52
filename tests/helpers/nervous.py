"""Brains and spinal cords of the reference rat for tests, with cerebrospinal fluid given by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mgcells.library import load_library
from mgcells.library.in_force import Changes, Setting, setting
from mgcells.scenario.scenario import Strategy
from mgcells.streams import Streams
from mgcells.tissues.nervous.brain import Brain
from mgcells.tissues.nervous.spinal_cord import SpinalCord
from mgcells.tissues.tissue import Surroundings

INJURY = "spinal_cord.drive.injury"


def rat(
    *, inhibitors: tuple[tuple[str, float], ...] = (), switches: tuple[tuple[str, str], ...] = (), **numbers: float
) -> Setting:
    """Return the reference rat, a small patch of each tissue; `numbers` are paths with `__` for dots."""
    changes = Changes(switches=switches)
    strategy = Strategy("vehicle", "rat", inhibitors=inhibitors, changes=changes)
    found = setting(load_library(), strategy, ("brain", "spinal cord"))
    size = {f"{tissue}.lattice.{side}": 6.0 for tissue in ("brain", "spinal_cord") for side in ("rows", "columns")}
    own = {path.replace("__", "."): value for path, value in numbers.items()}
    return replace(found, values={**found.values, **size, **own})


def fluid(
    values: Mapping[str, float],
    magnesium: float = 1.0,
    threonate: float = 0.0,
    injury: float = 0.0,
    morphine: float = 0.0,
    titration: float = 0.0,
    plasma: float = 1.0,
    toxicity: float = 0.0,
    hour: float = 0.0,
) -> Surroundings:
    """Return surroundings: magnesium as a multiple of healthy, excess threonate in mM, morphine in half doses."""
    return Surroundings(
        hour=hour,
        ionised_magnesium=values["body.plasma.ionised"] * plasma,
        threonate=0.02,
        csf_magnesium=values["body.csf.magnesium"] * magnesium,
        csf_threonate=values["body.csf.threonate"] + threonate,
        lumen_magnesium=(),
        lumen_threonate=0.0,
        values={
            **values,
            INJURY: injury,
            "brain.drive.toxicity": toxicity,
            "spinal_cord.drive.morphine": morphine * values["spinal_cord.opioid.half_dose"],
            "spinal_cord.drive.titration": titration,
        },
    )


def brain(of: Setting, seed: int = 1) -> Brain:
    """Return a healthy brain."""
    return Brain(load_library(), of, Streams(seed, 0), fluid(of.values))


def spinal_cord(of: Setting, seed: int = 1) -> SpinalCord:
    """Return a healthy spinal cord."""
    return SpinalCord(load_library(), of, Streams(seed, 0), fluid(of.values))


def live(tissue: Brain | SpinalCord, of: Setting, days: float, **offered: float) -> None:
    """Let a tissue live in unchanging surroundings, hour by hour."""
    surroundings = fluid(of.values, **offered)
    for _ in range(round(days * 24)):
        tissue.step(surroundings, 1.0)
