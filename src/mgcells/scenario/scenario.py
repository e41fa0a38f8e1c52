"""A scenario with every text turned into numbers and every name known to exist."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from mgcells.body.delivery import timing_of
from mgcells.body.timing import Timing
from mgcells.errors import InputProblems, Problem, suggestion
from mgcells.identity import WORDS
from mgcells.library.in_force import Activation, Changes
from mgcells.library.library import Library
from mgcells.scenario.swept import SweptDesign

EndpointKind = Literal[
    "at", "mean", "highest", "lowest", "area", "time above", "time below", "until above", "until below"
]


@dataclass(frozen=True)
class Dose:
    """One dose stream. `amount` is mmol of the compound, per kg of body weight when `per_kilogram`.

    Times are hours from the start; `every` is infinite for a single dose, `until` for an open end. A `clamp` (mM)
    holds plasma instead of giving an amount, for `over` in every interval where it is repeated. `place` is where the
    doses of its strategy say it.
    """

    compound: str
    route: str
    amount: float
    per_kilogram: bool
    every: float
    begin: float
    until: float
    over: float
    clamp: float
    with_meal: bool
    text: str = field(metadata=WORDS)
    place: tuple[str | int, ...] = field(default=(), compare=False, metadata=WORDS)

    @property
    def timing(self) -> Timing:
        """When it gives."""
        return timing_of(self.route, self.begin, self.until, self.every, self.over, self.clamp)

    @property
    def gives(self) -> bool:
        """Whether it gives anything: a dose of 0 does not."""
        return self.amount > 0.0 or math.isfinite(self.clamp)


@dataclass(frozen=True)
class CoMedication:
    """A drug as a mean rate, g/h (per kg of body weight when `per_kilogram`), in [begin, until) hours."""

    drug: str
    rate: float
    per_kilogram: bool
    begin: float
    until: float
    titrate: bool
    text: str = field(metadata=WORDS)


@dataclass(frozen=True)
class Diet:
    """Dietary magnesium in [begin, until) hours from the start: mmol/h, or mmol per gram of chow when `per_gram`."""

    amount: float
    per_gram: bool
    text: str = field(metadata=WORDS)
    begin: float = 0.0
    until: float = math.inf

    @property
    def timed(self) -> bool:
        """Whether it begins or ends during the run."""
        return self.begin > 0 or self.until != math.inf


@dataclass(frozen=True)
class Strategy:
    """One strategy: what the subject is, gets, and what is changed, with the scenario's common part merged in.

    `diets` follow each other in time; where none holds, the diet is the condition's or the subject's own.
    """

    name: str = field(metadata=WORDS)
    subject: str
    like: str = field(default="", metadata=WORDS)
    conditions: tuple[Activation, ...] = ()
    diets: tuple[Diet, ...] = ()
    doses: tuple[Dose, ...] = ()
    inhibitors: tuple[tuple[str, float], ...] = ()
    changes: Changes = field(default_factory=Changes)
    co_medication: tuple[CoMedication, ...] = ()

    @property
    def diet(self) -> Diet | None:
        """The diet that holds at hour 0; None where it is the condition's or the subject's own."""
        return next((entry for entry in self.diets if entry.begin <= 0.0 < entry.until), None)

    @property
    def timed(self) -> bool:
        """Whether a condition or a diet begins or ends during the run."""
        return any(entry.timed for entry in self.conditions) or any(entry.timed for entry in self.diets)

    def edges(self, clocked: Collection[str] = ()) -> tuple[float, ...]:
        """Return the hours after 0 at which a diet, or a condition that is not in `clocked`, begins or ends."""
        windows = [(entry.begin, entry.until) for entry in self.conditions if entry.name not in clocked]
        windows += [(entry.begin, entry.until) for entry in self.diets]
        times = {time for window in windows for time in window}
        return tuple(sorted(time for time in times if 0.0 < time < math.inf))

    def at(self, hour: float, clocked: Collection[str] = ()) -> Strategy:
        """Return the strategy as it holds at `hour`: its conditions and diet of that moment, as if they always did.

        Timed conditions named in `clocked` stay as they are.
        """
        kept = (entry.timed and entry.name in clocked for entry in self.conditions)
        conditions = tuple(
            entry if clock else Activation(entry.name, -math.inf, math.inf)
            for entry, clock in zip(self.conditions, kept, strict=True)
            if clock or entry.begin <= hour < entry.until
        )
        diets = tuple(replace(entry, begin=0.0, until=math.inf) for entry in self.diets
                      if entry.begin <= hour < entry.until)  # fmt: skip
        return replace(self, conditions=conditions, diets=diets)


@dataclass(frozen=True)
class Endpoint:
    """One number per run: what is read of the course of an observable, and when, in days.

    Attributes
    ----------
    kind : str
        "at" reads at `to_day` (then `from_day` is the same), "mean" over the half-open window [from_day, to_day),
        "highest" and "lowest" in the closed window [from_day, to_day]. "area" is the mean times the hours of the
        window; "time above" and "time below" count its hours on one side of `threshold`; "until above" and "until
        below" are the hours from its beginning until that side is reached first.
    threshold : float or None
        In the unit of the observable.
    change : bool
        Whether what the value at hour 0 would give is taken off.
    """

    observable: str
    label: str
    kind: EndpointKind
    from_day: float
    to_day: float
    threshold: float | None = None
    change: bool = False


@dataclass(frozen=True)
class Contrast:
    """A strategy and what it is compared with: another, or what several of them come to (see `against`)."""

    strategy: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    @property
    def against(self) -> str:
        """What the strategy is compared with, in words: "citrate", or "citrate + sodium threonate - vehicle"."""
        return " - ".join([" + ".join(self.plus), *self.minus])

    @property
    def names(self) -> tuple[str, ...]:
        """All strategies in it."""
        return (self.strategy, *self.plus, *self.minus)


@dataclass(frozen=True)
class Scenario:
    """A checked scenario with the library it draws on. `base` is the common part; see `start`.

    `shown` is what messages call its file, `lines` where in it each strategy stands, `warnings` what can be run but is
    hardly meant, `sweep` what its file asks to be swept, which nothing but a sweep reads.
    """

    title: str
    base: Strategy
    strategies: tuple[Strategy, ...]
    control: str
    replicates: int
    seed: int
    hours: float
    step_hours: float
    record_hours: float
    tissues: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    contrasts: tuple[Contrast, ...]
    text: str
    source: Path | None
    library: Library = field(compare=False, repr=False)
    shown: str = field(default="", compare=False)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    sweep: SweptDesign | None = field(default=None, compare=False, repr=False)

    def strategy(self, name: str) -> Strategy:
        """Return the strategy of this name; InputProblems with the nearest name when there is none."""
        found = {strategy.name: strategy for strategy in self.strategies}
        if name not in found:
            text = f"has no strategy '{name}'{suggestion(name, found)}"
            raise InputProblems([Problem(str(self.source or self.title), 0, text)])
        return found[name]

    def start(self, strategy: Strategy) -> Strategy:
        """Return the state in which the subjects of a strategy start: the common part as far as the strategy keeps it.

        That is the diet of the common part at hour 0 and those of its conditions that have no `from`. A subject that
        lacks such a condition at hour 0, or is of another kind, never had it: nobody is cured at hour 0.
        """
        kept = {entry.name for entry in strategy.at(0.0).conditions}
        before = tuple(entry for entry in self.base.conditions if entry.begin == -math.inf and entry.name in kept)
        return replace(self.base, subject=strategy.subject, conditions=before).at(0.0)

    @property
    def steps(self) -> int:
        """Number of steps of the whole run."""
        return round(self.hours / self.step_hours)
