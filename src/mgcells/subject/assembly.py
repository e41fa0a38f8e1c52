"""The virtual subject: its own numbers, diet and doses."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mgcells.arrays import GRAMS_PER_KILOGRAM
from mgcells.body.delivery import Delivery
from mgcells.library import Library
from mgcells.library.in_force import Setting, setting
from mgcells.scenario.scenario import Strategy
from mgcells.scenario.texts import diet as read_diet
from mgcells.streams import Streams
from mgcells.subject.variation import draw


def virtual_subject(library: Library, strategy: Strategy, tissues: tuple[str, ...], streams: Streams) -> Setting:
    """Return the setting of the subject that `streams` belong to: the same draws under every strategy."""
    kind = library.subjects[strategy.subject]
    drawn = {
        path: draw(entry.distribution, entry.spread.value, streams.generator(f"subject.{path}"))
        for path, entry in kind.variation.items()
    }
    return setting(library, strategy, tissues, drawn)


def diet_rate(library: Library, strategy: Strategy, values: Mapping[str, float]) -> float:
    """Return dietary magnesium in mmol/h: the strategy's diet, its condition's, or the subject's; none of a culture."""
    if library.subjects[strategy.subject].in_vitro:
        return 0.0
    species = library.subjects[strategy.subject].species
    diet = strategy.diet
    if diet is None:
        for activation in strategy.conditions:
            text = library.conditions[activation.name].diet
            if text is not None:
                diet = read_diet(text, species, library)
    if diet is None:
        return values["body.diet.magnesium"]
    return diet.amount * values["body.diet.food"] if diet.per_gram else diet.amount


def deliveries(library: Library, strategy: Strategy, values: Mapping[str, float]) -> list[Delivery]:
    """Return the strategy's doses as amounts for this subject's body weight."""
    found = []
    for dose in strategy.doses:
        compound = library.compounds[dose.compound]
        amount = dose.amount * (values["body.weight"] / GRAMS_PER_KILOGRAM if dose.per_kilogram else 1.0)
        absorbed = compound.threonate_absorbed
        found.append(
            Delivery(
                route=dose.route,
                magnesium=amount * compound.magnesium,
                threonate=amount * compound.threonate,
                available=float(compound.available.value),
                osmotic=float(compound.osmotic.value),
                threonate_absorbed=0.0 if absorbed is None else float(absorbed.value),
                first=dose.begin,
                until=dose.until if math.isfinite(dose.every) else math.inf,
                every=dose.every,
                over=dose.over,
                with_meal=dose.with_meal,
                clamp=dose.clamp,
            )
        )
    return found
