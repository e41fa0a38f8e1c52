"""Guts of reference subjects for tests, with plasma and bowel content given by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mgcells.library import load_library
from mgcells.library.in_force import Changes, Setting, setting
from mgcells.scenario.scenario import Strategy
from mgcells.streams import Streams
from mgcells.tissues.gut.gut import Gut
from mgcells.tissues.tissue import Surroundings


def animal(
    subject: str = "mouse", *, rules_on: tuple[str, ...] = (), rules_off: tuple[str, ...] = (),
    switches: tuple[tuple[str, str], ...] = (), **numbers: float,
) -> Setting:  # fmt: skip
    """Return a reference subject; `numbers` are paths with `__` for dots."""
    changes = Changes(rules_on=rules_on, rules_off=rules_off, switches=switches)
    found = setting(load_library(), Strategy("vehicle", subject, changes=changes), ("gut",))
    return replace(found, values={**found.values, **{path.replace("__", "."): x for path, x in numbers.items()}})


def bathed(
    values: Mapping[str, float], hour: float = 0.0, *,
    magnesium: float = 1.0, lumen: float = 1.0, osmotic: float = 0.0, **drives: float,
) -> Surroundings:  # fmt: skip
    """Return surroundings: magnesium of plasma and lumen as multiples of healthy, osmotic magnesium in mmol/d.

    `drives` are those of `gut.drive`.
    """
    return Surroundings(
        hour=hour,
        ionised_magnesium=values["body.plasma.ionised"] * magnesium,
        threonate=values["body.plasma.threonate"],
        csf_magnesium=values["body.csf.magnesium"],
        csf_threonate=values["body.csf.threonate"],
        lumen_magnesium=(values["body.gut.lumen_magnesium"] * lumen,) * 4,
        lumen_threonate=0.0,
        values={**values, **{f"gut.drive.{name}": level for name, level in drives.items()}},
        signals={"osmotic_magnesium": osmotic},
    )


def gut(of: Setting, seed: int = 1) -> Gut:
    """Return the gut of a healthy subject."""
    return Gut(load_library(), of, Streams(seed, 0), bathed(of.values))


def live(
    tissue: Gut, of: Setting, days: float, *,
    start: float = 0.0, each: Callable[[Gut], None] | None = None, **offered: float,
) -> None:  # fmt: skip
    """Let a gut live hour by hour in unchanging surroundings; `each` is called after every hour."""
    surroundings = bathed(of.values, **offered)
    for hour in range(round(24 * start), round(24 * (start + days))):
        surroundings.hour = hour + 1.0
        tissue.step(surroundings, 1.0)
        if each:
            each(tissue)
