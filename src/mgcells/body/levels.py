"""What can be measured of a state at once, and what tissues sense of it.

Every level here is a weighted sum of the state, so that one product gives a tissue all that it senses. States have
shape (n, STATES), the parameters are those of the n subjects or of one, and results have shape (n,).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mgcells.arrays import Floats
from mgcells.body import layout
from mgcells.body.parameters import BodyParameters

Level = Callable[[Floats, BodyParameters], Floats]


@dataclass(frozen=True)
class Swift:
    """What the levels that move within a step did in it: mean, highest, lowest, mM, each of shape (3, n)."""

    plasma_magnesium: Floats
    plasma_ionised: Floats
    plasma_threonate: Floats
    csf_magnesium: Floats
    csf_threonate: Floats


def swift(course: Floats, parameters: BodyParameters) -> Swift:
    """Return levels from what the kernel noted of them, `course` of shape (n, LEVELS, NOTES)."""
    noted = course.T.copy()
    total = _in_plasma(noted[:, layout.PLASMA_LEVEL], parameters)
    return Swift(
        plasma_magnesium=total,
        plasma_ionised=total * parameters.ionised_share,
        plasma_threonate=_threonate_in_plasma(noted[:, layout.THREONATE_LEVEL], parameters),
        csf_magnesium=noted[:, layout.CSF_LEVEL],
        csf_threonate=noted[:, layout.CSF_THREONATE_LEVEL],
    )


def plasma_magnesium(state: Floats, parameters: BodyParameters) -> Floats:
    """Return total magnesium of plasma, mM."""
    return _in_plasma(state[:, layout.PLASMA], parameters)


def plasma_ionised(state: Floats, parameters: BodyParameters) -> Floats:
    """Return ionised magnesium of plasma, mM."""
    return plasma_magnesium(state, parameters) * parameters.ionised_share


def plasma_threonate(state: Floats, parameters: BodyParameters) -> Floats:
    """Return threonate of plasma, mM."""
    return _threonate_in_plasma(state[:, layout.THREONATE_PLASMA], parameters)


def csf_magnesium(state: Floats, parameters: BodyParameters) -> Floats:
    """Return ionised magnesium of cerebrospinal fluid, mM."""
    injected = state[:, layout.INTRATHECAL] / parameters.csf_volume
    return np.asarray(state[:, layout.CSF_MAGNESIUM] + injected)


def csf_threonate(state: Floats, parameters: BodyParameters) -> Floats:
    """Return threonate of cerebrospinal fluid, mM."""
    injected = state[:, layout.THREONATE_INTRATHECAL] / parameters.csf_volume
    return np.asarray(state[:, layout.CSF_THREONATE] + injected)


def _in_plasma(amount: Floats, parameters: BodyParameters) -> Floats:
    return np.asarray(amount / parameters.plasma_volume)


def _threonate_in_plasma(amount: Floats, parameters: BodyParameters) -> Floats:
    return np.asarray(amount / parameters.columns[:, layout.THREONATE_VOLUME])


def lumen_magnesium(state: Floats, parameters: BodyParameters) -> Floats:
    """Return magnesium of the water in each of `layout.SEGMENTS`, mM, shape (n, segments).

    It is what passes there to the stool and, of what will still be absorbed, the share that is absorbed there.
    """
    passing = state[:, layout.GUT_DUODENUM : layout.GUT_COLON + 1]
    waiting = state[:, layout.GUT_DISSOLVING] + state[:, layout.GUT_DISSOLVED]
    content = passing + parameters.absorption_sites * waiting[:, None]
    return np.asarray(content / parameters.lumen_volume)


def lumen_threonate(state: Floats, parameters: BodyParameters) -> Floats:
    """Return threonate of the water in the gut that will not be absorbed, mM."""
    return np.asarray(state[:, layout.THREONATE_REMAINDER] / parameters.lumen_volume.sum(axis=1))


def scaffold_release(state: Floats, parameters: BodyParameters) -> Floats:
    """Return the magnesium that an implanted scaffold releases, mmol/h."""
    return _freed(state, parameters, layout.SCAFFOLD_FAST)


def scaffold_threonate_release(state: Floats, parameters: BodyParameters) -> Floats:
    """Return the threonate that an implanted scaffold releases, mmol/h."""
    return _freed(state, parameters, layout.THREONATE_SCAFFOLD_FAST)


def _freed(state: Floats, parameters: BodyParameters, fast: int) -> Floats:
    """Return the release (mmol/h) of a scaffold from its fast store at `fast` and the slow one after it."""
    rates = parameters.columns[:, layout.DEPOT_RATE + layout.SCAFFOLD_FAST - layout.INTRAPERITONEAL :]
    return np.asarray(rates[:, 0] * state[:, fast] + rates[:, 1] * state[:, fast + 1])


def _in(segment: int) -> Level:
    return lambda state, parameters: lumen_magnesium(state, parameters)[:, segment]


# What tissues sense beside levels: drives of these names take them.
SIGNALS = ("pth", "calcitriol", "osmotic_magnesium", "scaffold_magnesium", "scaffold_threonate")
LUMEN = tuple(f"lumen_magnesium.{name}" for name in layout.SEGMENTS)
SENSED: dict[str, Level] = {
    "ionised_magnesium": plasma_ionised,
    "threonate": plasma_threonate,
    "csf_magnesium": csf_magnesium,
    "csf_threonate": csf_threonate,
    "lumen_threonate": lumen_threonate,
    "pth": lambda state, _: state[:, layout.PARATHYROID],
    "calcitriol": lambda state, _: state[:, layout.CALCITRIOL],
    "scaffold_magnesium": scaffold_release,
    "scaffold_threonate": scaffold_threonate_release,
    **{name: _in(segment) for segment, name in enumerate(LUMEN)},
}


def weights(parameters: BodyParameters) -> Floats:
    """Return what each state weighs in what is SENSED of one subject, shape (STATES, len(SENSED))."""
    one = np.eye(layout.STATES)
    return np.stack([level(one, parameters) for level in SENSED.values()], axis=1)
