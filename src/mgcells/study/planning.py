"""What a sweep will run, and about how long that takes, before anything is run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mgcells.arrays import HOURS_PER_DAY
from mgcells.batch.supervise import all_cores
from mgcells.scenario import Scenario
from mgcells.scenario.swept import SweptAxis, SweptDesign, text_of
from mgcells.study.design import lives
from mgcells.study.points import SweptVariant
from mgcells.subject.run_input import run_input
from mgcells.subject.subject import begun

# A life is timed for so long; what is left of it is taken to go on at the same pace.
TIMED_SECONDS = 2.0
# Of more runs it is asked before they begin.
MOST_UNASKED = 2000
LISTED_VALUES, LISTED_VARIANTS = 8, 20


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep runs.

    Attributes
    ----------
    lives : int
        Runs; those of several variants that read the same are one, as far as the variants were read.
    seconds : float
        Estimated for all of them, none being there already.
    variants : tuple of SweptVariant
        Empty where there are too many to be read before it is sure that they are wanted.
    """

    scenario: Scenario
    design: SweptDesign
    lives: int
    most: int
    workers: int
    seconds_a_life: float
    variants: tuple[SweptVariant, ...]

    @property
    def seconds(self) -> float:
        """Estimated wall time of all runs."""
        return self.lives * self.seconds_a_life / min(self.workers, max(1, self.lives))

    @property
    def asks(self) -> bool:
        """Whether it is so large that it should be asked for twice."""
        return self.lives > MOST_UNASKED

    def lines(self) -> Iterator[str]:
        """Yield the plan in words."""
        yield f"design: {self.design.name}, {_counted(self.design.count, 'variant')}"
        for axis in self.design.axes:
            named = axis.name if axis.name == axis.address else f"{axis.name} ({axis.address})"
            yield f"  {named}: {_values(axis, self.design.points)}"
        made_of = (
            _counted(self.design.count, "variant"),
            _counted(len(self.scenario.strategies), "strategy", "strategies"),
            _counted(self.scenario.replicates, "subject"),
        )
        same = self.most - self.lives
        less = f", less {same} that read the same as another" if same else ""
        yield f"{_counted(self.lives, 'run')}: {' x '.join(made_of)}{less}"
        yield (
            f"about {in_words(self.seconds)} on {_counted(self.workers, 'worker')}: {self.seconds_a_life:.2g} s a run, "
            "measured here; what an earlier study left is not run again"
        )
        for variant in self.variants[:LISTED_VARIANTS]:
            yield f"  {variant.name}"
        if len(self.variants) > LISTED_VARIANTS:
            yield f"  and {len(self.variants) - LISTED_VARIANTS} more"


def planned(
    scenario: Scenario, design: SweptDesign, variants: Sequence[SweptVariant], workers: int | None
) -> SweepPlan:
    """Return the plan of a sweep; one life is begun to take its time.

    Parameters
    ----------
    variants : sequence of SweptVariant
        Empty where they were not read; then runs that read the same are not known and count each.
    """
    most = design.count * len(scenario.strategies) * scenario.replicates
    once = {life.run_id for life in lives({entry.name: entry.scenario for entry in variants})}
    seconds = seconds_of_life(variants[0].scenario if variants else scenario)
    count = workers or all_cores()
    return SweepPlan(scenario, design, len(once) or most, most, count, seconds, tuple(variants))


def seconds_of_life(scenario: Scenario) -> float:
    """Return about how long one life takes on this machine, s: its beginning, and its pace over `TIMED_SECONDS`."""
    strategy = next(entry.name for entry in reversed(scenario.strategies))
    run = run_input(scenario, strategy, 0)
    # The first one compiles and loads.
    begun(scenario, run).step()
    begin = time.perf_counter()
    subject = begun(scenario, run)
    started = time.perf_counter()
    last = max((endpoint.to_day for endpoint in scenario.endpoints), default=0.0) * HOURS_PER_DAY
    steps = max(1, round(last / scenario.step_hours))
    lived = 0
    while lived < steps and time.perf_counter() - started < TIMED_SECONDS:
        subject.step()
        lived += 1
    return started - begin + (time.perf_counter() - started) / lived * steps


def in_words(seconds: float) -> str:
    """Return a time as people say it.

    >>> in_words(0.2), in_words(90), in_words(600), in_words(86400 * 2)
    ('1 s', '90 s', '10 min', '48 h')
    """
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _values(axis: SweptAxis, points: int) -> str:
    texts = [text_of(level) for level in axis.levels]
    if axis.span is not None and points:
        scale = " on a logarithmic scale" if axis.span.log else ""
        return f"{points} values from {texts[0]} to {texts[-1]}{scale}"
    if len(texts) > LISTED_VALUES:
        return f"{len(texts)} values from {texts[0]} to {texts[-1]}"
    return ", ".join(texts)
