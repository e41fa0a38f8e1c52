"""Virtual subjects put together: their own numbers, diet and doses, their bodies, and what changes them in a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mgcells.arrays import GRAMS_PER_KILOGRAM
from mgcells.body.body import Body
from mgcells.body.delivery import Delivery
from mgcells.library import Library, Variation
from mgcells.library.in_force import Setting, setting, variation
from mgcells.scenario.scenario import Strategy
from mgcells.scenario.texts import diet as read_diet
from mgcells.streams import Streams
from mgcells.subject.timeline import Timeline, clocked
from mgcells.subject.variation import draw


class Assembly:
    """Virtual subjects that live under one strategy, and the body that holds them all.

    What begins or ends during a run acts from the beginning of the step at that hour on. Where it changes what the
    subjects are made of (numbers, rules, diet), they adopt it and keep their state; where it is no more than a push
    (drives, drugs), the numbers in force follow. Nothing is adopted when nothing changed.

    Parameters
    ----------
    library : Library
    origin : Strategy
        The state in which the subjects start; see `Scenario.start`.
    streams : sequence of Streams
        Those of each subject.
    tissues : tuple of str
        The tissues that the subjects have beside their body.
    kind : class, optional
        The class of the body.

    Attributes
    ----------
    body : Body or None
        None for cultures.
    settings : list of Setting
        What each subject is made of now.
    values : list of mappings path -> value
        The parameters in force for each subject in this step.

    Raises
    ------
    ValueError
        The diet of a subject cannot be in balance.
    """

    def __init__(
        self,
        library: Library,
        origin: Strategy,
        streams: Sequence[Streams],
        tissues: tuple[str, ...],
        kind: type[Body] = Body,
    ) -> None:
        self._library, self._streams, self._tissues = library, tuple(streams), tissues
        self.settings = self._drawn(origin)
        self.values: list[Mapping[str, float]] = [entry.values for entry in self.settings]
        self._diets = self._fed(origin, self.settings)
        self.body: Body | None = None
        if not library.subjects[origin.subject].in_vitro:
            self.body = kind(self.values, diet=self._diets, reference=[entry.healthy for entry in self.settings])
        self._strategy = self._phase = origin
        self._clocked: frozenset[str] = frozenset()
        self._timelines: list[Timeline] = []
        self._edges: frozenset[float] = frozenset()
        self._due = math.inf

    def adopt(self, strategy: Strategy, hour: float) -> bool:
        """Live on under another strategy from `hour` on; return whether the settings changed."""
        self._strategy, self._clocked = strategy, clocked(self._library, strategy)
        self._phase = strategy.at(hour, self._clocked)
        return self._take(self._drawn(self._phase), hour, anew=True)

    def meet(self, hour: float) -> bool:
        """Meet what begins or ends at `hour`, at the beginning of a step; return whether the settings changed."""
        if hour < self._due:
            return False
        changed, phase = False, self._strategy.at(hour, self._clocked)
        if phase != self._phase:
            self._phase = phase
            changed = self._take(self._drawn(phase), hour, anew=False)
        values = [timeline.at(hour) for timeline in self._timelines]
        if any(later is not before for later, before in zip(values, self.values, strict=True)):
            self.values = values
            if self.body is not None:
                self.body.adopt(values)
        self._due = min((edge for edge in self._edges if edge > hour), default=math.inf)
        return changed

    def _take(self, settings: list[Setting], hour: float, *, anew: bool) -> bool:
        """Take over the present phase, `anew` even if nothing changed with it; return whether the settings changed."""
        library, phase = self._library, self._phase
        changed, diets = settings != self.settings, self._fed(phase, settings)
        if not (anew or changed or diets != self._diets):
            return False
        self.settings, self._diets = settings, diets
        self.values = [entry.values for entry in settings]
        self._timelines = [Timeline(library, phase, values) for values in self.values]
        edges = (edge for timeline in self._timelines for edge in timeline.edges)
        self._edges, self._due = frozenset((*self._strategy.edges(self._clocked), *edges)), hour
        if self.body is not None:
            self.body.adopt(
                self.values,
                diet=diets,
                deliveries=[deliveries(library, phase, values) for values in self.values],
                inhibitors=dict(phase.inhibitors),
            )
        return changed

    def _drawn(self, strategy: Strategy) -> list[Setting]:
        common, spreads = setting(self._library, strategy, self._tissues), variation(self._library, strategy)
        return [_individual(common, spreads, streams) for streams in self._streams]

    def _fed(self, strategy: Strategy, settings: Sequence[Setting]) -> list[float]:
        return [diet_rate(self._library, strategy, entry.values) for entry in settings]


def virtual_subject(library: Library, strategy: Strategy, tissues: tuple[str, ...], streams: Streams) -> Setting:
    """Return the setting of the subject that `streams` belong to: the same draws under every strategy."""
    return _individual(setting(library, strategy, tissues), variation(library, strategy), streams)


def _individual(common: Setting, spreads: Mapping[str, Variation], streams: Streams) -> Setting:
    """Return the setting of one subject, from that which all of its kind have in common."""
    own = {
        path: common.values[path] * draw(entry.distribution, entry.spread.value, streams.generator(f"subject.{path}"))
        for path, entry in spreads.items()
    }
    return replace(common, values={**common.values, **own})


def diet_rate(library: Library, strategy: Strategy, values: Mapping[str, float]) -> float:
    """Return dietary magnesium in mmol/h: the strategy's diet, its condition's, or the subject's; none of a culture.

    Of a strategy that changes during the run it is the diet at hour 0; see `Strategy.at`.
    """
    if library.subjects[strategy.subject].in_vitro:
        return 0.0
    species = library.subjects[strategy.subject].species
    diet = strategy.diet
    if diet is None:
        for activation in strategy.at(0.0).conditions:
            text = library.conditions[activation.name].diet
            if text is not None:
                diet = read_diet(text, species, library)
    if diet is None:
        return values["body.diet.magnesium"]
    return diet.amount * values["body.diet.food"] if diet.per_gram else diet.amount


def deliveries(library: Library, strategy: Strategy, values: Mapping[str, float]) -> list[Delivery]:
    """Return the strategy's doses as amounts (mmol) for this subject's body weight."""
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
                until=dose.until,
                every=dose.every,
                over=dose.over,
                with_meal=dose.with_meal,
                clamp=dose.clamp,
            )
        )
    return found
