"""The body of n subjects: what they receive, where it goes, what can be measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mgcells.arrays import HOURS_PER_DAY, Floats
from mgcells.body import layout, levels
from mgcells.body.books import Books, books_between
from mgcells.body.delivery import Delivery
from mgcells.body.dosing import clamp, constant_inputs, give, steady_intake
from mgcells.body.equilibrium import equilibrium
from mgcells.body.kernel import begin_course, march
from mgcells.body.levels import Swift
from mgcells.body.parameters import Baseline, body_parameters
from mgcells.body.recent import RecentAmounts
from mgcells.body.schedule import Cohort, cohorts_of
from mgcells.body.steps import REFINED, Pace, crossing
from mgcells.body.timing import SAME_TIME

Values = Mapping[str, float]
COLON = layout.SEGMENTS.index("colon")


class Span(NamedTuple):
    """Hours between two events, and the share that they are of a step."""

    hours: float
    share: float


class Body:
    """Whole-body kinetics of magnesium and threonate for n subjects at once.

    Plasma stands for the volume in which injected magnesium is first found. Cerebrospinal fluid is followed as a
    concentration: what it holds is too little to count, and it is no part of the mass balance.

    Parameters
    ----------
    values : sequence of n mappings path -> value
        Internal units: mmol, L, g, h, mM.
    diet : sequence of n floats, optional
        Dietary magnesium in mmol/h; the subject's own when it is left out.
    deliveries : sequence of n sequences of Delivery, optional
    inhibitors : mapping target -> residual activity, optional
        GLUT1 (or GLUT) slows the entry of threonate into cerebrospinal fluid and the gain that goes with it.
    reference : sequence of n mappings, optional
        The reference subject in health, to which levels are normalised and by which the kidney is calibrated; the
        subject itself when it is left out.

    Raises
    ------
    KeyError
        A parameter is missing.
    ValueError
        Lengths differ, or the reference subject cannot be in balance.
    """

    def __init__(
        self,
        values: Sequence[Values],
        *,
        diet: Sequence[float] | Floats | None = None,
        deliveries: Sequence[Sequence[Delivery]] | None = None,
        inhibitors: Mapping[str, float] | None = None,
        reference: Sequence[Values] | None = None,
    ) -> None:
        self._reference = list(values if reference is None else reference)
        self._feedback = (1.0, 1.0)
        self._cohorts: list[Cohort] = []
        self._weights: Floats | None = None
        self._residual = _residual(inhibitors or {})
        self._load(values)
        self.diet = np.array([entry["body.diet.magnesium"] for entry in values])
        self._set(diet, [()] * len(values) if deliveries is None else deliveries)
        self.equilibrate()

    def equilibrate(self) -> None:
        """Start anew in the equilibrium under the present parameters and diet, before any dose."""
        self.state = equilibrium(self.parameters, self.diet)
        self._initial = self.state.copy()
        self._course = np.full((len(self.state), layout.LEVELS, layout.NOTES), np.nan)
        self._restart()
        columns = self.parameters.columns
        absorbed = columns[:, layout.ABSORPTION_RATE] * self.state[:, layout.GUT_DISSOLVED]
        faeces = columns[:, layout.SEGMENT_RATE + COLON] * self.state[:, layout.GUT_COLON]
        rates = np.stack([self.diet, absorbed, self.diet - faeces, faeces, np.zeros_like(faeces)], axis=1)
        self._recent = RecentAmounts(self.state[:, layout.RUNNING_TOTALS], rates)

    def adopt(
        self,
        values: Sequence[Values],
        *,
        diet: Sequence[float] | Floats | None = None,
        deliveries: Sequence[Sequence[Delivery]] | None = None,
        inhibitors: Mapping[str, float] | None = None,
    ) -> None:
        """Live on with other parameters, and with another diet, doses and inhibitors where given; the state stays."""
        if inhibitors is not None:
            self._residual = _residual(inhibitors)
        self._load(values)
        self._set(diet, deliveries)

    def advance(self, hour: float, hours: float = 1.0) -> None:
        """Carry every subject from `hour` to `hour + hours`."""
        begin_course(self.state, self.parameters.csf_volume, self._course)
        for cohort in self._cohorts:
            self._advance(cohort, hour, hours)
        self._recent.add(hours, self.state[:, layout.RUNNING_TOTALS])

    def set_feedback(self, absorption: float = 1.0, bone_exchange: float = 1.0) -> None:
        """Let tissues scale the carriers' absorption and the exchange with the bone surface; 1 in health."""
        self._feedback = (absorption, bone_exchange)
        self.parameters.columns[:, layout.TISSUE_ABSORPTION] = absorption
        self.parameters.columns[:, layout.TISSUE_BONE_EXCHANGE] = bone_exchange

    @property
    def baseline(self) -> Baseline:
        """The reference subject's levels in health."""
        return self.parameters.baseline

    @property
    def plasma_magnesium(self) -> Floats:
        """Total magnesium of plasma, mM."""
        return levels.plasma_magnesium(self.state, self.parameters)

    @property
    def plasma_ionised(self) -> Floats:
        """Ionised magnesium of plasma, mM."""
        return levels.plasma_ionised(self.state, self.parameters)

    @property
    def plasma_threonate(self) -> Floats:
        """Threonate of plasma, mM."""
        return levels.plasma_threonate(self.state, self.parameters)

    @property
    def csf_magnesium(self) -> Floats:
        """Ionised magnesium of cerebrospinal fluid, mM."""
        return levels.csf_magnesium(self.state, self.parameters)

    @property
    def csf_threonate(self) -> Floats:
        """Threonate of cerebrospinal fluid, mM."""
        return levels.csf_threonate(self.state, self.parameters)

    @property
    def swift(self) -> Swift:
        """What the levels that move within a step did in the last one; NaN before the first."""
        return levels.swift(self._course, self.parameters)

    @property
    def bone_magnesium(self) -> Floats:
        """Magnesium of bone, surface and deep, mmol."""
        return np.asarray(self.state[:, layout.BONE_SURFACE] + self.state[:, layout.BONE_DEEP])

    @property
    def muscle_magnesium(self) -> Floats:
        """Magnesium of muscle and other soft tissue that exchanges slowly, mmol."""
        return self.state[:, layout.MUSCLE].copy()

    @property
    def body_magnesium(self) -> Floats:
        """Magnesium of the body without the content of the gut, mmol."""
        total = np.zeros(len(self.state))
        for pool in layout.MAGNESIUM_BODY:  # one after another, so that no subject's rounding depends on the others
            total += self.state[:, pool]
        return total

    @property
    def lumen_magnesium(self) -> Floats:
        """Magnesium of the water in each of `layout.SEGMENTS`, mM, shape (n, segments)."""
        return levels.lumen_magnesium(self.state, self.parameters)

    @property
    def scaffold_release(self) -> Floats:
        """Magnesium that an implanted scaffold releases, mmol/h."""
        return levels.scaffold_release(self.state, self.parameters)

    @property
    def stool_water(self) -> Floats:
        """Mass of the day's stool, g/h: its usual mass and the water that unabsorbed supplements hold [Fine1991b]."""
        return np.asarray(self.parameters.stool_water + self.parameters.water_per_magnesium * self.osmotic_magnesium)

    @property
    def osmotic_magnesium(self) -> Floats:
        """Magnesium of supplements that held water in the stool of the last 24 h, mmol/h."""
        return np.asarray(self._recent.rate()[:, 4])

    @property
    def plasma_pth(self) -> Floats:
        """Parathyroid hormone of plasma relative to health."""
        return np.asarray(self.state[:, layout.PARATHYROID])

    @property
    def plasma_calcitriol(self) -> Floats:
        """Active vitamin D of plasma relative to health."""
        return np.asarray(self.state[:, layout.CALCITRIOL])

    @property
    def absorbed(self) -> Floats:
        """Magnesium absorbed in the last 24 h, mmol/h."""
        return np.asarray(self._recent.rate()[:, 1])

    @property
    def urine(self) -> Floats:
        """Magnesium of the last 24 h of urine, mmol/h."""
        return np.asarray(self._recent.rate()[:, 2])

    @property
    def faeces(self) -> Floats:
        """Magnesium of the last 24 h of stool, mmol/h."""
        return np.asarray(self._recent.rate()[:, 3])

    @property
    def balance(self) -> Floats:
        """What was received minus what left with urine and stool in the last 24 h, mmol/h."""
        received, _, urine, faeces, _ = self._recent.rate().T
        return np.asarray(received - urine - faeces)

    def sensed(self) -> dict[str, float]:
        """Return what tissues of a single subject sense: what `levels.SENSED` names, and "osmotic_magnesium".

        Levels are in mM, plasma mediators relative to health, what a scaffold frees in mmol/h, osmotic magnesium of the
        stool in mmol/d.
        """
        if self._weights is None:
            self._weights = levels.weights(self.parameters)
        # Not a matrix product: that of BLAS may round differently when the same numbers lie elsewhere in memory.
        found = np.add.reduce(self.state[0][:, None] * self._weights).tolist()
        osmotic = float(self.osmotic_magnesium[0]) * HOURS_PER_DAY
        return {**dict(zip(levels.SENSED, found, strict=True)), "osmotic_magnesium": osmotic}

    def ledger(self) -> dict[str, Books]:
        """Return, for "magnesium" and "threonate", what came in, went out and is stored since the start."""
        return books_between(self.state, self._initial)

    def _load(self, values: Sequence[Values]) -> None:
        if len(values) != len(self._reference):
            raise ValueError(f"{len(values)} subjects, but {len(self._reference)} references")
        self._values = list(values)
        self.parameters = body_parameters(values, self._reference, self._residual)
        self._pace, self._weights = Pace(self.parameters.columns), None
        self.set_feedback(*self._feedback)

    def _set(self, diet: Sequence[float] | Floats | None, deliveries: Sequence[Sequence[Delivery]] | None) -> None:
        if diet is not None:
            self.diet = np.array(diet, dtype=np.float64)
            if self.diet.shape != (len(self._values),):
                raise ValueError(f"{self.diet.size} diets for {len(self._values)} subjects")
        if deliveries is not None:
            if len(deliveries) != len(self._values):
                raise ValueError(f"doses of {len(deliveries)} subjects for {len(self._values)} subjects")
            self._cohorts = cohorts_of(deliveries)
        self._restart()

    def _restart(self) -> None:
        """Make the next advance look at the schedules again."""
        for cohort in self._cohorts:
            cohort.next_edge = -np.inf

    def _advance(self, cohort: Cohort, begin: float, hours: float) -> None:
        time, end = begin, begin + hours
        while end - time > SAME_TIME:
            if time >= cohort.next_edge - SAME_TIME:
                self._meet(cohort, time)
            stop = min(end, cohort.next_edge)
            steps = self._pace.steps(stop - time, time - cohort.stirred, cohort.inputs, self.state)
            span = Span(stop - time, (stop - time) / hours)
            columns, volume = self.parameters.columns, self.parameters.csf_volume
            if len(self._cohorts) == 1:
                _carry(self.state, columns, cohort.inputs, span, steps, volume, self._course)
            else:
                rows = cohort.rows
                part, course = self.state[rows], self._course[rows]
                _carry(part, columns[rows], cohort.inputs[rows], span, steps[rows], volume[rows], course)
                self.state[rows], self._course[rows] = part, course
            time = stop

    def _meet(self, cohort: Cohort, time: float) -> None:
        """Give what falls due at `time`, and find what flows from then on and until when."""
        flowing = [group for group in cohort.groups if group.timing.flows(time)]
        for group in flowing:
            if group.clamped and group not in cohort.flowing:
                clamp(self.parameters, group, self.state)
        steady = steady_intake(self.diet, flowing)
        give(self.parameters, [group for group in cohort.groups if group.timing.due(time)], steady, self.state)
        cohort.inputs = constant_inputs(self.parameters, self.diet, flowing, self.state)
        cohort.flowing, cohort.stirred = flowing, time
        cohort.next_edge = min((group.timing.next_edge(time) for group in cohort.groups), default=np.inf)


def _residual(inhibitors: Mapping[str, float]) -> float:
    return float(inhibitors.get("GLUT1", inhibitors.get("GLUT", 1.0)))


def _carry(
    state: Floats, columns: Floats, inputs: Floats, span: Span, steps: NDArray[np.int64], volume: Floats, course: Floats
) -> None:
    """Carry `state` on over a span in place, in shorter steps for subjects that go over a kink, and note the course."""
    before, noted = state.copy(), course.copy()
    march(state, columns, inputs, span.hours, steps, volume, span.share, course)
    swift = crossing(columns, before, state)
    if swift.any():
        again = np.flatnonzero(swift)
        part, seen = before[again], noted[again]
        march(part, columns[again], inputs[again], span.hours, REFINED * steps[again], volume[again], span.share, seen)
        state[again], course[again] = part, seen
